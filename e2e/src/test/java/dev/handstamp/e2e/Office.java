package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.json.JsonWriter;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The administrator root at the admin API: quicker than a command for each user and client that a test wants.
final class Office {

    static final String PASSWORD = "correct horse battery staple";

    private final HandstampProcess server;
    private final String token;

    private Office(HandstampProcess server, String token) {
        this.server = server;
        this.token = token;
    }

    /// Makes root, and signs in.
    static Office open(HandstampProcess server) throws IOException, InterruptedException {
        HandstampProcess.Printed made =
                server.run(PASSWORD + "\n", "user", "add", "root", "--role", "administrator", "--password-stdin");
        assertThat(made.exit()).as(made.err()).isZero();
        return new Office(server, token(server, "root", server.issuer() + "/admin/api"));
    }

    /// An access token of a user for an API.
    static String token(HandstampProcess server, String user, String audience)
            throws IOException, InterruptedException {
        Map<String, Object> login = Map.of("username", user, "password", PASSWORD, "audience", audience);
        return member(server.json("POST", "/session", text(login)), "access_token");
    }

    /// An API, and a role that may do all there.
    ///
    /// @param scopes with what each allows, in words
    void api(String audience, String role, Map<String, String> scopes) throws IOException, InterruptedException {
        Map<String, Object> words = new HashMap<>();
        scopes.forEach((scope, text) -> words.put(scope, Map.of("", text)));
        List<String> names = List.copyOf(scopes.keySet());
        call("POST", "/apis", Map.of("audience", audience, "scopes", names, "words", words));
        call("POST", "/roles", Map.of("name", role));
        call("PUT", "/roles/" + role + "/apis/" + segment(audience), Map.of("scopes", names));
    }

    /// Lets clients ask for an API that nobody here has registered.
    void open(String audience) throws IOException, InterruptedException {
        call("PATCH", "/apis/" + segment(audience), Map.of("open", true));
    }

    /// @param acr what a sign-in has to be for an API
    void require(String audience, String acr) throws IOException, InterruptedException {
        call("PATCH", "/apis/" + segment(audience), Map.of("required_acr", acr));
    }

    /// @param scopes what each scope of the first API stands for at the second
    void exchange(String client, String from, String to, Map<String, String> scopes)
            throws IOException, InterruptedException {
        call("PUT", "/exchanges/" + client + "/" + segment(from) + "/" + segment(to), Map.of("scopes", scopes));
    }

    /// Trusts an issuer with everybody, whose keys stand at its own address.
    void issuer(String name, String client) throws IOException, InterruptedException {
        Map<String, Object> members =
                Map.of("issuer", name, "jwks_uri", name + "/keys", "clients", List.of(client), "all_users", true);
        call("POST", "/issuers", members);
    }

    private static String segment(String audience) {
        return "~" + Base64.getUrlEncoder().withoutPadding().encodeToString(audience.getBytes(StandardCharsets.UTF_8));
    }

    /// A user with an address, `name@example.org`, and the password of all.
    void user(String name, String... roles) throws IOException, InterruptedException {
        call(
                "POST",
                "/users",
                Map.of(
                        "username",
                        name,
                        "name",
                        "Vera Vale",
                        "email",
                        name + "@example.org",
                        "roles",
                        List.of(roles),
                        "password",
                        PASSWORD));
    }

    void client(Map<String, Object> members) throws IOException, InterruptedException {
        call("POST", "/clients", members);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return call("GET", path, "");
    }

    void delete(String path) throws IOException, InterruptedException {
        call("DELETE", path, "");
    }

    private void call(String method, String path, Map<String, ?> members) throws IOException, InterruptedException {
        call(method, path, text(members));
    }

    private HttpResponse<String> call(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                server.json(method, "/admin/api/v1" + path, body, "Authorization", "Bearer " + token, "If-Match", "*");
        assertThat(answer.statusCode())
                .as("%s %s: %s", method, path, answer.body())
                .isBetween(200, 299);
        return answer;
    }

    static String member(HttpResponse<String> answer, String name) {
        try {
            Object value = Json.parseObject(answer.body().getBytes(StandardCharsets.UTF_8))
                    .get(name);
            assertThat(value)
                    .as("%s in an answer of status %d", name, answer.statusCode())
                    .isInstanceOf(String.class);
            return (String) value;
        } catch (JsonException e) {
            throw new AssertionError("no JSON in an answer of status " + answer.statusCode(), e);
        }
    }

    private static String text(Map<String, ?> members) {
        return new String(new JsonWriter().value(members).toByteArray(), StandardCharsets.UTF_8);
    }
}
