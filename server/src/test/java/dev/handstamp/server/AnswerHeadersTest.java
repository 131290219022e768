package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.server.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What answers say besides their bodies, at every door, and what a URL is good for.
class AnswerHeadersTest {

    private static final ByteArrayOutputStream LOG = new ByteArrayOutputStream();

    private static RunningServer server;

    @BeforeAll
    static void start() {
        Log.writeTo(new PrintStream(LOG, true, StandardCharsets.UTF_8));
        server = RunningServer.start(Map.of("log.level", "debug"));
    }

    @AfterAll
    static void stop() {
        server.close();
        Log.writeTo(System.out);
    }

    @Test
    @DisplayName("O-36, S-03: every answer of every door says nosniff and no-referrer, and redirects nobody")
    void every_answer_says_nosniff_and_no_referrer() {
        everyDoor().forEach((door, reply) -> {
            assertThat(reply.all("X-Content-Type-Options")).as(door).containsExactly("nosniff");
            assertThat(reply.all("Referrer-Policy")).as(door).containsExactly("no-referrer");
            assertThat(reply.all("Content-Type")).as(door).containsExactly("application/json");
            for (String elsewhere : List.of("Location", "Content-Location", "Refresh", "Link", "Referer")) {
                assertThat(reply.header(elsewhere)).as(door).isEmpty();
            }
        });
    }

    @Test
    @DisplayName("O-36: only what is public is kept by caches")
    void only_public_answers_are_kept_by_caches() {
        everyDoor().forEach((door, reply) -> {
            boolean isPublic = door.equals("key set") || door.equals("metadata");
            String expected = isPublic ? "public, max-age=" : "no-store";
            assertThat(reply.all("Cache-Control"))
                    .as(door)
                    .singleElement()
                    .asString()
                    .startsWith(expected);
        });
    }

    @Test
    @DisplayName("S-03: no token, session id or secret is in any header but the cookies of a login")
    void no_secret_is_in_a_header() {
        Map<String, Reply> replies = everyDoor();
        List<String> secrets = secrets(replies);
        replies.forEach((door, reply) -> reply.headers().forEach((name, values) -> {
            if (name.equalsIgnoreCase("Set-Cookie")) return;
            for (String secret : secrets) {
                assertThat(values).as(door + " " + name).noneMatch(value -> value.contains(secret));
            }
        }));
    }

    @Test
    @DisplayName("S-03: no door takes a secret from the URL, and none that is sent there is logged")
    void a_secret_in_the_url_opens_nothing_and_is_not_logged() {
        Reply login = server.logInAtShop();
        String access = login.string("access_token");
        String refresh = login.string("refresh_token");
        String own = "client_id=shop&client_secret=" + RunningServer.SHOP_SECRET;

        List<Reply> refused = List.of(
                server.call("GET", "/session?access_token=" + access).send(),
                server.call("DELETE", "/session?access_token=" + access).send(),
                server.call("POST", "/session/refresh?refresh_token=" + refresh)
                        .json("{}")
                        .send(),
                server.call("POST", "/token?grant_type=client_credentials&" + own)
                        .send(),
                server.call("POST", "/token?" + own)
                        .form("grant_type", "client_credentials")
                        .send(),
                server.call("POST", "/introspect?token=" + access)
                        .basic(RunningServer.ORDERS, RunningServer.ORDERS_SECRET)
                        .send(),
                server.call("POST", "/revoke?token=" + access)
                        .basic("shop", RunningServer.SHOP_SECRET)
                        .send());

        assertThat(refused).allSatisfy(reply -> assertThat(reply.status()).isBetween(400, 415));
        assertThat(server.isActive(access)).isTrue();
        assertThat(LOG.toString(StandardCharsets.UTF_8))
                .doesNotContain(access, refresh, RunningServer.SHOP_SECRET, "access_token=", "client_secret=");
    }

    @Test
    @DisplayName("A-16: the id of a session names it and opens nothing")
    void a_session_id_opens_nothing() {
        String token = server.logIn().string("access_token");
        String id = (String) RunningServer.claims(token).get("sid");
        String asJson = Json.text(Map.of("refresh_token", id));

        List<Reply> refused = List.of(
                server.call("GET", "/session").bearer(id).send(),
                server.call("GET", "/session").cookie("__Host-handstamp", id).send(),
                server.call("DELETE", "/session").bearer(id).send(),
                server.call("POST", "/session/refresh").json(asJson).send(),
                server.call("POST", "/session/refresh")
                        .cookie("__Secure-handstamp-refresh", id)
                        .send());

        assertThat(refused).extracting(Reply::status).containsOnly(401);
        assertThat(server.isActive(id)).isFalse();
        assertThat(server.isActive(token)).isTrue();
    }

    /// One good and one bad answer of each door.
    private static Map<String, Reply> everyDoor() {
        Map<String, Reply> replies = new LinkedHashMap<>();
        replies.put("login", server.logIn());
        replies.put("failed login", server.logIn("nobody", "a wrong password"));
        replies.put("login with cookies", server.logInWithCookies());
        replies.put("refresh", server.refresh(replies.get("login").string("refresh_token")));
        replies.put("failed refresh", server.refresh("nothing"));
        replies.put("token", server.clientCredentials());
        replies.put(
                "failed token",
                server.call("POST", "/token").form("grant_type", "x").send());
        String token = replies.get("token").string("access_token");
        replies.put("introspection", server.introspect(token));
        replies.put(
                "failed introspection",
                server.call("POST", "/introspect").form("token", token).send());
        replies.put(
                "failed revocation",
                server.call("POST", "/revoke").form("token", token).send());
        String user = replies.get("refresh").string("access_token");
        replies.put("who am I", server.call("GET", "/session").bearer(user).send());
        replies.put("nobody", server.call("GET", "/session").send());
        replies.put(
                "failed logout",
                server.call("DELETE", "/session").bearer("nothing").send());
        replies.put(
                "wrong path",
                server.call("GET", "/nowhere?next=https://evil.example").send());
        replies.put("wrong method", server.call("GET", "/token").send());
        replies.put(
                "wrong type",
                server.call("POST", "/session").body("text/plain", "x").send());
        replies.put("key set", server.call("GET", "/jwks").send());
        replies.put(
                "metadata",
                server.call("GET", "/.well-known/oauth-authorization-server").send());
        return replies;
    }

    private static List<String> secrets(Map<String, Reply> replies) {
        List<String> secrets = new ArrayList<>(List.of(RunningServer.PASSWORD, RunningServer.SHOP_SECRET));
        for (String door : List.of("login", "refresh")) {
            String token = replies.get(door).string("access_token");
            secrets.add(token);
            secrets.add(replies.get(door).string("refresh_token"));
            secrets.add((String) RunningServer.claims(token).get("sid"));
        }
        Reply cookies = replies.get("login with cookies");
        secrets.add(cookies.cookie("__Host-handstamp"));
        secrets.add(cookies.cookie("__Secure-handstamp-refresh"));
        secrets.add(replies.get("token").string("access_token"));
        return secrets;
    }
}
