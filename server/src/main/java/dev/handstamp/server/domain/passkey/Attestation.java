package dev.handstamp.server.domain.passkey;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A new passkey as a browser presents it: `PublicKeyCredential` with an `AuthenticatorAttestationResponse` in JSON
/// (WebAuthn Level 3 §5.1.3). Bounded, and not checked yet.
public record Attestation(
        CredentialId credential, Base64Url clientData, Base64Url attestationObject, SortedSet<String> transports) {

    // An attestation with its certificates; ours have none.
    private static final int LONGEST_OBJECT = 16_384;
    private static final int LONGEST_CLIENT_DATA = 4_096;
    private static final int MOST_TRANSPORTS = 8;

    public static Optional<Attestation> parse(@Nullable Object json) {
        if (!(json instanceof Map<?, ?> credential) || !(credential.get("response") instanceof Map<?, ?> response)) {
            return Optional.empty();
        }
        Optional<CredentialId> id =
                credential.get("id") instanceof String text ? CredentialId.parse(text) : Optional.empty();
        Optional<Base64Url> clientData = Base64Url.parse(response.get("clientDataJSON"), LONGEST_CLIENT_DATA);
        Optional<Base64Url> object = Base64Url.parse(response.get("attestationObject"), LONGEST_OBJECT);
        if (id.isEmpty() || clientData.isEmpty() || object.isEmpty()) return Optional.empty();
        return Optional.of(
                new Attestation(id.get(), clientData.get(), object.get(), transports(response.get("transports"))));
    }

    /// Those that look like one; a browser may know more than we do (§5.8.4).
    private static SortedSet<String> transports(@Nullable Object json) {
        SortedSet<String> transports = new TreeSet<>();
        if (!(json instanceof Iterable<?> named)) return transports;
        for (Object each : named) {
            boolean fits = each instanceof String text && text.matches("[a-z0-9-]{1,32}");
            if (fits && transports.size() < MOST_TRANSPORTS) transports.add(each.toString());
        }
        return transports;
    }
}
