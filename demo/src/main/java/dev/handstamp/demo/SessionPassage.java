package dev.handstamp.demo;

import static java.net.http.HttpRequest.BodyPublishers.noBody;
import static java.net.http.HttpRequest.BodyPublishers.ofByteArray;

import dev.handstamp.verifier.CrossSite;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// Passes the issuer's session endpoints through, under Nightclub's own origin.
///
/// An application and its issuer usually stand behind one reverse proxy and so share an origin; then the issuer's
/// cookies are the
/// application's. The demonstration has no proxy, its two addresses are two origins, and cookies across them would need
/// CORS
/// with credentials, which the issuer rightly does not offer. So Nightclub does the proxy's work for these two paths.
///
/// It adds nothing of its own: no secret, no cookie, no forwarded address. It leaves out every cookie but the
/// issuer's (on `localhost` the cookies of all ports meet) and every header that the issuer has no use for. `Origin` is
/// one of those: the issuer would compare it with its own origin, so it is compared with Nightclub's here.
final class SessionPassage implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LONGEST_ANSWER = 64 * 1024;
    private static final List<String> FORWARDED = List.of("Accept", "Content-Type", "Sec-Fetch-Site", "User-Agent");
    private static final List<String> RETURNED =
            List.of("Content-Type", "Cache-Control", "Retry-After", "Set-Cookie", "WWW-Authenticate", "X-Request-Id");

    private final URI issuer;
    private final String ownOrigin;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    SessionPassage(URI issuer, String ownOrigin) {
        this.issuer = issuer;
        this.ownOrigin = ownOrigin;
    }

    List<Door> doors() {
        return List.of(
                Door.post("/session", this::pass),
                Door.get("/session", this::pass),
                Door.delete("/session", this::pass),
                Door.post("/session/refresh", this::pass));
    }

    private Answer pass(Visit visit) {
        return CrossSite.refusal(visit.method(), visit.all("Sec-Fetch-Site"), visit.all("Origin"), ownOrigin)
                .map(Answer::of)
                .orElseGet(() -> forward(visit));
    }

    private Answer forward(Visit visit) {
        try {
            return answer(client.send(request(visit), BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_ANSWER)));
        } catch (IOException _) {
            return Answer.problem(502, "temporarily_unavailable", "The issuer does not answer.");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Answer.problem(503, "temporarily_unavailable", "Nightclub is closing.");
        }
    }

    private HttpRequest request(Visit visit) {
        var request = HttpRequest.newBuilder(issuer.resolve(visit.path()))
                .timeout(PATIENCE)
                .method(visit.method(), visit.body().length == 0 ? noBody() : ofByteArray(visit.body()));
        for (String name : FORWARDED) visit.all(name).forEach(value -> request.header(name, value));
        String cookies = issuersOwn(visit.all("Cookie"));
        if (!cookies.isEmpty()) request.header("Cookie", cookies);
        return request.build();
    }

    private static String issuersOwn(List<String> cookies) {
        return cookies.stream()
                .flatMap(line -> Arrays.stream(line.split(";")))
                .map(String::strip)
                .filter(cookie -> cookie.startsWith("__Host-handstamp") || cookie.startsWith("__Secure-handstamp"))
                .collect(Collectors.joining("; "));
    }

    private static Answer answer(HttpResponse<String> response) {
        var headers = new ArrayList<Answer.Header>();
        for (String name : RETURNED) {
            for (String value : response.headers().allValues(name)) headers.add(new Answer.Header(name, value));
        }
        return new Answer(response.statusCode(), headers, response.body());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
