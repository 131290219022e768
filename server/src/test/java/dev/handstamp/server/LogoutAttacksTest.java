package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Pages of others that want a user signed out, or sent somewhere, by the end session endpoint.
class LogoutAttacksTest {

    private static final String BYE = WebClient.CALLBACK; // What the tricks of the vectors play with.

    private static RunningServer server;

    private final TestBrowser browser = new TestBrowser(server);
    private final WebClient client = WebClient.leavingTo(server, BYE);

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static List<String> addresses() throws Exception {
        return AuthorizationAttacksTest.addresses();
    }

    @ParameterizedTest
    @MethodSource("addresses")
    @DisplayName("O-34: the tricks of redirect matching lead nowhere after a logout either")
    void a_trick_with_the_address_leads_nowhere(String address) {
        String query = WebClient.query(Map.of("client_id", client.id(), "post_logout_redirect_uri", address));

        Reply reply = server.call("GET", "/logout?" + query).send();

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Location")).isEmpty();
        assertThat(reply.text()).doesNotContain("evil.example");
    }

    @Test
    @DisplayName("O-34: an address of another client, or one that nobody vouches for, leads nowhere")
    void an_address_of_another_client_leads_nowhere() {
        WebClient other = WebClient.trusted(server);
        String hint = signIn().string("id_token");

        for (Map<String, String> wrong : List.of(
                Map.of("post_logout_redirect_uri", BYE),
                Map.of("post_logout_redirect_uri", BYE, "client_id", other.id()),
                Map.of("post_logout_redirect_uri", BYE, "client_id", other.id(), "id_token_hint", hint),
                Map.of("post_logout_redirect_uri", "https://other.example/", "id_token_hint", hint))) {
            Reply reply = browser.open("/logout?" + WebClient.query(wrong));
            assertThat(reply.status()).as(wrong.keySet().toString()).isEqualTo(400);
            assertThat(reply.header("Location")).isEmpty();
        }
    }

    @Test
    @DisplayName("O-33: a logout that another site asks for, with no hint or one that is forged, ends no session")
    void another_site_signs_nobody_out() {
        Reply tokens = signIn();
        String hint = tokens.string("id_token");
        String claims = hint.split("\\.", -1)[1];
        String unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + claims + ".";
        String foreign =
                new JwsSigner(PrivateJwk.generate(Algorithm.RS256), "JWT").sign(Json.write(RunningServer.claims(hint)));

        Reply question = browser.open("/logout");
        assertThat(question.text()).contains("id=\"logout-confirm\"");
        for (String bad : List.of(unsigned, foreign, hint + "x", "")) {
            browser.open("/logout?id_token_hint=" + bad);
        }
        Reply posted = browser.send(server.call("POST", "/logout")
                .header("Sec-Fetch-Site", "cross-site")
                .header("Origin", "https://evil.example")
                .form(form(question, "decision", "leave")));
        assertThat(posted.status()).isEqualTo(403);
        Reply bare = browser.send(server.call("POST", "/logout")
                .header("Origin", "https://evil.example")
                .form("decision", "leave"));
        assertThat(bare.status()).isEqualTo(303);
        assertThat(bare.header("Location").orElseThrow()).startsWith("/logout");

        assertThat(server.isActive(tokens.string("access_token"))).isTrue();
        assertThat(TestBrowser.answer(browser.open(client.request("prompt", "none"))))
                .containsKey("code");
    }

    @Test
    @DisplayName(
            "O-36: the pages of the logout cannot be framed, kept or sniffed, and tell nobody where one comes from")
    void the_pages_have_strict_headers() {
        signIn();
        Reply question = browser.open("/logout");
        Reply wrong = browser.open("/logout?id_token_hint=rubbish");
        Reply stayed = browser.submit(question, "decision", "stay");
        Reply left = browser.submit(question, "decision", "leave");

        for (Reply page : List.of(question, wrong, stayed, left)) {
            assertThat(page.header("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
                    .doesNotContain("unsafe");
            assertThat(page.all("X-Frame-Options")).containsExactly("DENY");
            assertThat(page.all("X-Content-Type-Options")).containsExactly("nosniff");
            assertThat(page.all("Referrer-Policy")).containsExactly("no-referrer");
            assertThat(page.all("Cache-Control")).containsExactly("no-store");
        }
    }

    private Reply signIn() {
        String code = TestBrowser.answer(browser.authorize(client.request("scope", "openid orders:read")))
                .get("code");
        return client.redeem(code);
    }

    private static String[] form(Reply page, String name, String value) {
        Map<String, String> fields = new LinkedHashMap<>(TestBrowser.fields(page));
        fields.put(name, value);
        return fields.entrySet().stream()
                .flatMap(field -> List.of(field.getKey(), field.getValue()).stream())
                .toArray(String[]::new);
    }
}
