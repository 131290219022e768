package dev.handstamp.server.protocol.signals;

import dev.handstamp.json.Json;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.signal.EventStream;
import dev.handstamp.server.domain.signal.EventType;
import dev.handstamp.server.domain.signal.StreamConfiguration;
import dev.handstamp.server.domain.signal.StreamStatus;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.JsonBody;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.MalformedJsonBody;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.signals.Admission.Admitted;
import dev.handstamp.server.protocol.signals.Admission.Refused;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.EventStreamStore;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.Transaction;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Creates, shows, changes and deletes a receiver's streams.
///
/// @see <a href="https://openid.net/specs/openid-sharedsignals-framework-1_0-final.html">Shared Signals Framework 1.0
///     §8.1.1</a>
public final class StreamEndpoint implements Endpoint {

    /// Streams of one receiver.
    static final int MOST_STREAMS = 10;

    /// How soon a verification may be asked for again.
    static final Duration VERIFICATION_PAUSE = Duration.ofSeconds(1);

    private static final String STREAM_ID = "stream_id";

    private final Receivers receivers;
    private final Database database;
    private final Transmitter transmitter;
    private final Pushes.Door door;
    private final String issuer;
    private final Secrets secrets;
    private final InstantSource clock;
    private final EventStreamStore streams = new EventStreamStore();
    private final RevisionStore revisions = new RevisionStore();
    private final AuditStore audit = new AuditStore();

    public StreamEndpoint(
            Receivers receivers,
            Database database,
            Transmitter transmitter,
            Pushes.Door door,
            String issuer,
            Secrets secrets,
            InstantSource clock) {
        this.receivers = receivers;
        this.database = database;
        this.transmitter = transmitter;
        this.door = door;
        this.issuer = issuer;
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        return switch (reads ? receivers.reader(request) : receivers.manager(request)) {
            case Refused(var response) -> response;
            case Admitted(var receiver) -> answer(request, receiver);
        };
    }

    private Response answer(Request request, Client receiver) {
        return switch (request.method()) {
            case "POST" -> withBody(request, asked -> create(request, receiver, asked));
            case "PATCH" -> withBody(request, asked -> change(request, receiver, asked, false));
            case "PUT" -> withBody(request, asked -> change(request, receiver, asked, true));
            case "DELETE" -> withId(request, id -> delete(request, receiver, id));
            default -> show(request, receiver);
        };
    }

    private Response create(Request request, Client receiver, StreamRequest asked) {
        Instant now = clock.instant();
        String id = secrets.id();
        Optional<EventStream> created = database.inTransaction(tx -> {
            if (streams.list(tx, receiver.id()).size() >= MOST_STREAMS) return Optional.empty();
            EventStream stream = new EventStream(
                    id,
                    receiver.id(),
                    asked.alone(),
                    encrypted(asked.authorization(), id),
                    StreamStatus.ENABLED,
                    "",
                    revisions.position(tx).position(),
                    Instant.EPOCH,
                    0,
                    Instant.EPOCH,
                    now);
            streams.insert(tx, stream);
            note(tx, AuditEvent.Type.STREAM_CREATED, stream, request, now);
            return Optional.of(stream);
        });
        return created.map(stream -> Response.json(201, configuration(stream)).noStore())
                .orElseGet(() -> new OAuthError(
                                ErrorCode.INVALID_REQUEST, 409, "A receiver has at most " + MOST_STREAMS + " streams.")
                        .toResponse());
    }

    private Response show(Request request, Client receiver) {
        if (request.query().isPresent()) return withId(request, id -> show(receiver, id));
        List<EventStream> all = database.read(tx -> streams.list(tx, receiver.id()));
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        list.write('[');
        for (EventStream stream : all) {
            if (list.size() > 1) list.write(',');
            list.writeBytes(Json.write(configuration(stream)));
        }
        list.write(']');
        return Response.json(200, list.toByteArray()).noStore();
    }

    private Response show(Client receiver, String id) {
        return database.read(tx -> streams.find(tx, id, receiver.id()))
                .map(stream -> Response.json(200, configuration(stream)).noStore())
                .orElseGet(Answers::noStream);
    }

