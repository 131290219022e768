package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.UserStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Passwords under attack: section A of the threats.
class LoginSecurityTest {

    private RunningServer server;

    @BeforeEach
    void start() {
        // No throttle by address: every test sends from the same one.
        server = RunningServer.startAtFullCost(Map.of("login-throttle.address-failures", "100000"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("A-01: an unknown name, a wrong password and a disabled user get the same answer")
    void nobody_is_told_which_names_exist() {
        User dora = server.addUser("dora");
        server.database.inTransaction(tx -> new UserStore().update(tx, RunningServer.disabled(dora)));

        Reply unknown = server.logIn("nobody", "wrong password");
        Reply unthinkable = server.logIn("no such name at all!\u0000", "wrong password");
        Reply wrong = server.logIn("vera", "wrong password");
        Reply disabled = server.logIn("dora", RunningServer.PASSWORD);

        assertThat(unknown.outcome()).isEqualTo("401 invalid_grant");
        for (Reply reply : List.of(unthinkable, wrong, disabled)) {
            assertThat(reply.status()).isEqualTo(unknown.status());
            assertThat(reply.text()).isEqualTo(unknown.text());
            assertThat(comparable(reply)).isEqualTo(comparable(unknown));
        }
        assertThat(unknown.header("WWW-Authenticate")).contains("Bearer realm=\"handstamp\"");
    }

    @Test
    @DisplayName("A-02: fifty logins with an unknown name take as long as fifty with a known one")
    void an_unknown_name_takes_as_long_as_a_known_one() {
        Map<String, String> patient =
                Map.of("login-throttle.account-failures", "1000", "login-throttle.address-failures", "100000");
        try (RunningServer open = RunningServer.startAtFullCost(patient)) {
            for (int i = 0; i < 10; i++) open.logIn(i % 2 == 0 ? "nick" : "nobody", "warming up");
            // Whatever else runs on this machine may disturb one round, and hardly three.
            List<String> rounds = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                List<Long> known = new ArrayList<>();
                List<Long> unknown = new ArrayList<>();
                for (int i = 0; i < 50; i++) { // By turns, so that both see the same machine.
                    known.add(nanoseconds(open, "nick", i));
                    unknown.add(nanoseconds(open, "nobody-" + i, i));
                }
                double here = median(known);
                double there = median(unknown);
                assertThat(here).as("a hash takes longer than what is let pass").isGreaterThan(5_000_000);
                double apart = Math.abs(here - there);
                if (apart < 5_000_000 || apart < Math.min(here, there) / 10) return;
                rounds.add(here + " and " + there + " ns");
            }
            assertThat(rounds).as("known and unknown names").isEmpty();
        }
    }

    @Test
    @DisplayName(
            "A-03: guesses are throttled under every spelling of a name, and the right password then waits its turn")
    void guesses_are_throttled_under_every_spelling() {
        List<String> spellings = List.of("vera", "VERA", " vera ", "Vera", "ｖｅｒａ");
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < 30; i++) replies.add(server.logIn(spellings.get(i % 5), "guess " + i));

        assertThat(replies.subList(0, 5)).extracting(Reply::outcome).containsOnly("401 invalid_grant");
        assertThat(replies).filteredOn(reply -> reply.status() == 429).hasSizeGreaterThanOrEqualTo(15);
        Reply throttled = replies.stream()
                .filter(reply -> reply.status() == 429)
                .findFirst()
                .orElseThrow();
        assertThat(throttled.error()).isEqualTo("too_many_attempts");
        assertThat(throttled.header("Retry-After"))
                .hasValueSatisfying(value -> assertThat(Integer.parseInt(value)).isBetween(1, 60));
        assertThat(server.logIn("vera", RunningServer.PASSWORD).status()).isIn(429, 200);
    }

    @Test
    void whoever_has_shown_to_read_an_address_signs_in_with_it_however_it_is_spelled() {
        User zoe = verified(server.addUser("zoe"));
        server.addUser("uma"); // Has not shown it.
        server.addUser("vip@example.org");
        User other = server.addUser("zed");
        server.database.inTransaction(tx -> new UserStore().update(tx, other.withVerifiedEmail("vip@example.org")));

        for (String spelling : List.of("zoe@example.org", " Zoe@EXAMPLE.org ", "ｚｏｅ@example.org", "zoe")) {
            Reply reply = server.logIn(spelling, RunningServer.PASSWORD);
            assertThat(RunningServer.claims(reply.string("access_token")))
                    .as(spelling)
                    .containsEntry("sub", zoe.subject().value());
        }
        assertThat(server.logIn("uma@example.org", RunningServer.PASSWORD).outcome())
                .isEqualTo("401 invalid_grant");
        assertThat(server.logIn("zoe+1@example.org", RunningServer.PASSWORD).outcome())
                .isEqualTo("401 invalid_grant");
        Reply called = server.logIn("vip@example.org", RunningServer.PASSWORD);
        assertThat(RunningServer.claims(called.string("access_token")).get("sub"))
                .as("who is called so goes before who reads it")
                .isEqualTo(server.user("vip@example.org").subject().value());
    }

    @Test
    @DisplayName("A-03, A-01: the address and the name of a user share one count, and nobody is told that they do")
    void guesses_by_turns_are_no_cheaper_and_tell_nothing() {
        verified(server.user("vera"));
        List<Reply> known = new ArrayList<>();
        List<Reply> unknown = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            known.add(server.logIn("vera", "guess"));
            unknown.add(server.logIn("nobody", "guess"));
        }
        known.add(server.logIn("vera@example.org", RunningServer.PASSWORD));
        unknown.add(server.logIn("nobody@example.org", RunningServer.PASSWORD));

        assertThat(known).extracting(Reply::outcome).containsOnly("401 invalid_grant");
        assertThat(known)
                .extracting(Reply::text)
                .isEqualTo(unknown.stream().map(Reply::text).toList());
        assertThat(server.audit(AuditEvent.Type.LOGIN_FAILED))
                .filteredOn(event -> event.details().containsKey("username"))
                .last()
                .satisfies(event -> assertThat(event.details()).containsEntry("reason", "too_many_failures"));
    }

