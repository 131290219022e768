package dev.handstamp.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A browser without scripts in which vera sits: keeps cookies, follows redirects on this machine, and answers the
/// server's pages as she would.
public final class Browser {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private static final Pattern FIELD = Pattern.compile("<input[^>]*name=\"([^\"]+)\"[^>]*?value=\"([^\"]*)\"");
    private static final Pattern ACTION = Pattern.compile("<form[^>]*action=\"([^\"]*)\"");
    private static final int MOST_STEPS = 20;

    /// What is shown, or the address of somewhere else that the browser was sent to: then the status is 0.
    public record Page(URI address, int status, String text) {

        public boolean isElsewhere() {
            return status == 0;
        }

        /// The parameters in the address.
        public Map<String, String> parameters() {
            return decoded(Optional.ofNullable(address.getRawQuery()).orElse(""));
        }

        /// Where its form goes.
        public URI action() {
            Matcher matcher = ACTION.matcher(text);
            if (!matcher.find()) throw new AssertionError("no form in " + status + " " + text);
            return address.resolve(unescaped(matcher.group(1)));
        }

        /// What its form holds.
        public Map<String, String> fields() {
            Map<String, String> fields = new LinkedHashMap<>();
            Matcher matcher = FIELD.matcher(text);
            while (matcher.find()) fields.put(unescaped(matcher.group(1)), unescaped(matcher.group(2)));
            return fields;
        }
    }

    /// By site: the authority of its addresses.
    private final Map<String, Map<String, String>> cookies = new HashMap<>();

    /// Goes there and does what the server's pages ask for: signs in, allows, signs out.
    public Page walk(URI address) {
        Page page = open(address);
        for (int step = 0; step < MOST_STEPS; step++) {
            if (page.isElsewhere()) return page;
            Map<String, String> filled = switch (page.address().getPath()) {
                case "/login" -> Map.of("username", Issuer.USER, "password", Issuer.PASSWORD);
                case "/consent" -> Map.of("decision", "allow");
                case "/logout" -> Map.of("decision", "leave");
                case "/device" -> device(page);
                default -> Map.of();
            };
            if (filled.isEmpty() || !ACTION.matcher(page.text()).find()) return page;
            page = submit(page, filled);
        }
        throw new AssertionError("no end of pages: " + page);
    }

    /// The code that stands there is the one that she reads on her device.
    private static Map<String, String> device(Page page) {
        return page.text().contains("id=\"device-allow\"")
                ? Map.of("decision", "allow")
                : Map.of("user_code", page.fields().getOrDefault("user_code", ""));
    }

    /// Goes there and looks.
    public Page open(URI address) {
        return follow(HttpRequest.newBuilder(address));
    }

    /// Sends the form of this page with what it holds and what is filled in.
    public Page submit(Page page, Map<String, String> filled) {
        Map<String, String> fields = new LinkedHashMap<>(page.fields());
        fields.putAll(filled);
        return follow(HttpRequest.newBuilder(page.action())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded(fields))));
    }

    static String encoded(Map<String, String> fields) {
        StringJoiner pairs = new StringJoiner("&");
        fields.forEach((name, value) -> pairs.add(URLEncoder.encode(name, StandardCharsets.UTF_8) + "="
                + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return pairs.toString();
    }

    private Page follow(HttpRequest.Builder first) {
        HttpRequest.Builder next = first;
        for (int step = 0; step < MOST_STEPS; step++) {
            HttpResponse<String> answer = send(next);
            Optional<String> location = answer.headers().firstValue("Location");
            if (location.isEmpty()) return new Page(answer.uri(), answer.statusCode(), answer.body());
            URI to = answer.uri().resolve(location.get());
            if (!isHere(to)) return new Page(to, 0, "");
            next = HttpRequest.newBuilder(to);
        }
        throw new AssertionError("redirected for ever");
    }

    /// Only what listens on this machine is real; a client's address elsewhere is where the walk ends.
    private static boolean isHere(URI address) {
        return "127.0.0.1".equals(address.getHost()) || "localhost".equals(address.getHost());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        HttpRequest asked = request.build();
        Map<String, String> jar = cookies.computeIfAbsent(asked.uri().getAuthority(), _ -> new LinkedHashMap<>());
        StringJoiner line = new StringJoiner("; ");
        jar.forEach((name, value) -> line.add(name + "=" + value));
        if (!jar.isEmpty()) request.header("Cookie", line.toString());
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
            for (String cookie : answer.headers().allValues("Set-Cookie")) keep(jar, cookie);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void keep(Map<String, String> jar, String line) {
        String[] pair = line.split(";", 2)[0].split("=", 2);
        if (line.contains("Max-Age=0")) jar.remove(pair[0]);
        else jar.put(pair[0], pair[1]);
    }

    private static Map<String, String> decoded(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private static String unescaped(String text) {
        return text.replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }
}
