package dev.handstamp.server.administration.moving;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.domain.user.PasswordHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The users of a realm as Keycloak exports them (`kc.sh export --users`): `users` with `credentials`, whose
/// `secretData` and `credentialData` are JSON in texts. Realm roles come along by name; passwords hashed with Argon2 or
/// PBKDF2, authenticator applications with codes by time, passkeys and consents do too. What else lets somebody sign in
/// is told as left behind; roles of clients and groups stay there without a word.
public final class KeycloakRealm implements UserFile {

    @Override
    public void read(InputStream in, Consumer<UserEntry> each) throws IOException {
        WholeFile.read(
                in,
                "realm export of Keycloak",
                realm -> {
                    Map<String, Optional<String>> bound = Map.of(
                            "webauthn", relyingParty(realm, "webAuthnPolicyRpId"),
                            "webauthn-passwordless", relyingParty(realm, "webAuthnPolicyPasswordlessRpId"));
                    return (number, user) -> user(number, user, bound);
                },
                each);
    }

    /// Empty in Keycloak means the host that browsers came by, which stands nowhere in the file.
    private static Optional<String> relyingParty(Members realm, String policy) {
        return realm.text(policy).filter(host -> !host.isEmpty());
    }

    /// @param bound what passkeys are bound to, by the kind of credential
    private static Newcomer user(long number, Members user, Map<String, Optional<String>> bound) {
        Map<String, Object> attributes = attributes(user);
        if (user.flag("emailVerified", false)) attributes.put("email_verified", true);
        user.text("firstName").filter(name -> !name.isEmpty()).ifPresent(name -> attributes.put("given_name", name));
        user.text("lastName").filter(name -> !name.isEmpty()).ifPresent(name -> attributes.put("family_name", name));
        String name = (user.text("firstName", "") + " " + user.text("lastName", "")).strip();
        return new Newcomer(
                number,
                user.text("username").orElseThrow(() -> new Misfit("username is missing")),
                name,
                user.text("email", ""),
                user.texts("realmRoles"),
                attributes,
                password(user),
                !user.flag("enabled", true),
                user.text("id"),
                user.millis("createdTimestamp"),
                new KeycloakLuggage(user, bound).packed());
    }

    /// Keycloak keeps a list of texts under each name; several are kept as one text, with commas between.
    private static Map<String, Object> attributes(Members user) {
        Map<String, Object> attributes = new HashMap<>();
        Optional<Members> given = user.members("attributes");
        if (given.isEmpty()) return attributes;
        for (Object name : given.get().object().keySet()) {
            List<String> values = given.get().texts((String) name);
            if (!values.isEmpty()) attributes.put((String) name, String.join(",", values));
        }
        return attributes;
    }

    private static Optional<PasswordHash> password(Members user) {
        for (Object each : user.list("credentials")) {
            Members credential = Members.of(each, "a credential");
            if (credential.text("type").equals(Optional.of("password"))) return Optional.of(hash(credential));
        }
        return Optional.empty();
    }

    private static PasswordHash hash(Members credential) {
        Members data = inner(credential, "credentialData");
        Members secret = inner(credential, "secretData");
        String algorithm = data.text("algorithm", "pbkdf2-sha256");
        long iterations = data.number("hashIterations").orElseThrow(() -> new Misfit("hashIterations is missing"));
        byte[] salt = bytes(secret, "salt");
        byte[] hash = bytes(secret, "value");
        return switch (algorithm) {
            case "pbkdf2" -> HashForms.pbkdf2("sha1", iterations, salt, hash);
            case "pbkdf2-sha256" -> HashForms.pbkdf2("sha256", iterations, salt, hash);
            case "pbkdf2-sha512" -> HashForms.pbkdf2("sha512", iterations, salt, hash);
            case "argon2" -> argon2(data, iterations, salt, hash);
            default -> throw new Misfit("the password is hashed with " + algorithm + ", which is not known here");
        };
    }

    private static PasswordHash argon2(Members data, long iterations, byte[] salt, byte[] hash) {
        Members more = data.members("additionalParameters").orElseThrow(() -> new Misfit("Argon2 has no parameters"));
        if (!first(more, "version").equals("1.3")) throw new Misfit("only Argon2 1.3 is known here");
        return new PasswordHash("$argon2" + first(more, "type") + "$v=19$m=" + first(more, "memory") + ",t="
                + iterations + ",p=" + first(more, "parallelism") + "$" + HashForms.base64(salt) + "$"
                + HashForms.base64(hash));
    }

    private static String first(Members more, String name) {
        return more.texts(name).stream().findFirst().orElseThrow(() -> new Misfit(name + " is missing"));
    }

    private static byte[] bytes(Members secret, String name) {
        return secret.text(name).flatMap(HashForms::decoded).orElseThrow(() -> new Misfit(name + " is no base64"));
    }

    /// What a member holds as JSON in a text.
    static Members inner(Members credential, String name) {
        String text = credential.required(name);
        try {
            return new Members(Json.parseObject(text.getBytes(StandardCharsets.UTF_8)));
        } catch (JsonException _) {
            throw new Misfit(name + " is no JSON object");
        }
    }
}
