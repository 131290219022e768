package dev.handstamp.spring;

import dev.handstamp.verifier.TokenVerifier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/// The decoder that Spring Security uses.
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(JwtDecoder.class)
@ConditionalOnBean(TokenVerifier.class)
class DecoderConfiguration {

    @Bean
    HandstampJwtDecoder handstampJwtDecoder(
            TokenVerifier verifier,
            HandstampProperties properties,
            ObjectProvider<OAuth2TokenValidator<Jwt>> validators,
            ApplicationContext context) {
        SpringsOwnDecoder.refuseCustomizers(context);
        return HandstampJwtDecoder.of(
                verifier,
                properties.otherTokenTypes(),
                validators.orderedStream().toList());
    }
}
