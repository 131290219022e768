package dev.handstamp.spring;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.verifier.JwkSetSource;
import dev.handstamp.verifier.KeysUnavailableException;
import dev.handstamp.verifier.RemoteJwkSet;
import dev.handstamp.verifier.RevocationFeed;
import dev.handstamp.verifier.TokenVerifier;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/// The verifier, from what the application has told Spring Security and from our own properties.
///
/// As with Spring's own decoder, `jwk-set-uri` comes before `issuer-uri`, and that before
/// `public-key-location`.
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(JwtDecoder.class)
@Conditional(OnKeys.class)
class VerifierConfiguration {

    private static final Log LOG = LogFactory.getLog(VerifierConfiguration.class);

    private static final String SPRING = ResourceServerSettings.PREFIX;

    private final ResourceServerSettings settings;
    private final HandstampProperties properties;

    VerifierConfiguration(Environment environment, HandstampProperties properties) {
        this.settings = ResourceServerSettings.of(environment);
        this.properties = properties;
    }

    @Bean
    @ConditionalOnMissingBean
    @Conditional(OnLocalCheck.class)
    JwkSetSource handstampKeys(ResourceLoader resources) {
        if (!settings.jwkSetUri().isEmpty()) return refusing(() -> remote(settings.jwkSetUri()));
        if (!settings.issuerUri().isEmpty()) return refusing(() -> remote(""));
        return PublicKeyFile.read(resources.getResource(settings.publicKeyLocation()), onlyAlgorithm());
    }

    /// Begins to listen at once, so that much is known when the first token comes.
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("handstamp.revocations.secret")
    RevocationFeed handstampRevocations(ObjectProvider<JwkSetSource> keys) {
        HandstampProperties.Revocations revocations = properties.revocations();
        requireForRevocations(revocations.whenSilent() != null, "handstamp.revocations.when-silent");
        requireForRevocations(!settings.issuerUri().isEmpty(), SPRING + ".issuer-uri");
        requireForRevocations(!settings.audiences().isEmpty(), SPRING + ".audiences");
        if (OnLocalCheck.isIntrospecting(properties.introspection())) {
            throw new HandstampConfigurationException(
                    "handstamp.introspection asks about each token, so handstamp.revocations.secret is of no use.",
                    "Remove one of the two.");
        }
        return refusing(() -> feed(revocations, keys));
    }

    @Bean
    @ConditionalOnMissingBean
    TokenVerifier handstampVerifier(ObjectProvider<JwkSetSource> keys, ObjectProvider<RevocationFeed> revocations) {
        TokenVerifier.Builder builder = TokenVerifier.builder()
                .foreignTypes(properties.otherTokenTypes().stream()
                        .map(VerifierConfiguration::type)
                        .toArray(String[]::new))
                .algorithms(algorithms())
                .clockSkew(properties.clockSkew())
                .maximumLifetime(properties.maximumLifetime());
        keys.ifAvailable(builder::keys);
        revocations.ifAvailable(builder::revocation);
        expectIssuer(builder);
        expectAudience(builder);
        if (OnLocalCheck.isIntrospecting(properties.introspection())) {
            builder.introspection(
                    properties.introspection().clientId(),
                    properties.introspection().clientSecret());
        }
        return refusing(builder::build);
    }

    private RevocationFeed feed(HandstampProperties.Revocations revocations, ObjectProvider<JwkSetSource> keys) {
        HandstampProperties.WhenSilent whenSilent = Objects.requireNonNull(revocations.whenSilent());
        RevocationFeed.Builder builder = RevocationFeed.builder(settings.issuerUri())
                .credentials(settings.audiences().get(0), revocations.secret())
                .whenSilent(whenSilent.after(revocations.after()));
        if (!revocations.servers().isEmpty()) {
            builder.servers(revocations.servers().toArray(URI[]::new));
        }
        Path cacheFile = revocations.cacheFile();
        if (cacheFile != null) builder.cacheFile(cacheFile);
        keys.ifAvailable(builder::keys);
        return builder.start();
    }

    private static void requireForRevocations(boolean given, String property) {
        if (given) return;
        throw new HandstampConfigurationException(
                property + " is not set, and handstamp.revocations.secret needs it.",
                property.endsWith("when-silent")
                        ? "Say what becomes of tokens while the issuer is not heard: refuse (503), ask (introspection), or"
                                + " accept. There is no default: none of the three is harmless."
                        : "Set it, or remove handstamp.revocations.secret.");
    }

