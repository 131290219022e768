package dev.handstamp.demo;

import dev.handstamp.server.Opening;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Sessions;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import java.security.SecureRandom;
import java.time.InstantSource;

/// Where the club's operator has a guest's sessions ended: the same operation as `./handstamp session revoke --user`,
/// on
/// the same store, beside the running server.
interface Reception {

    /// Ends every session of a guest.
    ///
    /// @param operator the subject that the audit log shall name
    /// @return how many there were
    int endSessions(String username, String operator);

    static Reception of(ServerConfig config) {
        return (username, operator) -> {
            var secrets = new Secrets(new SecureRandom());
            var clock = InstantSource.system();
            var administrator = new Administrator(operator, "", "", "");
            try (Opening opening = Opening.forCommand(config, secrets, clock);
                    var hasher = new PasswordHasher(1, 1, secrets)) {
                var users = new Users(opening.database(), () -> hasher, secrets, clock, administrator);
                return new Sessions(opening.database(), users, clock, administrator)
                        .revokeAll(username)
                        .size();
            }
        };
    }
}
