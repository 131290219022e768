package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verified;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.GrantType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `POST /token`: client authentication and client credentials.
class TokenTest {

    private static final String FORM = "application/x-www-form-urlencoded";

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("RFC 6749 §4.4.3: a client gets an access token in its own name and no refresh token")
    void client_credentials_answer_an_access_token() {
        Reply reply = server.clientCredentials();

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().keySet()).containsExactly("access_token", "token_type", "expires_in", "scope");
        assertThat(reply.header("Cache-Control")).contains("no-store");
        Map<String, Object> claims = RunningServer.claims(reply.string("access_token"));
        assertThat(claims)
                .containsEntry("sub", "shop")
                .containsEntry("client_id", "shop")
                .containsEntry("aud", RunningServer.ORDERS)
                .containsEntry("scope", "orders:read orders:write")
                .doesNotContainKeys("sid", "grant_id", "roles", "groups", "age");
    }

    @Test
    void both_methods_of_client_authentication_work() {
        Reply post = server.call("POST", "/token")
                .form(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        "shop",
                        "client_secret",
                        RunningServer.SHOP_SECRET)
                .send();
        Reply basic = server.call("POST", "/token")
                .basic("shop", RunningServer.SHOP_SECRET)
                .form("grant_type", "client_credentials", "client_id", "shop")
                .send();

        assertThat(post.status()).isEqualTo(200);
        assertThat(basic.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resource", "audience"})
    void the_api_is_named_as_resource_or_as_audience(String parameter) {
        Reply ours = credentials(parameter, RunningServer.ORDERS);
        Reply theirs = credentials(parameter, RunningServer.STOCK);
        Reply unknown = credentials(parameter, "https://api.example/unknown");
        Reply none = credentials(parameter, "not a uri");

        assertThat(ours.status()).isEqualTo(200);
        assertThat(List.of(theirs.outcome(), unknown.outcome(), none.outcome())).containsOnly("400 invalid_target");
    }

    @Test
    void two_names_for_two_apis_are_refused() {
        Reply reply = credentials("resource", RunningServer.ORDERS, "audience", RunningServer.STOCK);

        assertThat(reply.outcome()).isEqualTo("400 invalid_request");
    }

    @Test
    void a_client_of_several_apis_names_one() {
        Set<GrantType> own = Set.of(GrantType.CLIENT_CREDENTIALS);
        List<String> both = List.of(RunningServer.ORDERS, RunningServer.STOCK);
        server.addClient("broad", "the-secret-of-the-broad", own, both, "orders:read", "stock:read");

        Reply unnamed = server.call("POST", "/token")
                .basic("broad", "the-secret-of-the-broad")
                .form("grant_type", "client_credentials")
                .send();
        Reply named = server.call("POST", "/token")
                .basic("broad", "the-secret-of-the-broad")
                .form("grant_type", "client_credentials", "resource", RunningServer.STOCK)
                .send();

        assertThat(unnamed.outcome()).isEqualTo("400 invalid_target");
        assertThat(named.string("scope")).isEqualTo("stock:read");
    }

    @ParameterizedTest
    @CsvSource({"orders:read,200", "orders:read orders:write,200", "orders:burn,400 invalid_scope"})
    void scopes_are_granted_as_registered(String scope, String outcome) {
        assertThat(credentials("scope", scope).outcome()).isEqualTo(outcome);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stock:read", "orders:read stock:read", "a  b", "\"orders:read\"", "openid admin"})
    void a_scope_beyond_the_clients_is_refused(String scope) {
        assertThat(credentials("scope", scope).outcome()).isEqualTo("400 invalid_scope");
    }

    @Test
    void a_client_uses_only_its_grant_types() {
        Set<GrantType> refreshOnly = Set.of(GrantType.REFRESH_TOKEN);
        Set<GrantType> ownOnly = Set.of(GrantType.CLIENT_CREDENTIALS);
        server.addClient("passive", "the-secret-of-the-passive", refreshOnly, List.of(RunningServer.ORDERS));
        server.addClient("machine", "the-secret-of-the-machine", ownOnly, List.of(RunningServer.ORDERS));

        assertThat(server.call("POST", "/token")
                        .basic("passive", "the-secret-of-the-passive")
                        .form("grant_type", "client_credentials")
                        .send()
                        .outcome())
                .isEqualTo("400 unauthorized_client");
        assertThat(server.call("POST", "/token")
                        .basic("machine", "the-secret-of-the-machine")
                        .form("grant_type", "refresh_token", "refresh_token", "x")
                        .send()
                        .outcome())
                .isEqualTo("400 unauthorized_client");
    }

    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"ES256", "EDDSA", "PS256"})
    void an_api_chooses_the_algorithm_of_its_tokens(Algorithm algorithm) throws Exception {
        String audience = "https://api.example/" + algorithm.name().toLowerCase(Locale.ROOT);
        server.addApi(audience, "the secret of another API", algorithm, Duration.ofMinutes(1), "any");
        String id = "client-" + algorithm.ordinal();
        server.addClient(id, "the-secret-of-a-client", Set.of(GrantType.CLIENT_CREDENTIALS), List.of(audience), "any");

        Reply reply = server.call("POST", "/token")
                .basic(id, "the-secret-of-a-client")
                .form("grant_type", "client_credentials")
                .send();

        TokenPolicy policy = TokenPolicy.builder()
                .issuer(server.issuer())
                .audience(audience)
                .algorithms(algorithm)
                .build();
        JwkSet keys = JwkSet.parse(server.call("GET", "/jwks").send().body());
        assertThat(policy.check(reply.string("access_token"), keys, Instant.now()))
                .isInstanceOf(Verified.class);
        assertThat(reply.number("expires_in")).isEqualTo(60);
    }

    @Test
    @DisplayName("O-10: the password grant does not exist")
    void the_password_grant_does_not_exist() {
        for (String type : List.of("password", "implicit", "AUTHORIZATION_CODE", "CLIENT_CREDENTIALS", "x")) {
            Reply reply = server.call("POST", "/token")
                    .basic("shop", RunningServer.SHOP_SECRET)
                    .form("grant_type", type, "username", "vera", "password", RunningServer.PASSWORD)
                    .send();

            assertThat(reply.outcome()).isEqualTo("400 unsupported_grant_type");
        }
        assertThat(server.call("POST", "/token")
                        .basic("shop", RunningServer.SHOP_SECRET)
                        .form("scope", "orders:read")
                        .send()
                        .outcome())
                .isEqualTo("400 invalid_request");
    }

    @ParameterizedTest
    @DisplayName("O-11: a parameter given twice is refused, neither the first nor the last wins")
    @ValueSource(
            strings = {
                "grant_type=client_credentials&grant_type=client_credentials",
                "grant_type=client_credentials&scope=orders:read&scope=orders:write",
                "grant_type=client_credentials&client_id=shop&client_id=depot",
                "grant_type=client_credentials&foo=1&foo=2"
            })
    void a_repeated_parameter_is_refused(String body) {
        Reply reply = server.call("POST", "/token")
                .basic("shop", RunningServer.SHOP_SECRET)
                .body(FORM, body)
                .send();

        assertThat(reply.outcome()).isEqualTo("400 invalid_request");
    }

    @Test
    @DisplayName("O-11, O-12: parameters in the URL are never honoured")
    void parameters_in_the_url_are_refused() {
        String secret = "client_id=shop&client_secret=" + RunningServer.SHOP_SECRET;

        Reply credentials = server.call("POST", "/token?" + secret)
                .form("grant_type", "client_credentials")
                .send();
        Reply split = server.call("POST", "/token?grant_type=client_credentials")
                .basic("shop", RunningServer.SHOP_SECRET)
                .form("scope", "orders:read")
                .send();
        Reply both = server.call("POST", "/token?scope=orders:write")
                .basic("shop", RunningServer.SHOP_SECRET)
                .form("grant_type", "client_credentials", "scope", "orders:read")
                .send();

        assertThat(List.of(credentials.outcome(), split.outcome(), both.outcome()))
                .containsOnly("400 invalid_request");
    }

    @ParameterizedTest
    @DisplayName("O-13: other methods are 405 with Allow, and no header renames a method")
    @CsvSource({
        "/token,GET",
        "/token,PUT",
        "/token,DELETE",
        "/token,PATCH",
        "/token,post",
        "/introspect,GET",
        "/revoke,GET",
        "/revoke,DELETE",
        "/session,PUT",
        "/session/refresh,GET",
        "/session/refresh,DELETE",
        "/jwks,POST",
        "/.well-known/openid-configuration,POST"
    })
    void other_methods_are_405(String path, String method) {
        Reply reply = server.call(method, path)
                .header("X-HTTP-Method-Override", "POST")
                .form("grant_type", "client_credentials")
                .send();

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("Allow")).isPresent();
    }

    @ParameterizedTest
    @DisplayName("O-14: a body of another media type or character set is refused with 415")
    @CsvSource({
        "/token,application/json",
        "/token,text/plain",
        "/token,multipart/form-data",
        "/token,application/x-www-form-urlencoded;charset=utf-7",
        "/introspect,application/json",
        "/revoke,text/plain",
        "/session,text/plain",
        "/session,application/x-www-form-urlencoded",
        "/session,application/json;charset=utf-16",
        "/session/refresh,text/plain"
    })
    void other_media_types_are_refused(String path, String type) {
        Reply reply = server.call("POST", path)
                .basic("shop", RunningServer.SHOP_SECRET)
                .body(type, "grant_type=client_credentials")
                .send();

        assertThat(reply.outcome()).isEqualTo("415 invalid_request");
    }

    @Test
    @DisplayName("O-14: a body in UTF-16 has no effect")
    void a_body_in_utf_16_is_refused() {
        Reply reply = server.call("POST", "/token")
                .basic("shop", RunningServer.SHOP_SECRET)
                .body(FORM, "grant_type=client_credentials".getBytes(StandardCharsets.UTF_16LE))
                .send();

        assertThat(reply.outcome()).isEqualTo("400 invalid_request");
    }

    @ParameterizedTest
    @DisplayName("O-15: a confidential client without its secret is 401 invalid_client, everywhere")
    @ValueSource(strings = {"/token", "/introspect", "/revoke"})
    void a_client_without_its_secret_is_refused(String path) {
        List<String[]> attempts = List.of(
                new String[] {"client_id", "shop"},
                new String[] {"client_id", "shop", "client_secret", ""},
                new String[] {"client_id", "shop", "client_secret", RunningServer.DEPOT_SECRET},
                new String[] {"client_id", "shop", "client_secret", RunningServer.SHOP_SECRET + "\0"},
                new String[] {"client_id", "shop", "client_secret", "The-Secret-Of-The-Shop"},
                new String[] {"client_id", "SHOP", "client_secret", RunningServer.SHOP_SECRET},
                new String[] {"client_id", "nobody", "client_secret", RunningServer.SHOP_SECRET},
                new String[] {"client_id", "first-party"},
                new String[] {"client_id", "first-party", "client_secret", "x"},
                new String[] {"client_secret", RunningServer.SHOP_SECRET},
                new String[] {});
        for (String[] attempt : attempts) {
            for (String grant : List.of("client_credentials", "refresh_token")) {
                String[] form = new String[attempt.length + 6];
                System.arraycopy(attempt, 0, form, 0, attempt.length);
                System.arraycopy(
                        new String[] {"grant_type", grant, "refresh_token", "x", "token", "x"},
                        0,
                        form,
                        attempt.length,
                        6);
                Reply reply = server.call("POST", path).form(form).send();

                assertThat(reply.outcome()).as(String.join(" ", attempt)).isEqualTo("401 invalid_client");
            }
        }
        for (String secret : List.of("", "wrong", RunningServer.SHOP_SECRET + "\0", RunningServer.SHOP_SECRET + " ")) {
            Reply reply = server.call("POST", path)
                    .basic("shop", secret)
                    .form("grant_type", "client_credentials", "token", "x")
                    .send();

            assertThat(reply.outcome()).isEqualTo("401 invalid_client");
            assertThat(reply.header("WWW-Authenticate"))
                    .hasValueSatisfying(value -> assertThat(value).startsWith("Basic "));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic ", "Basic !!!", "Basic c2hvcA==", "Bearer x", "Basic /w==", "Basic JTp4"})
    void an_authorization_header_that_is_none_is_refused(String header) {
        Reply reply = server.call("POST", "/token")
                .header("Authorization", header)
                .form("grant_type", "client_credentials")
                .send();

        assertThat(reply.outcome()).isEqualTo("401 invalid_client");
    }

    @ParameterizedTest
    @DisplayName("O-16: two ways of client authentication at once are refused, never mixed")
    @ValueSource(strings = {"/token", "/introspect", "/revoke"})
    void two_client_authentications_are_refused(String path) {
        Reply basicAndPost = server.call("POST", path)
                .basic("shop", RunningServer.SHOP_SECRET)
                .form("token", "x", "client_id", "depot", "client_secret", RunningServer.DEPOT_SECRET)
                .send();
        Reply basicAndAssertion = server.call("POST", path)
                .basic("shop", RunningServer.SHOP_SECRET)
                .form("token", "x", "client_assertion", "a.b.c", "client_assertion_type", "jwt-bearer")
                .send();
        Reply basicAndOther = server.call("POST", path)
                .basic("shop", RunningServer.SHOP_SECRET)
                .form("token", "x", "client_id", "depot")
                .send();
        Reply basicTwice = server.call("POST", path)
                .basic("shop", RunningServer.SHOP_SECRET)
                .basic("depot", RunningServer.DEPOT_SECRET)
                .form("token", "x")
                .send();

        assertThat(List.of(
                        basicAndPost.outcome(),
                        basicAndAssertion.outcome(),
                        basicAndOther.outcome(),
                        basicTwice.outcome()))
                .containsOnly("400 invalid_request");
    }

    @Test
    void a_wrong_secret_is_recorded_once_a_minute() {
        server.addClient(
                "target",
                "the-secret-of-the-target",
                Set.of(GrantType.CLIENT_CREDENTIALS),
                List.of(RunningServer.ORDERS));
        for (int i = 0; i < 5; i++) {
            server.call("POST", "/token")
                    .basic("target", "wrong")
                    .form("grant_type", "client_credentials")
                    .send();
        }

        assertThat(server.audit(AuditEvent.Type.CLIENT_AUTHENTICATION_FAILED))
                .filteredOn(event -> event.client().equals("target"))
                .hasSize(1);
    }

    private static Reply credentials(String... more) {
        String[] form = new String[more.length + 2];
        form[0] = "grant_type";
        form[1] = "client_credentials";
        System.arraycopy(more, 0, form, 2, more.length);
        return server.call("POST", "/token")
                .basic("shop", RunningServer.SHOP_SECRET)
                .form(form)
                .send();
    }
}
