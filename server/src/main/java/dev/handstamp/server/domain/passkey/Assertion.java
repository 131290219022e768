package dev.handstamp.server.domain.passkey;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A signature of a passkey as a browser presents it: `PublicKeyCredential` with an `AuthenticatorAssertionResponse` in
/// JSON (WebAuthn Level 3 §5.1.3). Bounded, and not checked yet.
///
/// @param userHandle whose passkey it is, as its authenticator says
public record Assertion(
        CredentialId credential,
        Base64Url clientData,
        Base64Url authenticatorData,
        Base64Url signature,
        Optional<UserHandle> userHandle) {

    private static final int LONGEST_CLIENT_DATA = 4_096;
    private static final int LONGEST_AUTHENTICATOR_DATA = 2_048;
    private static final int LONGEST_SIGNATURE = 1_024;
    private static final int LONGEST_HANDLE = 64;

    public static Optional<Assertion> parse(@Nullable Object json) {
        if (!(json instanceof Map<?, ?> credential) || !(credential.get("response") instanceof Map<?, ?> response)) {
            return Optional.empty();
        }
        Optional<CredentialId> id =
                credential.get("id") instanceof String text ? CredentialId.parse(text) : Optional.empty();
        Optional<Base64Url> clientData = Base64Url.parse(response.get("clientDataJSON"), LONGEST_CLIENT_DATA);
        Optional<Base64Url> data = Base64Url.parse(response.get("authenticatorData"), LONGEST_AUTHENTICATOR_DATA);
        Optional<Base64Url> signature = Base64Url.parse(response.get("signature"), LONGEST_SIGNATURE);
        if (id.isEmpty() || clientData.isEmpty() || data.isEmpty() || signature.isEmpty()) return Optional.empty();
        Object named = response.get("userHandle");
        Optional<UserHandle> handle =
                Base64Url.parse(named, LONGEST_HANDLE).map(Base64Url::text).map(UserHandle::new);
        if (named != null && handle.isEmpty()) return Optional.empty();
        return Optional.of(new Assertion(id.get(), clientData.get(), data.get(), signature.get(), handle));
    }
}
