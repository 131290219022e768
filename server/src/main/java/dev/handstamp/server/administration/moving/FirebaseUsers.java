package dev.handstamp.server.administration.moving;

import dev.handstamp.server.domain.user.PasswordHash;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Users as `firebase auth:export` writes them. Their hashes can be checked only with the parameters of the project,
/// which its console shows: they come with the file.
public final class FirebaseUsers implements UserFile {

    /// The hash parameters of a project (SCRYPT).
    ///
    /// @param signerKey     base64
    /// @param saltSeparator base64
    /// @param memoryCost    the binary logarithm of scrypt's N
    public record Parameters(String signerKey, String saltSeparator, int rounds, int memoryCost) {

        /// Leaves the key out.
        @Override
        public String toString() {
            return "Parameters[" + rounds + ", " + memoryCost + "]";
        }
    }

    private final Parameters parameters;

    public FirebaseUsers(Parameters parameters) {
        this.parameters = parameters;
    }

    @Override
    public void read(InputStream in, Consumer<UserEntry> each) throws IOException {
        WholeFile.read(in, "export of Firebase Authentication", _ -> this::user, each);
    }

    private Newcomer user(long number, Members user) {
        Map<String, Object> attributes = new HashMap<>();
        if (user.flag("emailVerified", false)) attributes.put("email_verified", true);
        user.text("phoneNumber").ifPresent(phone -> attributes.put("phone_number", phone));
        user.text("photoUrl").ifPresent(photo -> attributes.put("picture", photo));
        return new Newcomer(
                number,
                user.text("email")
                        .or(() -> user.text("phoneNumber"))
                        .orElseThrow(() -> new Misfit("neither email nor phoneNumber is there")),
                user.text("displayName", ""),
                user.text("email", ""),
                List.of(),
                attributes,
                password(user),
                user.flag("disabled", false),
                user.text("localId"),
                user.millis("createdAt"),
                Luggage.leaving(secondFactors(user)));
    }

    /// Those of Firebase are texts to a phone, and secrets that are not handed out.
    private static List<String> secondFactors(Members user) {
        if (user.list("mfaInfo").isEmpty()) return List.of();
        return List.of("its second factors, which Firebase does not hand out: the user sets up an authenticator"
                + " application at /account/authenticator");
    }

    private Optional<PasswordHash> password(Members user) {
        Optional<String> hash = user.text("passwordHash");
        if (hash.isEmpty()) return Optional.empty();
        byte[] salt = user.text("salt").flatMap(HashForms::decoded).orElseThrow(() -> new Misfit("salt is no base64"));
        byte[] bytes = hash.flatMap(HashForms::decoded).orElseThrow(() -> new Misfit("passwordHash is no base64"));
        return Optional.of(new PasswordHash("$firebase-scrypt$ln=" + parameters.memoryCost + ",r=" + parameters.rounds
                + ",ss=" + unpadded(parameters.saltSeparator) + ",sk=" + unpadded(parameters.signerKey) + "$"
                + HashForms.base64(salt) + "$" + HashForms.base64(bytes)));
    }

    private static String unpadded(String base64) {
        return base64.replace("=", "");
    }
}
