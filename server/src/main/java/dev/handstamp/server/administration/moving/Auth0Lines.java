package dev.handstamp.server.administration.moving;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.session.TotpParameters;
import dev.handstamp.server.domain.user.PasswordHash;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Users as Auth0 hands them out on request: JSON Lines with `passwordHash` (bcrypt), `email` and
/// metadata; or as its bulk import takes them: a JSON array, with `custom_password_hash` and
/// `mfa_factors` too. A name to log in with is the `username`, or else the e-mail address. Members of
/// `user_metadata` and `app_metadata` that are a text, number or flag become attributes;
/// `app_metadata.roles` are the roles.
public final class Auth0Lines implements UserFile {

    private static final int READ_AHEAD = 1024;

    @Override
    public void read(InputStream in, Consumer<UserEntry> each) throws IOException {
        BufferedInputStream bytes = new BufferedInputStream(in);
        if (isArray(bytes)) {
            WholeFile.readArray(bytes, "bulk import of Auth0", Auth0Lines::user, each);
        } else {
            Lines.read(bytes, Auth0Lines::user, each);
        }
    }

    private static boolean isArray(BufferedInputStream bytes) throws IOException {
        bytes.mark(READ_AHEAD);
        int first = bytes.read();
        for (int i = 1; i < READ_AHEAD && first >= 0 && Character.isWhitespace(first); i++) first = bytes.read();
        bytes.reset();
        return first == '[';
    }

    private static Newcomer user(long number, Members user) {
        Map<String, Object> attributes = new HashMap<>();
        user.members("user_metadata").ifPresent(members -> addPlain(members, attributes));
        user.members("app_metadata").ifPresent(members -> addPlain(members, attributes));
        for (String name : List.of("given_name", "family_name", "nickname", "picture", "phone_number")) {
            user.text(name).ifPresent(text -> attributes.put(name, text));
        }
        if (user.flag("email_verified", false)) attributes.put("email_verified", true);
        List<String> roles = user.members("app_metadata")
                .map(members -> members.texts("roles"))
                .orElse(List.of());
        return new Newcomer(
                number,
                user.text("username")
                        .or(() -> user.text("email"))
                        .orElseThrow(() -> new Misfit("neither username nor email is there")),
                user.text("name", ""),
                user.text("email", ""),
                roles,
                attributes,
                password(user),
                user.flag("blocked", false),
                user.text("user_id").or(() -> id(user)),
                user.text("created_at").flatMap(Auth0Lines::instant),
                luggage(user));
    }

    private static Optional<PasswordHash> password(Members user) {
        Optional<String> bcrypt = user.text("passwordHash").or(() -> user.text("password_hash"));
        if (bcrypt.isPresent()) return bcrypt.map(HashForms::normal);
        return user.members("custom_password_hash").map(Auth0Lines::custom);
    }

    /// Those that carry their parameters in their text, and scrypt, which has them beside it.
    private static PasswordHash custom(Members custom) {
        String algorithm = custom.text("algorithm", "");
        Members hash = custom.members("hash").orElseThrow(() -> new Misfit("hash is missing in custom_password_hash"));
        return switch (algorithm) {
            case "argon2", "bcrypt", "pbkdf2" -> HashForms.normal(hash.required("value"));
            case "scrypt" ->
                HashForms.scrypt(
                        custom.number("cost").orElse(16_384L),
                        custom.number("blockSize").orElse(8L),
                        custom.number("parallelization").orElse(1L),
                        salt(custom.members("salt").orElseThrow(() -> new Misfit("salt is missing"))),
                        bytes(hash, hash.required("encoding"), "hash"));
            default ->
                throw new Misfit("the password is hashed with " + algorithm
                        + ", which is not taken: leave the hash out and" + " give the user a new password");
        };
    }

    /// Its characters are the salt itself, unless an encoding is named.
    private static byte[] salt(Members salt) {
        return bytes(salt, salt.text("encoding", "utf8"), "salt");
    }

    private static byte[] bytes(Members encoded, String encoding, String what) {
        String value = encoded.required("value");
        Optional<byte[]> bytes = switch (encoding) {
            case "base64" -> HashForms.decoded(value);
            case "hex" -> hex(value);
            case "utf8" -> Optional.of(value.getBytes(StandardCharsets.UTF_8));
            default -> Optional.empty();
        };
        return bytes.orElseThrow(() -> new Misfit(what + " is encoded in no way that is known here"));
    }

    private static Optional<byte[]> hex(String text) {
        try {
            return Optional.of(HexFormat.of().parseHex(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Luggage luggage(Members user) {
        List<Luggage.Authenticator> authenticators = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (Object each : user.list("mfa_factors")) {
            Members factor = Members.of(each, "a factor of mfa_factors");
            Optional<Members> totp = factor.members("totp");
            if (totp.isEmpty()) {
                left.add(
                        "a second factor by " + String.join(", ", names(factor)) + ", which is not known here: the user"
                                + " sets up an authenticator application at /account/authenticator");
            } else if (!authenticators.isEmpty()) {
                left.add("one more authenticator application: there is one for each user, and the first was taken");
            } else {
                try {
                    Secret secret = FactorForms.secret(totp.get().required("secret"));
                    authenticators.add(new Luggage.Authenticator(secret, TotpParameters.USUAL, 0, Optional.empty()));
                } catch (Misfit misfit) {
                    left.add("its authenticator application (" + misfit.problem()
                            + "): the user sets one up at /account/authenticator");
                }
            }
        }
        return new Luggage(
                authenticators.stream().findFirst(), Optional.empty(), Optional.empty(), List.of(), List.of(), left);
    }

    private static List<String> names(Members factor) {
        return factor.object().keySet().stream().map(String::valueOf).sorted().toList();
    }

    private static void addPlain(Members members, Map<String, Object> attributes) {
        members.object().forEach((name, value) -> {
            if (Members.isPlain(value)) attributes.put((String) name, value);
        });
    }

    /// The identifier of the database's own kind: `auth0|` stands before it in tokens.
    private static Optional<String> id(Members user) {
        Optional<Object> id = user.get("_id");
        if (id.isPresent() && id.get() instanceof Map<?, ?> object && object.get("$oid") instanceof String text) {
            return Optional.of("auth0|" + text);
        }
        return Optional.empty();
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text)).filter(Members::isKept);
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
