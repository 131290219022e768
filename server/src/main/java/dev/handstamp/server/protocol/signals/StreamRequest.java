package dev.handstamp.server.protocol.signals;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.signal.StreamConfiguration;
import dev.handstamp.server.outbound.OutboundHttp;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a receiver says of a stream, as it was sent: which members were there, and what they hold.
///
/// @param requested     `events_requested`
/// @param delivery      whether `delivery` was there
/// @param push          where to push to; empty: it polls
/// @param authorization what to send along with each push
/// @param sent          everything that was sent, also what only the transmitter supplies
record StreamRequest(
        Optional<List<String>> requested,
        boolean delivery,
        Optional<URI> push,
        Optional<Secret> authorization,
        Optional<String> description,
        Map<String, Object> sent)
        implements StreamReading {

    private static final int MOST_EVENTS = 100;
    private static final int LONGEST_EVENT = 512;
    private static final int LONGEST_DESCRIPTION = 1_000;
    private static final int LONGEST_AUTHORIZATION = 4_096;

    /// Reads the body of a request to the configuration endpoint.
    static StreamReading read(Map<String, Object> body, OutboundHttp outbound) {
        Optional<List<String>> requested = Optional.empty();
        if (body.containsKey("events_requested")) {
            List<String> events = new ArrayList<>();
            if (!(body.get("events_requested") instanceof List<?> list) || list.size() > MOST_EVENTS) {
                return new WrongStream("events_requested is a list of at most " + MOST_EVENTS + " event types.");
            }
            for (Object each : list) {
                if (!(each instanceof String event) || event.length() > LONGEST_EVENT) {
                    return new WrongStream("events_requested holds something else than an event type.");
                }
                events.add(event);
            }
            requested = Optional.of(events);
        }
        Object description = body.get("description");
        if (description != null && !(description instanceof String)) return new WrongStream("description is a text.");
        StreamRequest plain = new StreamRequest(
                requested,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable((String) description).map(StreamRequest::shortened),
                body);
        return body.containsKey("delivery") ? withDelivery(plain, body.get("delivery"), outbound) : plain;
    }

    private static StreamReading withDelivery(StreamRequest plain, Object delivery, OutboundHttp outbound) {
        if (!(delivery instanceof Map<?, ?> members)) return new WrongStream("delivery is an object.");
        Object method = members.get("method");
        if (Delivery.POLL.equals(method)) {
            return new StreamRequest(
                    plain.requested, true, Optional.empty(), Optional.empty(), plain.description, plain.sent);
        }
        if (!Delivery.PUSH.equals(method)) {
            return new WrongStream("delivery.method is " + Delivery.PUSH + " or " + Delivery.POLL + ".");
        }
        Optional<URI> endpoint = uri(members.get("endpoint_url"));
        if (endpoint.isEmpty()) return new WrongStream("delivery.endpoint_url is the URL to push to.");
        Optional<OutboundHttp.Flaw> flaw = outbound.flawOf(endpoint.get());
        if (flaw.isPresent())
            return new WrongStream("delivery.endpoint_url " + flaw.get().words() + ".");
        Object authorization = members.get("authorization_header");
        if (authorization != null && !isHeader(authorization)) {
            return new WrongStream("delivery.authorization_header is one line of printable ASCII.");
        }
        return new StreamRequest(
                plain.requested,
                true,
                endpoint,
                Optional.ofNullable((String) authorization).map(Secret::new),
                plain.description,
                plain.sent);
    }

    /// What a stream is like that is told this and nothing else.
    StreamConfiguration alone() {
        return new StreamConfiguration(requested, push, description);
    }

    /// What a stream becomes that is told this.
    StreamConfiguration over(StreamConfiguration former) {
        return new StreamConfiguration(
                sent.containsKey("events_requested") ? requested : former.requested(),
                delivery ? push : former.push(),
                sent.containsKey("description") ? description : former.description());
    }

    /// Whether what only the transmitter supplies, where it was sent, is as it is.
    boolean agreesWith(Map<String, Object> configuration) {
        for (String name : List.of("iss", "aud", "events_supported", "events_delivered", "min_verification_interval")) {
            if (sent.containsKey(name) && !Objects.equals(sent.get(name), configuration.get(name))) return false;
        }
        boolean polls = delivery && push.isEmpty() && configuration.get("delivery") instanceof Map<?, ?>;
        Object url = sent.get("delivery") instanceof Map<?, ?> members ? members.get("endpoint_url") : null;
        return !polls || url == null || url.equals(pollUrl(configuration));
    }

    private static Object pollUrl(Map<String, Object> configuration) {
        boolean polls = configuration.get("delivery") instanceof Map<?, ?> members
                && Delivery.POLL.equals(members.get("method"));
        return polls && configuration.get("delivery") instanceof Map<?, ?> members
                ? Objects.requireNonNull(members.get("endpoint_url"))
                : "";
    }

    private static Optional<URI> uri(@Nullable Object value) {
        if (!(value instanceof String text)) return Optional.empty();
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    private static boolean isHeader(Object value) {
        return value instanceof String text
                && !text.isBlank()
                && text.length() <= LONGEST_AUTHORIZATION
                && text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    private static String shortened(String text) {
        return text.length() > LONGEST_DESCRIPTION ? text.substring(0, LONGEST_DESCRIPTION) : text;
    }
}
