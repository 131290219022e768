package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verified;
import dev.handstamp.server.Handstamp;
import dev.handstamp.server.Opening;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Apis;
import dev.handstamp.server.administration.Clients;
import dev.handstamp.server.administration.Keys;
import dev.handstamp.server.administration.Revocations;
import dev.handstamp.server.administration.Roles;
import dev.handstamp.server.administration.Sessions;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.verifier.Silence;
import dev.handstamp.verifier.TokenVerifier;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Each cause for taking something back, with the real server and a real verifier: introspection says no from the
/// commit
/// on, the verifier refuses without asking, and nobody else notices. Sign-outs in a browser are `SignOutTest`'s.
@Timeout(120)
final class EveryCauseTest {

    private static final String API = "https://api.example/causes";
    private static final String SECOND_API = "https://api.example/closing";
    private static final String PASSWORD = "correct horse battery staple";
    private static final String SHOP_SECRET = "a secret of the shop that is long enough";

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Secrets SECRETS = new Secrets(new SecureRandom());
    private static final InstantSource CLOCK = InstantSource.system();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path folder;

    private static Handstamp server;
    private static Opening opening;
    private static PasswordHasher hasher;
    private static Users users;
    private static Clients clients;
    private static Apis apis;
    private static Roles roles;
    private static Sessions sessions;
    private static Revocations revocations;
    private static Keys keys;
    private static String secret;
    private static TokenVerifier verifier;
    private static Login bystander;

    /// What somebody got who logged in.
    private record Login(String username, String accessToken, String refreshToken) {

        String claim(String name) {
            byte[] payload = Base64.getUrlDecoder().decode(accessToken.split("\\.", -1)[1]);
            return (String) json(new String(payload, StandardCharsets.UTF_8)).get(name);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        ServerConfig config = ServerConfig.of(Map.of(
                "data", folder.resolve("data").toString(),
                "port", "0",
                "management.port", "0",
                "log.level", "error"));
        server = Handstamp.start(config);
        opening = Opening.forCommand(config, SECRETS, CLOCK);
        hasher = new PasswordHasher(1, 1, SECRETS);
        var database = opening.database();
        Administrator administrator = Administrator.COMMAND_LINE;
        users = new Users(database, () -> hasher, SECRETS, CLOCK, administrator);
        clients = new Clients(database, opening::keyEncryption, SECRETS, CLOCK, administrator);
        keys = new Keys(database, opening::signingKeys, opening::keyEncryption, CLOCK, administrator);
        apis = new Apis(database, opening::signingKeys, keys, SECRETS, CLOCK, administrator);
        roles = new Roles(database, CLOCK, administrator);
        sessions = new Sessions(database, users, CLOCK, administrator);
        revocations = new Revocations(database, CLOCK, administrator);
        secret = addApi(API);
        roles.add("clerk", Optional.of(API), List.of("read", "write"));
        verifier = verifier(API, secret);
        bystander = newcomer();
    }

    @AfterAll
    static void stop() {
        verifier.close();
        hasher.close();
        opening.close();
        server.stop();
    }

    @Test
    @DisplayName("RFC 7009: an access token that its client revokes")
    void an_access_token() throws Exception {
        addShop("token-shop");
        String token = (String) json(form("token-shop", SHOP_SECRET, "/token", "grant_type", "client_credentials"))
                .get("access_token");
        assertEnds(token, () -> form("token-shop", SHOP_SECRET, "/revoke", "token", token));
    }

    @Test
    @DisplayName("RFC 7009 §2.1: a refresh token that is revoked takes its access tokens along")
    void a_refresh_token() throws Exception {
        addShop("refresh-shop");
        Login login = logIn(addUser(), "refresh-shop");
        assertEnds(login.accessToken, () -> form("refresh-shop", SHOP_SECRET, "/revoke", "token", login.refreshToken));
    }

    @Test
    void a_logout() throws Exception {
        Login login = newcomer();
        assertEnds(
                login.accessToken,
                () -> send(request("/session")
                        .header("Authorization", "Bearer " + login.accessToken)
                        .DELETE()));
    }

    @Test
    @DisplayName("RFC 9700 §4.14: a spent refresh token that comes from elsewhere")
    void a_stolen_refresh_token() throws Exception {
        Login login = newcomer();
        Login successor = refreshed(login);
        refreshed(successor);
        assertEnds(login.accessToken, () -> refresh(login.refreshToken, "a thief"));
        assertRefused(successor.accessToken);
    }

