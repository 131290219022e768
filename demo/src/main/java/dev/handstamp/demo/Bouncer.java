package dev.handstamp.demo;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Verified;
import dev.handstamp.verifier.BearerToken;
import dev.handstamp.verifier.BearerToken.Found;
import dev.handstamp.verifier.TokenVerifier;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Takes guests off the list for the operator, and measures how long their stamps go on opening doors.
///
/// For the measurement alone it remembers the last stamp of each guest. The revocation itself needs nothing of the
/// kind:
/// the issuer takes the session back, and the verifier hears of it.
final class Bouncer {

    private static final int MOST_GUESTS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final List<String> KNOWN =
            Guest.ALL.stream().map(Guest::username).toList();

    private final TokenVerifier verifier;
    private final Reception reception;
    private final Map<String, String> lastStamps = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST_GUESTS;
        }
    });

    Bouncer(TokenVerifier verifier, Reception reception) {
        this.verifier = verifier;
        this.reception = reception;
    }

    /// Remembers who was let in with what.
    void saw(AccessToken guest, Visit visit) {
        Optional<String> name = guest.claims().string("preferred_username");
        var read = BearerToken.read(visit.all("Authorization"), visit.all("Cookie"), visit.query());
        if (name.isPresent() && read instanceof Found found) lastStamps.put(name.get(), found.token());
    }

    Answer takeOffTheList(AccessToken operator, Visit visit) {
        if (!visit.sends("application/json")) {
            return Answer.problem(415, "unsupported_media_type", "Send application/json.");
        }
        Optional<String> guest = guestIn(visit.body());
        if (guest.isEmpty()) return Answer.problem(400, "invalid_request", "Send {\"username\": …} of a guest, alone.");

        int sessions = reception.endSessions(guest.get(), operator.subject());
        OptionalLong milliseconds = untilRefused(lastStamps.get(guest.get()));
        String measured = milliseconds.isPresent()
                ? "every door refused the stamp after " + milliseconds.getAsLong() + " ms"
                : "there is no stamp that a door has seen";
        return Answer.json(
                200,
                Map.of(
                        "message",
                        guest.get() + " is off the list: " + sessions + " session(s) ended, and " + measured + ".",
                        "sessions",
                        sessions,
                        "milliseconds",
                        milliseconds.orElse(-1)));
    }

    /// From the moment that the session is ended; empty when there is no stamp to try, or it is still good after a long
    /// while.
    private OptionalLong untilRefused(@Nullable String stamp) {
        if (stamp == null) return OptionalLong.empty();
        long began = System.nanoTime();
        while (verifier.verify(stamp) instanceof Verified) {
            if (System.nanoTime() - began > PATIENCE.toNanos()) return OptionalLong.empty();
            try {
                TimeUnit.MILLISECONDS.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }

    private static Optional<String> guestIn(byte[] body) {
        try {
            Map<String, Object> object = Json.parseObject(body);
            return object.size() == 1 && object.get("username") instanceof String name && KNOWN.contains(name)
                    ? Optional.of(name)
                    : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }
}
