package dev.handstamp.server.crypto;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.authenticator.AAGUID;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.COSEKey;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.data.extension.authenticator.AuthenticationExtensionsAuthenticatorOutputs;
import com.webauthn4j.server.ServerProperty;
import dev.handstamp.server.domain.passkey.Assertion;
import dev.handstamp.server.domain.passkey.Attestation;
import dev.handstamp.server.domain.passkey.ClientData;
import dev.handstamp.server.domain.passkey.CredentialId;
import dev.handstamp.server.domain.passkey.Passkey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Checks passkeys and what they have signed, for one issuer: its host is the relying party, and its origin the only
/// one (WebAuthn Level 3 §7.1, §7.2). The user must have been verified. Attestation proves nothing here.
///
/// The library behind it, with its JSON and CBOR, is loaded by the first passkey that somebody presents.
public final class WebAuthn {

    /// ES256, EdDSA, RS256 (RFC 9053 §2, RFC 8812 §2), the most wanted first.
    public static final List<Long> ALGORITHMS = List.of(-7L, -8L, -257L);

    // An RSA key of 4096 bits with a usual exponent.
    private static final int LONGEST_KEY = 600;

    /// What a new passkey turned out to be.
    public sealed interface Enrolment {}

    /// What is kept of it.
    ///
    /// @param publicKey COSE, base64url
    /// @param aaguid    the model of what keeps it
    public record Enrolled(
            CredentialId credential,
            String publicKey,
            long signCount,
            boolean backupEligible,
            boolean backedUp,
            String aaguid)
            implements Enrolment {}

    /// What a signature turned out to be.
    public sealed interface Proof {}

    /// The user was verified, and the signature is right.
    public record Right(long signCount, boolean backupEligible, boolean backedUp) implements Proof {}

    /// It counts for nothing.
    ///
    /// @param reason for the audit trail: one word
    public record Unacceptable(String reason) implements Enrolment, Proof {}

    private final String relyingParty;
    private final String origin;

    /// @param issuer an absolute http or https address
    public WebAuthn(String issuer) {
        URI address = URI.create(issuer);
        this.relyingParty = address.getHost().toLowerCase(Locale.ROOT);
        this.origin = origin(address, relyingParty);
    }

    /// Whether signatures can be checked with a public key that came from elsewhere.
    ///
    /// @param publicKey COSE, base64url
    public static boolean isUsable(String publicKey) {
        try {
            return Library.isUsable(publicKey);
        } catch (RuntimeException _) {
            return false;
        }
    }

    /// What passkeys are bound to (`rp.id`).
    public String relyingParty() {
        return relyingParty;
    }

    /// Looks at a new passkey (§7.1).
    ///
    /// @param challenge the one that it must have signed for
    public Enrolment enrolled(Attestation attestation, String challenge) {
        Optional<Unacceptable> foreign = foreign(attestation.clientData().bytes(), ClientData.CREATE);
        if (foreign.isPresent()) return foreign.get();
        try {
            return Library.enrolled(attestation, challenge, origin, relyingParty);
        } catch (RuntimeException e) {
            return unacceptable(e);
        }
    }

    /// Looks at a signature (§7.2). Whether the counter went on is for [Passkey#use] to say.
    ///
    /// @param challenge the one that it must have signed
    public Proof proved(Assertion assertion, String challenge, Passkey passkey) {
        Optional<Unacceptable> foreign = foreign(assertion.clientData().bytes(), ClientData.GET);
        if (foreign.isPresent()) return foreign.get();
        try {
            return Library.proved(assertion, challenge, passkey, origin, relyingParty);
        } catch (RuntimeException e) {
            return unacceptable(e);
        }
    }

    /// What is refused before the library looks at it: it takes frames of other sites for none of its business when a
    /// passkey is made.
    private Optional<Unacceptable> foreign(byte[] clientData, String type) {
        Optional<ClientData> said = ClientData.parse(clientData);
        if (said.isEmpty()) return Optional.of(new Unacceptable("malformed_client_data"));
        if (!said.get().type().equals(type)) return Optional.of(new Unacceptable("other_type"));
        if (said.get().crossOrigin()) return Optional.of(new Unacceptable("cross_origin"));
        if (!said.get().origin().equals(origin)) return Optional.of(new Unacceptable("other_origin"));
        return Optional.empty();
    }

