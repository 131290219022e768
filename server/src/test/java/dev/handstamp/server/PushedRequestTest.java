package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pushed authorization requests (RFC 9126).
class PushedRequestTest {

    private static RunningServer server;

    private final TestBrowser browser = new TestBrowser(server);

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("RFC 9126 §2.2: the client is given a name, and the user comes with nothing else")
    void a_pushed_request_is_gone_on_with() {
        WebClient client = WebClient.trusted(server);
        Reply pushed = push(client, client.parameters(WebClient.CALLBACK, "scope", "openid orders:read"));

        assertThat(pushed.status()).isEqualTo(201);
        assertThat(pushed.header("Cache-Control")).contains("no-store");
        assertThat(pushed.json()).containsEntry("expires_in", 60L).containsOnlyKeys("request_uri", "expires_in");
        assertThat(pushed.string("request_uri")).matches("urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}");

        Map<String, String> answer = TestBrowser.answer(browser.authorize(address(client, pushed)));
        assertThat(answer).containsEntry("state", "a state & more").containsEntry("iss", server.issuer());
        assertThat(client.redeem(answer.get("code")).string("id_token")).isNotEmpty();
    }

    @Test
    @DisplayName("RFC 9126 §4: a name is good for one answer, and while the user signs in the page may be loaded again")
    void a_pushed_request_is_answered_once() {
        WebClient client = WebClient.trusted(server);
        Reply pushed = push(client, client.parameters(WebClient.CALLBACK));

        Reply login = browser.open(address(client, pushed));
        assertThat(browser.isAt("/login")).isTrue();
        Reply again = browser.open(address(client, pushed));
        assertThat(browser.isAt("/login")).isTrue();
        assertThat(TestBrowser.answer(browser.signIn(again))).containsKey("code");

        for (Reply reply : List.of(browser.open(address(client, pushed)), browser.signIn(login))) {
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.header("Location")).isEmpty();
        }
    }

    @Test
    void a_name_is_good_for_its_own_client_alone() {
        WebClient client = WebClient.trusted(server);
        WebClient other = WebClient.trusted(server);
        Reply pushed = push(client, client.parameters(WebClient.CALLBACK));
        assertThat(browser.open(address(other, pushed)).status()).isEqualTo(400);
        assertThat(browser.open("/authorize?request_uri=" + pushed.string("request_uri"))
                        .status())
                .isEqualTo(400);
        assertThat(TestBrowser.answer(browser.authorize(address(client, pushed))))
                .containsKey("code");
    }

    @Test
    @DisplayName("RFC 9126 §4: what the user's browser adds to the name counts for nothing")
    void parameters_beside_the_name_are_passed_over() {
        WebClient client = WebClient.trusted(server);
        Reply pushed = push(client, client.parameters(WebClient.CALLBACK, "state", "pushed"));
        Map<String, String> answer = TestBrowser.answer(browser.authorize(
                address(client, pushed) + "&state=changed&redirect_uri=https%3A%2F%2Fevil.example%2F"));
        assertThat(answer).containsEntry("state", "pushed");
    }

    @ParameterizedTest
    @CsvSource({
        "redirect_uri, https://evil.example/, invalid_request",
        "response_type, token, unsupported_response_type",
        "code_challenge, '', invalid_request",
        "code_challenge_method, plain, invalid_request",
        "scope, 'orders:read  openid', invalid_scope",
        "resource, https://other.example, invalid_target",
        "request_uri, urn:ietf:params:oauth:request_uri:x, invalid_request",
        "prompt, none login, invalid_request"
    })
    @DisplayName("RFC 9126 §2.3: everything that is wrong is said at once, to the client")
    void what_is_wrong_is_said_at_once(String name, String value, String error) {
        WebClient client = WebClient.trusted(server);
        assertThat(push(client, client.parameters(WebClient.CALLBACK, name, value))
                        .outcome())
                .isEqualTo("400 " + error);
    }

    @Test
    void only_the_client_itself_pushes() {
        WebClient client = WebClient.trusted(server);
        WebClient other = WebClient.trusted(server);
        Map<String, String> parameters = client.parameters(WebClient.CALLBACK);
        assertThat(server.call("POST", "/par").form(parameters).send().outcome())
                .isEqualTo("401 invalid_client");
        assertThat(push(other, parameters).outcome()).isEqualTo("400 invalid_request");
        WebClient app = WebClient.publicly(server, WebClient.CALLBACK);
        assertThat(server.call("POST", "/par")
                        .form(app.parameters(WebClient.CALLBACK))
                        .send()
                        .status())
                .isEqualTo(201);
    }

    @Test
    @DisplayName("RFC 9126 §6: a client that pushes its requests is answered no other")
    void a_client_can_do_without_the_browser_way() {
        WebClient client = WebClient.with(server, Map.of("require_pushed_authorization_requests", true));
        assertThat(TestBrowser.answer(browser.open(client.request()))).containsEntry("error", "invalid_request");
        Reply pushed = push(client, client.parameters(WebClient.CALLBACK));
        assertThat(TestBrowser.answer(browser.authorize(address(client, pushed))))
                .containsKey("code");
    }

    private static Reply push(WebClient client, Map<String, String> parameters) {
        return server.call("POST", "/par")
                .basic(client.id(), client.secret().orElseThrow())
                .form(parameters)
                .send();
    }

    private static String address(WebClient client, Reply pushed) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("client_id", client.id());
        parameters.put("request_uri", pushed.string("request_uri"));
        return "/authorize?" + WebClient.query(parameters);
    }
}
