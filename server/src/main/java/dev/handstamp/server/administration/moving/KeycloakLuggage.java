package dev.handstamp.server.administration.moving;

import dev.handstamp.server.administration.moving.Luggage.Allowed;
import dev.handstamp.server.administration.moving.Luggage.Authenticator;
import dev.handstamp.server.administration.moving.Luggage.Credential;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.passkey.UserHandle;
import dev.handstamp.server.domain.session.TotpParameters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a user of Keycloak has beside a password. A credential that cannot come along does not keep its user out: it is
/// told as left behind.
final class KeycloakLuggage {

    private static final String SET_UP = ": the user sets one up at /account/authenticator";

    private final Members user;
    private final Map<String, Optional<String>> bound;
    private final List<Authenticator> authenticators = new ArrayList<>();
    private final List<Credential> passkeys = new ArrayList<>();
    private final List<Allowed> consents = new ArrayList<>();
    private final List<String> left = new ArrayList<>();

    /// @param bound what passkeys are bound to, by the kind of credential
    KeycloakLuggage(Members user, Map<String, Optional<String>> bound) {
        this.user = user;
        this.bound = bound;
    }

    Luggage packed() {
        for (Object each : user.list("credentials")) {
            Members credential = Members.of(each, "a credential");
            String type = credential.text("type", "");
            switch (type) {
                case "password" -> {}
                case "otp" -> orLeave("its authenticator application", SET_UP, () -> addAuthenticator(credential));
                case "webauthn", "webauthn-passwordless" ->
                    orLeave(
                            "a passkey",
                            ": the user adds another at /account/passkeys",
                            () -> passkeys.add(passkey(credential, bound.getOrDefault(type, Optional.empty()))));
                case "recovery-authn-codes" ->
                    left.add("its recovery codes, which are checked in another way here: the user gets some with an"
                            + " authenticator application at /account/authenticator");
                default -> left.add("a credential of the kind " + type + ", which is not known here");
            }
        }
        for (Object each : user.list("clientConsents")) {
            Members consent = Members.of(each, "a consent");
            orLeave("a consent", ": the user is asked again", () -> consents.add(allowed(consent)));
        }
        if (!user.list("federatedIdentities").isEmpty()) {
            left.add(
                    "its sign-ins by other providers, which are not known here: the user signs in with a password, set by"
                            + " ./handstamp user password or by mail, or with a passkey");
        }
        return new Luggage(authenticators.stream().findFirst(), Optional.empty(), handle(), passkeys, consents, left);
    }

    /// What authenticators call the user: without it no passkey is found again, and all of them stay behind.
    private Optional<UserHandle> handle() {
        if (passkeys.isEmpty()) return Optional.empty();
        try {
            return Optional.of(FactorForms.userHandle(user.required("id").getBytes(StandardCharsets.UTF_8)));
        } catch (Misfit _) {
            left.add("its passkeys (" + passkeys.size() + "), which call the user by an id of 1 to 64 bytes that is not"
                    + " there: the user adds others at /account/passkeys");
            passkeys.clear();
            return Optional.empty();
        }
    }

    private void orLeave(String what, String advice, Runnable add) {
        try {
            add.run();
        } catch (Misfit misfit) {
            left.add(what + " (" + misfit.problem() + ")" + advice);
        }
    }

    private void addAuthenticator(Members credential) {
        Authenticator read = authenticator(credential);
        if (authenticators.isEmpty()) authenticators.add(read);
        else left.add("one more authenticator application: there is one for each user, and the first was taken");
    }

    private static Authenticator authenticator(Members credential) {
        Members data = KeycloakRealm.inner(credential, "credentialData");
        String kind = data.text("subType", "totp");
        if (kind.equals("hotp")) throw new Misfit("it counts, which is HOTP; only codes by time are known here");
        if (!kind.equals("totp")) throw new Misfit("it makes codes in a way that is not known here");
        String algorithm = data.text("algorithm", "HmacSHA1");
        TotpParameters parameters = FactorForms.parameters(
                        algorithm.replaceFirst("^Hmac", ""),
                        data.number("digits").orElse(6L),
                        data.number("period").orElse(30L))
                .orElseThrow(() ->
                        new Misfit("it makes codes in a way that is not known here; known are " + FactorForms.KNOWN));
        String value = KeycloakRealm.inner(credential, "secretData").required("value");
        return new Authenticator(secret(value, data.text("secretEncoding")), parameters, 0, createdAt(credential));
    }

    /// The characters of the text are the key itself, unless an encoding is named.
    private static Secret secret(String value, Optional<String> encoding) {
        if (encoding.isEmpty()) return FactorForms.secret(value.getBytes(StandardCharsets.UTF_8));
        if (encoding.get().equalsIgnoreCase("BASE32")) return FactorForms.secret(value);
        throw new Misfit("its secret is encoded in a way that is not known here");
    }

    /// Whether it may be on several devices is not written down there.
    private static Credential passkey(Members credential, Optional<String> relyingParty) {
        Members data = KeycloakRealm.inner(credential, "credentialData");
        return new Credential(
                relyingParty,
                FactorForms.credentialId(data.required("credentialId")),
                FactorForms.publicKey(data.required("credentialPublicKey")),
                data.number("counter", 0, FactorForms.HIGHEST_COUNT).orElse(0L),
                Optional.empty(),
                false,
                FactorForms.transports(data.texts("transports")),
                FactorForms.aaguid(data.text("aaguid")),
                credential.text("userLabel"),
                createdAt(credential),
                Optional.empty(),
                Optional.empty());
    }

    /// Scopes there are granted by name, wherever the client goes; who has granted any has agreed to sign in.
    private static Allowed allowed(Members consent) {
        Set<String> scopes = new LinkedHashSet<>(consent.texts("grantedClientScopes"));
        scopes.add("openid");
        return new Allowed(
                consent.required("clientId"),
                Optional.empty(),
                scopes,
                consent.millis("lastUpdatedDate").or(() -> consent.millis("createdDate")));
    }

    private static Optional<Instant> createdAt(Members credential) {
        return credential.millis("createdDate");
    }
}
