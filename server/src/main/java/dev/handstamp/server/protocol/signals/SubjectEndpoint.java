package dev.handstamp.server.protocol.signals;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.signal.EventStream;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.JsonBody;
import dev.handstamp.server.http.MalformedJsonBody;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.signals.Admission.Admitted;
import dev.handstamp.server.protocol.signals.Admission.Refused;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.EventStreamStore;
import java.util.Map;
import java.util.Optional;

/// Leaves a user out of a stream, or takes one in again. All who concern a receiver are in at first.
///
/// A user is named by subject or by e-mail address, and taken in again by the same name. Whether there is such a user
/// is
/// not told (§9.1).
///
/// @see <a href="https://openid.net/specs/openid-sharedsignals-framework-1_0-final.html">Shared Signals Framework 1.0
///     §8.1.3</a>
public final class SubjectEndpoint implements Endpoint {

    private static final int MOST_LEFT_OUT = 10_000;
    private static final int LONGEST_SUBJECT = 255;

    private final boolean adds;
    private final Receivers receivers;
    private final Database database;
    private final String issuer;
    private final EventStreamStore streams = new EventStreamStore();

    private SubjectEndpoint(boolean adds, Receivers receivers, Database database, String issuer) {
        this.adds = adds;
        this.receivers = receivers;
        this.database = database;
        this.issuer = issuer;
    }

    public static SubjectEndpoint adding(Receivers receivers, Database database, String issuer) {
        return new SubjectEndpoint(true, receivers, database, issuer);
    }

    public static SubjectEndpoint removing(Receivers receivers, Database database, String issuer) {
        return new SubjectEndpoint(false, receivers, database, issuer);
    }

    @Override
    public Response handle(Request request) {
        return switch (receivers.manager(request)) {
            case Refused(var response) -> response;
            case Admitted(var receiver) ->
                switch (JsonBody.parse(request)) {
                    case MalformedJsonBody malformed -> OAuthError.of(malformed).toResponse();
                    case JsonBody body -> change(body.object(), receiver);
                };
        };
    }

    private Response change(Map<String, Object> body, Client receiver) {
        if (!(body.get("stream_id") instanceof String id)) return Answers.wrong("stream_id is missing.");
        boolean isVerified = body.getOrDefault("verified", true) instanceof Boolean;
        Optional<String> subject = body.get("subject") instanceof Map<?, ?> named ? user(named) : Optional.empty();
        if (subject.isEmpty() || !isVerified) {
            return Answers.wrong("Name the user by format iss_sub, with our iss, or email.");
        }
        return database.inTransaction(tx -> {
            if (streams.find(tx, id, receiver.id()).isEmpty()) return Answers.noStream();
            if (adds) {
                streams.takeIn(tx, id, subject.get());
                return Response.empty(200).noStore();
            }
            if (streams.countLeftOut(tx, id) >= MOST_LEFT_OUT) {
                return Answers.wrong("A stream leaves out at most " + MOST_LEFT_OUT + " users.");
            }
            streams.leaveOut(tx, id, subject.get());
            return Response.empty(204).noStore();
        });
    }

    /// RFC 9493 §3.2.3 and §3.2.2, or the user of a complex subject.
    private Optional<String> user(Map<?, ?> named) {
        if ("complex".equals(named.get("format"))) {
            return named.get("user") instanceof Map<?, ?> user && !"complex".equals(user.get("format"))
                    ? user(user)
                    : Optional.empty();
        }
        if ("email".equals(named.get("format"))) {
            return named.get("email") instanceof String email && email.length() <= LONGEST_SUBJECT
                    ? Optional.of(EventStream.nameOf(email))
                    : Optional.empty();
        }
        boolean isOurs = "iss_sub".equals(named.get("format")) && issuer.equals(named.get("iss"));
        return isOurs && named.get("sub") instanceof String sub && sub.length() <= LONGEST_SUBJECT
                ? Optional.of(EventStream.nameOf(new Subject(sub)))
                : Optional.empty();
    }
}
