package dev.handstamp.spring;

import java.util.List;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/// What an application may have done to Spring's decoder, which no longer decodes.
final class SpringsOwnDecoder {

    private static final List<String> CUSTOMIZERS = List.of(
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.JwkSetUriJwtDecoderBuilderCustomizer",
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.servlet"
                    + ".JwkSetUriJwtDecoderBuilderCustomizer",
            "org.springframework.boot.autoconfigure.security.oauth2.resource.servlet.JwkSetUriJwtDecoderBuilderCustomizer");

    private SpringsOwnDecoder() {}

    /// @throws HandstampConfigurationException if there is one: it may hold a check that would be lost without a word
    static void refuseCustomizers(ApplicationContext context) {
        for (String name : CUSTOMIZERS) {
            if (!ClassUtils.isPresent(name, context.getClassLoader())) continue;
            Class<?> type = ClassUtils.resolveClassName(name, context.getClassLoader());
            String[] beans = context.getBeanNamesForType(type);
            if (beans.length > 0) {
                throw new HandstampConfigurationException(
                        "The bean " + beans[0]
                                + " customizes Spring's own decoder, which Handstamp replaces: what it adds"
                                + " would be lost.",
                        "Make its checks an OAuth2TokenValidator<Jwt> bean, which Handstamp asks too, and remove it; or set"
                                + " handstamp.enabled=false.");
            }
        }
    }
}
