package dev.handstamp.jwt;

import dev.handstamp.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Signs payloads of one type with one key, in compact serialization; the header is ready. Many threads may share
/// it.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7515#section-5.1">RFC 7515 §5.1</a>
public final class JwsSigner {

    private final PrivateJwk key;
    private final byte[] headerAndDot;

    /// Makes the header ready: `alg` and `kid` of the key, and this `typ`.
    ///
    /// @param key the one that signs
    /// @param type the `typ` of what is signed, such as "at+jwt" (RFC 8725 §3.11)
    public JwsSigner(PrivateJwk key, String type) {
        this.key = key;
        byte[] header = new JsonWriter()
                .beginObject()
                .member("alg", key.algorithm().joseName())
                .member("kid", key.keyId())
                .member("typ", type)
                .endObject()
                .toByteArray();
        this.headerAndDot = (Base64Url.encode(header) + ".").getBytes(StandardCharsets.US_ASCII);
    }

    /// Signs a payload.
    ///
    /// @param payload any bytes, for a JWT its claims as JSON; only read
    /// @return the compact serialization (RFC 7515 §3.1)
    /// @throws IllegalStateException if the crypto provider fails
    public String sign(byte[] payload) {
        int payloadEnd = headerAndDot.length + Base64Url.encodedLength(payload.length);
        byte[] text = Arrays.copyOf(headerAndDot, payloadEnd);
        Base64Url.encode(payload, text, headerAndDot.length);

        byte[] signature = key.sign(text, payloadEnd);
        byte[] whole = Arrays.copyOf(text, payloadEnd + 1 + Base64Url.encodedLength(signature.length));
        whole[payloadEnd] = '.';
        Base64Url.encode(signature, whole, payloadEnd + 1);
        return new String(whole, StandardCharsets.ISO_8859_1);
    }

    /// {@return the `kid` that stands in every header}
    public String keyId() {
        return key.keyId();
    }

    /// {@return the algorithm that it signs with}
    public Algorithm algorithm() {
        return key.algorithm();
    }
}
