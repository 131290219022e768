package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.GrantType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Which API a token is for, as the client names it (RFC 8707), at every door that takes the parameter. A token here is
/// for one API: several are refused, clearly.
class ResourceIndicatorTest {

    private static RunningServer server;
    private static WebClient client;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        server.addRole("keeper", RunningServer.STOCK, "stock:read");
        client = WebClient.of(
                server,
                WebClient.redirection(true, false, WebClient.CALLBACK),
                true,
                WebClient.GRANTS,
                RunningServer.ORDERS,
                RunningServer.STOCK);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_token_is_for_the_api_that_was_named() {
        assertThat(client.client().apis()).contains(new Audience(RunningServer.STOCK));
        Reply tokens = client.redeem(client.code("resource", RunningServer.ORDERS), "resource", RunningServer.ORDERS);
        assertThat(RunningServer.claims(tokens.string("access_token"))).containsEntry("aud", RunningServer.ORDERS);
        Reply unnamed = client.redeem(client.code("resource", RunningServer.ORDERS));
        assertThat(RunningServer.claims(unnamed.string("access_token"))).containsEntry("aud", RunningServer.ORDERS);
        Reply refreshed = client.refresh(tokens.string("refresh_token"), "resource", RunningServer.ORDERS);
        assertThat(RunningServer.claims(refreshed.string("access_token"))).containsEntry("aud", RunningServer.ORDERS);
    }

    @Test
    @DisplayName("RFC 8707 §2: who must name an API and does not, or names one beyond reach, hears invalid_target")
    void one_that_is_missing_or_beyond_reach_is_refused() {
        for (String resource :
                List.of("", "https://api.example/other", "orders", "https://api.example/orders#a", "/x")) {
            Reply reply = new TestBrowser(server).open(client.request("resource", resource));
            assertThat(TestBrowser.answer(reply)).as(resource).containsEntry("error", "invalid_target");
            assertThat(pushed("resource=" + Call.encode(resource)).outcome())
                    .as(resource)
                    .isEqualTo("400 invalid_target");
        }
    }

    @Test
    @DisplayName("RFC 8707 §2.2: a code and a refresh token are for their API alone; what is refused is not spent")
    void another_api_than_was_granted_is_refused() {
        String code = client.code("resource", RunningServer.ORDERS);
        assertThat(client.redeem(code, "resource", RunningServer.STOCK).outcome())
                .isEqualTo("400 invalid_target");
        Reply tokens = client.redeem(code, "resource", RunningServer.ORDERS);
        String refresh = tokens.string("refresh_token");
        assertThat(client.refresh(refresh, "resource", RunningServer.STOCK).outcome())
                .isEqualTo("400 invalid_target");
        assertThat(client.refresh(refresh, "scope", "orders:read").string("scope"))
                .isEqualTo("orders:read");
    }

    @Test
    @DisplayName("RFC 8707 §2: several are allowed by the parameter's form, and refused as targets at every door")
    void several_are_refused_as_targets() {
        String both = "resource=" + Call.encode(RunningServer.ORDERS) + "&resource=" + Call.encode(RunningServer.STOCK);
        String twice =
                "resource=" + Call.encode(RunningServer.ORDERS) + "&resource=" + Call.encode(RunningServer.ORDERS);
        Reply asked = new TestBrowser(server).open(client.request("resource", "") + "&" + both);
        assertThat(TestBrowser.answer(asked)).containsEntry("error", "invalid_target");
        Reply once = new TestBrowser(server).open(client.request("resource", "") + "&" + twice);
        assertThat(once.text()).contains("Sign in");
        assertThat(pushed(both).outcome()).isEqualTo("400 invalid_target");
        assertThat(pushed(twice).status()).isEqualTo(201);

        String code = client.code("resource", RunningServer.ORDERS);
        String redemption = "grant_type=authorization_code&code=" + code + "&code_verifier=" + WebClient.VERIFIER
                + "&redirect_uri=" + Call.encode(WebClient.CALLBACK);
        assertThat(token(client.id(), client.secret().orElseThrow(), redemption + "&" + both)
                        .outcome())
                .isEqualTo("400 invalid_target");
        Reply tokens = token(client.id(), client.secret().orElseThrow(), redemption + "&" + twice);
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        String refresh = "grant_type=refresh_token&refresh_token=" + tokens.string("refresh_token");
        assertThat(token(client.id(), client.secret().orElseThrow(), refresh + "&" + both)
                        .outcome())
                .isEqualTo("400 invalid_target");

        server.addClient(
                "both",
                "the-secret-of-both",
                Set.of(GrantType.CLIENT_CREDENTIALS),
                List.of(RunningServer.ORDERS, RunningServer.STOCK),
                "orders:read");
        String own = "grant_type=client_credentials";
        assertThat(token("both", "the-secret-of-both", own + "&" + both).outcome())
                .isEqualTo("400 invalid_target");
        assertThat(token("both", "the-secret-of-both", own + "&" + both.replace("resource", "audience"))
                        .outcome())
                .isEqualTo("400 invalid_target");
        assertThat(token("both", "the-secret-of-both", own).outcome()).isEqualTo("400 invalid_target");
        assertThat(token("both", "the-secret-of-both", own + "&" + twice).status())
                .isEqualTo(200);
        assertThat(token("both", "the-secret-of-both", own + "&scope=orders%3Aread&scope=orders%3Aread")
                        .outcome())
                .as("no other parameter may be repeated")
                .isEqualTo("400 invalid_request");
    }

    private static Reply pushed(String resource) {
        Map<String, String> parameters = new LinkedHashMap<>(client.parameters(WebClient.CALLBACK, "resource", ""));
        return server.call("POST", "/par")
                .basic(client.id(), client.secret().orElseThrow())
                .body("application/x-www-form-urlencoded", WebClient.query(parameters) + "&" + resource)
                .send();
    }

    private static Reply token(String id, String secret, String form) {
        return server.call("POST", "/token")
                .basic(id, secret)
                .body("application/x-www-form-urlencoded", form)
                .send();
    }
}
