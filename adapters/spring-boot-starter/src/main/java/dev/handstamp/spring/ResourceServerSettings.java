package dev.handstamp.spring;

import java.util.List;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/// What the application has told Spring Security about its tokens. Read from the environment, because the class
/// that holds it is another in each version of Spring Boot.
///
/// The properties that turn claims into authorities are not among them: Spring Boot goes on reading those
/// itself.
record ResourceServerSettings(
        @DefaultValue("") String issuerUri,
        @DefaultValue("") String jwkSetUri,
        @DefaultValue("") String publicKeyLocation,
        @DefaultValue List<String> audiences,
        @DefaultValue List<String> jwsAlgorithms) {

    static final String PREFIX = "spring.security.oauth2.resourceserver.jwt";

    static ResourceServerSettings of(Environment environment) {
        return Binder.get(environment).bindOrCreate(PREFIX, ResourceServerSettings.class);
    }

    ResourceServerSettings {
        issuerUri = issuerUri.strip();
        jwkSetUri = jwkSetUri.strip();
        publicKeyLocation = publicKeyLocation.strip();
    }

    boolean hasKeys() {
        return !issuerUri.isEmpty() || !jwkSetUri.isEmpty() || !publicKeyLocation.isEmpty();
    }
}