    @Test
    void an_administrator_ends_a_session() throws Exception {
        Login login = newcomer();
        assertEnds(login.accessToken, () -> sessions.revoke(login.claim("sid")));
    }

    @Test
    void a_user_is_signed_out_everywhere() throws Exception {
        Login one = newcomer();
        Login other = logIn(one.username, "");
        assertEnds(one.accessToken, () -> sessions.revokeAll(one.username));
        assertRefused(other.accessToken);
    }

    @Test
    void a_new_password() throws Exception {
        Login login = newcomer();
        assertEnds(login.accessToken, () -> users.changePassword(login.username, "another " + PASSWORD));
    }

    @Test
    void a_user_is_disabled() throws Exception {
        Login login = newcomer();
        assertEnds(login.accessToken, () -> users.disable(login.username));
    }

    @Test
    void a_user_is_deleted() throws Exception {
        Login login = newcomer();
        assertEnds(login.accessToken, () -> users.delete(login.username));
    }

    @Test
    void a_user_loses_a_role_and_the_next_token_says_so() throws Exception {
        Login login = newcomer();
        assertEnds(
                login.accessToken,
                () -> users.change(login.username, change(List.of("clerk"), Map.of(), Optional.empty())));
        assertGood(refreshed(login).accessToken);
    }

    @Test
    void an_attribute_changes_and_the_next_token_says_so() throws Exception {
        Login login = newcomer();
        assertEnds(
                login.accessToken,
                () -> users.change(login.username, change(List.of(), Map.of("age", "15"), Optional.empty())));
        assertGood(refreshed(login).accessToken);
    }

    @Test
    void an_email_address_changes() throws Exception {
        Login login = newcomer();
        assertEnds(
                login.accessToken,
                () -> users.change(login.username, change(List.of(), Map.of(), Optional.of("another@example.org"))));
    }

    @Test
    void a_role_is_deleted() throws Exception {
        roles.add("porter", Optional.of(API), List.of("read"));
        String username = "porter" + NUMBER.incrementAndGet();
        users.add(new Users.NewUser(username, "", "", List.of("porter"), Map.of()), PASSWORD);
        Login login = logIn(username, "");
        assertEnds(login.accessToken, () -> roles.delete("porter"));
        assertGood(refreshed(login).accessToken);
    }

    @Test
    void a_role_loses_a_scope() throws Exception {
        roles.add("baker", Optional.of(API), List.of("read", "write"));
        String username = "baker" + NUMBER.incrementAndGet();
        users.add(new Users.NewUser(username, "", "", List.of("baker"), Map.of()), PASSWORD);
        Login login = logIn(username, "");
        assertEnds(login.accessToken, () -> roles.narrow("baker", API, List.of("write")));
    }

    @Test
    void a_client_is_deleted() throws Exception {
        addShop("closing-shop");
        Login login = logIn(addUser(), "closing-shop");
        assertEnds(login.accessToken, () -> clients.delete("closing-shop"));
    }

    @Test
    void an_api_is_deleted_and_its_verifier_is_told_before_its_feed_ends() throws Exception {
        String ownSecret = addApi(SECOND_API);
        addShop("second-shop", SECOND_API);
        String token = (String) json(form("second-shop", SHOP_SECRET, "/token", "grant_type", "client_credentials"))
                .get("access_token");
        try (TokenVerifier own = verifier(SECOND_API, ownSecret)) {
            assertThat(own.verify(token)).isInstanceOf(Verified.class);
            apis.delete(SECOND_API);
            assertRefused(own, token);
        }
        assertGood(bystander.accessToken);
    }

    @Test
    void everything_is_taken_back_and_clients_go_on_with_their_refresh_tokens() throws Exception {
        Login login = newcomer();
        assertThat(verifier.verify(login.accessToken)).isInstanceOf(Verified.class);

        revocations.everything(false);

        assertThat(isActive(login.accessToken)).isFalse();
        assertRefused(login.accessToken);
        assertRefused(bystander.accessToken);
        Login next = refreshed(login);
        assertGood(next.accessToken);

        revocations.everything(true);

        assertThat(isActive(next.accessToken)).isFalse();
        assertRefused(next.accessToken);
        bystander = newcomer();
    }

    @Test
    void a_key_is_withdrawn() throws Exception {
        Login login = newcomer();
        assertThat(verifier.verify(login.accessToken)).isInstanceOf(Verified.class);
        String header = new String(
                Base64.getUrlDecoder().decode(login.accessToken.split("\\.", -1)[0]), StandardCharsets.UTF_8);
        keys.rotate(Optional.of("ES256"));

        keys.retire((String) json(header).get("kid"));

        assertThat(isActive(login.accessToken)).isFalse();
        await(() -> reason(verifier, login.accessToken) == Reason.UNKNOWN_KEY);
        bystander = newcomer();
        assertGood(bystander.accessToken);
    }

