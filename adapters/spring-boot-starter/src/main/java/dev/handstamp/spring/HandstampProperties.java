package dev.handstamp.spring;

import java.net.URI;
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
        @DefaultValue Introspection introspection) {

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
}
