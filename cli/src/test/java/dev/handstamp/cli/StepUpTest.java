package dev.handstamp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.handstamp.json.Json;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.Handstamp;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.verifier.Admission.Admitted;
import dev.handstamp.verifier.Admission.Refused;
import dev.handstamp.verifier.ApiRequest;
import dev.handstamp.verifier.Doorkeeper;
import dev.handstamp.verifier.Requirement;
import dev.handstamp.verifier.TokenVerifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An API asks for a second factor by its challenge, and its client's user comes back with it: real server, real
/// verifier, real HTTP.
class StepUpTest {

    private static final String API = "https://api.example/vault";
    private static final String PASSWORD = "correct horse battery staple";
    private static final String VERIFIER = "a-verifier-of-a-test-that-is-long-enough-for-rfc-7636";
    private static final Pattern FIELD = Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private Handstamp server;

    @Test
    @DisplayName("RFC 9470: from an API's challenge to the missing step and back")
    void a_challenge_leads_to_the_second_factor_and_its_token_opens_the_door() throws Exception {
        Shell shell = new Shell(folder.resolve("data"));
        shell.run("api", "add", API, "--scope", "vault:open").isDone();
        shell.run("role", "add", "keeper", "--api", API, "--scope", "vault:open")
                .isDone();
        shell.runWith(PASSWORD + "\n", "user", "add", "vera", "--role", "keeper", "--password-stdin")
                .isDone();
        shell.run(
                        "client",
                        "add",
                        "app",
                        "--public",
                        "--grant",
                        "authorization_code",
                        "--no-consent",
                        "--redirect-uri",
                        "https://app.example/cb",
                        "--api",
                        API,
                        "--scope",
                        "vault:open")
                .isDone();
        server = Handstamp.start(StoreOptions.configuration(
                Optional.empty(),
                Map.of("data", folder.resolve("data").toString(), "port", "0", "management.port", "0"),
                Terminal.ofProcess()));
        TokenVerifier verifier = TokenVerifier.builder()
                .issuer(server.issuer().toString())
                .audience(API)
                .build();
        HttpServer api = api(Doorkeeper.of(verifier));
        try {
            String login = path(authorize(""));
            HttpResponse<String> back = follow(post("/login", fields(login, "username", "vera", "password", PASSWORD)));
            String weak = redeem(back);
            HttpResponse<String> refused = call(api, weak);
            assertThat(refused.statusCode()).isEqualTo(401);
            String challenge = refused.headers().firstValue("WWW-Authenticate").orElseThrow();
            assertThat(challenge).contains("insufficient_user_authentication");
            Matcher acr = Pattern.compile("acr_values=\"([^\"]+)\"").matcher(challenge);
            assertThat(acr.find()).isTrue();

            Map<String, Object> enrolled =
                    shell.run("user", "totp", "add", "vera", "--json").isDone().json();
            String uri = (String) enrolled.get("otpauth_uri");
            Secret seed = new Secret(uri.replaceAll(".*secret=([A-Z2-7]+).*", "$1"));
            String page = path(authorize("&acr_values=" + acr.group(1)));
            assertThat(page).as("no password again").startsWith("/login/totp?");
            String code = Totp.codeAt(seed, Instant.now());
            String strong = redeem(follow(post("/login/totp", fields(page, "code", code))));

            assertThat(call(api, strong).statusCode()).isEqualTo(200);
            assertThat(call(api, weak).statusCode()).isEqualTo(401);
        } finally {
            api.stop(0);
            verifier.close();
            server.stop();
        }
    }

    private static HttpServer api(Doorkeeper doorkeeper) throws IOException {
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/vault", exchange -> answer(exchange, doorkeeper));
        api.start();
        return api;
    }

    private static void answer(HttpExchange exchange, Doorkeeper doorkeeper) throws IOException {
        try (exchange) {
            ApiRequest request = new ApiRequest(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawQuery(),
                    name -> exchange.getRequestHeaders().getOrDefault(name, List.of()));
            switch (doorkeeper.admit(request, Requirement.acr("aal2"))) {
                case Admitted _ -> exchange.sendResponseHeaders(200, -1);
                case Refused(var challenge) -> {
                    challenge
                            .headers()
                            .forEach((name, value) ->
                                    exchange.getResponseHeaders().add(name, value));
                    exchange.sendResponseHeaders(challenge.status(), -1);
                }
            }
        }
    }

    private HttpResponse<String> call(HttpServer api, String token) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + api.getAddress().getPort() + "/vault");
        return client.send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> authorize(String more) throws Exception {
        String query = "response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&state=x"
                + "&code_challenge_method=S256&code_challenge=" + Sha256.base64Url(VERIFIER) + more;
        return get("/authorize?" + query);
    }

    private String redeem(HttpResponse<String> back) throws Exception {
        String query = URI.create(path(back)).getRawQuery();
        String code = Pattern.compile("&")
                .splitAsStream(query)
                .filter(pair -> pair.startsWith("code="))
                .map(pair -> URLDecoder.decode(pair.substring(5), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow(() -> new AssertionError(query));
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("client_id", "app");
        form.put("code", code);
        form.put("redirect_uri", "https://app.example/cb");
        form.put("code_verifier", VERIFIER);
        byte[] body = post("/token", form).body().getBytes(StandardCharsets.UTF_8);
        return (String) Json.parseObject(body).get("access_token");
    }

    /// The hidden fields of a page, and what is filled in.
    private Map<String, String> fields(String path, String... filled) throws Exception {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher matcher = FIELD.matcher(get(path).body());
        while (matcher.find()) fields.put(matcher.group(1), matcher.group(2));
        for (int i = 0; i < filled.length; i += 2) fields.put(filled[i], filled[i + 1]);
        return fields;
    }

    private HttpResponse<String> follow(HttpResponse<String> answer) throws Exception {
        return path(answer).startsWith("/") ? follow(get(path(answer))) : answer;
    }

    private static String path(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElseThrow(() -> new AssertionError(answer.body()));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(at(path)));
    }

    private HttpResponse<String> post(String path, Map<String, String> form) throws Exception {
        String body = form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(at(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(each -> each.getKey() + "=" + each.getValue())
                            .collect(Collectors.joining("; ")));
        }
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        for (String line : answer.headers().allValues("Set-Cookie")) {
            String[] parts = line.substring(0, line.indexOf(';')).split("=", 2);
            if (line.contains("Max-Age=0")) cookies.remove(parts[0]);
            else cookies.put(parts[0], parts[1]);
        }
        return answer;
    }
}
