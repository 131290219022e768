package dev.handstamp.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;

/// Puts Handstamp in the place of Spring Security's own decoder, before Spring Boot decides whether it needs
/// one.
///
/// It stands aside when the application has a `JwtDecoder` of its own, when it has not said where the keys are,
/// and with `handstamp.enabled=false`.
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerAutoConfiguration",
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.servlet"
                    + ".OAuth2ResourceServerAutoConfiguration",
            "org.springframework.boot.autoconfigure.security.oauth2.resource.servlet.OAuth2ResourceServerAutoConfiguration"
        })
@ConditionalOnClass({JwtDecoder.class, BearerTokenResolver.class})
@ConditionalOnProperty(name = "handstamp.enabled", havingValue = "true", matchIfMissing = true)
@EnableConfigurationProperties(HandstampProperties.class)
@Import({
    VerifierConfiguration.class,
    DecoderConfiguration.class,
    WebConfiguration.class,
    CookieConfiguration.class,
    HealthConfiguration.class,
    MeterConfiguration.class
})
public final class HandstampAutoConfiguration {

    /// Called by Spring Boot.
    public HandstampAutoConfiguration() {}
}
