package dev.handstamp.server.protocol.revocation;

import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Tally;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.Authentication.Anonymous;
import dev.handstamp.server.protocol.Authentication.ByApi;
import dev.handstamp.server.protocol.Authentication.ByClient;
import dev.handstamp.server.protocol.Authentication.ByPublicClient;
import dev.handstamp.server.protocol.Authentication.Refused;
import dev.handstamp.server.protocol.ClientAuthenticator;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Tells an API at once what was taken back: a stream of server-sent events, each a signed security event token.
///
/// It begins with all that the API has to know, or with what it has missed since the position that it names in
/// `Last-Event-ID`, and goes on until one side ends it. docs/revocation.md describes the events.
///
/// @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, server-sent events</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8417">RFC 8417, Security Event Token</a>
public final class RevocationFeedEndpoint implements Endpoint {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_-]{16,128}");
    private static final Pattern POSITION = Pattern.compile("[0-9]{1,18}");

    private final Live live;
    private final ClientAuthenticator authenticator;
    private final RevocationFeed feed;
    private final Tally tally;

    public RevocationFeedEndpoint(Live live, ClientAuthenticator authenticator, RevocationFeed feed, Tally tally) {
        this.live = live;
        this.authenticator = authenticator;
        this.feed = feed;
        this.tally = tally;
    }

    @Override
    public Response handle(Request request) {
        Snapshot known = live.current();
        return switch (authenticator.authenticate(request, known.directory())) {
            case ByApi(var api) -> begin(request, api);
            case ByClient _, ByPublicClient _, Anonymous _ ->
                new OAuthError(ErrorCode.INVALID_CLIENT, "Client authentication failed.").toResponse();
            case Refused(var error) -> error.toResponse();
        };
    }

    private Response begin(Request request, Api api) {
        List<String> asked = request.headers("Last-Event-ID");
        boolean malformed = asked.size() > 1
                || (asked.size() == 1 && !POSITION.matcher(asked.getFirst()).matches());
        if (malformed) {
            return new OAuthError(ErrorCode.INVALID_REQUEST, "Last-Event-ID is not a position.").toResponse();
        }
        List<String> nonces = request.headers("Feed-Nonce");
        if (nonces.size() > 1
                || (nonces.size() == 1 && !NONCE.matcher(nonces.getFirst()).matches())) {
            return new OAuthError(ErrorCode.INVALID_REQUEST, "Feed-Nonce is 16 to 128 characters of base64url.")
                    .toResponse();
        }
        if (request.method().equals("HEAD")) return Response.empty(200).noStore();
        OptionalLong position =
                asked.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(asked.getFirst()));
        Optional<FeedReader> reader = feed.admit(api, position, nonces.stream().findFirst(), request.remoteAddress());
        if (reader.isPresent()) return Response.events(reader.get());
        tally.feedsRefused.increment();
        return OAuthError.tryLater(
                ErrorCode.TEMPORARILY_UNAVAILABLE,
                "Too many feeds are open; try again, or at another node.",
                RETRY_AFTER);
    }
}
