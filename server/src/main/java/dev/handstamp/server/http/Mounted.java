package dev.handstamp.server.http;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// An endpoint of a server that stands below a path of its host, such as `/auth`. The endpoint knows nothing of that:
/// it
/// sees its request as if the server had the host for itself, and whatever leads back here in its answer is put below
/// the path: redirects, the paths of cookies, and the forms and links of our pages.
final class Mounted implements Endpoint {

    private final String base;
    private final Endpoint endpoint;

    Mounted(String base, Endpoint endpoint) {
        this.base = base;
        this.endpoint = endpoint;
    }

    @Override
    public Response handle(Request request) {
        return endpoint.handle(request.below(base)).under(base);
    }

    @Override
    public int maximumBodyBytes(String method, String path, int usual) {
        String below = path.startsWith(base) ? path.substring(base.length()) : path;
        return endpoint.maximumBodyBytes(method, below, usual);
    }

    @Override
    public boolean isNonBlocking() {
        return endpoint.isNonBlocking();
    }

    @Override
    public Optional<Response> handleAtOnce(Request request) {
        return endpoint.handleAtOnce(request.below(base)).map(response -> response.under(base));
    }

    @Override
    public CompletionStage<Optional<Response>> begin(Request request) {
        return endpoint.begin(request.below(base)).thenApply(found -> found.map(response -> response.under(base)));
    }
}
