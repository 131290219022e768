package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What somebody sends who wants a code, or has stolen one, to the assembled server.
class AuthorizationAttacksTest {

    private static final String FORM = "application/x-www-form-urlencoded";

    private static RunningServer server;
    private static WebClient web;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        web = WebClient.publicly(
                server,
                WebClient.CALLBACK,
                "https://app.example.com/cb?tenant=1",
                "http://127.0.0.1/native",
                "com.example.app:/cb");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// Those of the vectors, and some that a URL in a URL makes possible.
    static List<String> addresses() throws Exception {
        List<String> addresses = new ArrayList<>(List.of(
                "https://app.example.com/cb/..;/x",
                "https://app.example.com/cb/%2e%2e/x",
                "https://app.example.com/cb%2f..%2fx",
                "https://app.example.com/cb/more",
                "https://app.example.com/cb%00",
                "https://app.example.com/cb%0d%0aX:y",
                "https://app.example.com/cb%09",
                "https://app.example.com:8443/cb",
                "https://evilapp.example.com/cb",
                "https://www.app.example.com/cb",
                "https://app.example.com\\@evil.example/cb",
                "https:app.example.com/cb",
                "https:///app.example.com/cb",
                "http://127.0.0.1.evil.example/native",
                "http://127.0.0.1:80@evil.example/native",
                "http://[::1]/native",
                "http://localhost/native",
                "com.example.app:/cb/more",
                "COM.example.app:/cb",
                "vbscript:x"));
        try (var file = AuthorizationAttacksTest.class.getResourceAsStream("/vectors/redirect_uris.json")) {
            for (Object each : (List<?>) Json.parseObject(file.readAllBytes()).get("cases")) {
                Map<?, ?> vector = (Map<?, ?>) each;
                if (vector.get("expect").equals("reject")) addresses.add((String) vector.get("sent"));
            }
        }
        return addresses;
    }

    @ParameterizedTest
    @MethodSource("addresses")
    @DisplayName("O-01: whatever is not the registered text gets an error page of ours, and no redirect")
    void a_trick_with_the_address_is_refused(String address) {
        isErrorPage(server.call("GET", web.request("redirect_uri", address)).send());
    }

    @Test
    @DisplayName("O-01: an address of more than 8 kB is refused by a written bound")
    void a_long_address_is_refused() {
        String address = WebClient.CALLBACK + "?" + "x".repeat(9_000);

        Reply inTheUrl =
                server.call("GET", web.request("redirect_uri", address)).send();
        Reply inTheBody = server.call("POST", "/authorize")
                .body(FORM, WebClient.query(web.parameters(address)))
                .send();

        for (Reply reply : List.of(inTheUrl, inTheBody)) {
            assertThat(reply.status()).isBetween(400, 431);
            assertThat(reply.header("Location")).isEmpty();
        }
    }

    @Test
    @DisplayName("O-02: no address where several are registered, or two of them in either order: an error page")
    void a_missing_or_repeated_address_is_refused() {
        String good = "redirect_uri=" + Call.encode(WebClient.CALLBACK);
        String bad = "redirect_uri=" + Call.encode("https://evil.example/cb");
        String rest = web.request("redirect_uri", "");

        for (String more : List.of("", "&redirect_uri=", "&" + good + "&" + bad, "&" + bad + "&" + good)) {
            isErrorPage(server.call("GET", rest + more).send());
        }
        assertThat(server.call("GET", rest + "&" + good).send().status()).isEqualTo(303);
    }

    @Test
    @DisplayName("O-03: every answer to a client, good or bad, in the URL or in a form, names this issuer alone")
    void every_answer_names_its_issuer() {
        WebClient client = WebClient.confidential(server);
        TestBrowser browser = new TestBrowser(server);
        List<Reply> answers = new ArrayList<>();
        answers.add(browser.open(client.request("prompt", "none")));
        answers.add(browser.open(client.request("response_type", "token")));
        answers.add(browser.open(client.request("scope", "\"orders:read\"")));
        answers.add(browser.open(client.request("code_challenge", "")));
        answers.add(browser.open(client.request("iss", "https://evil.example", "prompt", "none")));
        answers.add(browser.submit(browser.open(client.request()), "cancel", "yes"));
        answers.add(browser.submit(browser.signIn(browser.open(client.request())), "decision", "deny"));
        answers.add(browser.allow(browser.open(client.request())));
        answers.add(browser.open(client.request("prompt", "none")));

        for (Reply answer : answers) {
            assertThat(TestBrowser.answer(answer)).containsEntry("iss", server.issuer());
            assertThat(answer.header("Location").orElseThrow().split("[?&]iss=", -1))
                    .hasSize(2);
        }
        assertThat(TestBrowser.answer(answers.getLast())).containsKey("code");
        for (String[] more : new String[][] {{}, {"max_age", "-1"}}) {
            Reply form = browser.open(
                    client.request("response_mode", "form_post") + (more.length == 0 ? "" : "&max_age=-1"));
            assertThat(TestBrowser.fields(form)).containsEntry("iss", server.issuer());
        }
        for (String document : List.of("oauth-authorization-server", "openid-configuration")) {
            assertThat(server.call("GET", "/.well-known/" + document).send().json())
                    .containsEntry("authorization_response_iss_parameter_supported", true)
                    .containsEntry("issuer", server.issuer());
        }
    }

