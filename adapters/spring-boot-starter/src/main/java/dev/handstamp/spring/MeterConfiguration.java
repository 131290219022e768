package dev.handstamp.spring;

import dev.handstamp.verifier.JwkSetSource;
import dev.handstamp.verifier.RevocationFeed;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Meters, bound by whoever binds meters.
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(HandstampJwtDecoder.class)
class MeterConfiguration {

    @Bean
    TokenMeters handstampMeters(
            HandstampJwtDecoder decoder,
            ObjectProvider<JwkSetSource> keys,
            ObjectProvider<RevocationFeed> revocations) {
        return new TokenMeters(
                decoder.counts(),
                Optional.ofNullable(keys.getIfAvailable()),
                Optional.ofNullable(revocations.getIfAvailable()));
    }
}
