package dev.handstamp.server.html;

import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import java.util.Optional;

/// Serves the files that pages load. An address is good for one content, for ever.
public final class Assets implements Endpoint {

    private final String base;

    /// @param base the path of the issuer; empty if it has none
    public Assets(String base) {
        this.base = base;
    }

    @Override
    public Response handle(Request request) {
        String path = request.path();
        Optional<Asset> found = path.startsWith(base) ? Asset.at(path.substring(base.length())) : Optional.empty();
        if (found.isEmpty()) return Response.text(404, "There is no such file.").noStore();
        Asset asset = found.get();
        boolean small = request.header("Accept-Encoding").orElse("").contains("gzip");
        Response response = Response.bytes(200, small ? asset.compressed() : asset.content(), asset.mediaType())
                .header("Cache-Control", "public, max-age=31536000, immutable")
                .header("Vary", "Accept-Encoding");
        return small ? response.header("Content-Encoding", "gzip") : response;
    }
}
