package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An administrator with an access token.
record AdminClient(RunningServer server, String token) {

    static final String BASE = "/admin/api/v1";

    /// The user root, who is added with the role administrator.
    static AdminClient root(RunningServer server) {
        server.addUser("root", "administrator");
        return as(server, "root");
    }

    /// A user, with all that its roles carry at the admin API.
    static AdminClient as(RunningServer server, String user) {
        Reply login = server.call("POST", "/session")
                .json(Json.text(
                        Map.of("username", user, "password", RunningServer.PASSWORD, "audience", audience(server))))
                .send();
        assertThat(login.status()).as(login.text()).isEqualTo(200);
        return new AdminClient(server, login.string("access_token"));
    }

    /// A user of a role with these scopes.
    static AdminClient with(RunningServer server, String user, String... scopes) {
        server.addRole("role-of-" + user, audience(server), scopes);
        server.addUser(user, "role-of-" + user);
        return as(server, user);
    }

    static String audience(RunningServer server) {
        return server.issuer() + "/admin/api";
    }

    static String segment(String text) {
        return "~" + Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    Call call(String method, String path) {
        return server.call(method, BASE + path).bearer(token);
    }

    Reply get(String path) {
        return call("GET", path).send();
    }

    Reply post(String path, Object... members) {
        return call("POST", path).json(Json.text(object(members))).send();
    }

    Reply delete(String path) {
        return call("DELETE", path).send();
    }

    Reply patch(String path, String ifMatch, Object... members) {
        return call("PATCH", path)
                .header("If-Match", ifMatch)
                .json(Json.text(object(members)))
                .send();
    }

    Reply put(String path, Object... members) {
        return call("PUT", path)
                .header("If-Match", "*")
                .json(Json.text(object(members)))
                .send();
    }

    static Map<String, Object> object(Object... members) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) object.put((String) members[i], members[i + 1]);
        return object;
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> items(Reply reply) {
        return (List<Map<String, Object>>) reply.json().get("items");
    }
}
