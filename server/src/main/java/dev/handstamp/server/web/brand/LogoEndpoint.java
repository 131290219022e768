package dev.handstamp.server.web.brand;

import dev.handstamp.server.domain.client.Brand.Logo;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.store.BrandStore;
import dev.handstamp.server.store.Database;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Serves the logos of brands. An address is good for one content, for ever; only what some brand has is looked for.
///
/// Whoever opens a logo by itself gets a page in which nothing runs and nothing is loaded: an SVG is a document.
public final class LogoEndpoint implements Endpoint {

    /// Where they all are.
    public static final String PATH = "/brand/";

    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
    private static final int MOST_REMEMBERED = 64;

    private final Live live;
    private final Database database;
    private final BrandStore brands = new BrandStore();
    private final Map<String, byte[]> remembered = new LinkedHashMap<>();

    public LogoEndpoint(Live live, Database database) {
        this.live = live;
        this.database = database;
    }

    @Override
    public Response handle(Request request) {
        String name = request.path().substring(PATH.length());
        int dot = name.indexOf('.');
        Optional<Logo> logo = live.current()
                .directory()
                .brands()
                .logo(name.substring(0, Math.max(0, dot)))
                .filter(known -> known.path().equals(PATH + name));
        Optional<byte[]> content = logo.flatMap(this::content);
        if (content.isEmpty())
            return Response.text(404, "There is no such logo.").noStore();
        return Response.bytes(200, content.get(), logo.get().type().mediaType())
                .header("Cache-Control", "public, max-age=31536000, immutable")
                .header("Content-Security-Policy", POLICY)
                .header("X-Frame-Options", "DENY");
    }

    private Optional<byte[]> content(Logo logo) {
        synchronized (remembered) {
            byte[] known = remembered.get(logo.digest());
            if (known != null) return Optional.of(known);
        }
        Optional<byte[]> read = database.read(tx -> brands.logo(tx, logo));
        synchronized (remembered) {
            if (remembered.size() >= MOST_REMEMBERED) remembered.clear();
            read.ifPresent(content -> remembered.put(logo.digest(), content));
        }
        return read;
    }
}
