package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.AuditEvent.Type;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What is recorded of the doors, and what is never kept.
class AuditTrailTest {

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private RunningServer server;

    @BeforeEach
    void start() {
        Log.writeTo(new PrintStream(log, true, StandardCharsets.UTF_8));
        server = RunningServer.start(Map.of("log.level", "debug"));
    }

    @AfterEach
    void stop() {
        server.close();
        Log.writeTo(System.out);
    }

    @Test
    @DisplayName("S-13: every security-relevant outcome is recorded with actor, target, client, address and time")
    void every_outcome_is_recorded() {
        everyFlow();

        Set<Type> types = server.audit().stream().map(AuditEvent::type).collect(Collectors.toSet());
        assertThat(types)
                .contains(
                        Type.SERVER_STARTED,
                        Type.KEY_CREATED,
                        Type.LOGIN_SUCCEEDED,
                        Type.LOGIN_FAILED,
                        Type.LOGIN_THROTTLED,
                        Type.LOGGED_OUT,
                        Type.REFRESH_TOKEN_REUSED,
                        Type.REFRESH_REFUSED,
                        Type.GRANT_REVOKED,
                        Type.TOKEN_REVOKED,
                        Type.CLIENT_AUTHENTICATION_FAILED);
        String vera = server.user("vera").subject().value();
        AuditEvent login = server.audit(Type.LOGIN_SUCCEEDED).getFirst();
        assertThat(login.actor()).isEqualTo(vera);
        assertThat(login.address()).isEqualTo("127.0.0.1");
        assertThat(login.client()).isIn("first-party", "shop");
        assertThat(login.target()).isNotEmpty();
        assertThat(login.requestId()).isNotEmpty();
        assertThat(server.audit(Type.LOGIN_FAILED))
                .anySatisfy(event -> assertThat(event.target()).isEqualTo(vera))
                .anySatisfy(event -> assertThat(event.details()).containsEntry("reason", "unknown_user"));
        assertThat(server.audit(Type.LOGIN_THROTTLED)).hasSize(1);
        AuditEvent logout = server.audit(Type.LOGGED_OUT).getFirst();
        assertThat(logout.actor()).isEqualTo(vera);
    }

    @Test
    @DisplayName("S-13: every kind of event has a test that names it")
    void every_kind_of_event_is_tested() throws IOException {
        Set<Type> missing = EnumSet.allOf(Type.class);
        missing.removeAll(named("src/test/java", type -> "Type." + type.name()));
        missing.removeAll(named("../cli/src/test/java", Type::wireName)); // In the trail that a command prints.
        assertThat(missing).isEmpty();
    }