    private User verified(User user) {
        server.database.inTransaction(tx -> new UserStore().update(tx, user.withVerifiedEmail(user.email())));
        return user;
    }

    @Test
    @DisplayName("A-03: of twenty guesses at once, five are looked at")
    void parallel_guesses_are_throttled() {
        List<Reply> replies = atOnce(20, i -> server.logIn("vera", "guess " + i));

        assertThat(replies).filteredOn(reply -> reply.status() == 401).hasSize(5);
        assertThat(replies).filteredOn(reply -> reply.status() == 429).hasSize(15);
    }

    @Test
    @DisplayName("A-03, A-01: an unknown name is throttled as a known one is")
    void unknown_names_are_throttled_alike() {
        List<Integer> known = new ArrayList<>();
        List<Integer> unknown = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            known.add(server.logIn("vera", "guess").status());
        }
        for (int i = 0; i < 7; i++) {
            unknown.add(server.logIn("nobody", "guess").status());
        }

        assertThat(known.subList(0, 6)).containsExactly(401, 401, 401, 401, 401, 429);
        assertThat(unknown.subList(0, 6)).isEqualTo(known.subList(0, 6));
    }

    @Test
    @DisplayName("A-04: after an hour's worth of failures from elsewhere the user still signs in from a known address")
    void a_known_address_is_not_locked_out() {
        try (RunningServer proxied = RunningServer.startAtFullCost(Map.of("trusted-proxies", "127.0.0.1"))) {
            assertThat(from(proxied, "192.0.2.1", RunningServer.PASSWORD).status())
                    .isEqualTo(200);
            for (int i = 0; i < 20; i++) from(proxied, "198.51.100.7", "guess " + i);

            assertThat(from(proxied, "198.51.100.7", RunningServer.PASSWORD).status())
                    .isEqualTo(429);
            assertThat(from(proxied, "192.0.2.1", RunningServer.PASSWORD).status())
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("A-05: a password beyond the bound is refused before it is hashed, and a huge body earlier still")
    void long_passwords_are_refused() {
        assertThat(server.logIn("vera", "x".repeat(1025)).outcome()).isEqualTo("400 invalid_request");
        assertThat(server.logIn("vera", "é".repeat(600)).outcome()).isEqualTo("400 invalid_request");
        assertThat(server.logIn("vera", "x".repeat(1024)).outcome()).isEqualTo("401 invalid_grant");
        assertThat(server.logIn("vera", "x".repeat(1 << 20)).status()).isEqualTo(413);
        assertThat(server.logIn("vera", RunningServer.PASSWORD).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("A-05: when the hashing pool is full the answer is 503 with Retry-After, and tokens are still served")
    void a_flood_of_logins_is_turned_away() {
        Map<String, String> small = Map.of(
                "password-hash.threads", "1",
                "password-hash.queue", "2",
                "login-throttle.address-failures", "100000");
        try (RunningServer busy = RunningServer.startAtFullCost(small)) {
            CompletableFuture<List<Reply>> flood =
                    CompletableFuture.supplyAsync(() -> atOnce(60, i -> busy.logIn("name-" + i, "guess")));
            Reply token = busy.clientCredentials();
            Reply keys = busy.call("GET", "/jwks").send();

            assertThat(token.status()).isEqualTo(200);
            assertThat(keys.status()).isEqualTo(200);
            List<Reply> turnedAway =
                    flood.join().stream().filter(reply -> reply.status() != 401).toList();
            assertThat(turnedAway).hasSizeGreaterThan(20);
            assertThat(turnedAway).extracting(Reply::outcome).containsOnly("503 temporarily_unavailable");
            assertThat(turnedAway).allMatch(reply -> reply.header("Retry-After").isPresent());
            assertThat(busy.logIn().status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("A-06: a password counts exactly as received")
    void a_password_counts_exactly_as_received() {
        String long72 = "p".repeat(72);
        Map<String, String> near = new HashMap<>();
        near.put(long72 + "1", long72 + "2");
        near.put("nul\u0000inside", "nul");
        near.put(" blanks around ", "blanks around");
        near.put("Case", "case");
        near.put("caf\u00e9", "cafe\u0301");
        near.put("🔑🚪", "🔑");
        int i = 0;
        for (var pair : near.entrySet()) {
            String name = "user-" + i++;
            server.addUser(name, RunningServer.hash(pair.getKey()), Map.of());

            assertThat(server.logIn(name, pair.getValue()).outcome()).isEqualTo("401 invalid_grant");
            assertThat(server.logIn(name, pair.getKey()).status()).isEqualTo(200);
        }
    }

    @Test
    void a_weaker_hash_is_renewed_at_login() {
        server.addUser("oldie", weak("old password"), Map.of());

        assertThat(server.logIn("oldie", "old password").status()).isEqualTo(200);

        assertThat(server.user("oldie").passwordHash().value()).contains("m=19456,t=2,p=1");
        assertThat(server.audit(AuditEvent.Type.PASSWORD_HASH_RENEWED)).hasSize(1);
        assertThat(server.logIn("oldie", "old password").status()).isEqualTo(200);
        assertThat(server.audit(AuditEvent.Type.PASSWORD_HASH_RENEWED)).hasSize(1);
    }

    private static long nanoseconds(RunningServer at, String name, int attempt) {
        long start = System.nanoTime();
        assertThat(at.logIn(name, "guess " + attempt).status()).isEqualTo(401);
        return System.nanoTime() - start;
    }

    private static double median(List<Long> times) {
        List<Long> sorted = times.stream().sorted().toList();
        return (sorted.get(sorted.size() / 2 - 1) + sorted.get(sorted.size() / 2)) / 2.0;
    }

    private static Reply from(RunningServer server, String address, String password) {
        return server.call("POST", "/session")
                .header("X-Forwarded-For", address)
                .json(Json.text(Map.of("username", "vera", "password", password, "audience", RunningServer.ORDERS)))
                .send();
    }

    private interface Numbered {
        Reply send(int number);
    }

    private static List<Reply> atOnce(int times, Numbered call) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Reply>> replies = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                int number = i;
                replies.add(CompletableFuture.supplyAsync(() -> call.send(number), threads));
            }
            return replies.stream().map(CompletableFuture::join).toList();
        }
    }

    /// The headers that may not differ.
    private static Map<String, List<String>> comparable(Reply reply) {
        Map<String, List<String>> headers = new TreeMap<>(reply.headers());
        headers.keySet().removeIf(name -> List.of("date", "x-request-id").contains(name.toLowerCase(Locale.ROOT)));
        return headers;
    }

    private static PasswordHash weak(String password) {
        byte[] salt = new Secrets(new SecureRandom()).id().substring(0, 16).getBytes(StandardCharsets.US_ASCII);
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(8192)
                .withIterations(1)
                .withParallelism(1)
                .withSalt(salt)
                .build());
        byte[] tag = new byte[32];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), tag);
        var base64 = Base64.getEncoder().withoutPadding();
        return new PasswordHash(
                "$argon2id$v=19$m=8192,t=1,p=1$" + base64.encodeToString(salt) + "$" + base64.encodeToString(tag));
    }
}
