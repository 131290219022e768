package dev.handstamp.microprofile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.testing.HandstampExtension;
import dev.handstamp.testing.Token;
import dev.handstamp.testing.TokenBuilder;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.Config;
import org.glassfish.jersey.jdkhttp.JdkHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A Jakarta REST application on a real server, with the settings that MicroProfile's users know.
class HandstampFeatureTest {

    @RegisterExtension
    static final HandstampExtension handstamp = HandstampExtension.forAudience("https://api.example/orders");

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final List<AutoCloseable> running = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : running) one.close();
    }

    @Test
    void what_the_annotations_ask_for_is_asked_for(
            @Token(subject = "vera", role = "vip", scope = "orders:read") String vera,
            @Token(subject = "nick") String nick)
            throws Exception {
        URI api = start(settings());
        assertThat(get(api, "/orders", vera).body()).isEqualTo("vera");
        assertThat(get(api, "/orders/staff", vera).body()).isEqualTo("vera truefalse MP-JWT");
        assertThat(get(api, "/orders/any", nick).body()).isEqualTo("nick");
        assertThat(get(api, "/vault", vera).body()).isEqualTo("vera");
        assertThat(get(api, "/orders/staff", nick).statusCode()).isEqualTo(403);
        assertThat(get(api, "/vault", nick).statusCode()).isEqualTo(403);
        assertThat(get(api, "/orders/shut", vera).statusCode()).isEqualTo(403);
        assertThat(get(api, "/orders/sub", vera).statusCode()).isEqualTo(403);
        assertThat(get(api, "/nowhere", vera).statusCode()).isEqualTo(404);
    }

    @Test
    void without_a_token_only_what_permits_all_is_open(@Token(subject = "vera") String vera) throws Exception {
        URI api = start(settings());
        for (String path : List.of("/orders", "/orders/staff", "/orders/any", "/orders/sub", "/orders/token")) {
            HttpResponse<String> answer = get(api, path);
            assertThat(answer.statusCode()).as(path).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"api\"");
        }
        assertThat(get(api, "/orders/open").body()).isEqualTo("nobody");
        assertThat(get(api, "/orders/open", vera).body()).isEqualTo("vera");
        assertThat(get(api, "/orders/open", "nonsense").statusCode()).isEqualTo(401);
        assertThat(get(api, "/vault/open").statusCode()).isEqualTo(401); // its class asks for a scope
        assertThat(get(api, "/orders/shut").statusCode()).isEqualTo(403);
    }

    @Test
    void a_missing_scope_is_named(@Token(scope = "orders:read") String token) throws Exception {
        URI api = start(settings());
        HttpResponse<String> answer = send(request(api, "/orders", token).POST(BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                .contains("insufficient_scope", "scope=\"orders:read orders:write\"");
        assertThat(answer.body()).contains("insufficient_scope");
    }

    @Test
    void a_bad_token_is_answered_poorly(@Token(expired = true) String expired, TokenBuilder foreign) throws Exception {
        URI api = start(settings());
        HttpResponse<String> answer = get(api, "/orders", expired);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                .contains("invalid_token")
                .doesNotContain("EXPIRED");
        assertThat(get(api, "/orders", foreign.audience("https://other.example").sign())
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void the_principal_is_a_json_web_token_with_the_types_of_the_specification(TokenBuilder token) throws Exception {
        String sent = token.subject("vera")
                .role("vip")
                .claim("jti", "j-1")
                .claim("age", 34)
                .claim("list", List.of("a", 1))
                .claim("nested", Map.of("x", true))
                .claim("truth", true)
                .claim("text", "plain")
                .sign();
        assertThat(get(start(settings()), "/orders/token", sent).body())
                .isEqualTo(handstamp.issuer()
                        + " vera j-1 [https://api.example/orders] [vip] 300 34 [\"a\",1] {\"x\":true}"
                        + " true plain Optional.empty true true");
    }

    @Test
    void the_name_is_the_upn_or_what_comes_nearest(TokenBuilder token) throws Exception {
        URI api = start(settings());
        token.subject("u-17").claim("preferred_username", "vera");
        assertThat(get(api, "/orders", token.sign()).body()).isEqualTo("vera");
        assertThat(get(api, "/orders", token.claim("upn", "vera@example.org").sign())
                        .body())
                .isEqualTo("vera@example.org");
    }

    @Test
    void groups_are_the_roles_where_a_token_has_both(TokenBuilder token) throws Exception {
        URI api = start(settings());
        String both = token.claim("roles", List.of("staff"))
                .claim("groups", List.of("guest"))
                .sign();
        assertThat(get(api, "/orders/staff", both).statusCode()).isEqualTo(403);
        assertThat(get(api, "/orders/staff", token.without("groups").sign()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void the_cookie_counts_where_the_settings_say_so_and_not_for_another_site(
            @Token(scope = "orders:read orders:write") String token) throws Exception {
        Map<String, String> settings = settings();
        settings.put("mp.jwt.token.header", "Cookie");
        settings.put("mp.jwt.token.cookie", "stamp");
        settings.put("handstamp.origin", "https://api.example");
        URI api = start(settings);
        String cookie = "theme=dark; stamp=" + token;
        assertThat(send(request(api, "/orders").header("Cookie", cookie)).statusCode())
                .isEqualTo(200);
        assertThat(post(api, cookie, "same-origin").statusCode()).isEqualTo(200);
        assertThat(post(api, cookie, "cross-site").statusCode()).isEqualTo(403);
        assertThat(send(request(api, "/orders").header("Cookie", "Bearer=" + token))
                        .statusCode())
                .isEqualTo(401);
        URI headerOnly = start(settings());
        assertThat(send(request(headerOnly, "/orders").header("Cookie", "Bearer=" + token))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_token_may_be_too_old_here(TokenBuilder token) throws Exception {
        Map<String, String> settings = settings();
        settings.put("mp.jwt.verify.token.age", "120");
        URI api = start(settings);
        assertThat(get(api, "/orders", token.sign()).statusCode()).isEqualTo(200);
        String old = token.issuedAt(Instant.now().minus(Duration.ofMinutes(4))).sign();
        assertThat(get(api, "/orders", old).statusCode()).isEqualTo(401);
    }

    @Test
    void keys_come_from_where_the_settings_say(@Token String token, @TempDir Path folder) throws Exception {
        Map<String, String> remote = settings();
        remote.put("mp.jwt.verify.publickey.location", handstamp.jwksUri());
        assertThat(get(start(remote), "/orders", token).statusCode()).isEqualTo(200);
        String set = new String(handstamp.testIssuer().keys().toJson(), StandardCharsets.UTF_8);
        Map<String, String> file = settings();
        file.put(
                "mp.jwt.verify.publickey.location",
                Files.writeString(folder.resolve("keys.json"), set).toUri().toString());
        assertThat(get(start(file), "/orders", token).statusCode()).isEqualTo(200);
        for (String text : List.of(set, Base64.getUrlEncoder().encodeToString(set.getBytes(StandardCharsets.UTF_8)))) {
            Map<String, String> inline = settings();
            inline.put("mp.jwt.verify.publickey", text);
            assertThat(get(start(inline), "/orders", token).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void only_the_algorithms_of_the_settings_are_taken(TokenBuilder token) throws Exception {
        Map<String, String> settings = settings();
        settings.put("mp.jwt.verify.publickey.algorithm", "EdDSA");
        URI api = start(settings);
        assertThat(get(api, "/orders", token.sign()).statusCode()).isEqualTo(401);
        assertThat(get(api, "/orders", token.algorithm(Algorithm.EDDSA).sign()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void what_was_taken_back_is_refused(@Token String token) throws Exception {
        handstamp.testIssuer().introspectionClient(handstamp.audience(), "s3cret");
        Map<String, String> settings = settings();
        settings.put("handstamp.revocation", "introspection");
        settings.put("handstamp.api-secret", "s3cret");
        URI api = start(settings);
        assertThat(get(api, "/orders", token).statusCode()).isEqualTo(200);
        handstamp.revoke(token);
        assertThat(get(api, "/orders", token).statusCode()).isEqualTo(401);
    }

    @Test
    void a_token_that_is_bound_to_a_key_comes_with_a_proof(TokenBuilder token) throws Exception {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        String bound = token.subject("vera")
                .claim("cnf", Map.of("jkt", key.publicJwk().orElseThrow().thumbprint()))
                .sign();
        Map<String, String> settings = settings();
        settings.put("handstamp.origin", "https://api.example");
        URI api = start(settings);
        HttpResponse<String> answer = send(request(api, "/orders")
                .header("Authorization", "DPoP " + bound)
                .header("DPoP", proof(key, "https://api.example/orders", bound)));
        assertThat(answer.body()).isEqualTo("vera");
        assertThat(get(api, "/orders", bound).statusCode()).isEqualTo(401);
    }

    /// RFC 9449 §4.2
    private static String proof(PrivateJwk key, String address, String token) {
        Map<String, Object> header = Map.of(
                "typ", "dpop+jwt",
                "alg", "ES256",
                "jwk", key.publicJwk().orElseThrow().toJson());
        Map<String, Object> claims = Map.of(
                "jti", UUID.randomUUID().toString(),
                "htm", "GET",
                "htu", address,
                "iat", Instant.now().getEpochSecond(),
                "ath", Sha256.base64Url(token));
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String signed = base64.encodeToString(Json.write(header)) + "." + base64.encodeToString(Json.write(claims));
        return signed + "." + base64.encodeToString(key.sign(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void other_token_types_are_taken_only_when_the_settings_say_so(TokenBuilder token) throws Exception {
        String foreign = token.header("typ", "JWT").sign();
        assertThat(get(start(settings()), "/orders", foreign).statusCode()).isEqualTo(401);
        Map<String, String> settings = settings();
        settings.put("handstamp.token-types", "JWT");
        assertThat(get(start(settings), "/orders", foreign).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "mp.jwt.verify.issuer, ''",
        "mp.jwt.verify.audiences, ''",
        "mp.jwt.verify.clock.skew, soon",
        "mp.jwt.verify.clock.skew, 61",
        "mp.jwt.verify.token.age, -1",
        "mp.jwt.token.header, X-Token",
        "mp.jwt.token.header, Cookie",
        "mp.jwt.decrypt.key.location, /keys.pem",
        "mp.jwt.verify.publickey, -----BEGIN PUBLIC KEY-----",
        "mp.jwt.verify.publickey.location, /nowhere/keys.json",
        "mp.jwt.verify.publickey.location, http://keys.example/jwks",
        "mp.jwt.verify.publickey.algorithm, none",
        "mp.jwt.verify.publickey.algorithm, HS256",
        "handstamp.revocation, refuse",
        "handstamp.revocation, never",
    })
    void a_setting_that_does_not_fit_ends_the_start(String setting, String value) {
        Map<String, String> settings = settings();
        settings.put(setting, value);
        assertThatThrownBy(() -> new HandstampFeature(config(settings))).isInstanceOf(IllegalArgumentException.class);
    }

    private URI start(Map<String, String> settings) throws IOException {
        HandstampFeature feature = new HandstampFeature(config(settings));
        running.add(feature);
        ResourceConfig application = new ResourceConfig(Orders.Doors.class, Orders.Vault.class).register(feature);
        URI any = URI.create("http://localhost:0/");
        HttpServer server = JdkHttpServerFactory.createHttpServer(any, application, false);
        server.start();
        running.add(() -> server.stop(0));
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    private static Map<String, String> settings() {
        return new HashMap<>(
                Map.of("mp.jwt.verify.issuer", handstamp.issuer(), "mp.jwt.verify.audiences", handstamp.audience()));
    }

    private static Config config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build();
    }

    private static HttpResponse<String> get(URI api, String path, String... token) throws Exception {
        return send(request(api, path, token));
    }

    private static HttpResponse<String> post(URI api, String cookie, String site) throws Exception {
        return send(request(api, "/orders")
                .header("Cookie", cookie)
                .header("Sec-Fetch-Site", site)
                .POST(BodyPublishers.noBody()));
    }

    private static HttpRequest.Builder request(URI api, String path, String... token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.resolve(path));
        for (String each : token) request.header("Authorization", "Bearer " + each);
        return request;
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