    private static Set<Type> named(String root, Function<Type, String> name) throws IOException {
        Set<Type> named = EnumSet.noneOf(Type.class);
        try (Stream<Path> files = Files.walk(Path.of(root))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                for (Type type : Type.values()) {
                    if (Pattern.compile("\\b" + name.apply(type) + "\\b")
                            .matcher(text)
                            .find()) named.add(type);
                }
            }
        }
        return named;
    }

    @Test
    @DisplayName("S-02: no password, token, secret, cookie or key is in any log, at the finest level")
    void no_secret_is_logged() {
        List<String> secrets = everyFlow();

        String written = log.toString(StandardCharsets.UTF_8);
        assertThat(written).isNotEmpty();
        for (String secret : secrets) assertThat(written).doesNotContain(secret);
    }

    @Test
    @DisplayName("S-05, S-06: no token, password, secret or private key lies readable in what is stored")
    void no_secret_is_stored() {
        List<String> secrets = everyFlow();
        secrets.add((String) server.signingKey().toJson().get("d"));

        String stored = server.everythingStored();
        assertThat(stored).contains("vera");
        for (String secret : secrets) assertThat(stored).doesNotContain(secret);
        assertThat(stored).doesNotContain("\"dp\"").doesNotContain("PRIVATE KEY");
    }

    @Test
    @DisplayName("S-13: the trail holds no secret")
    void no_secret_is_recorded() {
        List<String> secrets = everyFlow();

        String trail = server.audit().toString();
        for (String secret : secrets) assertThat(trail).doesNotContain(secret);
    }

    @Test
    @DisplayName("S-01: what a caller sends does not begin a line of the log")
    void the_log_cannot_be_forged() {
        server.logIn("vera\r\n{\"level\":\"info\",\"message\":\"forged\"}", "x");
        server.call("POST", "/token")
                .header("User-Agent", "${jndi:ldap://127.0.0.1/a}")
                .form("grant_type", "x", "client_id", "a\r\nb", "client_secret", "\u001b[31m")
                .send();

        assertThat(log.toString(StandardCharsets.UTF_8).lines()).allMatch(line -> line.startsWith("{\"time\":\""));
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\"message\":\"forged\"");
    }

    /// Everything that the doors do, once; answers every secret that was in play.
    private List<String> everyFlow() {
        List<String> secrets = new ArrayList<>(List.of(
                RunningServer.PASSWORD,
                RunningServer.SHOP_SECRET,
                RunningServer.ORDERS_SECRET,
                "a wrong password",
                "a-typed-password-as-a-name"));
        Reply body = server.logIn();
        Reply cookie = server.logInWithCookies();
        Reply shop = server.logInAtShop();
        Reply own = server.clientCredentials();
        secrets.add(body.string("access_token"));
        secrets.add(body.string("refresh_token"));
        secrets.add(cookie.cookie("__Host-handstamp"));
        secrets.add(cookie.cookie("__Secure-handstamp-refresh"));
        secrets.add(shop.string("refresh_token"));
        secrets.add(own.string("access_token"));

        Reply refreshed = server.refresh(body.string("refresh_token"));
        Reply again = server.refresh(refreshed.string("refresh_token"));
        secrets.add(refreshed.string("refresh_token"));
        secrets.add(again.string("refresh_token"));
        server.introspect(own.string("access_token"));
        server.refresh(shop.string("refresh_token"));
        server.refresh(body.string("refresh_token"));
        server.revoke(own.string("access_token"));
        server.revoke(shop.string("refresh_token"));
        server.call("DELETE", "/session")
                .cookie("__Host-handstamp", cookie.cookie("__Host-handstamp"))
                .send();
        server.call("POST", "/token")
                .basic("shop", "a wrong password")
                .form("grant_type", "client_credentials")
                .send();
        server.logIn("vera", "a wrong password");
        server.logIn("a-typed-password-as-a-name", "x");
        for (int i = 0; i < 8; i++) server.logIn("nick", "a wrong password");
        inBrowsers(secrets);
        return secrets;
    }

    /// What goes through browsers and devices: codes, cookies, and everything about a second factor.
    private void inBrowsers(List<String> secrets) {
        server.addUser("flo", "buyer");
        WebClient web = WebClient.of(
                server,
                WebClient.redirection(true, true, WebClient.CALLBACK),
                true,
                Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.DEVICE_CODE),
                RunningServer.ORDERS);
        TestBrowser browser = new TestBrowser(server);
        browser.submit(browser.open("/account"), "username", "flo", "password", RunningServer.PASSWORD);
        keep(browser, secrets);
        Reply offer = browser.open("/account/authenticator");
        String seed = offer.text()
                .replaceAll("(?s).*id=\"authenticator-key\">([A-Z2-7 ]+)<.*", "$1")
                .replace(" ", "");
        secrets.add(seed);
        secrets.add(TestBrowser.fields(offer).get("sealed"));
        Reply codes = browser.submit(offer, "code", Totp.codeAt(new Secret(seed), Instant.now()));
        Matcher recovery =
                Pattern.compile("<li>((?:[A-Z]{4}-){3}[A-Z]{4})</li>").matcher(codes.text());
        List<String> found = recovery.results().map(each -> each.group(1)).toList();
        assertThat(found).hasSize(8);
        for (String each : found) secrets.addAll(List.of(each, each.replace("-", "")));
        keep(browser, secrets);

        TestBrowser other = new TestBrowser(server);
        Reply second = other.submit(
                other.open(web.request("scope", "openid orders:read")),
                "username",
                "flo",
                "password",
                RunningServer.PASSWORD);
        assertThat(other.isAt("/login/totp")).isTrue();
        keep(other, secrets);
        secrets.add(TestBrowser.fields(second).get("form"));
        Reply consent = other.submit(second, "code", found.getFirst(), "remember", "yes");
        String code = TestBrowser.answer(other.allow(consent)).get("code");
        secrets.add(code);
        keep(other, secrets);
        Reply tokens = web.redeem(code);
        for (String token : List.of("access_token", "refresh_token", "id_token")) secrets.add(tokens.string(token));

        Reply device = server.call("POST", "/device_authorization")
                .basic(web.id(), "the-secret-of-" + web.id())
                .form("scope", "orders:read")
                .send();
        secrets.addAll(List.of(device.string("device_code"), device.string("user_code")));
        Reply decide = other.submit(other.open("/device"), "user_code", device.string("user_code"));
        assertThat(other.allow(decide).text()).contains("The device is connected");
    }

    private static void keep(TestBrowser browser, List<String> secrets) {
        for (String name : List.of("session", "device", "form", "login")) {
            browser.cookie("__Host-handstamp-" + name).ifPresent(secrets::add);
        }
    }
}
