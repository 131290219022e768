package dev.handstamp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class HandstampExtensionTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Nested
    @ExtendWith(HandstampExtension.class)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    class Declared {

        @Test
        void the_issuer_publishes_the_keys_that_check_its_tokens(TestIssuer issuer, @Token String token) {
            Verified verified = (Verified) checked(issuer, token, Instant.now());
            assertThat(verified.accessToken().issuer()).isEqualTo(issuer.issuer());
            assertThat(verified.accessToken().audience()).containsExactly("https://api.example");
        }

        @Test
        void a_token_has_the_shape_that_is_written_beside_it(
                TestIssuer issuer,
                @Token(
                                subject = "vera",
                                clientId = "shop",
                                scope = {"orders:read", "orders:write"},
                                role = "vip",
                                algorithm = Algorithm.EDDSA)
                        String token) {
            var found = ((Verified) checked(issuer, token, Instant.now())).accessToken();
            assertThat(found.subject()).isEqualTo("vera");
            assertThat(found.clientId()).isEqualTo("shop");
            assertThat(found.scopes()).containsExactly("orders:read", "orders:write");
            assertThat(found.roles()).containsExactly("vip");
            assertThat(found.algorithm()).isEqualTo(Algorithm.EDDSA);
        }

        @Test
        void an_expired_token_is_expired_and_nothing_else(TestIssuer issuer, @Token(expired = true) String token) {
            assertThat(((Rejected) checked(issuer, token, Instant.now())).reason())
                    .isEqualTo(Reason.EXPIRED);
        }

        @Test
        void a_token_for_another_audience_is_for_nobody_else(
                TestIssuer issuer, @Token(audience = {"https://a.example", "https://b.example"}) String token) {
            assertThat(((Rejected) checked(issuer, token, Instant.now())).reason())
                    .isEqualTo(Reason.WRONG_AUDIENCE);
        }

        @Test
        void a_builder_goes_on_from_where_the_annotation_ends(
                TestIssuer issuer, @Token(subject = "vera") TokenBuilder token) {
            var found = ((Verified) checked(issuer, token.claim("age", 34).sign(), Instant.now())).accessToken();
            assertThat(found.subject()).isEqualTo("vera");
            assertThat(found.claims().integer("age")).contains(34L);
        }

        @Test
        @Order(1)
        void a_test_may_turn_the_clock_and_break_the_issuer(TestIssuer issuer, TestClock clock, TokenBuilder token) {
            clock.turn(Duration.ofDays(1));
            assertThat(clock.instant()).isAfter(Instant.now().plus(Duration.ofHours(23)));
            Verification tomorrow = checked(issuer, issuer.token().sign(), clock.instant());
            assertThat(tomorrow).isInstanceOf(Verified.class);
            issuer.answerKeysWith(Answer.html());
            issuer.goDown();
        }

        @Test
        @Order(2)
        void the_next_test_finds_both_as_they_should_be(TestIssuer issuer, TestClock clock, @Token String token) {
            assertThat(clock.instant()).isBefore(Instant.now().plus(Duration.ofMinutes(1)));
            assertThat(checked(issuer, token, Instant.now())).isInstanceOf(Verified.class);
        }

        @Nested
        class Within {

            @Test
            void a_nested_class_has_the_issuer_of_its_outer_one(TestIssuer issuer, @Token String token) {
                assertThat(checked(issuer, token, Instant.now())).isInstanceOf(Verified.class);
            }
        }
    }

    @Test
    void a_clock_that_is_stopped_stands_until_it_is_turned() {
        var clock = new TestClock();
        clock.stopAt(Instant.parse("2026-11-24T12:00:00Z"));
        clock.turn(Duration.ofHours(-1));
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-11-24T11:00:00Z"));
    }

    @Test
    void an_issuer_in_a_static_field_serves_all_tests_and_ends_with_the_run() {
        InStaticField.issuers.clear();
        passes(InStaticField.class, 2);
        assertThat(new HashSet<>(InStaticField.issuers)).hasSize(1);
        assertThat(isListening(InStaticField.issuers.get(0))).isFalse();
    }

    @Test
    void an_issuer_in_an_instance_field_lives_for_one_test() {
        InInstanceField.issuers.clear();
        passes(InInstanceField.class, 2);
        assertThat(InInstanceField.issuers).hasSize(2);
        assertThat(InInstanceField.issuers).noneMatch(HandstampExtensionTest::isListening);
    }

    @Test
    void a_string_that_asks_for_no_token_is_left_to_others() {
        Events tests = run(AsksForAString.class);
        tests.assertStatistics(counts -> counts.started(1).failed(1));
    }

    @Test
    void rotated_keys_stay_published_and_tokens_of_another_issuer_are_refused() {
        var first = new HandstampExtension();
        var second = new HandstampExtension();
        String token = first.token().sign();
        first.rotateKey();
        assertThat(checked(first.testIssuer(), token, Instant.now())).isInstanceOf(Verified.class);
        assertThat(second.issuer()).isNotEqualTo(first.issuer());
        String foreign = second.token().claim("iss", first.issuer()).sign();
        assertThat(((Rejected) checked(first.testIssuer(), foreign, Instant.now())).reason())
                .isEqualTo(Reason.UNKNOWN_KEY);
        first.testIssuer().close();
        second.testIssuer().close();
    }

    static class InStaticField {

        static final List<String> issuers = new ArrayList<>();

        @RegisterExtension
        static final HandstampExtension handstamp = HandstampExtension.forAudience("https://api.example/orders");

        static final String early = handstamp.issuer();

        @Test
        void first(@Token String token) {
            issuers.add(handstamp.issuer());
            assertThat(handstamp.issuer()).isEqualTo(early);
            assertThat(token).isNotEmpty();
        }

        @Test
        void second() {
            issuers.add(handstamp.issuer());
            assertThat(isListening(early)).isTrue();
        }
    }

    static class InInstanceField {

        static final List<String> issuers = new ArrayList<>();

        @RegisterExtension
        final HandstampExtension handstamp = new HandstampExtension();

        final String early = handstamp.issuer();

        @Test
        void first() {
            issuers.add(early);
            assertThat(isListening(handstamp.issuer())).isTrue();
            assertThat(handstamp.issuer()).isEqualTo(early);
        }

        @Test
        void second() {
            issuers.add(early);
            assertThat(isListening(early)).isTrue();
        }
    }

    @ExtendWith(HandstampExtension.class)
    static class AsksForAString {

        @Test
        void asks(String text) {
            assertThat(text).isNotNull();
        }
    }

    private static void passes(Class<?> testClass, int tests) {
        run(testClass).assertStatistics(counts -> counts.started(tests).succeeded(tests));
    }

    private static Events run(Class<?> testClass) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testClass))
                .execute()
                .testEvents();
    }

    private static Verification checked(TestIssuer issuer, String token, Instant now) {
        TokenPolicy policy = TokenPolicy.builder()
                .issuer(issuer.issuer())
                .audience("https://api.example")
                .algorithms(Algorithm.ES256, Algorithm.EDDSA)
                .build();
        return policy.check(token, published(issuer), now);
    }

    private static JwkSet published(TestIssuer issuer) {
        try {
            var request = HttpRequest.newBuilder(URI.create(issuer.jwksUri())).build();
            byte[] body = CLIENT.send(request, BodyHandlers.ofByteArray()).body();
            return JwkSet.parse(body);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isListening(String issuer) {
        var request = HttpRequest.newBuilder(URI.create(issuer + "/jwks")).build();
        try {
            return CLIENT.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (ConnectException e) {
            return false;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
