package dev.handstamp.server.protocol.signals;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.signal.EventStream;
import dev.handstamp.server.domain.signal.EventType;
import dev.handstamp.server.domain.signal.StreamStatus;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.JsonBody;
import dev.handstamp.server.http.MalformedJsonBody;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.signals.Admission.Admitted;
import dev.handstamp.server.protocol.signals.Admission.Refused;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.EventStreamStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Sends an event down a stream that says nothing but that the stream works.
///
/// @see <a href="https://openid.net/specs/openid-sharedsignals-framework-1_0-final.html">Shared Signals Framework 1.0
///     §8.1.4</a>
public final class VerificationEndpoint implements Endpoint {

    private static final int LONGEST_STATE = 1_024;

    private final Receivers receivers;
    private final Database database;
    private final Transmitter transmitter;
    private final InstantSource clock;
    private final EventStreamStore streams = new EventStreamStore();

    public VerificationEndpoint(Receivers receivers, Database database, Transmitter transmitter, InstantSource clock) {
        this.receivers = receivers;
        this.database = database;
        this.transmitter = transmitter;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request) {
        return switch (receivers.manager(request)) {
            case Refused(var response) -> response;
            case Admitted(var receiver) ->
                switch (JsonBody.parse(request)) {
                    case MalformedJsonBody malformed -> OAuthError.of(malformed).toResponse();
                    case JsonBody body -> verify(body.object(), receiver);
                };
        };
    }

    private Response verify(Map<String, Object> body, Client receiver) {
        if (!(body.get("stream_id") instanceof String id)) return Answers.wrong("stream_id is missing.");
        Object state = body.get("state");
        if (state != null && !(state instanceof String text && text.length() <= LONGEST_STATE)) {
            return Answers.wrong("state is a text of at most " + LONGEST_STATE + " characters.");
        }
        Map<String, String> event = state == null ? Map.of() : Map.of("state", state.toString());
        Instant now = clock.instant();
        Response response = database.inTransaction(tx -> {
            Optional<EventStream> stream = streams.find(tx, id, receiver.id());
            if (stream.isEmpty()) return Answers.noStream();
            if (!streams.verify(tx, id, now, now.minus(StreamEndpoint.VERIFICATION_PAUSE))) {
                return OAuthError.tryLater(
                        ErrorCode.TOO_MANY_ATTEMPTS,
                        "A verification was asked for a moment ago.",
                        StreamEndpoint.VERIFICATION_PAUSE);
            }
            boolean flows =
                    stream.get().status() != StreamStatus.DISABLED && streams.count(tx, id) < Transmitter.MOST_PENDING;
            if (flows) {
                streams.add(tx, id, transmitter.tokens().of(EventType.VERIFICATION, stream.get(), event, now));
            }
            return Response.empty(204).noStore();
        });
        transmitter.ring(id);
        return response;
    }
}
