package dev.handstamp.spring;

import static dev.handstamp.spring.MessagesContext.PREFIX;
import static dev.handstamp.spring.MessagesContext.bearer;
import static dev.handstamp.spring.MessagesContext.get;
import static dev.handstamp.spring.MessagesContext.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Jwk;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TokenBuilder;
import dev.handstamp.verifier.RevocationFeed;
import dev.handstamp.verifier.TokenVerifier;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.JwkSetUriJwtDecoderBuilderCustomizer;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

@ExtendWith(OutputCaptureExtension.class)
class HandstampAutoConfigurationTest {

    private static TestIssuer issuer;

    @BeforeAll
    static void start() {
        issuer = TestIssuer.start();
        issuer.key(Algorithm.RS256);
    }

    @AfterAll
    static void stop() {
        issuer.close();
    }

    @Test
    void the_dsl_method_security_and_the_converter_s_properties_go_on_working() {
        MessagesContext.of(
                        issuer,
                        PREFIX + "authorities-claim-name=roles",
                        PREFIX + "authority-prefix=ROLE_",
                        PREFIX + "principal-claim-name=name")
                .run(context -> {
                    assertThat(context.getBean(JwtDecoder.class)).isInstanceOf(HandstampJwtDecoder.class);
                    MockHttpServletResponse me = get(
                            context, "/me", bearer(token().role("vip", "clerk").claim("name", "Vera")));
                    assertThat(me.getContentAsString()).isEqualTo("Vera ROLE_clerk ROLE_vip");
                });
        MessagesContext.of(issuer, PREFIX + "authorities-claim-delimiter=,", PREFIX + "authority-prefix=")
                .run(context -> {
                    MockHttpServletResponse me = get(context, "/me", bearer(token().claim("scope", "a,b")));
                    assertThat(me.getContentAsString()).endsWith(" a b");
                });
    }