    private void expectIssuer(TokenVerifier.Builder builder) {
        if (!settings.issuerUri().isEmpty()) {
            builder.issuer(settings.issuerUri());
            return;
        }
        LOG.warn("Tokens are accepted whatever issuer they name, because " + SPRING + ".issuer-uri is not set. Set it"
                + " to exactly what stands in their iss.");
        builder.anyIssuer();
    }

    private void expectAudience(TokenVerifier.Builder builder) {
        Boolean any = properties.anyAudience();
        if (!settings.audiences().isEmpty()) {
            if (Boolean.TRUE.equals(any)) {
                throw new HandstampConfigurationException(
                        "handstamp.any-audience=true contradicts " + SPRING + ".audiences.", "Remove one of the two.");
            }
            builder.audience(settings.audiences().toArray(String[]::new));
            return;
        }
        if (Boolean.FALSE.equals(any)) {
            throw new HandstampConfigurationException(
                    SPRING + ".audiences is not set, and handstamp.any-audience=false requires it.",
                    "Set " + SPRING + ".audiences to the name of this API, as it stands in the aud of its tokens.");
        }
        if (any == null) {
            LOG.warn("Tokens are accepted whatever API they were issued for, because " + SPRING
                    + ".audiences is not set: whoever receives a token of this issuer can use it here. Set it to the name"
                    + " of this API, or say handstamp.any-audience=true.");
        }
        builder.anyAudience();
    }

    private RemoteJwkSet remote(String jwkSetUri) {
        String issuer = settings.issuerUri().isEmpty() ? jwkSetUri : settings.issuerUri();
        RemoteJwkSet.Builder builder = RemoteJwkSet.builder(issuer)
                .refreshInterval(properties.keys().refreshInterval())
                .maximumAge(properties.keys().maximumAge());
        if (!jwkSetUri.isEmpty()) builder.jwksUri(URI.create(jwkSetUri));
        properties.keys().trustedOrigins().forEach(builder::trustOrigin);
        if (properties.keys().loadAtStart()) builder.loadAtStart();
        return builder.build();
    }

    /// What was asked for; else every algorithm whose public key can be published: a key has exactly one.
    private Algorithm[] algorithms() {
        if (!settings.jwsAlgorithms().isEmpty()) return named().toArray(Algorithm[]::new);
        return Stream.of(Algorithm.values())
                .filter(algorithm -> !algorithm.isSymmetric())
                .toArray(Algorithm[]::new);
    }

    private Algorithm onlyAlgorithm() {
        List<Algorithm> algorithms = named();
        if (algorithms.size() > 1) {
            throw new HandstampConfigurationException(
                    SPRING + ".jws-algorithms names more than one algorithm for the one key of public-key-location.",
                    "Name the one that the issuer signs with.");
        }
        return algorithms.isEmpty() ? Algorithm.RS256 : algorithms.get(0);
    }

    private List<Algorithm> named() {
        return settings.jwsAlgorithms().stream()
                .map(VerifierConfiguration::algorithm)
                .toList();
    }

    private static Algorithm algorithm(String name) {
        return Algorithm.named(name)
                .filter(algorithm -> !algorithm.isSymmetric())
                .orElseThrow(() -> new HandstampConfigurationException(
                        SPRING + ".jws-algorithms names " + name + ", which is no algorithm with a public key.",
                        "Use the exact JOSE names, such as RS256, ES256 or EdDSA."));
    }

    private static String type(String name) {
        return name.equalsIgnoreCase("none") ? "" : name;
    }

    private static <T> T refusing(Supplier<T> building) {
        try {
            return building.get();
        } catch (KeysUnavailableException e) {
            throw new HandstampConfigurationException(
                    "The issuer's keys cannot be had, and handstamp.keys.load-at-start=true requires them: "
                            + e.getMessage(),
                    "Check that the issuer can be reached from here, or start without its keys.");
        } catch (IllegalArgumentException e) {
            throw new HandstampConfigurationException(
                    "Handstamp cannot check tokens with these properties: "
                            + inProperties(String.valueOf(e.getMessage())),
                    "Correct the property under " + SPRING + " or handstamp; docs/adapters/spring.md describes each.");
        }
    }

    /// The builders speak of their own settings.
    private static String inProperties(String message) {
        return message.replace("clockSkew", "handstamp.clock-skew")
                .replace("maximumLifetime", "handstamp.maximum-lifetime")
                .replace("silence must", "handstamp.revocations.after must")
                .replace("refreshInterval", "handstamp.keys.refresh-interval")
                .replace("maximumAge", "handstamp.keys.maximum-age")
                .replace("the issuer ", SPRING + ".issuer-uri ");
    }
}
