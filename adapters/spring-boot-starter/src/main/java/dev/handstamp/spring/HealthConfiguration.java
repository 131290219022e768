package dev.handstamp.spring;

import dev.handstamp.verifier.JwkSetSource;
import dev.handstamp.verifier.RevocationFeed;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Part of the application's health.
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean({HandstampJwtDecoder.class, JwkSetSource.class})
class HealthConfiguration {

    @Bean
    @ConditionalOnEnabledHealthIndicator("handstamp")
    @ConditionalOnMissingBean(name = "handstampHealthIndicator")
    HealthIndicator handstampHealthIndicator(
            JwkSetSource keys, ObjectProvider<RevocationFeed> revocations, HandstampProperties properties) {
        boolean refuses = properties.revocations().whenSilent() == HandstampProperties.WhenSilent.REFUSE;
        return new VerifierHealth(keys, Optional.ofNullable(revocations.getIfAvailable()), refuses);
    }
}
