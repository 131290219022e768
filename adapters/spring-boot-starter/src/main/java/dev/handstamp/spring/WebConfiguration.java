package dev.handstamp.spring;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What stands around the decoder in a servlet application.
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(HandstampJwtDecoder.class)
class WebConfiguration {

    @Bean
    FilterRegistrationBean<RetryLaterFilter> handstampRetryLaterFilter() {
        var registration = new FilterRegistrationBean<>(new RetryLaterFilter());
        registration.setOrder(RetryLaterFilter.ORDER);
        return registration;
    }
}
