package dev.handstamp.spring;

import dev.handstamp.verifier.Doorkeeper;
import dev.handstamp.verifier.TokenVerifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;

/// Cookie mode, unless the application says itself where its tokens come from.
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(HandstampJwtDecoder.class)
@ConditionalOnMissingBean(BearerTokenResolver.class)
@ConditionalOnProperty("handstamp.cookie-origin")
class CookieConfiguration {

    @Bean
    BearerTokenResolver handstampTokenResolver(TokenVerifier verifier, HandstampProperties properties) {
        try {
            Doorkeeper.of(verifier).acceptCookie(properties.cookieOrigin());
        } catch (IllegalArgumentException e) {
            throw new HandstampConfigurationException(
                    "handstamp.cookie-origin is " + e.getMessage(),
                    "Set it to where browsers reach this API: scheme, host and, unless it is the usual one, port.");
        }
        return new CookieTokenResolver(properties.cookieOrigin());
    }

    @Bean
    FilterRegistrationBean<CookieFilter> handstampCookieFilter(HandstampProperties properties) {
        var registration = new FilterRegistrationBean<>(new CookieFilter(properties.cookieOrigin()));
        registration.setOrder(CookieFilter.ORDER);
        return registration;
    }
}
