package dev.handstamp.server.administration.moving;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.RecoveryCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Our own form, which `handstamp export` writes and which is easily made of anything: JSON Lines with `username`,
/// and if wished `name`, `email`, `roles`, `attributes`, `password_hash`, `disabled`, `sub`, `created_at`, `totp`,
/// `recovery_codes`, `user_handle`, `passkeys` and `consents`.
public final class HandstampLines implements UserFile {

    private static final Set<String> KNOWN = Set.of(
            "username",
            "name",
            "email",
            "roles",
            "attributes",
            "password_hash",
            "disabled",
            "sub",
            "created_at",
            "totp",
            "recovery_codes",
            "user_handle",
            "passkeys",
            "consents");

    private static final Set<String> OF_TOTP =
            Set.of("secret", "algorithm", "digits", "period", "last_step", "created_at");

    private static final Set<String> OF_CODES = Set.of("key", "hashes");

    private static final Set<String> OF_PASSKEY = Set.of(
            "rp_id",
            "credential_id",
            "public_key",
            "sign_count",
            "backup_eligible",
            "backed_up",
            "transports",
            "aaguid",
            "name",
            "created_at",
            "last_used_at",
            "suspended_at");

    private static final Set<String> OF_CONSENT = Set.of("client_id", "audience", "scope", "given_at");

    @Override
    public void read(InputStream in, Consumer<UserEntry> each) throws IOException {
        Lines.read(in, HandstampLines::user, each);
    }

    private static Newcomer user(long number, Members user) {
        user.mustBeOf(KNOWN, "");
        return new Newcomer(
                number,
                user.text("username").orElseThrow(() -> new Misfit("username is missing")),
                user.text("name", ""),
                user.text("email", ""),
                user.texts("roles"),
                attributes(user),
                user.text("password_hash").map(HashForms::normal),
                user.flag("disabled", false),
                user.text("sub"),
                user.instant("created_at"),
                luggage(user));
    }

    private static Luggage luggage(Members user) {
        Optional<Luggage.Authenticator> authenticator = user.members("totp").map(HandstampLines::authenticator);
        Optional<Luggage.Codes> codes = user.members("recovery_codes").map(HandstampLines::codes);
        if (codes.isPresent() && authenticator.isEmpty()) throw new Misfit("recovery_codes are there without totp");
        List<Luggage.Credential> passkeys = new ArrayList<>();
        for (Object each : user.list("passkeys")) passkeys.add(passkey(Members.of(each, "a passkey")));
        if (!passkeys.isEmpty() && user.text("user_handle").isEmpty()) {
            throw new Misfit("passkeys are there without user_handle, which authenticators call the user by");
        }
        List<Luggage.Allowed> consents = new ArrayList<>();
        for (Object each : user.list("consents")) consents.add(allowed(Members.of(each, "a consent")));
        return new Luggage(
                authenticator,
                codes,
                user.text("user_handle").map(FactorForms::userHandle),
                passkeys,
                consents,
                List.of());
    }

    private static Luggage.Authenticator authenticator(Members totp) {
        totp.mustBeOf(OF_TOTP, "totp");
        return new Luggage.Authenticator(
                FactorForms.secret(totp.required("secret")),
                FactorForms.parameters(
                                totp.text("algorithm", "SHA1"),
                                totp.number("digits").orElse(6L),
                                totp.number("period").orElse(30L))
                        .orElseThrow(
                                () -> new Misfit("totp is made in a way that is not known here: " + FactorForms.KNOWN)),
                totp.number("last_step", 0, Long.MAX_VALUE).orElse(0L),
                totp.instant("created_at"));
    }

    private static Luggage.Codes codes(Members codes) {
        codes.mustBeOf(OF_CODES, "recovery_codes");
        List<String> hashes = codes.texts("hashes");
        if (hashes.size() > RecoveryCode.SET) {
            throw new Misfit("there are more than " + RecoveryCode.SET + " hashes in recovery_codes");
        }
        return new Luggage.Codes(
                FactorForms.digest(codes.required("key"), "the key of recovery_codes", Secret::new),
                hashes.stream()
                        .map(hash -> FactorForms.digest(hash, "a hash of recovery_codes", SecretHash::new))
                        .toList());
    }

    private static Luggage.Credential passkey(Members passkey) {
        passkey.mustBeOf(OF_PASSKEY, "a passkey");
        return new Luggage.Credential(
                passkey.text("rp_id"),
                FactorForms.credentialId(passkey.required("credential_id")),
                FactorForms.publicKey(passkey.required("public_key")),
                passkey.number("sign_count", 0, FactorForms.HIGHEST_COUNT).orElse(0L),
                passkey.get("backup_eligible").map(_ -> passkey.flag("backup_eligible", false)),
                passkey.flag("backed_up", false),
                FactorForms.transports(passkey.texts("transports")),
                FactorForms.aaguid(passkey.text("aaguid")),
                passkey.text("name"),
                passkey.instant("created_at"),
                passkey.instant("last_used_at"),
                passkey.instant("suspended_at"));
    }

    private static Luggage.Allowed allowed(Members consent) {
        consent.mustBeOf(OF_CONSENT, "a consent");
        return new Luggage.Allowed(
                consent.required("client_id"),
                Optional.of(Audience.parse(consent.required("audience"))
                        .orElseThrow(() -> new Misfit("the audience of a consent is no API"))),
                Scopes.parse(consent.required("scope"))
                        .orElseThrow(() -> new Misfit("the scope of a consent is no list of scopes"))
                        .tokens(),
                consent.instant("given_at"));
    }

    private static Map<String, Object> attributes(Members user) {
        Map<String, Object> attributes = new HashMap<>();
        Optional<Members> given = user.members("attributes");
        if (given.isEmpty()) return attributes;
        given.get().object().forEach((name, value) -> {
            if (!Members.isPlain(value)) throw new Misfit("the attribute " + name + " is no text, number or flag");
            attributes.put((String) name, value);
        });
        return attributes;
    }
}