    @Test
    void health_and_meters_tell_what_is_known_and_what_was_refused() {
        MessagesContext.of(issuer).run(context -> {
            var health = context.getBean("handstampHealthIndicator", HealthIndicator.class)
                    .health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat((int) health.getDetails().get("keys")).isPositive();

            assertThat(get(context, "/", bearer(token())).getStatus()).isEqualTo(200);
            assertThat(get(context, "/", bearer(token().audience("https://other.example")))
                            .getStatus())
                    .isEqualTo(401);
            var meters = context.getBean(MeterRegistry.class);
            assertThat(meters.get("handstamp.tokens")
                            .tag("outcome", "accepted")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("handstamp.tokens")
                            .tag("reason", "wrong_audience")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("handstamp.keys").gauge().value()).isPositive();
        });
        MessagesContext.of(issuer, "management.health.handstamp.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("handstampHealthIndicator"));
    }

    @Test
    void without_keys_a_good_token_is_told_to_come_back_and_the_application_is_down() {
        try (TestIssuer away = TestIssuer.start()) {
            String[] good = bearer(away.token());
            away.goDown();
            MessagesContext.of(away).run(context -> {
                MockHttpServletResponse answer = get(context, "/", good);

                assertThat(answer.getStatus()).isEqualTo(503);
                assertThat(answer.getHeader("Retry-After")).isEqualTo("5");
                assertThat(answer.getHeader("WWW-Authenticate")).isNull();
                var health = context.getBean("handstampHealthIndicator", HealthIndicator.class)
                        .health();
                assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                assertThat(health.getDetails().get("problem").toString()).contains("ConnectException");
            });
            refusesAlone(
                    "handstamp.keys.load-at-start",
                    PREFIX + "issuer-uri=" + away.issuer(),
                    "handstamp.keys.load-at-start=true");
        }
    }

    @Test
    void the_caller_hears_the_same_of_every_refused_token_and_the_log_the_reason(CapturedOutput output) {
        var logging = LoggingSystem.get(getClass().getClassLoader());
        logging.setLogLevel("dev.handstamp.spring", LogLevel.DEBUG);
        MessagesContext.of(issuer).run(context -> {
            String told = null;
            for (TokenBuilder wrong : List.of(
                    token().audience("https://other.example"),
                    token().claim("iss", "https://other.example"),
                    token().signedBy(PrivateJwk.generate(Algorithm.ES256)))) {
                MockHttpServletResponse answer = get(context, "/", bearer(wrong));
                assertThat(answer.getStatus()).isEqualTo(401);
                assertThat(answer.getHeader("WWW-Authenticate"))
                        .contains("error=\"invalid_token\"", "not valid here")
                        .isEqualTo(told == null ? answer.getHeader("WWW-Authenticate") : told);
                told = answer.getHeader("WWW-Authenticate");
            }
        });
        logging.setLogLevel("dev.handstamp.spring", null);
        assertThat(output).contains("wrong_audience aud is [https://other.example]", "wrong_issuer", "unknown_key");
        assertThat(output).doesNotContain("eyJ");
    }

    @Test
    void an_application_s_own_validators_are_asked_too() {
        MessagesContext.of(issuer)
                .withBean(
                        "weekday",
                        OAuth2TokenValidator.class,
                        () -> (OAuth2TokenValidator<Jwt>) jwt -> "sunday".equals(jwt.getClaim("day"))
                                ? OAuth2TokenValidatorResult.failure(
                                        new OAuth2Error("invalid_token", "closed on Sundays", null))
                                : OAuth2TokenValidatorResult.success())
                .run(context -> {
                    assertThat(get(context, "/", bearer(token())).getStatus()).isEqualTo(200);
                    MockHttpServletResponse closed = get(context, "/", bearer(token().claim("day", "sunday")));
                    assertThat(closed.getStatus()).isEqualTo(401);
                    assertThat(closed.getHeader("WWW-Authenticate")).contains("closed on Sundays");
                });
    }

    @Test
    void one_property_turns_the_cookie_on_and_another_site_cannot_use_it() {
        String cookie = "__Host-handstamp="
                + token().scope("message:read message:write").sign();
        MessagesContext.of(issuer, "handstamp.cookie-origin=https://app.example")
                .run(context -> {
                    assertThat(get(context, "/message", "Cookie", cookie).getStatus())
                            .isEqualTo(200);
                    assertThat(get(context, "/message").getStatus()).isEqualTo(401);
                    assertThat(get(context, "/message", bearer(token().scope("message:read")))
                                    .getStatus())
                            .isEqualTo(200);
                    assertThat(send(context, "POST", "/message", "Cookie", cookie, "Sec-Fetch-Site", "same-origin")
                                    .getStatus())
                            .isEqualTo(200);
                    assertThat(send(context, "POST", "/message", "Cookie", cookie, "Origin", "https://app.example")
                                    .getStatus())
                            .isEqualTo(200);
                    for (String elsewhere : List.of("cross-site", "same-site", "none of these")) {
                        assertThat(send(context, "POST", "/message", "Cookie", cookie, "Sec-Fetch-Site", elsewhere)
                                        .getStatus())
                                .isEqualTo(403);
                    }
                    assertThat(send(context, "POST", "/message", "Cookie", cookie)
                                    .getStatus())
                            .isEqualTo(403);
                    assertThat(get(context, "/message", "Cookie", cookie, "Authorization", "Bearer x")
                                    .getStatus())
                            .isEqualTo(400);
                    assertThat(get(context, "/message?access_token=x").getStatus())
                            .isEqualTo(400);
                });
        MessagesContext.of(issuer)
                .run(context -> assertThat(
                                get(context, "/message", "Cookie", cookie).getStatus())
                        .isEqualTo(401));
        refuses("handstamp.cookie-origin", "handstamp.cookie-origin=app.example");
    }

    @Test
    void the_types_of_tokens_can_be_narrowed_to_rfc_9068() {
        MessagesContext.of(issuer, "handstamp.other-token-types=").run(context -> {
            assertThat(get(context, "/", bearer(token())).getStatus()).isEqualTo(200);
            assertThat(get(context, "/", bearer(token().header("typ", "JWT"))).getStatus())
                    .isEqualTo(401);
        });
        MessagesContext.of(issuer).run(context -> {
            assertThat(get(context, "/", bearer(token().header("typ", "JWT").without("jti")))
                            .getStatus())
                    .isEqualTo(200);
            assertThat(get(context, "/", bearer(token().without("jti"))).getStatus())
                    .isEqualTo(401);
            assertThat(get(context, "/", bearer(token().header("typ", "JWT").claim("at_hash", "x")))
                            .getStatus())
                    .isEqualTo(401);
        });
    }

    @Test
    void a_token_that_is_bound_is_no_bearer_token() {
        MessagesContext.of(issuer).run(context -> {
            for (String binding : List.of("jkt", "x5t#S256", "kid")) {
                TokenBuilder bound =
                        token().claim("cnf", Map.of(binding, "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"));
                assertThat(get(context, "/", bearer(bound)).getStatus())
                        .as(binding)
                        .isEqualTo(401);
            }
        });
    }

    @Test
    void only_the_algorithms_that_were_named_are_taken() {
        MessagesContext.of(issuer, PREFIX + "jws-algorithms=RS256").run(context -> {
            assertThat(get(context, "/", bearer(token().algorithm(Algorithm.RS256)))
                            .getStatus())
                    .isEqualTo(200);
            assertThat(get(context, "/", bearer(token())).getStatus()).isEqualTo(401);
        });
        refuses("jws-algorithms names HS256", PREFIX + "jws-algorithms=RS256,HS256");
        refuses("jws-algorithms names none", PREFIX + "jws-algorithms=none");
    }

    @Test
    void a_public_key_in_a_file_checks_tokens_whatever_kid_they_name(@TempDir Path folder) throws IOException {
        Jwk key = issuer.key(Algorithm.RS256).publicJwk().orElseThrow();
        Path file = Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(key.publicKey().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        MessagesContext.of(PREFIX + "public-key-location=" + file.toUri(), PREFIX + "audiences=https://api.example")
                .run(context -> {
                    TokenBuilder token = token().algorithm(Algorithm.RS256);
                    for (int i = 0; i < 2; i++) {
                        assertThat(get(context, "/", bearer(token)).getStatus()).isEqualTo(200);
                        assertThat(get(context, "/", bearer(token.header("kid", "other")))
                                        .getStatus())
                                .isEqualTo(200);
                    }
                    assertThat(get(context, "/", bearer(token.signedBy(PrivateJwk.generate(Algorithm.RS256))))
                                    .getStatus())
                            .isEqualTo(401);
                    assertThat(get(context, "/", bearer(token())).getStatus()).isEqualTo(401);
                });
        refusesAlone("public-key-location", PREFIX + "public-key-location=file:/does/not/exist");
        refusesAlone(
                "more than one algorithm",
                PREFIX + "public-key-location=" + file.toUri(),
                PREFIX + "jws-algorithms=RS256,RS512");
    }

    @Test
    void it_stands_aside_where_it_is_not_wanted() {
        MessagesContext.of(issuer, "handstamp.enabled=false")
                .run(context -> assertThat(context)
                        .hasSingleBean(JwtDecoder.class)
                        .doesNotHaveBean(HandstampJwtDecoder.class)
                        .doesNotHaveBean(TokenVerifier.class));
        JwtDecoder own = token ->
                Jwt.withTokenValue(token).header("alg", "x").claim("sub", "own").build();
        MessagesContext.of(issuer)
                .withBean(JwtDecoder.class, () -> own)
                .run(context -> assertThat(context)
                        .hasSingleBean(JwtDecoder.class)
                        .doesNotHaveBean(TokenVerifier.class)
                        .getBean(JwtDecoder.class)
                        .isSameAs(own));
        starter().run(context -> assertThat(context).doesNotHaveBean(JwtDecoder.class));
    }

    @Test
    void an_application_s_own_verifier_is_used() {
        try (TokenVerifier own = TokenVerifier.builder()
                .issuer(issuer.issuer())
                .audience("https://own.example")
                .build()) {
            MessagesContext.of().withBean(TokenVerifier.class, () -> own).run(context -> {
                assertThat(get(context, "/", bearer(token().audience("https://own.example")))
                                .getStatus())
                        .isEqualTo(200);
                assertThat(get(context, "/", bearer(token())).getStatus()).isEqualTo(401);
            });
        }
    }

    @Test
    void introspection_asks_the_issuer_about_each_token() {
        issuer.introspectionClient("api", "secret");
        MessagesContext.of(
                        issuer, "handstamp.introspection.client-id=api", "handstamp.introspection.client-secret=secret")
                .run(context -> {
                    String token = token().sign();
                    assertThat(get(context, "/", "Authorization", "Bearer " + token)
                                    .getStatus())
                            .isEqualTo(200);
                    issuer.revoke(token);
                    assertThat(get(context, "/", "Authorization", "Bearer " + token)
                                    .getStatus())
                            .isEqualTo(401);
                    assertThat(context).doesNotHaveBean("handstampHealthIndicator");
                });
    }

    @Test
    void the_feed_tells_at_once_what_was_revoked_and_health_and_meters_how_old_that_is() {
        issuer.introspectionClient("https://api.example", "secret");
        MessagesContext.of(issuer, "handstamp.revocations.secret=secret", "handstamp.revocations.when-silent=refuse")
                .run(context -> {
                    var feed = context.getBean(RevocationFeed.class);
                    assertThat(feed.awaitConnected(Duration.ofSeconds(30))).isTrue();
                    String token = token().sign();
                    assertThat(get(context, "/", "Authorization", "Bearer " + token)
                                    .getStatus())
                            .isEqualTo(200);
                    long position = feed.status().position();
                    issuer.revoke(token);
                    await(() -> feed.status().position() > position);
                    assertThat(get(context, "/", "Authorization", "Bearer " + token)
                                    .getStatus())
                            .isEqualTo(401);

                    var health = context.getBean("handstampHealthIndicator", HealthIndicator.class)
                            .health();
                    assertThat(health.getStatus()).isEqualTo(Status.UP);
                    assertThat(health.getDetails().get("revocations").toString())
                            .contains("stale=false", "/revocations");
                    var meters = context.getBean(MeterRegistry.class);
                    assertThat(meters.get("handstamp.revocations.age")
                                    .timeGauge()
                                    .value(TimeUnit.SECONDS))
                            .isBetween(0.0, 60.0);
                    assertThat(meters.get("handstamp.revocations.position")
                                    .gauge()
                                    .value())
                            .isEqualTo(feed.status().position());
                    assertThat(meters.get("handstamp.revocations.stale").gauge().value())
                            .isZero();
                    assertThat(meters.get("handstamp.revocations.size").gauge().value())
                            .isPositive();
                    assertThat(meters.get("handstamp.tokens")
                                    .tag("reason", "revoked")
                                    .functionCounter()
                                    .count())
                            .isEqualTo(1);
                });
    }

    @Test
    void a_feed_that_is_not_heard_is_treated_as_was_said() {
        String[] good = bearer(token());
        for (String policy : List.of("refuse", "accept")) {
            MessagesContext.of(
                            issuer,
                            "handstamp.revocations.secret=wrong",
                            "handstamp.revocations.when-silent=" + policy,
                            "handstamp.revocations.after=2s")
                    .run(context -> {
                        boolean refuses = policy.equals("refuse");
                        assertThat(get(context, "/", good).getStatus()).isEqualTo(refuses ? 503 : 200);
                        var health = context.getBean("handstampHealthIndicator", HealthIndicator.class)
                                .health();
                        assertThat(health.getStatus()).isEqualTo(refuses ? Status.DOWN : Status.UP);
                    });
        }
    }

    @Test
    void the_feed_says_what_it_needs() {
        refuses("handstamp.revocations.when-silent is not set", "handstamp.revocations.secret=secret");
        String[] feed = {"handstamp.revocations.secret=secret", "handstamp.revocations.when-silent=ask"};
        refusesAlone("issuer-uri is not set", PREFIX + "jwk-set-uri=" + issuer.jwksUri(), feed[0], feed[1]);
        refusesAlone("audiences is not set", PREFIX + "issuer-uri=" + issuer.issuer(), feed[0], feed[1]);
        refuses("handstamp.revocations.after must be", feed[0], feed[1], "handstamp.revocations.after=1s");
        refuses("is of no use", feed[0], feed[1], "handstamp.introspection.client-id=api");
        starter()
                .withPropertyValues(PREFIX + "issuer-uri=" + issuer.issuer(), PREFIX + "audiences=a", feed[0])
                .withPropertyValues("handstamp.revocations.when-silent=perhaps")
                .run(context ->
                        assertThat(context).getFailure().hasStackTraceContaining("handstamp.revocations.when-silent"));
    }

    @Test
    void what_is_not_checked_is_said_aloud(CapturedOutput output) {
        starter()
                .withPropertyValues(PREFIX + "jwk-set-uri=" + issuer.jwksUri())
                .run(context -> assertThat(context).hasNotFailed());
        assertThat(output).contains(PREFIX + "issuer-uri is not set", PREFIX + "audiences is not set");
    }

    @Test
    void what_was_decided_is_not_repeated(CapturedOutput output) {
        MessagesContext.of(PREFIX + "issuer-uri=" + issuer.issuer(), "handstamp.any-audience=true")
                .run(context -> assertThat(
                                get(context, "/", bearer(token().audience("x"))).getStatus())
                        .isEqualTo(200));
        assertThat(output).doesNotContain("is not set");
        refusesAlone(
                PREFIX + "audiences is not set",
                PREFIX + "issuer-uri=" + issuer.issuer(),
                "handstamp.any-audience=false");
        refuses("handstamp.any-audience=true contradicts", "handstamp.any-audience=true");
    }

    @Test
    void a_wrong_setting_ends_the_start_with_its_name_and_what_to_do() {
        refusesAlone(PREFIX + "issuer-uri must be an https address", PREFIX + "issuer-uri=http://login.example");
        refusesAlone("must be https", PREFIX + "jwk-set-uri=http://login.example/jwks");
        refuses("handstamp.clock-skew must be 0 to 60 seconds", "handstamp.clock-skew=2m");
        refuses("handstamp.maximum-lifetime must be 1 second or more", "handstamp.maximum-lifetime=0");
        refuses("handstamp.keys.refresh-interval must be", "handstamp.keys.refresh-interval=1ms");
        refuses("handstamp.keys.maximum-age must be", "handstamp.keys.maximum-age=90d");
        starter()
                .withPropertyValues(PREFIX + "issuer-uri=" + issuer.issuer())
                .withBean(JwkSetUriJwtDecoderBuilderCustomizer.class, () -> builder -> {})
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("customizes Spring's own"));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private static void refuses(String because, String... properties) {
        List<String> all = new ArrayList<>(
                List.of(PREFIX + "issuer-uri=" + issuer.issuer(), PREFIX + "audiences=https://api.example"));
        all.addAll(List.of(properties));
        refusesAlone(because, all.toArray(String[]::new));
    }

    private static void refusesAlone(String because, String... properties) {
        starter().withPropertyValues(properties).run(context -> {
            Throwable failure = context.getStartupFailure();
            assertThat(failure).as(because).isNotNull().rootCause().hasMessageContaining(because);
            assertThat(new ConfigurationFailureAnalyzer().analyze(failure).getAction())
                    .isNotEmpty();
        });
    }

    /// The starter alone: enough to see a start fail.
    private static WebApplicationContextRunner starter() {
        return new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(HandstampAutoConfiguration.class));
    }

    private static TokenBuilder token() {
        return issuer.token();
    }
}
