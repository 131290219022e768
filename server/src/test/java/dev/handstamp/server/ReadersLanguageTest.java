package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.GrantType;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// In which language somebody is answered whose profile names one: never before a first factor was shown, and not where
/// a client has named another (OpenID Connect Core §3.1.2.1, `ui_locales`). The browser of these tests names none.
class ReadersLanguageTest {

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final String GERMAN = "<html lang=\"de\"";
    private static final String ENGLISH = "<html lang=\"en\"";

    private static RunningServer server;

    private final TestBrowser browser = new TestBrowser(server);
    private final String gerda = "gerda-" + NAMES.incrementAndGet();

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void the_profile_says_nothing_before_the_password_and_everything_after_it() {
        reader();
        WebClient client = WebClient.confidential(server);
        Reply login = browser.open(client.request("login_hint", gerda));
        assertThat(login.text()).contains(ENGLISH);
        Reply wrong = browser.submit(login, "username", gerda, "password", "wrong");
        assertThat(wrong.text()).contains(ENGLISH);

        Reply consent = password(wrong);
        assertThat(browser.isAt("/consent")).isTrue();
        assertThat(consent.text()).contains(GERMAN, "Zugriff auf Ihr Konto erlauben?");
        Reply unclear = browser.submit(consent, "decision", "perhaps");
        assertThat(unclear.status()).isEqualTo(400);
        assertThat(unclear.text()).contains(GERMAN);
    }

    @Test
    void a_language_that_the_client_names_goes_first() {
        reader();
        WebClient client = WebClient.confidential(server);
        Reply consent = password(browser.open(client.request("ui_locales", "en")));
        assertThat(browser.isAt("/consent")).isTrue();
        assertThat(consent.text()).contains(ENGLISH);
        assertThat(browser.open(client.request("ui_locales", "tlh")).text())
                .as("one that nobody here speaks")
                .contains(GERMAN);
        assertThat(browser.open("/logout?ui_locales=en").text()).contains(ENGLISH);
    }

    @Test
    void the_browsers_language_counts_where_the_profile_names_none() {
        server.addUser(gerda, "buyer");
        password(browser.open("/account"));
        Reply page = browser.send(server.call("GET", "/logout").header("Accept-Language", "de"));
        assertThat(page.text()).contains(GERMAN);
    }

    @Test
    void signing_out_is_asked_and_told_in_the_language_of_the_profile() {
        reader();
        password(browser.open("/account"));
        Reply asked = browser.open("/logout");
        assertThat(asked.text()).contains(GERMAN, "Abmelden?");
        assertThat(browser.submit(asked, "decision", "stay").text()).contains(GERMAN);
        assertThat(browser.submit(asked, "decision", "leave").text()).contains(GERMAN, "Abgemeldet");
        assertThat(browser.open("/logout").text()).as("nobody any more").contains(ENGLISH);
    }

    @Test
    void the_second_factor_is_asked_for_in_the_language_of_the_profile() {
        reader();
        Secret seed = authenticator();
        String wrongCode = Totp.codeAt(seed, Instant.now()).equals("000000") ? "111111" : "000000";
        for (String way :
                new String[] {"/account", WebClient.confidential(server).request()}) {
            TestBrowser fresh = new TestBrowser(server);
            Reply factor = fresh.submit(fresh.open(way), "username", gerda, "password", RunningServer.PASSWORD);
            assertThat(fresh.isAt("/login/totp")).as(way).isTrue();
            assertThat(factor.text()).as(way).contains(GERMAN, "Noch ein Schritt");
            Reply wrong = fresh.submit(factor, "code", wrongCode);
            assertThat(wrong.status()).isEqualTo(403);
            assertThat(wrong.text()).as(way).contains(GERMAN);
        }
        Reply named = browser.open(WebClient.trusted(server).request("ui_locales", "en"));
        assertThat(password(named).text()).contains(ENGLISH);
        assertThat(browser.isAt("/login/totp")).isTrue();
    }

    @Test
    void a_passkey_is_asked_for_after_the_password_in_the_language_of_the_profile() {
        reader();
        Reply passkeys = password(browser.open("/account/passkeys"));
        Map<String, Object> made = new PasskeyWalk(server)
                .authenticator()
                .create(PasskeyWalk.ask(browser, passkeys, "/account/passkeys/options"));
        assertThat(PasskeyWalk.answer(browser, passkeys, "/account/passkeys/add", made)
                        .status())
                .isEqualTo(200);
        TestBrowser fresh = new TestBrowser(server);
        Reply alone = fresh.open("/login/passkey?to=/account");
        assertThat(alone.text()).as("nobody yet").contains(ENGLISH);
        Reply login = fresh.open(WebClient.trusted(server).request("acr_values", "aal2"));
        Reply step = fresh.submit(login, "username", gerda, "password", RunningServer.PASSWORD);
        assertThat(fresh.isAt("/login/passkey")).isTrue();
        assertThat(step.text()).contains(GERMAN, "Noch ein Schritt");
    }

    @Test
    void a_new_factor_on_the_way_is_set_up_in_the_language_of_the_profile_or_of_the_client() {
        reader();
        WebClient client = WebClient.trusted(server);
        Reply page = password(browser.open(client.request("acr_values", "aal2")));
        assertThat(browser.isAt("/login/factor")).isTrue();
        assertThat(page.text()).contains(GERMAN, "Noch ein Weg zur Anmeldung");
        Reply named = browser.open(client.request("acr_values", "aal2", "ui_locales", "en"));
        assertThat(browser.isAt("/login/factor")).isTrue();
        assertThat(named.text()).contains(ENGLISH);
        String request = TestBrowser.fields(named).get("request");
        assertThat(browser.open("/account/authenticator?request=" + request).text())
                .as("on the way of the client")
                .contains(ENGLISH);
        assertThat(browser.open("/account/authenticator").text()).contains(GERMAN);
    }

    @Test
    void a_device_is_let_in_in_the_language_of_the_profile() {
        reader();
        WebClient tv = WebClient.of(
                server,
                WebClient.redirection(true, true, WebClient.CALLBACK),
                false,
                Set.of(GrantType.AUTHORIZATION_CODE, GrantType.DEVICE_CODE),
                RunningServer.ORDERS);
        Reply begun = server.call("POST", "/device_authorization")
                .form("client_id", tv.id(), "scope", "orders:read")
                .send();
        Reply login = browser.submit(browser.open("/device?user_code=" + begun.string("user_code")));
        assertThat(login.text()).contains(ENGLISH);
        Reply decide = password(login);
        assertThat(browser.isAt("/device")).isTrue();
        assertThat(decide.text()).contains(GERMAN, "Gerät mit Ihrem Konto verbinden?");
        assertThat(browser.submit(decide, "decision", "allow").text()).contains(GERMAN);
    }

    private void reader() {
        server.addUser(gerda, server.user("vera").passwordHash(), Map.of("locale", "de"), "buyer");
    }

    private Secret authenticator() {
        return RunningServer.seed(server.totpEnrolments().add(gerda, "login.example"));
    }

    private Reply password(Reply login) {
        return browser.submit(login, "username", gerda, "password", RunningServer.PASSWORD);
    }
}
