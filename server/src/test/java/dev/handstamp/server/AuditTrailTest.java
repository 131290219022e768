package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.AuditEvent.Type;
import dev.handstamp.server.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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
        return secrets;
    }
}
