package dev.handstamp.demo;

import static dev.handstamp.verifier.Condition.atLeast;
import static dev.handstamp.verifier.Requirement.anyToken;
import static dev.handstamp.verifier.Requirement.claim;
import static dev.handstamp.verifier.Requirement.role;
import static dev.handstamp.verifier.Requirement.scope;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.verifier.BearerToken;
import dev.handstamp.verifier.BearerToken.Found;
import dev.handstamp.verifier.BearerToken.InvalidRequest;
import dev.handstamp.verifier.BearerToken.Missing;
import dev.handstamp.verifier.ResourceMetadata;
import dev.handstamp.verifier.TokenVerifier;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// A small API on the verifier and the JDK's own HTTP server, listening on loopback only.
///
/// [#doors()] is the whole of it: each line is a path, what it requires, and what it does for those who have it.
public final class Nightclub implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Nightclub.class.getName());

    private final ResourceMetadata metadata;
    private final Guard guard;
    private final Bouncer bouncer;
    private final FrontPage frontPage;
    private final SessionPassage session;
    private final InstantSource clock;
    private final GuestList guestList = new GuestList();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Door> doors;

    /// @param port     0 for any free one
    /// @param issuer   where people log in
    /// @param audience the name of this API in tokens
    /// @param checking how the verifier checks, in words that follow "are checked"
    /// @param reception where the operator has sessions ended
    Nightclub(
            int port,
            URI issuer,
            String audience,
            TokenVerifier verifier,
            String checking,
            Reception reception,
            InstantSource clock)
            throws IOException {
        this.server = listen(port);
        this.metadata = ResourceMetadata.of(origin())
                .name("Nightclub")
                .authorizationServers(issuer.toString())
                .scopes("guestlist:read", "guestlist:write")
                .build();
        this.bouncer = new Bouncer(verifier, reception);
        this.guard = new Guard(verifier, origin(), metadata, bouncer::saw);
        this.frontPage = new FrontPage(issuer.toString(), audience, checking);
        this.session = new SessionPassage(issuer, origin());
        this.clock = clock;
        this.doors = doors();
    }

    private List<Door> doors() {
        var doors = new ArrayList<>(frontPage.doors());
        doors.addAll(List.of(
                Door.get(metadata.path(), _ -> Answer.document(metadata.json())),
                Door.get("/floor", guard.admits(anyToken(), (guest, _) -> welcome("The floor is yours", guest))),
                Door.get("/bar", guard.admits(claim("age", atLeast(18)), (guest, _) -> welcome("Cheers", guest))),
                Door.get("/lounge", guard.admits(role("vip"), (guest, _) -> welcome("Your usual table", guest))),
                Door.get("/guestlist", guard.admits(scope("guestlist:read"), (_, _) -> guests(200, guestList.names()))),
                Door.post("/guestlist", guard.admits(scope("guestlist:write"), (_, visit) -> addGuest(visit))),
                Door.post("/off-the-list", guard.admits(role("operator"), bouncer::takeOffTheList)),
                Door.get("/stamp", guard.admits(anyToken(), (guest, visit) -> takenApart(guest, visit)))));
        doors.addAll(session.doors());
        return List.copyOf(doors);
    }

    private static Answer welcome(String words, AccessToken guest) {
        String name = guest.claims().string("name").orElse(guest.subject());
        return Answer.json(200, Map.of("message", words + ", " + name + "."));
    }

    private static Answer guests(int status, List<String> names) {
        return Answer.json(status, Map.of("guests", names));
    }

    private Answer addGuest(Visit visit) {
        if (!visit.sends("application/json")) {
            return Answer.problem(415, "unsupported_media_type", "Send application/json.");
        }
        Optional<String> name = nameIn(visit.body());
        if (name.isEmpty()) {
            return Answer.problem(400, "invalid_request", "Send {\"name\": …} alone, 1 to 40 characters.");
        }
        return guests(201, guestList.add(name.get()));
    }

    private static Optional<String> nameIn(byte[] body) {
        try {
            Map<String, Object> object = Json.parseObject(body);
            return object.size() == 1 ? GuestList.name(object.get("name")) : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private Answer takenApart(AccessToken guest, Visit visit) {
        return switch (BearerToken.read(visit.all("Authorization"), visit.all("Cookie"), visit.query())) {
            case Found found -> Answer.json(200, TakenApart.of(found.token(), guest.expiresAt(), clock.instant()));
            case Missing _, InvalidRequest _ -> throw new IllegalStateException("let in without a token");
        };
    }

    public Nightclub start() {
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
        return this;
    }

    /// Where a browser finds it.
    public String origin() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /// Ends at once: a demonstration has nobody to wait for.
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        session.close();
    }

    private static HttpServer listen(int port) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try {
            return HttpServer.create(address, 128);
        } catch (BindException e) {
            throw new IOException("Nightclub cannot listen at " + address + ": " + e.getMessage(), e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answerTo(exchange).send(exchange);
        }
    }

    private Answer answerTo(HttpExchange exchange) throws IOException {
        Optional<Visit> visit = Visit.of(exchange);
        if (visit.isEmpty()) return Answer.problem(413, "content_too_large", "At most 8 KiB.");
        try {
            return route(visit.get());
        } catch (RuntimeException broken) {
            LOG.log(System.Logger.Level.ERROR, "no answer for " + visit.get().method(), broken);
            return Answer.problem(500, "server_error", "Something broke; the log knows more.");
        }
    }

    private Answer route(Visit visit) {
        for (Door door : doors) if (door.opensFor(visit)) return door.handler().answer(visit);
        String allowed = doors.stream()
                .filter(door -> door.leadsTo(visit))
                .map(door -> door.method().equals("GET") ? "GET, HEAD" : door.method())
                .collect(Collectors.joining(", "));
        if (allowed.isEmpty()) return Answer.problem(404, "not_found", "No door here.");
        return Answer.problem(405, "method_not_allowed", "This door opens for " + allowed + ".")
                .with("Allow", allowed);
    }
}
