package dev.handstamp.server;

import dev.handstamp.json.Json;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A browser without scripts: keeps cookies, follows redirects as long as they stay at the server, fills in forms.
final class TestBrowser {

    private static final Pattern FIELD = Pattern.compile("<input[^>]*name=\"([^\"]+)\"[^>]*?value=\"([^\"]*)\"");
    private static final Pattern ACTION = Pattern.compile("<form[^>]*action=\"([^\"]*)\"");

    private final RunningServer server;
    private final Map<String, String> cookies = new HashMap<>();
    private final List<Reply> seen = new ArrayList<>();
    private String at = "";
    private String address = "";

    TestBrowser(RunningServer server) {
        this.server = server;
    }

    /// Is elsewhere from here on, as the server's proxy tells it.
    TestBrowser movedTo(String elsewhere) {
        address = elsewhere;
        return this;
    }

    /// Opens a path of the server and follows redirects to the first answer that is none, or that leads elsewhere.
    Reply open(String path) {
        at = path;
        return follow(send(server.call("GET", path)));
    }

    /// Posts a form and follows redirects likewise.
    Reply post(String path, String... pairs) {
        at = path;
        return follow(send(server.call("POST", path).form(pairs)));
    }

    /// Posts a form with a file in it.
    Reply upload(String path, String field, byte[] file, String... pairs) {
        at = path;
        return follow(
                send(server.call("POST", path).header("Accept", "text/html").upload(field, file, pairs)));
    }

    /// Posts JSON, as a script of the page does: nothing is followed.
    Reply post(String path, Map<String, Object> json) {
        return send(server.call("POST", path)
                .header("Sec-Fetch-Site", "same-origin")
                .json(Json.text(json)));
    }

    /// Posts the form of this page with what it holds, and what is filled in.
    Reply submit(Reply page, String... filled) {
        Map<String, String> fields = fields(page);
        for (int i = 0; i < filled.length; i += 2) fields.put(filled[i], filled[i + 1]);
        List<String> pairs = new ArrayList<>();
        fields.forEach((name, value) -> {
            pairs.add(name);
            pairs.add(value);
        });
        return post(action(page), pairs.toArray(String[]::new));
    }

    /// Signs vera in on a login page.
    Reply signIn(Reply page) {
        return submit(page, "username", "vera", "password", RunningServer.PASSWORD);
    }

    Reply allow(Reply page) {
        return submit(page, "decision", "allow");
    }

    /// From an authorization request through whatever pages come to the client's address.
    Reply authorize(String path) {
        Reply reply = open(path);
        if (isAt("/login")) reply = signIn(reply);
        if (isAt("/consent")) reply = allow(reply);
        return reply;
    }

    /// Leaves by the server's own page.
    void signOut() {
        submit(open("/logout"), "decision", "leave");
    }

    boolean isAt(String path) {
        return at.equals(path) || at.startsWith(path + "?");
    }

    String at() {
        return at;
    }

    Optional<String> cookie(String name) {
        return Optional.ofNullable(cookies.get(name));
    }

    void setCookie(String name, String value) {
        cookies.put(name, value);
    }

    /// Every answer so far.
    List<Reply> seen() {
        return seen;
    }

    static Map<String, String> fields(Reply page) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher matcher = FIELD.matcher(page.text());
        while (matcher.find()) fields.put(unescaped(matcher.group(1)), unescaped(matcher.group(2)));
        return fields;
    }

    static String action(Reply page) {
        Matcher matcher = ACTION.matcher(page.text());
        if (!matcher.find()) throw new AssertionError("no form in " + page.status() + " " + page.text());
        return unescaped(matcher.group(1));
    }

    /// The parameters of the address that a client is called back at.
    static Map<String, String> answer(Reply reply) {
        String location =
                reply.header("Location").orElseThrow(() -> new AssertionError("no redirect: " + reply.text()));
        Map<String, String> parameters = new LinkedHashMap<>();
        String query = URI.create(location).getRawQuery();
        if (query == null) return parameters;
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    Reply send(Call call) {
        if (!address.isEmpty()) call.header("X-Forwarded-For", address);
        if (!cookies.isEmpty()) {
            StringBuilder line = new StringBuilder();
            cookies.forEach((name, value) -> line.append(line.isEmpty() ? "" : "; ")
                    .append(name)
                    .append('=')
                    .append(value));
            call.header("Cookie", line.toString());
        }
        Reply reply = call.send();
        seen.add(reply);
        for (String line : reply.all("Set-Cookie")) {
            String[] parts = line.substring(0, line.indexOf(';')).split("=", 2);
            if (line.contains("Max-Age=0")) cookies.remove(parts[0]);
            else cookies.put(parts[0], parts[1]);
        }
        return reply;
    }

    private Reply follow(Reply reply) {
        Reply now = reply;
        for (int i = 0; i < 10; i++) {
            Optional<String> location = now.header("Location").filter(target -> target.startsWith("/"));
            if (location.isEmpty()) return now;
            at = location.get();
            now = send(server.call("GET", at));
        }
        throw new AssertionError("redirected for ever: " + at);
    }

    /// What stands for a text in a page.
    static String unescaped(String text) {
        return text.replace("&quot;", "\"")
                .replace("&#34;", "\"")
                .replace("&#39;", "'")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }
}
