package dev.handstamp.jwt;

import dev.handstamp.json.JsonWriter;
import java.util.Map;

/// The thumbprint of a key: the SHA-256 of its required members alone.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7638#section-3">RFC 7638 §3</a>
public final class Thumbprint {

    private Thumbprint() {}

    /// Computes the thumbprint of any key that is described as a JWK, public or private.
    ///
    /// @param jwk the members of the key; those that RFC 7638 §3.2 does not name are passed over
    /// @return the digest as base64url without padding, 43 characters
    /// @throws InvalidJwkException if the key's type is unknown or one of its required members is missing
    public static String of(Map<String, ?> jwk) throws InvalidJwkException {
        KeyType type = KeyType.named(String.valueOf(jwk.get("kty")))
                .orElseThrow(() -> InvalidJwkException.unknownKind("unknown kty"));
        var writer = new JsonWriter().beginObject();
        for (String name : type.thumbprintMembers()) {
            if (!(jwk.get(name) instanceof String value)) {
                throw new InvalidJwkException(name + " is missing or not text");
            }
            writer.member(name, value);
        }
        return Sha256.base64Url(writer.endObject().toByteArray());
    }
}
