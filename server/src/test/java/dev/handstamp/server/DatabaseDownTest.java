package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verified;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DatabaseDownTest {

    @Test
    @DisplayName(
            "S-10: while the database is down, keys are served and everything else is 503; then it recovers by itself")
    void the_database_goes_away_and_comes_back() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                Cable cable = new Cable(postgres.getPort());
                RunningServer server = RunningServer.start(Map.of(
                        "database", "jdbc:postgresql://127.0.0.1:" + cable.port() + "/postgres?user=postgres"))) {
            Reply login = server.logIn();
            String token = login.string("access_token");
            assertThat(server.isActive(token)).isTrue();

            TestBrowser browser = new TestBrowser(server);
            Reply form = browser.open("/login");
            TestBrowser signedIn = new TestBrowser(server);
            signedIn.signIn(signedIn.open("/account"));
            assertThat(signedIn.isAt("/account")).isTrue();
            WebClient web = WebClient.trusted(server);

            cable.cut();
            List<Reply> refused = List.of(
                    server.logIn(),
                    server.refresh(login.string("refresh_token")),
                    server.introspect(token),
                    server.clientCredentials(),
                    server.revoke(token));
            JwkSet keys = JwkSet.parse(server.call("GET", "/jwks").send().body());
            Reply metadata = server.call("GET", "/.well-known/oauth-authorization-server")
                    .send();

            List<Reply> pages = List.of(
                    browser.signIn(form),
                    browser.open("/reset"),
                    signedIn.open("/account"),
                    signedIn.open("/admin"),
                    signedIn.open(web.request()));

            assertThat(pages).allSatisfy(page -> {
                assertThat(page.status()).isEqualTo(503);
                assertThat(page.header("Retry-After")).isPresent();
                assertThat(page.header("Content-Type"))
                        .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
                assertThat(page.header("Set-Cookie"))
                        .as("nobody is signed out by it")
                        .isEmpty();
            });
            assertThat(refused).extracting(Reply::outcome).containsOnly("503 temporarily_unavailable");
            assertThat(refused).allMatch(reply -> reply.header("Retry-After").isPresent());
            TokenPolicy policy = TokenPolicy.builder()
                    .issuer(server.issuer())
                    .audience(RunningServer.ORDERS)
                    .build();
            assertThat(policy.check(token, keys, Instant.now())).isInstanceOf(Verified.class);
            assertThat(metadata.status()).isEqualTo(200);
            assertThat(server.management("/healthz").send().status()).isEqualTo(200);
            assertThat(server.management("/readyz").send().status()).isEqualTo(503);

            cable.mend();
            Instant patience = Instant.now().plusSeconds(60);
            while (server.management("/readyz").send().status() != 200) {
                assertThat(Instant.now()).isBefore(patience);
                Thread.sleep(100);
            }
            assertThat(server.isActive(token)).isTrue();
            assertThat(server.refresh(login.string("refresh_token")).status()).isEqualTo(200);
            assertThat(server.logIn().status()).isEqualTo(200);
            browser.signIn(form);
            assertThat(browser.isAt("/account")).as("the form of before").isTrue();
            signedIn.open("/account");
            assertThat(signedIn.isAt("/account")).as("signed in as before").isTrue();
            assertThat(TestBrowser.answer(signedIn.open(web.request()))).containsKey("code");
        }
    }
}
