package dev.handstamp.spring;

import dev.handstamp.verifier.JwkSetSource;
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
    HealthIndicator handstampHealthIndicator(JwkSetSource keys) {
        return new VerifierHealth(keys);
    }
}
