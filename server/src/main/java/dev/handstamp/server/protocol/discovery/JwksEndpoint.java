package dev.handstamp.server.protocol.discovery;

import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.crypto.KeyRing;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.store.StoreException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Publishes the public keys: all that any node may sign with by now. While the database is down, those last known.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7517#section-5">RFC 7517 §5, JWK Set</a>
public final class JwksEndpoint implements Endpoint {

    private static final String CACHE_CONTROL = "public, max-age=300";

    /// A database that has been silent for so long is not waited for.
    private static final Duration SILENT = Duration.ofSeconds(1);

    /// The answer for one key ring.
    private record Ready(KeyRing keys, String entityTag, Response whole, Response notModified) {}

    private final Live live;
    private volatile @Nullable Ready ready;

    public JwksEndpoint(Live live) {
        this.live = live;
    }

    @Override
    public Response handle(Request request) {
        Ready now = ready(keys());
        List<String> conditions = request.headers("If-None-Match");
        return conditions.equals(List.of(now.entityTag)) ? now.notModified : now.whole;
    }

    /// A verifier that asks for a key which another node has just begun to sign with must not be told that there is
    /// none.
    private KeyRing keys() {
        if (live.age().compareTo(SILENT) > 0) return live.latest().keys();
        try {
            return live.current().keys();
        } catch (StoreException e) {
            return live.latest().keys();
        }
    }

    private static Response published(Response response, String entityTag) {
        return response.header("Cache-Control", CACHE_CONTROL)
                .header("ETag", entityTag)
                .header("Access-Control-Allow-Origin", "*"); // Everybody may know them, scripts of any page too.
    }

    private Ready ready(KeyRing keys) {
        Ready current = ready;
        if (current != null && current.keys == keys) return current;
        byte[] json = keys.jwksJson();
        String entityTag = '"' + Sha256.base64Url(json) + '"';
        Ready made = new Ready(
                keys,
                entityTag,
                published(Response.json(200, json), entityTag),
                published(Response.empty(304), entityTag));
        ready = made;
        return made;
    }
}
