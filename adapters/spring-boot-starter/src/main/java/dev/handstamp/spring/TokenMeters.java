package dev.handstamp.spring;

import dev.handstamp.jwt.Reason;
import dev.handstamp.verifier.JwkSetSource;
import dev.handstamp.verifier.RevocationFeed;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// What was checked and refused, how many keys are known, and how old the knowledge of revocations is.
final class TokenMeters implements MeterBinder {

    private final TokenCounts counts;
    private final Optional<JwkSetSource> keys;
    private final Optional<RevocationFeed> revocations;

    TokenMeters(TokenCounts counts, Optional<JwkSetSource> keys, Optional<RevocationFeed> revocations) {
        this.counts = counts;
        this.keys = keys;
        this.revocations = revocations;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        tokens(registry, "accepted", "none", TokenCounts::accepted);
        tokens(registry, "refused", "application", TokenCounts::refusedByApplication);
        for (Reason reason : Reason.values()) {
            tokens(registry, "refused", reason.code(), all -> all.refused(reason));
        }
        keys.ifPresent(source -> Gauge.builder(
                        "handstamp.keys",
                        source,
                        known -> known.current().keys().size())
                .description("Keys of the issuer that are known")
                .register(registry));
        revocations.ifPresent(feed -> bindRevocations(feed, registry));
    }

    private static void bindRevocations(RevocationFeed feed, MeterRegistry registry) {
        TimeGauge.builder("handstamp.revocations.age", feed, TimeUnit.MILLISECONDS, TokenMeters::age)
                .description("How old the knowledge of revocations is; not a number while nothing is known")
                .register(registry);
        Gauge.builder(
                        "handstamp.revocations.stale",
                        feed,
                        known -> known.status().stale() ? 1 : 0)
                .description("1 while the issuer is not heard for so long that the policy for silence is in force")
                .register(registry);
        Gauge.builder(
                        "handstamp.revocations.position",
                        feed,
                        known -> known.status().position())
                .description("Up to where the issuer's log of revocations is known; negative while nothing is")
                .register(registry);
        Gauge.builder(
                        "handstamp.revocations.size",
                        feed,
                        known -> known.status().size())
                .description("Revocations that are remembered")
                .register(registry);
        FunctionCounter.builder(
                        "handstamp.revocations.reconnects",
                        feed,
                        known -> known.status().reconnects())
                .description("How often the connection to the issuer was lost or could not be made")
                .register(registry);
        TimeGauge.builder(
                        "handstamp.revocations.clock.skew",
                        feed,
                        TimeUnit.MILLISECONDS,
                        known -> known.status().clockSkew().toMillis())
                .description("How far the issuer's clock is ahead of ours")
                .register(registry);
    }

    private static double age(RevocationFeed feed) {
        return feed.status().age().map(age -> (double) age.toMillis()).orElse(Double.NaN);
    }

    private void tokens(MeterRegistry registry, String outcome, String reason, ToDoubleFunction<TokenCounts> count) {
        FunctionCounter.builder("handstamp.tokens", counts, count)
                .description("Tokens that were checked")
                .tag("outcome", outcome)
                .tag("reason", reason)
                .register(registry);
    }
}
