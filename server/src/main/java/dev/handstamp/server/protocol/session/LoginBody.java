package dev.handstamp.server.protocol.session;

import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/// What `POST /session` is asked for.
sealed interface LoginBody {

    /// Someone asks to be let in.
    record Login(Credentials credentials, Optional<Audience> audience, Optional<Scopes> scopes, Delivery delivery)
            implements LoginBody {}

    /// What is shown.
    sealed interface Credentials {}

    /// A name with its password.
    ///
    /// @param password exactly as received
    record Password(String username, String password) implements Credentials {

        /// Leaves the password out.
        @Override
        public String toString() {
            return "Password[hidden]";
        }
    }

    /// The second factor of somebody whose password was right.
    ///
    /// @param login what the answer to the password gave
    record SecondFactor(String login, String otp) implements Credentials {

        /// Leaves both out.
        @Override
        public String toString() {
            return "SecondFactor[hidden]";
        }
    }

    record Malformed(OAuthError error) implements LoginBody {}

    Set<String> KNOWN = Set.of("username", "password", "login", "otp", "audience", "scope", "delivery");

    static LoginBody parse(Members members) {
        Optional<OAuthError> problem = members.problem(KNOWN);
        if (problem.isPresent()) return new Malformed(problem.get());
        Optional<String> delivery = members.text("delivery");
        Optional<Delivery> way = delivery.isEmpty() ? Optional.of(Delivery.BODY) : Delivery.named(delivery.get());
        if (way.isEmpty()) return malformed("delivery can be \"body\" or \"cookie\".");
        Optional<Audience> audience = members.text("audience").flatMap(Audience::parse);
        if (members.text("audience").isPresent() && audience.isEmpty()) {
            return malformed(ErrorCode.INVALID_TARGET, "audience must be " + Audience.FORM + ".");
        }
        Optional<Scopes> scopes = members.text("scope").flatMap(Scopes::parse);
        if (members.text("scope").isPresent() && scopes.isEmpty()) {
            return malformed(ErrorCode.INVALID_SCOPE, "scope must be scope tokens with single blanks between.");
        }
        Optional<String> login = members.text("login");
        Optional<String> otp = members.text("otp");
        Optional<String> username = members.text("username");
        Optional<String> password = members.text("password");
        if (login.isPresent() || otp.isPresent()) {
            if (username.isPresent() || password.isPresent()) {
                return malformed("login and otp come after username and password, not with them.");
            }
            if (login.isEmpty()) return malformed("login is missing: it is in the answer to the password.");
            if (otp.isEmpty()) return malformed("otp is missing.");
            return new Login(new SecondFactor(login.get(), otp.get()), audience, scopes, way.get());
        }
        if (username.isEmpty()) return malformed("username is missing.");
        if (password.isEmpty()) return malformed("password is missing.");
        if (bytes(password.get()) > PasswordHasher.LONGEST_PASSWORD) {
            return malformed("password is longer than " + PasswordHasher.LONGEST_PASSWORD + " bytes.");
        }
        return new Login(new Password(username.get(), password.get()), audience, scopes, way.get());
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Malformed malformed(String description) {
        return malformed(ErrorCode.INVALID_REQUEST, description);
    }

    private static Malformed malformed(ErrorCode code, String description) {
        return new Malformed(new OAuthError(code, description));
    }
}
