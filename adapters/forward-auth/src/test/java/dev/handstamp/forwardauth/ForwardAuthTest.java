package dev.handstamp.forwardauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.forwardauth.Wire.Answer;
import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.testing.HandstampExtension;
import dev.handstamp.testing.Token;
import dev.handstamp.testing.TokenBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Asks the service exactly as each proxy asks it.
class ForwardAuthTest {

    @RegisterExtension
    static final HandstampExtension handstamp = HandstampExtension.forAudience("https://app.example");

    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final Map<String, ForwardAuth> SERVICES = new HashMap<>();

    @AfterAll
    static void stop() {
        SERVICES.values().forEach(ForwardAuth::close);
        SERVICES.clear();
    }

    @Test
    void a_good_token_passes_with_the_identity_and_the_token_for_the_upstream() {
        String token = handstamp
                .token()
                .subject("u-17")
                .role("vip", "staff")
                .claim("name", "Zoë Vale")
                .claim("email", "zoe@example.org")
                .sign();
        Answer answer = nginx("GET /orders", "Authorization: Bearer " + token);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Remote-User")).isEqualTo("u-17");
        assertThat(answer.header("Remote-Groups")).isEqualTo("vip,staff");
        assertThat(answer.header("Remote-Name")).isEqualTo("Zoë Vale");
        assertThat(answer.header("Remote-Email")).isEqualTo("zoe@example.org");
        assertThat(answer.header("Authorization")).isEqualTo("Bearer " + token);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Server")).isEmpty();
    }

    @Test
    void the_cookie_becomes_the_header_and_goes_no_further(@Token String token) {
        Answer answer = nginx("GET /", "Cookie: theme=dark; __Host-handstamp=" + token + "; lang=de");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Authorization")).isEqualTo("Bearer " + token);
        assertThat(answer.header("Cookie")).isEqualTo("theme=dark; lang=de");
    }

    @Test
    void a_cookie_counts_only_at_a_site_that_is_ours(@Token String token) {
        Answer answer = ask(
                "nginx",
                "GET /verify HTTP/1.1",
                "Host: 127.0.0.1",
                "X-Original-Method: GET",
                "X-Original-URL: https://evil.example/",
                "Cookie: __Host-handstamp=" + token);
        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void a_header_and_a_cookie_at_once_are_refused(@Token String token) {
        Answer answer = nginx("GET /", "Authorization: Bearer " + token, "Cookie: __Host-handstamp=" + token);
        assertThat(answer.status()).isEqualTo(403); // 400, in the words that nginx understands
        assertThat(answer.body()).contains("invalid_request");
    }

    @Test
    void no_token_is_answered_with_a_challenge() {
        Answer answer = nginx("GET /orders", "Accept: application/json");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"api\"");
        assertThat(answer.header("Location")).isEmpty();
    }