    @Test
    @DisplayName("O-06: a code is refused once its time is over, although it was never used")
    void a_code_is_refused_after_its_time() {
        WebClient client = WebClient.confidential(server);
        String code = client.code();
        server.execute("UPDATE authorization_code SET expires_at = "
                + (System.currentTimeMillis() * 1000 - 1) + " WHERE code_hash = '"
                + new Secret(code).hash().value() + "'");

        assertThat(client.redeem(code).outcome()).isEqualTo("400 invalid_grant");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&code_verifier", "&code_verifier=", "&code_verifier=%20", "&code_verifier=x"})
    @DisplayName("O-09: a verifier that is left out, empty or wrong is an invalid grant")
    void a_code_without_its_verifier_is_refused(String verifier) {
        WebClient client = WebClient.confidential(server);
        String code = client.code();

        assertThat(redeem(client, "code=" + code + verifier).outcome()).isEqualTo("400 invalid_grant");
        assertThat(client.redeem(code).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("O-11, O-12: a code or verifier given twice, or in the URL, is refused and changes nothing")
    void a_repeated_or_misplaced_parameter_is_refused() {
        WebClient client = WebClient.confidential(server);
        String code = client.code();
        String verifier = "&code_verifier=" + WebClient.VERIFIER;

        List<Reply> refused = List.of(
                redeem(client, "code=" + code + "&code=" + code + verifier),
                redeem(client, "code=nothing&code=" + code + verifier),
                redeem(client, "code=" + code + verifier + verifier),
                redeem(client, "code=" + code + verifier + "&code_verifier=x"),
                redeem(client, "code=" + code + verifier + "&grant_type=authorization_code"),
                redeem(client, "code=" + code + verifier + "&client_id=" + client.id() + "&client_id=" + client.id()),
                tokenRequest(client, "?code=" + code, verifier.substring(1)),
                tokenRequest(client, "?code=" + code, "code=" + code + verifier),
                tokenRequest(client, "?grant_type=authorization_code", "code=" + code + verifier));
        assertThat(refused).extracting(Reply::outcome).containsOnly("400 invalid_request");

        assertThat(client.redeem(code).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("O-11: an authorization request that is half in the URL and half in the body gets an error page")
    void a_divided_request_is_refused() {
        Map<String, String> parameters = new LinkedHashMap<>(web.parameters(WebClient.CALLBACK));
        for (String name : List.of("client_id", "redirect_uri", "scope", "state", "response_type")) {
            Map<String, String> inTheUrl = Map.of(name, parameters.getOrDefault(name, "orders:read"));
            isErrorPage(server.call("POST", "/authorize?" + WebClient.query(inTheUrl))
                    .body(FORM, WebClient.query(parameters))
                    .send());
        }
        for (String name : List.of("client_id", "redirect_uri", "scope", "state", "response_type", "code_challenge")) {
            String twice = web.request("scope", "orders:read") + "&" + name + "=x";
            isErrorPage(server.call("GET", twice).send());
        }
    }

    @Test
    @DisplayName("O-23: a scope that no client may have is left out or refused, and the user grants what was shown")
    void a_wider_scope_is_not_granted() {
        WebClient client = WebClient.confidential(server);
        TestBrowser browser = new TestBrowser(server);
        browser.authorize(client.request());
        for (String scope : List.of("admin", "\"orders:read\"", "orders:read\\", "orders:burn")) {
            Reply reply = browser.open(client.request("scope", scope));
            assertThat(TestBrowser.answer(reply))
                    .as(scope)
                    .containsEntry("error", "invalid_scope")
                    .doesNotContainKey("code");
        }
        WebClient other = WebClient.confidential(server);
        assertThat(other.redeem(other.code("scope", "openid admin openid")).string("scope"))
                .isEqualTo("openid");
        assertThat(server.audit(AuditEvent.Type.CONSENT_GIVEN))
                .filteredOn(event -> event.client().equals(other.id()))
                .singleElement()
                .satisfies(event -> assertThat(event.details().toString()).doesNotContain("admin"));
    }

    @Test
    @DisplayName("O-38: the session of a cookie opens nothing when it stands in the URL or in a form")
    void a_session_in_the_url_is_ignored() {
        WebClient client = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        browser.authorize(client.request());
        String session = browser.cookie("__Host-handstamp-session").orElseThrow();

        for (String name : List.of("__Host-handstamp-session", "session", "sid", "session_id", "JSESSIONID")) {
            Reply inTheUrl = new TestBrowser(server).open(client.request("prompt", "none", name, session));
            Map<String, String> form = client.parameters(WebClient.CALLBACK, "prompt", "none", name, session);
            Reply inTheBody = new TestBrowser(server)
                    .post(
                            "/authorize",
                            form.entrySet().stream()
                                    .flatMap(each -> Stream.of(each.getKey(), each.getValue()))
                                    .toArray(String[]::new));
            for (Reply reply : List.of(inTheUrl, inTheBody)) {
                assertThat(TestBrowser.answer(reply)).as(name).containsEntry("error", "login_required");
            }
        }
    }

    private static Reply redeem(WebClient client, String more) {
        return tokenRequest(client, "", "grant_type=authorization_code&" + more);
    }

    private static Reply tokenRequest(WebClient client, String query, String body) {
        return server.call("POST", "/token" + query)
                .basic(client.id(), client.secret().orElseThrow())
                .body(FORM, body)
                .send();
    }

    private static void isErrorPage(Reply reply) {
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Location")).isEmpty();
        assertThat(reply.all("Content-Type")).containsExactly("text/html;charset=utf-8");
        assertThat(reply.text()).contains("Something went wrong").doesNotContain("evil.example", "<script");
    }
}
