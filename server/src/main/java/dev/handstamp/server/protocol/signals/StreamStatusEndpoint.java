package dev.handstamp.server.protocol.signals;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.signal.EventStream;
import dev.handstamp.server.domain.signal.StreamStatus;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.JsonBody;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.MalformedJsonBody;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.signals.Admission.Admitted;
import dev.handstamp.server.protocol.signals.Admission.Refused;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.EventStreamStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Tells whether a stream flows, and stops it or lets it flow again. What happens while it is paused is kept; while it
/// is disabled, nothing is.
///
/// @see <a href="https://openid.net/specs/openid-sharedsignals-framework-1_0-final.html">Shared Signals Framework 1.0
///     §8.1.2</a>
public final class StreamStatusEndpoint implements Endpoint {

    private static final int LONGEST_REASON = 500;

    private final Receivers receivers;
    private final Database database;
    private final Transmitter transmitter;
    private final EventStreamStore streams = new EventStreamStore();

    public StreamStatusEndpoint(Receivers receivers, Database database, Transmitter transmitter) {
        this.receivers = receivers;
        this.database = database;
        this.transmitter = transmitter;
    }

    @Override
    public Response handle(Request request) {
        boolean writes = request.method().equals("POST");
        return switch (writes ? receivers.manager(request) : receivers.reader(request)) {
            case Refused(var response) -> response;
            case Admitted(var receiver) -> writes ? change(request, receiver) : show(request, receiver);
        };
    }

    private Response show(Request request, Client receiver) {
        return switch (Form.parseQuery(request)) {
            case MalformedForm malformed -> OAuthError.of(malformed).toResponse();
            case Form form ->
                database.read(tx -> streams.find(tx, form.get("stream_id").orElse(""), receiver.id()))
                        .map(stream -> told(stream.id(), stream.status(), stream.reason()))
                        .orElseGet(Answers::noStream);
        };
    }

    private Response change(Request request, Client receiver) {
        return switch (JsonBody.parse(request)) {
            case MalformedJsonBody malformed -> OAuthError.of(malformed).toResponse();
            case JsonBody body -> change(body.object(), receiver);
        };
    }

    private Response change(Map<String, Object> body, Client receiver) {
        if (!(body.get("stream_id") instanceof String id)) return Answers.wrong("stream_id is missing.");
        Optional<StreamStatus> status =
                body.get("status") instanceof String name ? StreamStatus.named(name) : Optional.empty();
        if (status.isEmpty()) return Answers.wrong("status is enabled, paused or disabled.");
        Object reason = body.getOrDefault("reason", "");
        if (!(reason instanceof String text) || text.length() > LONGEST_REASON) {
            return Answers.wrong("reason is a text of at most " + LONGEST_REASON + " characters.");
        }
        Response response = database.inTransaction(tx -> {
            Optional<EventStream> stream = streams.find(tx, id, receiver.id());
            if (stream.isEmpty()) return Answers.noStream();
            streams.setStatus(tx, id, status.get(), text);
            if (status.get() == StreamStatus.DISABLED) streams.dropAll(tx, id);
            return told(id, status.get(), text);
        });
        transmitter.ring(id);
        return response;
    }

    private static Response told(String id, StreamStatus status, String reason) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("stream_id", id);
        members.put("status", status.wireName());
        if (!reason.isEmpty()) members.put("reason", reason);
        return Response.json(200, members).noStore();
    }
}