    @Test
    void a_bad_token_is_answered_poorly(@Token(expired = true) String token) {
        Answer answer = nginx("GET /orders", "Authorization: Bearer " + token);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).contains("invalid_token").doesNotContain("EXPIRED");
    }

    @Test
    void a_foreign_key_opens_nothing(TokenBuilder token) {
        String foreign = token.signedBy(PrivateJwk.generate(Algorithm.ES256)).sign();
        assertThat(nginx("GET /", "Authorization: Bearer " + foreign).status()).isEqualTo(401);
    }

    @Test
    void what_the_place_needs_stands_in_the_address_that_the_proxy_asks(
            @Token(scope = "orders:read", role = "vip") String token) {
        assertThat(needing("scope=orders:read", token).status()).isEqualTo(200);
        assertThat(needing("role=staff,vip", token).status()).isEqualTo(200);
        assertThat(needing("user=true", token).status()).isEqualTo(200);
        assertThat(needing("role=staff", token).status()).isEqualTo(403);
        assertThat(needing("scope=orders:read&role=staff", token).status()).isEqualTo(403);
        Answer answer = needing("scope=orders:read%20orders:write", token);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("WWW-Authenticate")).contains("insufficient_scope", "orders:read orders:write");
    }

    @Test
    void what_the_place_needs_may_stand_in_the_path_too(@Token(scope = "orders:read", role = "vip") String token) {
        assertThat(atPath("/verify/", token).status()).isEqualTo(200);
        assertThat(atPath("/verify/scope=orders:read&role=vip", token).status()).isEqualTo(200);
        assertThat(atPath("/verify/scope=orders:read?role=staff", token).status())
                .isEqualTo(403);
        assertThat(atPath("/verify/role=staff?role=vip", token).status()).isEqualTo(403);
        assertThat(atPath("/verify/staff", token).status()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"scpoe=orders:read", "role=", "user=false", "role", "scope=%22", "=vip", "role=,", "claim.=x"})
    void a_requirement_that_is_misspelled_shuts_the_door(String query, @Token(role = "vip") String token) {
        assertThat(needing(query, token).status()).isEqualTo(500);
    }

    @Test
    void what_every_place_needs_is_a_setting(@Token String plain, @Token(role = "vip") String vip) {
        Map<String, String> settings = settings("nginx");
        settings.put("require", "role=vip");
        assertThat(ask(settings, nginxLines("GET /", "Authorization: Bearer " + plain))
                        .status())
                .isEqualTo(403);
        assertThat(ask(settings, nginxLines("GET /", "Authorization: Bearer " + vip))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Remote-User", "remote-user", "REMOTE_USER", "Remote_Groups", "remote.name", "Remote-Email"})
    void a_request_that_names_its_own_user_is_refused(String header, @Token String token) {
        Answer answer = nginx("GET /", "Authorization: Bearer " + token, header + ": admin");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("Remote-User")).isEmpty();
    }

    @Test
    void a_client_on_its_own_account_is_no_user_of_the_same_name(TokenBuilder token) {
        Answer answer = nginx(
                "GET /",
                "Authorization: Bearer " + token.client("admin").role("vip").sign());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Remote-User")).isEmpty();
        assertThat(answer.header("Remote-Groups")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin ", "\tadmin", "ad\nmin", "admin\u0000", ""})
    void a_user_that_a_header_would_change_is_refused(String subject, TokenBuilder token) {
        Map<String, String> settings = settings("nginx");
        settings.put("user-claim", "nick");
        String sent = token.claim("nick", subject).sign();
        assertThat(ask(settings, nginxLines("GET /", "Authorization: Bearer " + sent))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void a_role_that_would_read_as_two_is_left_out(TokenBuilder token) {
        String sent = token.role("guest,admin", "vip", "x\r\nRemote-User: admin", " staff")
                .sign();
        Answer answer = nginx("GET /", "Authorization: Bearer " + sent);
        assertThat(answer.header("Remote-Groups")).isEqualTo("vip");
        assertThat(answer.header("Remote-User")).isEqualTo("test-user");
    }

    @Test
    void an_unverified_address_is_not_passed_on(TokenBuilder token) {
        String sent = token.claim("email", "boss@example.org")
                .claim("email_verified", false)
                .sign();
        assertThat(nginx("GET /", "Authorization: Bearer " + sent).header("Remote-Email"))
                .isEmpty();
    }

    @Test
    void another_site_cannot_act_with_the_cookie(@Token String token) {
        String cookie = "Cookie: __Host-handstamp=" + token;
        assertThat(nginx("POST /orders", cookie, "Sec-Fetch-Site: same-origin").status())
                .isEqualTo(200);
        assertThat(nginx("POST /orders", cookie, "Sec-Fetch-Site: cross-site").status())
                .isEqualTo(403);
        assertThat(nginx("POST /orders", cookie, "Origin: https://app.example").status())
                .isEqualTo(200);
        assertThat(nginx("DELETE /orders", cookie, "Origin: https://evil.example")
                        .status())
                .isEqualTo(403);
        assertThat(nginx("POST /orders", cookie).status()).isEqualTo(403);
        assertThat(nginx("POST /orders", "Authorization: Bearer " + token).status())
                .isEqualTo(200);
    }

    @Test
    void another_site_cannot_open_a_socket_with_the_cookie(@Token String token) {
        String cookie = "Cookie: __Host-handstamp=" + token;
        String socket = "Sec-WebSocket-Version: 13";
        assertThat(nginx("GET /live", cookie, socket, "Origin: https://app.example")
                        .status())
                .isEqualTo(200);
        assertThat(nginx("GET /live", cookie, socket, "Origin: https://evil.example")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void a_token_in_the_query_of_the_visitor_is_refused(@Token String token) {
        Answer answer = nginx("GET /?access_token=" + token, "Authorization: Bearer " + token);
        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    void a_browser_without_a_token_is_sent_to_the_login() {
        String back = "https://login.example/?return_to=https%3A%2F%2Fapp.example%2Forders%3Fa%3D1%26b%3D%2522";
        Answer nginx = nginx("GET /orders?a=1&b=%22", "Accept: text/html,*/*;q=0.8", "Sec-Fetch-Mode: navigate");
        assertThat(nginx.status()).isEqualTo(401);
        assertThat(nginx.header("Location")).isEqualTo(back);
        Answer traefik = traefik("GET", "https", "app.example", "/orders?a=1&b=%22", "Accept: text/html");
        assertThat(traefik.status()).isEqualTo(302);
        assertThat(traefik.header("Location")).isEqualTo(back);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, https, app.example, text/html",
        "GET, https, app.example, application/json",
        "GET, https, evil.example, text/html",
        "GET, https, app.example.evil.example, text/html",
        "GET, http, app.example, text/html",
        "GET, https, app.example:8443, text/html",
        "GET, https, app.example@evil.example, text/html",
        "GET, javascript, app.example, text/html",
        "GET, https, 'app.example, evil.example', text/html",
    })
    void whoever_is_no_browser_on_one_of_our_pages_is_not_sent_anywhere(
            String method, String scheme, String host, String accept) {
        Answer answer = traefik(method, scheme, host, "/", "Accept: " + accept);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("Location")).isEmpty();
    }

    @Test
    void a_script_in_the_page_is_not_sent_to_the_login() {
        Answer answer = nginx("GET /", "Accept: text/html", "Sec-Fetch-Mode: cors");
        assertThat(answer.header("Location")).isEmpty();
    }

    @Test
    void a_very_long_address_is_not_carried_to_the_login() {
        Answer answer = nginx("GET /" + "x".repeat(3_000), "Accept: text/html");
        assertThat(answer.header("Location"))
                .isEqualTo("https://login.example/?return_to=https%3A%2F%2Fapp.example%2F");
    }

    @Test
    void a_question_that_can_be_read_twice_is_not_answered(@Token String token) {
        String bearer = "Authorization: Bearer " + token;
        assertThat(ask("nginx", "GET /verify HTTP/1.1", "Host: x", bearer).status())
                .isEqualTo(500);
        assertThat(nginx("GET /", bearer, "X-Original-Method: GET").status()).isEqualTo(500);
        assertThat(traefik("GET", "https", "app.example", "/", bearer, "X-Forwarded-Host: evil.example")
                        .status())
                .isEqualTo(500);
    }

    @Test
    void headers_of_another_proxy_are_not_believed(@Token String token) {
        Answer answer = nginx(
                "POST /orders",
                "Cookie: __Host-handstamp=" + token,
                "X-Forwarded-Method: GET",
                "X-HTTP-Method-Override: GET");
        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    void traefik_and_caddy_ask_with_forwarded_headers(@Token(role = "vip") String token) {
        String cookie = "Cookie: __Host-handstamp=" + token;
        assertThat(traefik("GET", "https", "app.example", "/orders", cookie).status())
                .isEqualTo(200);
        assertThat(traefik("POST", "https", "app.example", "/orders", cookie).status())
                .isEqualTo(403);
        assertThat(traefik("GET", "wss", "app.example", "/live", cookie).status())
                .isEqualTo(200);
        Answer caddy = ask(
                "caddy",
                "GET /verify?role=vip HTTP/1.1",
                "Host: 127.0.0.1:9003",
                "User-Agent: curl/8.5.0",
                "Accept: */*",
                cookie,
                "X-Forwarded-For: 192.0.2.7",
                "X-Forwarded-Host: app.example",
                "X-Forwarded-Method: GET",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Uri: /orders?role=staff",
                "Accept-Encoding: gzip");
        assertThat(caddy.status()).isEqualTo(200);
        assertThat(caddy.header("Remote-Groups")).isEqualTo("vip");
    }

    @Test
    void caddy_gets_the_status_as_it_is(@Token String token) {
        Answer answer = ask(
                "caddy",
                "GET /verify HTTP/1.1",
                "Host: 127.0.0.1:9003",
                "X-Forwarded-Host: app.example",
                "X-Forwarded-Method: GET",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Uri: /?access_token=" + token);
        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void envoy_asks_with_the_request_itself(@Token(role = "vip") String token) {
        String cookie = "cookie: __Host-handstamp=" + token;
        String https = "x-forwarded-proto: https";
        assertThat(envoy("GET /verify/orders", cookie, https).status()).isEqualTo(200);
        assertThat(envoy("GET /verify/orders", cookie).status()).isEqualTo(401); // no cookie without a scheme
        assertThat(envoy("POST /verify/orders", cookie, https).status()).isEqualTo(403);
        assertThat(envoy("POST /verify/orders", cookie, https, "sec-fetch-site: same-origin")
                        .status())
                .isEqualTo(200);
        assertThat(envoy("GET /verify/", "authorization: Bearer " + token).status())
                .isEqualTo(200);
        Answer login = envoy("GET /verify/a/..%2Fb?c", https, "accept: text/html");
        assertThat(login.status()).isEqualTo(302);
        assertThat(login.header("Location")).endsWith("return_to=https%3A%2F%2Fapp.example%2Fa%2F..%252Fb%3Fc");
    }

    @Test
    void behind_envoy_the_query_is_the_visitors_and_says_nothing_of_what_is_needed(@Token(role = "vip") String token) {
        String bearer = "authorization: Bearer " + token;
        assertThat(envoy("GET /verify/orders?role=staff&page=2", bearer).status())
                .isEqualTo(200);
        assertThat(envoy("GET /verify/orders?role=vip", bearer, "x-handstamp-require: role=staff")
                        .status())
                .isEqualTo(403);
        assertThat(envoy(
                                "GET /verify/orders",
                                bearer,
                                "x-handstamp-require: role=staff",
                                "x-handstamp-require: role=vip")
                        .status())
                .isEqualTo(500);
        assertThat(envoy("GET /verifyorders", bearer).status()).isEqualTo(404);
    }

    @Test
    void only_a_trusted_proxy_gets_an_answer(@Token String token) {
        Map<String, String> settings = settings("nginx");
        settings.put("trusted-proxies", "192.0.2.0/24");
        String[] lines = nginxLines("GET /", "Authorization: Bearer " + token);
        assertThat(ask(settings, lines).status()).isEqualTo(403);
    }

    @Test
    void the_headers_have_the_names_that_the_upstream_reads(@Token(role = "vip") String token) {
        Map<String, String> settings = settings("nginx");
        settings.put("user-header", "X-Forwarded-User");
        settings.put("groups-header", "X-Forwarded-Groups");
        Answer answer = ask(settings, nginxLines("GET /", "Authorization: Bearer " + token));
        assertThat(answer.header("X-Forwarded-User")).isEqualTo("test-user");
        assertThat(answer.header("X-Forwarded-Groups")).isEqualTo("vip");
        Answer forged = ask(settings, nginxLines("GET /", "Authorization: Bearer " + token, "x_forwarded_user: root"));
        assertThat(forged.status()).isEqualTo(403);
    }

    @Test
    void a_token_that_cannot_be_judged_is_not_thrown_away(@Token String token) {
        Map<String, String> settings = settings("nginx");
        settings.put("realm", "another"); // a service that has no keys yet
        handstamp.testIssuer().goDown();
        Answer answer = ask(settings, nginxLines("GET /", "Authorization: Bearer " + token, "Accept: text/html"));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isNotEmpty();
        assertThat(answer.header("Location")).isEmpty();
    }

    @Test
    void a_token_that_is_bound_to_a_key_comes_with_a_proof_and_stays_bound(TokenBuilder token) {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        String bound = token.claim(
                        "cnf", Map.of("jkt", key.publicJwk().orElseThrow().thumbprint()))
                .sign();
        String header = "Authorization: DPoP " + bound;
        Answer answer = nginx("GET /orders?page=2", header, "DPoP: " + proof(key, "https://app.example/orders", bound));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Authorization")).isEqualTo("DPoP " + bound);
        assertThat(nginx("GET /orders", "Authorization: Bearer " + bound).status())
                .isEqualTo(401);
        assertThat(nginx("GET /orders", header, "DPoP: " + proof(key, "https://app.example/other", bound))
                        .status())
                .isEqualTo(401);
        Answer elsewhere = ask(
                "nginx",
                "GET /verify HTTP/1.1",
                "Host: 127.0.0.1",
                "X-Original-Method: GET",
                "X-Original-URL: https://evil.example/orders",
                header,
                "DPoP: " + proof(key, "https://evil.example/orders", bound));
        assertThat(elsewhere.status()).isEqualTo(401);
    }

    @Test
    void the_issuer_can_be_asked_about_each_token(@Token String token) {
        handstamp.testIssuer().introspectionClient("https://app.example", "s3cret");
        Map<String, String> settings = settings("nginx");
        settings.put("api-secret", "s3cret");
        settings.put("revocation", "introspection");
        String[] lines = nginxLines("GET /", "Authorization: Bearer " + token);
        assertThat(ask(settings, lines).status()).isEqualTo(200);
        handstamp.revoke(token);
        assertThat(ask(settings, lines).status()).isEqualTo(401);
    }

    @Test
    void the_issuer_can_tell_what_was_taken_back(@Token String token) throws InterruptedException {
        handstamp.testIssuer().introspectionClient("https://app.example", "s3cret");
        Map<String, String> settings = settings("nginx");
        settings.put("api-secret", "s3cret");
        settings.put("revocation", "refuse");
        String[] lines = nginxLines("GET /", "Authorization: Bearer " + token);
        assertThat(ask(settings, lines).status()).isEqualTo(200);
        handstamp.revoke(token);
        for (int tries = 0; tries < 600 && ask(settings, lines).status() == 200; tries++) Thread.sleep(50);
        assertThat(ask(settings, lines).status()).isEqualTo(401);
    }

    @Test
    void what_is_too_long_or_not_asked_for_is_refused() {
        assertThat(nginx("GET /", "X-Filler: " + "x".repeat(41_000)).status()).isEqualTo(431);
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) many.add("X-" + i + ": 1");
        assertThat(nginx("GET /", many.toArray(String[]::new)).status()).isEqualTo(431);
        assertThat(ask("nginx", "GET /verifyx HTTP/1.1", "Host: x").status()).isEqualTo(404);
        assertThat(ask("nginx", "GET / HTTP/1.1", "Host: x").status()).isEqualTo(404);
        assertThat(ask("nginx", "GET /health HTTP/1.1", "Host: x").status()).isEqualTo(200);
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
        String signed =
                BASE64URL.encodeToString(Json.write(header)) + "." + BASE64URL.encodeToString(Json.write(claims));
        return signed + "." + BASE64URL.encodeToString(key.sign(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static Answer needing(String query, String token) {
        return atPath("/verify?" + query, token);
    }

    private static Answer atPath(String target, String token) {
        String[] lines = nginxLines("GET /", "Authorization: Bearer " + token);
        lines[0] = "GET " + target + " HTTP/1.1";
        return ask("nginx", lines);
    }

    private static Answer nginx(String request, String... headers) {
        return ask("nginx", nginxLines(request, headers));
    }

    /// What nginx sends with the configuration in our documentation.
    private static String[] nginxLines(String request, String... headers) {
        String[] parts = request.split(" ", 2);
        List<String> lines = new ArrayList<>(List.of(
                "GET /verify HTTP/1.1",
                "Host: 127.0.0.1:9003",
                "X-Original-Method: " + parts[0],
                "X-Original-URL: https://app.example" + parts[1]));
        lines.addAll(List.of(headers));
        return lines.toArray(String[]::new);
    }

    /// What Traefik's ForwardAuth sends.
    private static Answer traefik(String method, String scheme, String host, String uri, String... headers) {
        List<String> lines = new ArrayList<>(List.of(
                "GET /verify HTTP/1.1",
                "Host: 127.0.0.1:9003",
                "User-Agent: Mozilla/5.0",
                "X-Forwarded-For: 192.0.2.7",
                "X-Forwarded-Host: " + host,
                "X-Forwarded-Method: " + method,
                "X-Forwarded-Proto: " + scheme,
                "X-Forwarded-Uri: " + uri));
        lines.addAll(List.of(headers));
        return ask("traefik", lines.toArray(String[]::new));
    }

    /// What Envoy's ext_authz sends with `path_prefix: /verify`.
    private static Answer envoy(String request, String... headers) {
        List<String> lines = new ArrayList<>(
                List.of(request + " HTTP/1.1", "host: app.example", "content-length: 0", "x-envoy-internal: true"));
        lines.addAll(List.of(headers));
        return ask("envoy", lines.toArray(String[]::new));
    }

    private static Answer ask(String proxy, String... lines) {
        return ask(settings(proxy), lines);
    }

    private static Answer ask(Map<String, String> settings, String... lines) {
        ForwardAuth service = SERVICES.computeIfAbsent(
                settings.toString(), unused -> ForwardAuth.start(ForwardAuthSettings.of(settings)));
        return Wire.ask(service.port(), lines);
    }

    private static Map<String, String> settings(String proxy) {
        return new HashMap<>(Map.of(
                "issuer",
                handstamp.issuer(),
                "audience",
                handstamp.audience(),
                "port",
                "0",
                "proxy",
                proxy,
                "origins",
                "https://app.example,http://localhost:8080",
                "login-url",
                "https://login.example/?return_to={url}"));
    }
}
