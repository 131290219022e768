package dev.handstamp.server.protocol;

import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.StoreUnavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Answers for an endpoint whose database cannot be asked now: 503 and when to ask again. Nothing was half done.
public final class StoreGuard implements Endpoint {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Endpoint endpoint;

    public StoreGuard(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public Response handle(Request request) {
        try {
            return endpoint.handle(request);
        } catch (StoreUnavailable unavailable) {
            Log.warn("database unavailable", "path", request.path(), "reason", unavailable.getMessage());
            return OAuthError.tryLater(
                    ErrorCode.TEMPORARILY_UNAVAILABLE, "The server cannot do this now; try again.", RETRY_AFTER);
        }
    }

    @Override
    public int maximumBodyBytes(String method, String path, int usual) {
        return endpoint.maximumBodyBytes(method, path, usual);
    }

    @Override
    public Optional<Response> handleAtOnce(Request request) {
        return endpoint.handleAtOnce(request);
    }

    @Override
    public CompletionStage<Optional<Response>> begin(Request request) {
        return endpoint.begin(request);
    }

    @Override
    public boolean isNonBlocking() {
        return endpoint.isNonBlocking();
    }
}
