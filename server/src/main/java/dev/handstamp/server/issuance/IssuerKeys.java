package dev.handstamp.server.issuance;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientKeys;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.outbound.Answer;
import dev.handstamp.server.outbound.NoAnswer;
import dev.handstamp.server.outbound.OutboundHttp;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The public keys of assertion issuers: by value, of the client that the issuer is, or fetched and kept for a while.
///
/// Keys that are fetched are fetched again when they are old, or when a signature names one that is not among them; the
/// latter at most once in a while, however many signatures come. When that fails, what is there goes on to count until
/// it is too old.
public final class IssuerKeys {

    private static final OutboundHttp.Limits LIMITS = new OutboundHttp.Limits(Duration.ofSeconds(5), 256 * 1024);
    private static final long FRESH = Duration.ofMinutes(10).toNanos();
    private static final long USABLE = Duration.ofHours(1).toNanos();
    private static final long PAUSE = Duration.ofSeconds(30).toNanos();

    private record Fetched(@Nullable ClientKeys keys, long at, long triedAt) {}

    private final OutboundHttp outbound;
    private final LongSupplier nanoTime;
    private final Map<String, Fetched> fetched = new ConcurrentHashMap<>();

    /// @param nanoTime a clock that is never set, such as `System::nanoTime`
    public IssuerKeys(OutboundHttp outbound, LongSupplier nanoTime) {
        this.outbound = outbound;
        this.nanoTime = nanoTime;
    }

    /// What is known now.
    Optional<ClientKeys> of(AssertionIssuer issuer, Directory directory) {
        if (issuer.keys().isPresent()) return ClientKeys.of(issuer.keys().get());
        if (issuer.keysUri().isPresent()) return remote(issuer.keysUri().get(), false);
        return Optional.ofNullable(directory.clients().get(new ClientId(issuer.name())))
                .map(Client::metadata)
                .flatMap(metadata -> metadata.keys());
    }

    /// The same, after a signature named a key that is not among them; empty if there is nothing newer.
    Optional<ClientKeys> newer(AssertionIssuer issuer) {
        return issuer.keysUri().flatMap(uri -> remote(uri, true));
    }

    private Optional<ClientKeys> remote(String uri, boolean missing) {
        Fetched known = fetched.compute(uri, (_, before) -> {
            long now = nanoTime.getAsLong();
            if (before != null && now - before.triedAt < PAUSE) return before;
            boolean fresh = before != null && before.keys != null && now - before.at < FRESH;
            if (fresh && !missing) return before;
            Optional<ClientKeys> read = fetch(uri);
            if (read.isPresent()) return new Fetched(read.get(), now, now);
            boolean usable = before != null && before.keys != null && now - before.at < USABLE;
            return usable ? new Fetched(before.keys, before.at, now) : new Fetched(null, now, now);
        });
        return Optional.ofNullable(known.keys);
    }

    private Optional<ClientKeys> fetch(String uri) {
        return switch (outbound.get(URI.create(uri), "application/jwk-set+json, application/json", LIMITS)) {
            case Answer answer when answer.isSuccess() -> read(answer.body());
            case Answer answer -> {
                Log.warn("keys of an assertion issuer not fetched", "uri", uri, "status", answer.status());
                yield Optional.empty();
            }
            case NoAnswer(var reason) -> {
                Log.warn("keys of an assertion issuer not fetched", "uri", uri, "reason", reason);
                yield Optional.empty();
            }
        };
    }

    private static Optional<ClientKeys> read(byte[] body) {
        try {
            return ClientKeys.of(Json.parseObject(body));
        } catch (JsonException _) {
            return Optional.empty();
        }
    }
}