    /// Whatever the library throws at what somebody has sent is a refusal: none of it is ours.
    private static Unacceptable unacceptable(RuntimeException thrown) {
        String name = thrown.getClass().getSimpleName().replaceFirst("Exception$", "");
        return new Unacceptable(name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT));
    }

    /// As browsers write it: the port only where it is not the scheme's own (HTML §7.1.1).
    private static String origin(URI address, String host) {
        String scheme = address.getScheme().toLowerCase(Locale.ROOT);
        int own = scheme.equals("https") ? 443 : 80;
        boolean isOwn = address.getPort() < 0 || address.getPort() == own;
        return scheme + "://" + host + (isOwn ? "" : ":" + address.getPort());
    }

    /// All that knows the library, so that nothing of it is loaded before.
    private static final class Library {

        private static final ObjectConverter CONVERTER = new ObjectConverter();
        private static final WebAuthnManager MANAGER = WebAuthnManager.createNonStrictWebAuthnManager(CONVERTER);
        private static final List<PublicKeyCredentialParameters> OFFERED = ALGORITHMS.stream()
                .map(algorithm -> new PublicKeyCredentialParameters(
                        PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.create(algorithm)))
                .toList();

        static Enrolment enrolled(Attestation attestation, String challenge, String origin, String relyingParty) {
            RegistrationRequest request = new RegistrationRequest(
                    attestation.attestationObject().bytes(),
                    attestation.clientData().bytes());
            RegistrationData data = MANAGER.verify(
                    request,
                    new RegistrationParameters(expected(challenge, origin, relyingParty), OFFERED, true, true));
            var object = data.getAttestationObject();
            if (object == null) return new Unacceptable("no_attestation_object");
            var authenticator = object.getAuthenticatorData();
            AttestedCredentialData attested = authenticator.getAttestedCredentialData();
            if (attested == null) return new Unacceptable("no_credential");
            CredentialId credential = CredentialId.of(attested.getCredentialId());
            if (!credential.equals(attestation.credential())) return new Unacceptable("other_credential");
            byte[] key = CONVERTER.getCborMapper().writeValueAsBytes(attested.getCOSEKey());
            if (key.length > LONGEST_KEY) return new Unacceptable("long_key");
            return new Enrolled(
                    credential,
                    Base64.getUrlEncoder().withoutPadding().encodeToString(key),
                    authenticator.getSignCount(),
                    authenticator.isFlagBE(),
                    authenticator.isFlagBS(),
                    String.valueOf(attested.getAaguid().getValue()));
        }

        static Proof proved(
                Assertion assertion, String challenge, Passkey passkey, String origin, String relyingParty) {
            byte[] credential = passkey.credential().bytes();
            AuthenticationRequest request = new AuthenticationRequest(
                    credential,
                    assertion.authenticatorData().bytes(),
                    assertion.clientData().bytes(),
                    assertion.signature().bytes());
            AuthenticationParameters parameters = new AuthenticationParameters(
                    expected(challenge, origin, relyingParty), record(passkey), List.of(credential), true, true);
            AuthenticationData data = MANAGER.verify(request, parameters);
            var authenticator = data.getAuthenticatorData();
            if (authenticator == null) return new Unacceptable("no_authenticator_data");
            return new Right(authenticator.getSignCount(), authenticator.isFlagBE(), authenticator.isFlagBS());
        }

        static boolean isUsable(String publicKey) {
            byte[] key = Base64.getUrlDecoder().decode(publicKey);
            COSEKey cose =
                    key.length > LONGEST_KEY ? null : CONVERTER.getCborMapper().readValue(key, COSEKey.class);
            if (cose == null || cose.getPublicKey() == null || cose.getAlgorithm() == null) return false;
            cose.validate();
            return ALGORITHMS.contains(cose.getAlgorithm().getValue());
        }

        /// Its counter is no business of the library's: 0 lets every one pass.
        private static CredentialRecordImpl record(Passkey passkey) {
            byte[] key = Base64.getUrlDecoder().decode(passkey.publicKey());
            COSEKey cose = CONVERTER.getCborMapper().readValue(key, COSEKey.class);
            if (cose == null) throw new IllegalStateException("the public key of " + passkey.id() + " is empty");
            AttestedCredentialData attested = new AttestedCredentialData(
                    new AAGUID(passkey.aaguid()), passkey.credential().bytes(), cose);
            return new CredentialRecordImpl(
                    new NoneAttestationStatement(),
                    true,
                    passkey.backupEligible().orElse(null),
                    passkey.backedUp(),
                    0,
                    attested,
                    new AuthenticationExtensionsAuthenticatorOutputs<>(),
                    null,
                    null,
                    Set.of());
        }

        private static ServerProperty expected(String challenge, String origin, String relyingParty) {
            return ServerProperty.builder()
                    .origin(new Origin(origin))
                    .rpId(relyingParty)
                    .challenge(new DefaultChallenge(challenge.getBytes(StandardCharsets.ISO_8859_1)))
                    .build();
        }
    }
}
