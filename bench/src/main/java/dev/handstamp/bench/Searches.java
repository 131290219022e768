package dev.handstamp.bench;

import dev.handstamp.server.administration.UserSearch;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.UserStore;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Supplier;

/// How long an administrator waits for users to be found among a million: `bench/run search`.
final class Searches {

    private static final String PASSWORD = "correct horse battery";
    private static final int PORTION = 20_000;
    private static final int PAGE = 50;
    private static final double GOAL_MILLISECONDS = 50;

    private static final String[] GIVEN = {
        "Ada", "Ben", "Cleo", "Dario", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Luca", "Mila", "Noor",
        "Olga", "Paul", "Quirin", "Rosa", "Sven", "Tara", "Ugo", "Vera", "Wanda", "Xenia", "Yara", "Zoë"
    };

    private static final String[] SYLLABLES = {
        "ba", "ker", "lin", "mo", "ra", "sen", "ti", "vo", "wal", "zer", "no", "de", "fi", "gar", "hu", "ja"
    };

    private final Path root;
    private final int users;
    private final int searches;

    private Searches(Path root, int users, int searches) {
        this.root = root;
        this.users = users;
        this.searches = searches;
    }

    static void run(Path root, boolean quick) throws IOException, InterruptedException {
        new Searches(root, quick ? 50_000 : 1_000_000, quick ? 200 : 1_000).run();
    }

    private void run() throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("handstamp-bench");
        String token;
        try (var server = new ServerProcess(root, data)) { // Makes the data folder, and the API.
            server.awaitOpen();
            server.command(PASSWORD + "\n", "user", "add", "root", "--role", "administrator", "--password-stdin");
        }
        Path file = data.resolve("handstamp.db");
        long begin = System.nanoTime();
        try (Database database = Database.open(new DatabaseLocation.Sqlite(file))) {
            fill(database);
            System.out.printf(
                    "%,d users on SQLite in %.1f s, %d MiB%n%n",
                    users, (System.nanoTime() - begin) / 1e9, Files.size(file) >> 20);
            System.out.println("| users by | what asks | p50 ms | p99 ms | longest ms | goal |");
            System.out.println("| --- | --- | ---: | ---: | ---: | --- |");
            UserSearch search = new UserSearch(database);
            for (Map.Entry<String, Supplier<String>> kind : kinds()) {
                measure(
                        kind,
                        "the operation, a page of " + PAGE,
                        text -> search.find(text, Optional.empty(), PAGE)
                                .items()
                                .size());
            }
        }
        try (var server = new ServerProcess(root, data)) {
            server.awaitOpen();
            try (var connection = new Connection(server.port)) {
                String body = "{\"username\":\"root\",\"password\":\"" + PASSWORD
                        + "\",\"audience\":\"http://localhost:" + server.port + "/admin/api\"}";
                token = connection.send(Connection.json("/session", body)).member("access_token");
                for (Map.Entry<String, Supplier<String>> kind : kinds()) {
                    measure(
                            kind,
                            "`GET /admin/api/v1/users`, a page of " + PAGE,
                            text -> found(connection, token, text));
                }
                Visitor administrator = Visitor.atHome(connection, "root", PASSWORD);
                for (Map.Entry<String, Supplier<String>> kind : kinds()) {
                    measure(kind, "`/admin/users` itself", text -> shown(connection, administrator, text));
                }
            }
        }
        ServerProcess.remove(data);
    }

    @FunctionalInterface
    private interface Search {
        int find(String text) throws IOException;
    }

    private void measure(Map.Entry<String, Supplier<String>> kind, String what, Search search) throws IOException {
        double[] milliseconds = new double[searches];
        long all = 0;
        for (int i = -searches / 4; i < searches; i++) { // The first ones warm up.
            String text = kind.getValue().get();
            long begin = System.nanoTime();
            all += search.find(text);
            if (i >= 0) milliseconds[i] = (System.nanoTime() - begin) / 1e6;
        }
        if (all == 0) throw new IllegalStateException("nobody was found by " + kind.getKey());
        Arrays.sort(milliseconds);
        double p99 = milliseconds[searches * 99 / 100];
        System.out.printf(
                "| %s | %s | %.2f | %.2f | %.1f | 50: %s |%n",
                kind.getKey(),
                what,
                milliseconds[searches / 2],
                p99,
                milliseconds[searches - 1],
                p99 < GOAL_MILLISECONDS ? "met" : "missed");
    }

    private static int found(Connection connection, String token, String text) throws IOException {
        String path = "/admin/api/v1/users?limit=" + PAGE + "&query=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
        Connection.Answer answer = connection.send(Connection.get(path, "Authorization: Bearer " + token + "\r\n"));
        if (answer.status() != 200) throw new IOException(answer.status() + " " + answer.body());
        return answer.body().length();
    }

    /// What an administrator's browser loads. Counts the users on it.
    private static int shown(Connection connection, Visitor administrator, String text) throws IOException {
        String path = "/admin/users?q=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
        Connection.Answer answer = administrator.page(connection, path);
        if (answer.status() != 200) throw new IOException(answer.status() + " " + answer.body());
        return answer.body().split("<tr><t[dh][^>]*><a href=", -1).length - 1;
    }

    /// What is typed, from one letter on.
    private List<Map.Entry<String, Supplier<String>>> kinds() {
        SplittableRandom random = new SplittableRandom(7);
        return List.of(
                Map.entry("one letter", () -> Character.toString('a' + random.nextInt(26))),
                Map.entry("a given name that 40,000 have", () -> GIVEN[random.nextInt(GIVEN.length)]),
                Map.entry("the beginning of a family name", () -> syllable(random) + syllable(random)),
                Map.entry("a whole name", () -> name(random.nextInt(users))),
                Map.entry("a user name", () -> "user" + random.nextInt(users)),
                Map.entry("an e-mail address", () -> "mail" + random.nextInt(users) + "@ex"),
                Map.entry("nothing: the first page", () -> ""));
    }

    private static String syllable(SplittableRandom random) {
        return SYLLABLES[random.nextInt(SYLLABLES.length)];
    }

    private static String name(int number) {
        SplittableRandom random = new SplittableRandom(number);
        StringBuilder family = new StringBuilder();
        for (int i = 0; i < 3; i++) family.append(syllable(random));
        family.setCharAt(0, Character.toUpperCase(family.charAt(0)));
        return GIVEN[random.nextInt(GIVEN.length)] + " " + family;
    }

    private void fill(Database database) {
        UserStore store = new UserStore();
        Instant now = Instant.now();
        for (int start = 0; start < users; start += PORTION) {
            List<User> portion = new ArrayList<>(PORTION);
            for (int i = start; i < Math.min(users, start + PORTION); i++) {
                portion.add(new User(
                        new Subject("usr_bench" + i),
                        new Username("user" + i),
                        name(i),
                        "mail" + i + "@example.org",
                        new TreeSet<>(),
                        Map.of(),
                        PasswordHash.NONE,
                        false,
                        now));
            }
            database.inTransaction(tx -> {
                for (User user : portion) store.insert(tx, user);
                return portion;
            });
        }
    }
}
