package dev.handstamp.jwt;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.util.Map;
import java.util.Optional;

/// A JSON Web Signature in compact serialization. Access tokens are checked with [TokenPolicy]; this is
/// for other content.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7515#section-5.2">RFC 7515 §5.2, validation</a>
public final class Jws {

    private static final int MAXIMUM_LENGTH = 1 << 20;

    private final Compact compact;
    private final Map<String, Object> header;
    private final byte[] payload;
    private final byte[] signature;

    private Jws(Compact compact, Map<String, Object> header, byte[] payload, byte[] signature) {
        this.compact = compact;
        this.header = header;
        this.payload = payload;
        this.signature = signature;
    }

    /// Cuts and decodes a compact serialization (RFC 7515 §3.1). Nothing is verified yet.
    ///
    /// @param text from anybody
    /// @return empty if it is not three parts of strict base64url with a JSON object first, or longer than 1 MiB
    public static Optional<Jws> parse(String text) {
        Compact compact = text.length() > MAXIMUM_LENGTH ? null : Compact.split(text);
        if (compact == null) {
            return Optional.empty();
        }
        byte[] header = compact.header();
        byte[] payload = compact.payload();
        byte[] signature = compact.signature();
        if (header == null || payload == null || signature == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Jws(compact, Json.parseObject(header), payload, signature));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    /// Finds the `kid` of a token, which nobody has checked: good for looking up a key and nothing else.
    ///
    /// @param text of the token, from anybody
    /// @return empty if there is none, or the text cannot be read
    public static Optional<String> unverifiedKeyId(String text) {
        Compact compact = text.length() > MAXIMUM_LENGTH ? null : Compact.split(text);
        byte[] header = compact == null ? null : compact.header();
        if (header == null) {
            return Optional.empty();
        }
        try {
            return Json.parseObject(header).get("kid") instanceof String kid ? Optional.of(kid) : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    /// Finds the `iss` of a token, which nobody has checked: good for finding out who must answer for it and nothing
    /// else.
    ///
    /// @param text of the token, from anybody
    /// @return empty if there is none, or the text cannot be read
    public static Optional<String> unverifiedIssuer(String text) {
        Compact compact = text.length() > MAXIMUM_LENGTH ? null : Compact.split(text);
        byte[] payload = compact == null ? null : compact.payload();
        if (payload == null) {
            return Optional.empty();
        }
        try {
            return Json.parseObject(payload).get("iss") instanceof String iss ? Optional.of(iss) : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    /// Checks the signature, and that the key is for the algorithm of the header (RFC 8725 §3.1).
    ///
    /// @param key the one that the signer is known by; what it is found by is the caller's care
    /// @return the payload, a copy, if the signature is right, else empty; empty too for a header with `crit`,
    ///     `b64` or `zip`
    public Optional<byte[]> verify(VerificationKey key) {
        boolean good = JoseHeader.problemOf(header) == null
                && key.algorithm().isNamed(header.get("alg"))
                && compact.isSignedBy(key, signature);
        return good ? Optional.of(payload.clone()) : Optional.empty();
    }

    /// {@return the header as the sender wrote it; to be believed only after [#verify]}
    public Map<String, Object> unverifiedHeader() {
        return header;
    }

    /// {@return the payload as the sender wrote it, a copy; to be believed only after [#verify]}
    public byte[] unverifiedPayload() {
        return payload.clone();
    }
}
