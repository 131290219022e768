package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills the server at random moments while people log in and refresh, users are added and keys rotate, and then asks
/// whether
/// everything that was answered is still so. `-Dhandstamp.kills=200` makes it the long run.
class CrashTest {

    private static final int KILLS = Integer.getInteger("handstamp.kills", 8);
    private static final int PEOPLE = 6;

    /// A refresh that was committed and not answered is repeated after the restart, which may take a while here.
    private static final Map<String, String> REPEATS_COUNT_FOR_LONG =
            Map.of("HANDSTAMP_REFRESH_TOKEN_REPEAT_WINDOW", "60s");

    private static final String API = "https://api.example/crash";
    private static final String PASSWORD = "correct horse battery staple";

    @TempDir
    private Path folder;

    private HandstampProcess handstamp;

    /// What one signed-in person was answered last.
    private static final class Person {
        final String username;
        String refreshToken = "";
        String spentToken = "";
        long refreshes;
        long retries;

        Person(String username) {
            this.username = username;
        }
    }

    @Test
    @DisplayName("S-12: kill -9 at any moment loses nothing that was answered, and no refresh token is valid twice")
    void nothing_answered_is_lost() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        var random = new Random(Long.getLong("handstamp.seed", System.nanoTime()));
        try (var started = new HandstampProcess(data, REPEATS_COUNT_FOR_LONG)) {
            handstamp = started.awaitReady();
            assertThat(handstamp
                            .run("", "api", "add", API, "--scope", "a", "--algorithm", "ES256")
                            .exit())
                    .isZero();
            List<Person> people = new ArrayList<>();
            for (int i = 0; i < PEOPLE; i++) people.add(person("person" + i));
            List<String> added = new ArrayList<>();
            for (int kill = 0; kill < KILLS; kill++) {
                liveUntilKilled(people, added, random);
                handstamp.restart();
                for (Person person : people) assertGoesOn(person);
                for (String username : added)
                    assertThat(login(username).statusCode()).isEqualTo(200);
                added.clear();
            }
            for (Person person : people) assertSpentTokenEndsTheGrant(person);
            System.out.printf(
                    "kills: %d, refreshes answered: %d, repeated after a crash: %d%n",
                    KILLS,
                    people.stream().mapToLong(person -> person.refreshes).sum(),
                    people.stream().mapToLong(person -> person.retries).sum());
        }
    }

    private Person person(String username) throws Exception {
        add(username);
        var person = new Person(username);
        person.refreshToken = text(login(username), "refresh_token");
        return person;
    }

    private void liveUntilKilled(List<Person> people, List<String> added, Random random) throws Exception {
        var over = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> lives = new ArrayList<>();
            for (Person person : people) lives.add(threads.submit(() -> refreshUntil(over, person)));
            lives.add(threads.submit(() -> loginUntil(over, people.getFirst().username)));
            Future<?> operator = threads.submit(() -> operateUntil(over, added));
            TimeUnit.MILLISECONDS.sleep(50 + random.nextInt(1200));
            handstamp.kill();
            over.set(true);
            for (Future<?> life : lives) finish(life);
            finish(operator);
        }
    }

    private static void finish(Future<?> life) throws InterruptedException {
        try {
            life.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private Object refreshUntil(AtomicBoolean over, Person person) throws Exception {
        while (!over.get()) {
            HttpResponse<String> answer;
            try {
                answer = refresh(person.refreshToken);
            } catch (IOException killed) {
                return person;
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            person.spentToken = person.refreshToken;
            person.refreshToken = text(answer, "refresh_token");
            person.refreshes++;
        }
        return person;
    }

    private Object loginUntil(AtomicBoolean over, String username) throws Exception {
        while (!over.get()) {
            try {
                login(username);
            } catch (IOException killed) {
                return username;
            }
        }
        return username;
    }

    /// Adds users and rotates keys with the command line, which writes to the same file, and is killed too when its
    /// time comes.
    private Object operateUntil(AtomicBoolean over, List<String> added) throws Exception {
        String username = "added" + System.nanoTime();
        Process adding = handstamp.startCommand(PASSWORD, "user", "add", username, "--password-stdin");
        Process rotating = handstamp.startCommand("", "key", "rotate");
        boolean killed = false;
        while (adding.isAlive() || rotating.isAlive()) {
            if (over.get()) {
                killed = true;
                adding.destroyForcibly();
                rotating.destroyForcibly();
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        // A killed command said nothing that counts: its output is gone.
        if (!killed && adding.waitFor() == 0) {
            String out = new String(adding.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(out).contains(username);
            added.add(username);
        }
        return username;
    }

    /// The last token that was answered is good; or, when its refresh was cut off, a repeat is answered.
    private void assertGoesOn(Person person) throws Exception {
        HttpResponse<String> answer = refresh(person.refreshToken);
        assertThat(answer.statusCode())
                .as("%s: %s", person.username, answer.body())
                .isEqualTo(200);
        person.spentToken = person.refreshToken;
        person.refreshToken = text(answer, "refresh_token");
        person.retries++;
        HttpResponse<String> again = refresh(person.spentToken);
        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        assertThat(text(again, "refresh_token")).as("one successor").isEqualTo(person.refreshToken);
    }

    private void assertSpentTokenEndsTheGrant(Person person) throws Exception {
        String successor = person.refreshToken;
        String last = text(refresh(successor), "refresh_token");
        HttpResponse<String> replay = refresh(person.spentToken);
        assertThat(replay.statusCode()).isEqualTo(401);
        assertThat(text(replay, "error")).isEqualTo("invalid_grant");
        assertThat(refresh(last).statusCode()).as("the family is dead").isEqualTo(401);
    }

    private void add(String username) throws Exception {
        assertThat(handstamp
                        .run(PASSWORD, "user", "add", username, "--password-stdin")
                        .exit())
                .isZero();
    }

    private HttpResponse<String> login(String username) throws IOException, InterruptedException {
        return handstamp.json(
                "POST", "/session", Json.text(Map.of("username", username, "password", PASSWORD, "audience", API)));
    }

    private HttpResponse<String> refresh(String token) throws IOException, InterruptedException {
        return handstamp.json("POST", "/session/refresh", Json.text(Map.of("refresh_token", token)));
    }

    private static String text(HttpResponse<String> answer, String member) throws JsonException {
        Map<String, Object> body = Json.parseObject(answer.body().getBytes(StandardCharsets.UTF_8));
        return (String) body.get(member);
    }
}
