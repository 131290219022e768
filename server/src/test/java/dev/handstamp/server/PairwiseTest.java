package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.client.Redirection;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What users are called at pairwise clients (OpenID Connect Core §8), over real HTTP.
class PairwiseTest {

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
    @DisplayName("OpenID Connect Core §8: one sector, one name of a user; another sector, another name")
    void a_sector_has_its_own_name_for_a_user() {
        String own = server.user("vera").subject().value();
        Login one = logIn(pairwise("https://app.example.com/cb"));
        Login sibling = logIn(pairwise("https://app.example.com/cb"));
        Login other = logIn(pairwise("https://other.example.com/cb"));
        Login open = logIn(WebClient.trusted(server));
        assertThat(open.sub()).isEqualTo(own);
        assertThat(one.sub()).startsWith("usr_").isNotEqualTo(own).isEqualTo(sibling.sub());
        assertThat(other.sub()).isNotEqualTo(own).isNotEqualTo(one.sub());
        assertThat(server.call("GET", "/.well-known/openid-configuration")
                        .send()
                        .json()
                        .get("subject_types_supported"))
                .isEqualTo(List.of("public", "pairwise"));
    }

    @Test
    void a_client_sees_one_name_everywhere() {
        Login login = logIn(pairwise("https://app.example.com/cb"));
        assertThat(RunningServer.claims(login.access())).containsEntry("sub", login.sub());
        assertThat(server.call("GET", "/userinfo").bearer(login.access()).send().json())
                .containsEntry("sub", login.sub())
                .containsEntry("preferred_username", "vera");
        assertThat(server.introspect(login.access()).json())
                .containsEntry("sub", login.sub())
                .containsEntry("username", "vera");
        WebClient client = login.client();
        Reply introspected = server.call("POST", "/introspect")
                .basic(client.id(), client.secret().orElseThrow())
                .form("token", login.refresh())
                .send();
        assertThat(introspected.json())
                .containsEntry("active", true)
                .containsEntry("sub", login.sub())
                .doesNotContainKey("username");
        assertThat(server.call("GET", "/session").bearer(login.access()).send().json())
                .containsEntry("subject", login.sub());
        Reply refreshed = client.refresh(login.refresh());
        assertThat(RunningServer.claims(refreshed.string("access_token"))).containsEntry("sub", login.sub());
        assertThat(login.idToken() + login.access())
                .doesNotContain(server.user("vera").subject().value());
    }

    @Test
    @DisplayName(
            "Introspection tells a client its user's username with the scope profile alone, and never past pairwise")
    void a_client_hears_the_username_only_if_it_may() {
        WebClient open = WebClient.trusted(server);
        Login known = logIn(open);
        for (String token : List.of(known.access(), known.refresh())) {
            assertThat(introspect(open, token).json()).containsEntry("username", "vera");
        }
        Reply unknown = open.redeem(open.code("scope", "openid orders:read"));
        Login pairwise = logIn(pairwise("https://app.example.com/cb"));
        for (String kind : List.of("access_token", "refresh_token")) {
            assertThat(introspect(open, unknown.string(kind)).json())
                    .containsEntry("active", true)
                    .doesNotContainKey("username");
        }
        server.introspect(pairwise.access()); // The API is told, and what it is told is remembered.
        for (String token : List.of(pairwise.access(), pairwise.refresh())) {
            assertThat(introspect(pairwise.client(), token).json())
                    .containsEntry("active", true)
                    .containsEntry("sub", pairwise.sub())
                    .doesNotContainKey("username");
        }
    }

    private static Reply introspect(WebClient client, String token) {
        return server.call("POST", "/introspect")
                .basic(client.id(), client.secret().orElseThrow())
                .form("token", token)
                .send();
    }

    @Test
    void a_name_outlasts_a_restart() {
        RunningServer first = RunningServer.start();
        WebClient before = pairwise(first, "https://app.example.com/cb");
        String name = logIn(before).sub();
        try (RunningServer again = first.restarted(Map.of())) {
            assertThat(logIn(new WebClient(again, before.client(), before.secret()))
                            .sub())
                    .isEqualTo(name);
        }
    }

    @Test
    void a_hint_names_the_user_by_the_clients_own_name() {
        WebClient client = pairwise("https://app.example.com/cb");
        TestBrowser browser = new TestBrowser(server);
        String path = client.request("https://app.example.com/cb", new String[] {"scope", "openid"});
        Reply tokens =
                redeem(client, TestBrowser.answer(browser.authorize(path)).get("code"));
        String hinted = path + "&prompt=none&id_token_hint=" + tokens.string("id_token");
        assertThat(TestBrowser.answer(browser.open(hinted))).containsKey("code");
        String other = logIn(pairwise("https://other.example.com/cb")).idToken();
        assertThat(TestBrowser.answer(browser.open(path + "&prompt=none&id_token_hint=" + other)))
                .as("the same user by another sector's name, vouched for by its ID token")
                .containsKey("code");
        Reply out = browser.open("/logout?id_token_hint=" + tokens.string("id_token"));
        assertThat(out.text()).contains("Signed out");
    }

    @Test
    @DisplayName("What is taken back from a user is taken back under every name, and a new login is good")
    void revocation_by_subject_reaches_every_name() {
        server.addUser("paula", "buyer");
        Login pairwise = logIn(pairwise("https://app.example.com/cb"), "paula");
        Login open = logIn(WebClient.trusted(server), "paula");
        assertThat(server.isActive(pairwise.access())).isTrue();
        try (PasswordHasher hasher = new PasswordHasher(1, 1, new Secrets(new SecureRandom()))) {
            new Users(
                            server.database,
                            () -> hasher,
                            new Secrets(new SecureRandom()),
                            InstantSource.system(),
                            Administrator.COMMAND_LINE)
                    .changePassword("paula", RunningServer.PASSWORD);
        }
        assertThat(server.isActive(open.access())).isFalse();
        assertThat(server.isActive(pairwise.access())).isFalse();
        assertThat(server.call("GET", "/userinfo")
                        .bearer(pairwise.access())
                        .send()
                        .status())
                .isEqualTo(401);
        assertThat(server.isActive(logIn(pairwise.client(), "paula").access())).isTrue();
    }

    private record Login(WebClient client, String idToken, String access, String refresh) {

        String sub() {
            return (String) RunningServer.claims(idToken).get("sub");
        }
    }

    private static Login logIn(WebClient client) {
        return logIn(client, "vera");
    }

    private static Login logIn(WebClient client, String username) {
        TestBrowser browser = new TestBrowser(client.server());
        String callback = client.client().redirection().uris().getFirst().value();
        Reply page = browser.open(client.request(callback, new String[] {"scope", "openid profile orders:read"}));
        Reply answer = browser.submit(page, "username", username, "password", RunningServer.PASSWORD);
        Reply tokens = redeem(client, TestBrowser.answer(answer).get("code"));
        return new Login(
                client, tokens.string("id_token"), tokens.string("access_token"), tokens.string("refresh_token"));
    }

    private static Reply redeem(WebClient client, String code) {
        String callback = client.client().redirection().uris().getFirst().value();
        return client.redeem(code, "redirect_uri", callback);
    }

    private static WebClient pairwise(String callback) {
        return pairwise(server, callback);
    }

    private static WebClient pairwise(RunningServer server, String callback) {
        return WebClient.of(
                server,
                new Redirection("Pairwise", List.of(new RedirectUri(callback)), List.of(), true, false),
                Map.of("subject_type", "pairwise"),
                true,
                WebClient.GRANTS,
                RunningServer.ORDERS);
    }
}