    private interface Work {
        void run() throws Exception;
    }

    /// It is good before, and nowhere afterwards.
    private static void assertEnds(String token, Work takingBack) throws Exception {
        assertGood(token);
        takingBack.run();
        assertThat(isActive(token)).as("what introspection says").isFalse();
        assertRefused(token);
        assertGood(bystander.accessToken);
    }

    private static void assertGood(String token) throws Exception {
        assertThat(isActive(token)).as("what introspection says").isTrue();
        assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
    }

    private static void assertRefused(String token) throws InterruptedException {
        assertRefused(verifier, token);
    }

    private static void assertRefused(TokenVerifier by, String token) throws InterruptedException {
        await(() -> reason(by, token) == Reason.REVOKED);
    }

    private static Reason reason(TokenVerifier by, String token) {
        return by.verify(token) instanceof Rejected rejected ? rejected.reason() : null;
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        for (long end = System.nanoTime() + Duration.ofSeconds(60).toNanos(); !condition.holds(); Thread.sleep(5)) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
        }
    }

    private static String addApi(String audience) {
        var wanted = new Apis.NewApi(
                audience, List.of("read", "write"), Optional.of("ES256"), Optional.empty(), List.of("age"));
        return apis.add(wanted).secret().value();
    }

    private static void addShop(String id) {
        addShop(id, API);
    }

    private static void addShop(String id, String audience) {
        clients.add(new Clients.NewClient(
                id,
                List.of("client_credentials", "refresh_token"),
                List.of(audience),
                List.of("read"),
                Optional.of(new Secret(SHOP_SECRET))));
    }

    private static String addUser() {
        String username = "user" + NUMBER.incrementAndGet();
        var wanted = new Users.NewUser(username, "", username + "@example.org", List.of("clerk"), Map.of("age", "34"));
        users.add(wanted, PASSWORD);
        return username;
    }

    private static Login newcomer() throws Exception {
        return logIn(addUser(), "");
    }

    /// @param client who logs the user in; empty for the first-party application
    private static Login logIn(String username, String client) throws Exception {
        var request = request("/session").header("Content-Type", "application/json");
        if (!client.isEmpty()) request.header("Authorization", basic(client, SHOP_SECRET));
        String body = Json.text(Map.of("username", username, "password", PASSWORD, "audience", API));
        return login(username, send(request.POST(HttpRequest.BodyPublishers.ofString(body))));
    }

    private static Login refreshed(Login login) throws Exception {
        return login(login.username, refresh(login.refreshToken, "the same"));
    }

    private static String refresh(String token, String userAgent) throws Exception {
        return send(request("/session/refresh")
                .header("Content-Type", "application/json")
                .header("User-Agent", userAgent)
                .POST(HttpRequest.BodyPublishers.ofString(Json.text(Map.of("refresh_token", token)))));
    }

    private static Login login(String username, String answer) {
        Map<String, Object> tokens = json(answer);
        assertThat(tokens).as(answer).containsKey("access_token");
        return new Login(username, (String) tokens.get("access_token"), (String) tokens.get("refresh_token"));
    }

    private static boolean isActive(String token) throws Exception {
        return json(form(API, secret, "/introspect", "token", token))
                .get("active")
                .equals(true);
    }

    private static String form(String name, String password, String path, String key, String value) throws Exception {
        return send(request(path)
                .header("Authorization", basic(name, password))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(key + "=" + encoded(value))));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private static String send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(500);
        return answer.body();
    }

    private static String basic(String name, String password) {
        String both = encoded(name) + ":" + encoded(password);
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.US_ASCII));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static TokenVerifier verifier(String audience, String secret) {
        return TokenVerifier.builder()
                .issuer(server.issuer().toString())
                .audience(audience)
                .revocationFeed(secret, Silence.failClosed(Duration.ofMinutes(10)))
                .loadAtStart()
                .build();
    }

    private static Users.Change change(List<String> removedRoles, Map<String, String> set, Optional<String> email) {
        return new Users.Change(Optional.empty(), email, List.of(), removedRoles, set, List.of());
    }

    private static Map<String, Object> json(String text) {
        try {
            return new HashMap<>(Json.parseObject(text.getBytes(StandardCharsets.UTF_8)));
        } catch (JsonException e) {
            throw new AssertionError(text, e);
        }
    }
}
