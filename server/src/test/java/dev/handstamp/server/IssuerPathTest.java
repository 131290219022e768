package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A server whose issuer has a path, as behind a proxy that shares one host: everything is below the path.
class IssuerPathTest {

    private static RunningServer server;
    private static String issuer;

    @BeforeAll
    static void start() {
        int port = freePort();
        issuer = "http://localhost:" + port + "/auth/door";
        server = RunningServer.start(Map.of("port", Integer.toString(port), "issuer", issuer, "registration", "open"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("RFC 8414 §3.1: the metadata stands at the root with the path behind, and below the path")
    void the_metadata_stands_in_both_places() {
        for (String path : List.of(
                "/.well-known/oauth-authorization-server/auth/door",
                "/.well-known/openid-configuration/auth/door",
                "/auth/door/.well-known/openid-configuration",
                "/auth/door/.well-known/oauth-authorization-server",
                "/.well-known/ssf-configuration/auth/door")) {
            Reply reply = server.call("GET", path).send();
            assertThat(reply.status()).as(path).isEqualTo(200);
            assertThat(reply.string("issuer")).isEqualTo(issuer);
        }
        for (String path : List.of(
                "/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server",
                "/jwks",
                "/token",
                "/auth",
                "/auth/door",
                "/auth/door/",
                "/auth/doorjwks")) {
            assertThat(server.call("GET", path).send().status()).as(path).isEqualTo(404);
        }
    }

    @Test
    void every_endpoint_that_the_metadata_names_is_there() {
        Map<String, Object> metadata = server.call("GET", "/auth/door/.well-known/openid-configuration")
                .send()
                .json();
        int endpoints = 0;
        for (var member : metadata.entrySet()) {
            boolean isEndpoint =
                    member.getKey().endsWith("_endpoint") || member.getKey().equals("jwks_uri");
            if (!isEndpoint) continue;
            endpoints++;
            String address = (String) member.getValue();
            assertThat(address).as(member.getKey()).startsWith(issuer + "/");
            if (member.getKey().equals("revocation_feed_endpoint")) continue;
            assertThat(server.call("POST", URI.create(address).getPath()).send().status())
                    .as(address)
                    .isNotEqualTo(404);
        }
        assertThat(endpoints).isGreaterThan(8);
    }

    @Test
    void an_administrator_gives_the_server_a_large_logo() {
        server.addUser("root", "administrator");
        TestBrowser root = new TestBrowser(server);
        root.submit(root.open("/auth/door/admin/brand"), "username", "root", "password", RunningServer.PASSWORD);
        Reply page = root.open("/auth/door/admin/brand");
        String path = AdminForms.path(page, "change");
        assertThat(path).isEqualTo("/auth/door/admin/brand");
        byte[] logo = ("<svg xmlns=\"http://www.w3.org/2000/svg\"><title>" + "x".repeat(90_000) + "</title></svg>")
                .getBytes(StandardCharsets.UTF_8);

        Reply saved = root.upload(
                path, "logo", logo, "action", "change", "form", AdminForms.form(page, "change", ""), "name", "Door");

        assertThat(saved.text()).contains("Saved.");
        Matcher image =
                Pattern.compile("<img src=\"(/auth/door/brand/[^\"]+)\"").matcher(saved.text());
        assertThat(image.find()).as("%s", saved.text()).isTrue();
        assertThat(server.call("GET", image.group(1)).send().text()).hasSize(logo.length);
        AdminForms.act(root, saved, "delete", "");
    }

    @Test
    void a_user_walks_through_every_page_and_a_client_gets_its_tokens() {
        WebClient client = WebClient.confidential(server);
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.open("/auth/door" + client.request("scope", "openid profile orders:read"));
        assertThat(browser.isAt("/auth/door/login")).as(browser.at()).isTrue();
        assertThat(TestBrowser.action(login)).isEqualTo("/auth/door/login");
        Reply consent = browser.signIn(login);
        assertThat(browser.isAt("/auth/door/consent")).as(browser.at()).isTrue();
        Map<String, String> answer = TestBrowser.answer(browser.allow(consent));
        assertThat(answer).containsEntry("iss", issuer);
        Reply tokens = server.call("POST", "/auth/door/token")
                .basic(client.id(), client.secret().orElseThrow())
                .form(
                        "grant_type",
                        "authorization_code",
                        "code",
                        answer.get("code"),
                        "redirect_uri",
                        WebClient.CALLBACK,
                        "code_verifier",
                        WebClient.VERIFIER)
                .send();
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        assertThat(RunningServer.claims(tokens.string("id_token"))).containsEntry("iss", issuer);
        Reply userInfo = server.call("GET", "/auth/door/userinfo")
                .bearer(tokens.string("access_token"))
                .send();
        assertThat(userInfo.string("preferred_username")).isEqualTo("vera");

        Reply question = browser.open("/auth/door/logout");
        assertThat(TestBrowser.action(question)).isEqualTo("/auth/door/logout");
        assertThat(browser.submit(question, "decision", "leave").text()).contains("Signed out");
        for (Reply seen : browser.seen()) {
            for (String cookie : seen.all("Set-Cookie")) {
                assertThat(cookie).startsWith("__Host-").contains("; Path=/;");
            }
            assertThat(seen.text()).doesNotContain("action=\"/login", "action=\"/consent", "href=\"/login");
        }
    }

    @Test
    void passkeys_are_added_and_sign_in_below_the_path() {
        PasskeyWalk walk = new PasskeyWalk(server, "/auth/door");
        SoftwareAuthenticator key = walk.authenticator();
        Reply added = walk.add(walk.signedIn("vera"), key);
        assertThat(added.string("go_on")).isEqualTo("/auth/door/account/passkeys?done=added");
        Reply in = walk.signIn(new TestBrowser(server), key);
        assertThat(in.string("go_on")).isEqualTo("/auth/door/account");
    }

    @Test
    void the_cookies_of_an_application_lead_where_the_server_is() {
        Reply login = server.call("POST", "/auth/door/session")
                .json("{\"username\":\"vera\",\"password\":\"" + RunningServer.PASSWORD + "\",\"audience\":\""
                        + RunningServer.ORDERS + "\",\"delivery\":\"cookie\"}")
                .send();
        assertThat(login.status()).as(login.text()).isEqualTo(200);
        assertThat(login.setCookie("__Host-handstamp")).contains("; Path=/;");
        assertThat(login.setCookie("__Secure-handstamp-refresh")).contains("; Path=/auth/door/session;");
        Reply refreshed = server.call("POST", "/auth/door/session/refresh")
                .cookie("__Secure-handstamp-refresh", login.cookie("__Secure-handstamp-refresh"))
                .header("Origin", "http://localhost:" + URI.create(issuer).getPort())
                .json("{}")
                .send();
        assertThat(refreshed.status()).as(refreshed.text()).isEqualTo(200);
        assertThat(server.call("POST", "/auth/door/session/refresh")
                        .cookie("__Secure-handstamp-refresh", refreshed.cookie("__Secure-handstamp-refresh"))
                        .header("Origin", "https://evil.example")
                        .json("{}")
                        .send()
                        .status())
                .isEqualTo(403);
    }

    @Test
    void a_client_registers_and_looks_after_itself_there() {
        Reply reply = server.call("POST", "/auth/door/register")
                .json("{\"redirect_uris\":[\"https://app.example.com/cb\"]}")
                .send();
        String own = reply.string("registration_client_uri");
        assertThat(own).startsWith(issuer + "/register/");
        assertThat(server.call("GET", URI.create(own).getPath())
                        .bearer(reply.string("registration_access_token"))
                        .send()
                        .status())
                .isEqualTo(200);
        Map<String, String> parameters = new LinkedHashMap<>(Map.of(
                "response_type", "code",
                "client_id", reply.string("client_id"),
                "code_challenge", Sha256.base64Url(WebClient.VERIFIER),
                "code_challenge_method", "S256",
                "scope", "openid"));
        Reply posted = new TestBrowser(server)
                .send(server.call("POST", "/auth/door/authorize")
                        .form(parameters.entrySet().stream()
                                .flatMap(each -> Stream.of(each.getKey(), each.getValue()))
                                .toArray(String[]::new)));
        assertThat(posted.header("Location").orElseThrow()).startsWith("/auth/door/authorize?");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
