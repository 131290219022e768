package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The parameters of OpenID Connect that say how to ask the user, and what to answer (OpenID Connect Core §3.1.2.1,
/// §5.5).
class RequestParametersTest {

    private static RunningServer server;
    private static WebClient client;

    private final TestBrowser browser = new TestBrowser(server);

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        client = WebClient.trusted(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ui_locales|fr-CA fr xx-none",
                "claims_locales|de",
                "display|page",
                "display|popup",
                "display|hologram",
                "acr_values|urn:example:bionic aal1",
                "login_hint|somebody@else.example",
                "id_token_hint|x.y.z",
                "extra|value",
                "claims|{\"userinfo\":{\"shoe_size\":{\"essential\":true},\"name\":null},\"other\":{\"a\":1}}",
                "claims|{\"id_token\":{\"acr\":{\"essential\":true},\"auth_time\":{\"essential\":true}}}",
                "claims|{\"id_token\":{\"acr\":{\"value\":\"urn:example:bionic\"}}}"
            })
    @DisplayName("OpenID Connect Core §3.1.2.1, §5.5: what is not known here is no error")
    void what_is_only_a_wish_is_no_error(String name, String value) {
        assertThat(TestBrowser.answer(browser.authorize(client.request("scope", "openid", name, value))))
                .containsKey("code");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_age|-1",
                "max_age|soon",
                "max_age|1.5",
                "prompt|none login",
                "claims|name",
                "claims|[]",
                "claims|{\"id_token\":[]}",
                "claims|{\"id_token\":{\"name\":true}}",
                "claims|{\"id_token\":{\"acr\":{\"essential\":\"yes\"}}}",
                "claims|{\"id_token\":{\"acr\":{\"values\":\"aal1\"}}}",
                "claims|{\"id_token\":{\"acr\":{\"values\":[1]}}}",
                "claims|{\"id_token\":{\"acr\":{},\"acr\":{}}}"
            })
    @DisplayName("O-03: what is wrong is told to the client, with its state and the issuer")
    void what_is_wrong_is_told_to_the_client(String name, String value) {
        assertThat(TestBrowser.answer(browser.open(client.request("scope", "openid", name, value))))
                .containsEntry("error", "invalid_request")
                .containsEntry("state", "a state & more")
                .containsEntry("iss", server.issuer())
                .hasEntrySatisfying(
                        "error_description", text -> assertThat(text).contains(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"urn:example:bionic\"}}}",
                "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"phr\",\"urn:example:bionic\"]}}}"
            })
    @DisplayName("OpenID Connect Core §5.5.1.1: an essential acr that cannot be met is a failed authentication")
    void an_essential_acr_that_cannot_be_met_fails(String claims) {
        assertThat(TestBrowser.answer(browser.open(client.request("scope", "openid", "claims", claims))))
                .containsEntry("error", "unmet_authentication_requirements")
                .containsEntry("iss", server.issuer());
    }

    @Test
    void an_essential_acr_that_is_met_is_told_in_the_id_token() {
        String claims = "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"aal9\",\"aal1\"]}}}";
        String token =
                client.redeem(client.code("scope", "openid", "claims", claims)).string("id_token");
        assertThat(RunningServer.claims(token)).containsEntry("acr", "aal1");
    }

    @Test
    @DisplayName("OpenID Connect Core §5.5.1: a sub with a value is answered for that user alone")
    void a_subject_can_be_demanded() {
        String vera = server.user("vera").subject().value();
        for (String part : List.of("id_token", "userinfo")) {
            String hers = "{\"" + part + "\":{\"sub\":{\"value\":\"" + vera + "\"}}}";
            String others = "{\"" + part + "\":{\"sub\":{\"values\":[\"usr_somebody\"]}}}";
            assertThat(TestBrowser.answer(browser.authorize(client.request("scope", "openid", "claims", hers))))
                    .containsKey("code");
            assertThat(TestBrowser.answer(
                            browser.open(client.request("scope", "openid", "claims", others, "prompt", "none"))))
                    .containsEntry("error", "login_required");
        }
    }

    @Test
    void a_client_can_register_what_it_always_wants() {
        WebClient wishful = WebClient.with(
                server, Map.of("default_acr_values", List.of("aal2", "aal1"), "require_auth_time", true));
        String token = wishful.redeem(wishful.code("scope", "openid")).string("id_token");
        assertThat(RunningServer.claims(token)).containsKeys("acr", "auth_time");
    }
}
