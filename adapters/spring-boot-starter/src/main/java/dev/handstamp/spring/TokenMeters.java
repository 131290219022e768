package dev.handstamp.spring;

import dev.handstamp.jwt.Reason;
import dev.handstamp.verifier.JwkSetSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// `handstamp.tokens` by outcome and reason, and `handstamp.keys`: how many keys of the issuer are known.
final class TokenMeters implements MeterBinder {

    private final TokenCounts counts;
    private final Optional<JwkSetSource> keys;

    TokenMeters(TokenCounts counts, Optional<JwkSetSource> keys) {
        this.counts = counts;
        this.keys = keys;
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
    }

    private void tokens(MeterRegistry registry, String outcome, String reason, ToDoubleFunction<TokenCounts> count) {
        FunctionCounter.builder("handstamp.tokens", counts, count)
                .description("Tokens that were checked")
                .tag("outcome", outcome)
                .tag("reason", reason)
                .register(registry);
    }
}
