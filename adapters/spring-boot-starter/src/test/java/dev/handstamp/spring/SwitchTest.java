package dev.handstamp.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.spring.Application.Answer;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TokenBuilder;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// An application of Spring's own shape switches by one dependency, and changes nothing else.
class SwitchTest {

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
    void every_answer_is_the_same_and_the_decoder_is_ours() throws Exception {
        // All that Spring's own sample sets.
        String properties = "--spring.security.oauth2.resourceserver.jwt.jwk-set-uri=" + issuer.jwksUri();
        Map<String, Answer> before;
        Map<String, Answer> after;
        try (Application application = Application.withoutStarter(properties)) {
            assertThat(application.hasOnClassPath("dev.handstamp.spring.HandstampJwtDecoder"))
                    .isFalse();
            assertThat(application.hasOnClassPath("dev.handstamp.verifier.TokenVerifier"))
                    .isFalse();
            assertThat(application.decoder()).startsWith("org.springframework.security.");
            before = answers(application);
            // What only Handstamp does: Spring's default takes no access token of RFC 9068.
            assertThat(application
                            .get("/", bearer(issuer.token().algorithm(Algorithm.RS256)))
                            .status())
                    .isEqualTo(401);
        }
        try (Application application = Application.with(properties)) {
            assertThat(application.decoder()).isEqualTo("dev.handstamp.spring.HandstampJwtDecoder");
            after = answers(application);
            assertThat(application
                            .get("/", bearer(issuer.token().algorithm(Algorithm.RS256)))
                            .status())
                    .isEqualTo(200);
        }
        assertThat(before.get("a message"))
                .isEqualTo(new Answer(200, "the secret message", Optional.empty(), Optional.empty()));
        assertThat(before).hasSameSizeAs(after);
        before.forEach((request, answer) -> {
            assertThat(after.get(request).status()).as(request).isEqualTo(answer.status());
            assertThat(after.get(request).body()).as(request).isEqualTo(answer.body());
            assertThat(after.get(request).error()).as(request).isEqualTo(answer.error());
        });
    }

    private static Map<String, Answer> answers(Application application) {
        Instant now = Instant.now();
        String good = token().sign();
        Map<String, Answer> answers = new LinkedHashMap<>();
        answers.put("hello", application.get("/", bearer(token().subject("vera"))));
        answers.put("me", application.get("/me", bearer(token().subject("vera").scope("a", "b"))));
        answers.put("a message", application.get("/message", bearer(token().scope("message:read"))));
        answers.put("no scope", application.get("/message", bearer(token())));
        answers.put("write", application.send("POST", "/message", bearer(token().scope("message:write"))));
        answers.put("write without scope", application.send("POST", "/message", bearer(token().scope("message:read"))));
        answers.put(
                "grown",
                application.get("/vault", bearer(token().scope("vault:open").claim("age", 34L))));
        answers.put(
                "too young",
                application.get("/vault", bearer(token().scope("vault:open").claim("age", 17L))));
        answers.put("no token", application.get("/"));
        answers.put("no token, POST", application.send("POST", "/message"));
        answers.put("Basic", application.get("/", "Authorization", "Basic dTpw"));
        answers.put("rubbish", application.get("/", "Authorization", "Bearer rubbish"));
        answers.put("not base64url", application.get("/", "Authorization", "Bearer a.b.!"));
        answers.put(
                "expired",
                application.get(
                        "/", bearer(token().issuedAt(now.minusSeconds(900)).expiresAt(now.minusSeconds(600)))));
        answers.put("not yet valid", application.get("/", bearer(token().notBefore(now.plusSeconds(200)))));
        answers.put(
                "within the skew",
                application.get(
                        "/", bearer(token().issuedAt(now.minusSeconds(330)).expiresAt(now.minusSeconds(30)))));
        answers.put("wrong audience", application.get("/", bearer(token().audience("https://other.example"))));
        answers.put(
                "two audiences",
                application.get("/", bearer(token().audience("https://other.example", "https://api.example"))));
        answers.put("wrong issuer", application.get("/", bearer(token().claim("iss", "https://other.example"))));
        answers.put("no typ", application.get("/", bearer(token().header("typ", "jwt"))));
        answers.put(
                "few claims",
                application.get(
                        "/", bearer(token().without("jti").without("client_id").without("iat"))));
        answers.put(
                "tampered",
                application.get("/", "Authorization", "Bearer " + good.substring(0, good.length() - 4) + "AAAA"));
        answers.put(
                "another's key", application.get("/", bearer(token().signedBy(PrivateJwk.generate(Algorithm.RS256)))));
        answers.put("none", application.get("/", "Authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."));
        return answers;
    }

    /// As most issuers write them today.
    private static TokenBuilder token() {
        return issuer.token().algorithm(Algorithm.RS256).header("typ", "JWT");
    }

    private static String[] bearer(TokenBuilder token) {
        return new String[] {"Authorization", "Bearer " + token.sign()};
    }
}