    /// @param whole whether what was not sent is deleted (PUT), or stays (PATCH)
    private Response change(Request request, Client receiver, StreamRequest asked, boolean whole) {
        if (!(asked.sent().get(STREAM_ID) instanceof String id)) return Answers.wrong("stream_id is missing.");
        Instant now = clock.instant();
        Response response = database.inTransaction(tx -> {
            Optional<EventStream> found = streams.find(tx, id, receiver.id());
            if (found.isEmpty()) return Answers.noStream();
            EventStream former = found.get();
            if (!asked.agreesWith(configuration(former))) {
                return Answers.wrong("A member that the transmitter supplies is not as it supplied it.");
            }
            StreamConfiguration next = whole ? asked.alone() : asked.over(former.configuration());
            Optional<String> authorization =
                    whole || asked.delivery() ? encrypted(asked.authorization(), id) : former.authorization();
            EventStream changed = former.withConfiguration(next, authorization);
            streams.configure(tx, changed);
            note(tx, AuditEvent.Type.STREAM_CHANGED, changed, request, now);
            return Response.json(200, configuration(changed)).noStore();
        });
        transmitter.ring(id);
        return response;
    }

    private Response delete(Request request, Client receiver, String id) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Optional<EventStream> stream = streams.find(tx, id, receiver.id());
            if (stream.isEmpty() || !streams.delete(tx, id, receiver.id())) return Answers.noStream();
            note(tx, AuditEvent.Type.STREAM_DELETED, stream.get(), request, now);
            return Response.empty(204).noStore();
        });
    }

    private Map<String, Object> configuration(EventStream stream) {
        Map<String, Object> members = new LinkedHashMap<>();
        StreamConfiguration configuration = stream.configuration();
        members.put(STREAM_ID, stream.id());
        members.put("iss", issuer);
        members.put("aud", stream.client().value());
        members.put("events_supported", EventType.SUPPORTED);
        configuration.requested().ifPresent(requested -> members.put("events_requested", requested));
        members.put("events_delivered", configuration.delivered());
        members.put("delivery", delivery(stream));
        members.put("min_verification_interval", VERIFICATION_PAUSE.toSeconds());
        configuration.description().ifPresent(text -> members.put("description", text));
        return members;
    }

    /// The credential is not shown again: whoever may read a stream need not be able to push in our name.
    private Map<String, Object> delivery(EventStream stream) {
        return stream.configuration()
                .push()
                .map(uri -> Map.<String, Object>of("method", Delivery.PUSH, "endpoint_url", uri.toString()))
                .orElseGet(
                        () -> Map.of("method", Delivery.POLL, "endpoint_url", issuer + Addresses.POLL + stream.id()));
    }

    private Optional<String> encrypted(Optional<Secret> authorization, String id) {
        return authorization.map(secret -> door.encryption().seal(secret, Pushes.purpose(id)));
    }

    private void note(Transaction tx, AuditEvent.Type type, EventStream stream, Request request, Instant now) {
        String client = stream.client().value();
        String address = Callers.of(request).address();
        Map<String, String> details =
                Map.of("delivery", stream.configuration().push().isPresent() ? "push" : "poll");
        audit.append(tx, new AuditEvent(now, type, client, stream.id(), client, address, request.id(), details));
    }

    private Response withBody(Request request, Function<StreamRequest, Response> then) {
        return switch (JsonBody.parse(request)) {
            case MalformedJsonBody malformed -> OAuthError.of(malformed).toResponse();
            case JsonBody body ->
                switch (StreamRequest.read(body.object(), door.http())) {
                    case WrongStream(var problem) -> Answers.wrong(problem);
                    case StreamRequest asked -> then.apply(asked);
                };
        };
    }

    private static Response withId(Request request, Function<String, Response> then) {
        return switch (Form.parseQuery(request)) {
            case MalformedForm malformed -> OAuthError.of(malformed).toResponse();
            case Form form -> form.get(STREAM_ID).map(then).orElseGet(() -> Answers.wrong("stream_id is missing."));
        };
    }
}
