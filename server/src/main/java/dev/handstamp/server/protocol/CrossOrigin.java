package dev.handstamp.server.protocol;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Lets applications that run in a browser read what endpoints answer: those at an origin that a public client has
/// registered a redirect URI of.
///
/// Nobody is ever allowed to send cookies along, and no other origin is told anything. It takes nothing from anybody:
/// what is asked for here is proved by what stands in the request, never by where it comes from.
///
/// @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch, CORS protocol</a>
public final class CrossOrigin {

    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    private static final String REQUEST_HEADERS = "Authorization, Content-Type, DPoP";
    private static final String ANSWER_HEADERS = "DPoP-Nonce, Retry-After, WWW-Authenticate";
    private static final String PREFLIGHT_SECONDS = "600";

    private record Known(long position, Set<String> origins) {}

    private final Live live;
    private volatile @Nullable Known known;

    public CrossOrigin(Live live) {
        this.live = live;
    }

    /// This endpoint, whose answers applications may read.
    public Endpoint open(Endpoint endpoint) {
        return new Opened(endpoint);
    }

    /// Tells a browser, before it sends a request, that it may.
    ///
    /// @param methods the methods of the path, as in `Allow`
    public Endpoint preflight(String methods) {
        return request -> {
            Optional<String> origin = allowed(request);
            if (origin.isEmpty()) return Response.empty(405).header("Allow", methods);
            return readable(Response.empty(204), origin.get())
                    .header("Access-Control-Allow-Methods", methods)
                    .header("Access-Control-Allow-Headers", REQUEST_HEADERS)
                    .header("Access-Control-Max-Age", PREFLIGHT_SECONDS);
        };
    }

    private Optional<String> allowed(Request request) {
        List<String> sent = request.headers("Origin");
        return sent.size() == 1 && origins().contains(sent.getFirst())
                ? Optional.of(sent.getFirst())
                : Optional.empty();
    }

    private Set<String> origins() {
        Directory directory = live.latest().directory();
        Known current = known;
        if (current == null || current.position != directory.position()) {
            current = new Known(directory.position(), originsOf(directory));
            known = current;
        }
        return current.origins;
    }

    private static Set<String> originsOf(Directory directory) {
        Set<String> origins = new HashSet<>();
        for (Client client : directory.clients().values()) {
            if (!client.isPublic()) continue;
            for (RedirectUri uri : client.redirection().uris()) uri.origin().ifPresent(origins::add);
        }
        return origins;
    }

    private static Response readable(Response response, String origin) {
        return response.header(ALLOW_ORIGIN, origin).header("Vary", "Origin");
    }

    private final class Opened implements Endpoint {

        private final Endpoint endpoint;

        private Opened(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public Response handle(Request request) {
            return opened(request, endpoint.handle(request));
        }

        @Override
        public Optional<Response> handleAtOnce(Request request) {
            return endpoint.handleAtOnce(request).map(response -> opened(request, response));
        }

        @Override
        public CompletionStage<Optional<Response>> begin(Request request) {
            if (request.headers("Origin").isEmpty()) return endpoint.begin(request);
            return endpoint.begin(request).thenApply(answer -> answer.map(response -> opened(request, response)));
        }

        @Override
        public boolean isNonBlocking() {
            return endpoint.isNonBlocking();
        }

        private Response opened(Request request, Response response) {
            Optional<String> origin = allowed(request);
            return origin.isEmpty()
                    ? response
                    : readable(response, origin.get()).header("Access-Control-Expose-Headers", ANSWER_HEADERS);
        }
    }
}
