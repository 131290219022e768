package dev.handstamp.bench;

import dev.handstamp.jwt.Sha256;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A browser that has signed in and allowed its client once, and from then on only brings codes: what a login costs the
/// server when neither a password nor a page is needed.
final class Visitor {

    static final String CLIENT = "web";
    static final String CALLBACK = "https://app.example/callback";

    private static final String VERIFIER = "a-verifier-of-the-load-driver-long-enough-for-rfc-7636";
    private static final Pattern FIELD = Pattern.compile("<input[^>]*name=\"([^\"]+)\"[^>]*?value=\"([^\"]*)\"");
    private static final int MOST_STEPS = 10;

    private final String start;
    private final String goal;
    private final String credentials;
    private final Map<String, String> cookies = new LinkedHashMap<>();

    /// @param start where the way begins
    /// @param goal  what the address begins with that ends it
    private Visitor(String start, String goal, String credentials) {
        this.start = start;
        this.goal = goal;
        this.credentials = credentials;
    }

    /// What the client sends its user to.
    ///
    /// @param resource the API, or empty for the client's only one
    static String authorization(String scope, String resource) {
        return "/authorize?response_type=code&client_id=" + CLIENT + "&redirect_uri=" + encoded(CALLBACK)
                + "&scope=" + encoded(scope) + "&state=a-state&nonce=a-nonce&code_challenge_method=S256&code_challenge="
                + Sha256.base64Url(VERIFIER) + (resource.isEmpty() ? "" : "&resource=" + encoded(resource));
    }

    /// Signs in, and allows the client if it is asked.
    ///
    /// @param resource the API, or empty for the client's only one
    static Visitor signedIn(
            Connection connection, String scope, String resource, String secret, String username, String password)
            throws IOException {
        Visitor visitor = new Visitor(authorization(scope, resource), CALLBACK, secret);
        visitor.signIn(connection, Map.of("username", username, "password", password));
        return visitor;
    }

    /// Signs in to the server's own pages.
    static Visitor atHome(Connection connection, String username, String password) throws IOException {
        Visitor visitor = new Visitor("/login", "/account", "");
        visitor.signIn(connection, Map.of("username", username, "password", password));
        return visitor;
    }

    /// A page of the server, as who has signed in.
    Connection.Answer page(Connection connection, String path) throws IOException {
        return connection.send(Connection.get(path, cookieHeader()));
    }

    /// Fetches a code with the session's cookie and redeems it: two requests. Answers what the token endpoint says, or
    /// what stood in the way.
    Connection.Answer login(Connection connection) throws IOException {
        Connection.Answer sent = connection.send(Connection.get(start, cookieHeader()));
        if (!sent.location().startsWith(CALLBACK)) return sent;
        return connection.send(Connection.form(
                "/token",
                CLIENT,
                credentials,
                "grant_type=authorization_code&code=" + code(sent.location()) + "&redirect_uri=" + encoded(CALLBACK)
                        + "&code_verifier=" + VERIFIER));
    }

    private void signIn(Connection connection, Map<String, String> password) throws IOException {
        Connection.Answer page = connection.send(Connection.get(start, ""));
        String path = start;
        for (int step = 0; step < MOST_STEPS; step++) {
            page.cookies().forEach(this::keep);
            if (page.location().startsWith(goal)) return;
            if (!page.location().isEmpty()) {
                path = page.location();
                page = connection.send(Connection.get(path, cookieHeader()));
            } else {
                Map<String, String> form = fields(page.body());
                if (path.startsWith("/login")) form.putAll(password);
                else form.put("decision", "allow");
                path = path.split("\\?", 2)[0];
                page = connection.send(Connection.form(path, cookieHeader(), query(form)));
            }
        }
        throw new IOException("the bench could not sign in: " + page.status() + " " + page.body());
    }

    private void keep(String cookie) {
        String[] pair = cookie.split(";", 2)[0].split("=", 2);
        cookies.put(pair[0], pair[1]);
    }

    private String cookieHeader() {
        StringJoiner line = new StringJoiner("; ", "Cookie: ", "\r\n").setEmptyValue("");
        cookies.forEach((name, value) -> line.add(name + "=" + value));
        return line.toString();
    }

    private static String code(String location) {
        int start = location.indexOf("code=") + 5;
        int end = location.indexOf('&', start);
        return URLDecoder.decode(location.substring(start, end < 0 ? location.length() : end), StandardCharsets.UTF_8);
    }

    private static Map<String, String> fields(String html) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher matcher = FIELD.matcher(html);
        while (matcher.find()) fields.put(matcher.group(1), matcher.group(2));
        return fields;
    }

    private static String query(Map<String, String> form) {
        StringJoiner pairs = new StringJoiner("&");
        form.forEach((name, value) -> pairs.add(encoded(name) + "=" + encoded(value)));
        return pairs.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
