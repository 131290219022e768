package dev.handstamp.spring;

import dev.handstamp.verifier.Silence;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Our own properties; docs/adapters/spring.md and `spring-configuration-metadata.json` describe each.
@ConfigurationProperties("handstamp")
record HandstampProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable Boolean anyAudience,
        @DefaultValue({"JWT", "none"}) List<String> otherTokenTypes,
        @DefaultValue("60s") Duration clockSkew,
        @DefaultValue("24h") Duration maximumLifetime,
        @DefaultValue("") String cookieOrigin,
        @DefaultValue Keys keys,
        @DefaultValue Introspection introspection,
        @DefaultValue Revocations revocations) {

    /// How the issuer's keys are fetched and kept.
    record Keys(
            @DefaultValue("false") boolean loadAtStart,
            @DefaultValue("5m") Duration refreshInterval,
            @DefaultValue("24h") Duration maximumAge,
            @DefaultValue List<URI> trustedOrigins) {}

    /// Asking the issuer about each token, in place of checking it here.
    record Introspection(
            @DefaultValue("") String clientId,
            @DefaultValue("") String clientSecret) {

        @Override
        public String toString() {
            return "Introspection[" + clientId + "]";
        }
    }

    /// Hearing from the issuer what was taken back.
    ///
    /// @param secret with which this API asks the issuer; turns the feed on
    /// @param whenSilent required with the secret
    /// @param after how old the knowledge may be before that applies
    record Revocations(
            @DefaultValue("") String secret,
            @Nullable WhenSilent whenSilent,
            @DefaultValue("10s") Duration after,
            @DefaultValue List<URI> servers,
            @Nullable Path cacheFile) {

        @Override
        public String toString() {
            return "Revocations[" + whenSilent + " after " + after + "]";
        }
    }

    /// What becomes of tokens when nothing is heard; see [Silence].
    enum WhenSilent {
        REFUSE,
        ASK,
        ACCEPT;

        Silence after(Duration silence) {
            return switch (this) {
                case REFUSE -> Silence.failClosed(silence);
                case ASK -> Silence.introspect(silence);
                case ACCEPT -> Silence.accept(silence);
            };
        }
    }
}
