package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.TestIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class KeyCacheTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final Duration DAY = Duration.ofDays(1);

    private final TestIssuer issuer = TestIssuer.start();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void inAnEmptyFolder() {
        file = folder.resolve("keys.json");
    }

    @AfterEach
    void end() {
        issuer.close();
    }

    @Test
    void an_issuer_that_is_down_when_the_api_restarts_changes_nothing_for_known_keys() throws Exception {
        String token = issuer.token().sign();
        try (TokenVerifier first = verifier().build()) {
            assertThat(first.verify(token)).isInstanceOf(Verified.class);
            eventuallyWritten();
        }
        issuer.goDown();

        try (TokenVerifier restarted = verifier().build()) {
            assertThat(restarted.verify(token)).isInstanceOf(Verified.class);
            assertThat(restarted.explain(token).toString()).contains("from the cache file");
            String unknown = issuer.token().header("kid", "unknown").sign();
            assertThat(((Rejected) restarted.verify(unknown)).reason()).isEqualTo(Reason.UNKNOWN_KEY);
        }
        try (TokenVerifier without = TokenVerifier.builder()
                .issuer(issuer.issuer())
                .audience("https://api.example")
                .build()) {
            assertThat(((Rejected) without.verify(token)).reason()).isEqualTo(Reason.KEYS_UNAVAILABLE);
        }
    }

    @Test
    void a_restart_after_an_hour_without_the_issuer_changes_nothing_for_known_keys_and_one_after_a_day_does() {
        String token = issuer.token().sign();
        JwkSet published = issuer.keys();
        issuer.goDown();

        cache(Instant.now().minus(Duration.ofHours(1))).save(published);
        try (TokenVerifier restarted = verifier().build()) {
            assertThat(restarted.verify(token)).isInstanceOf(Verified.class);
        }
        cache(Instant.now().minus(Duration.ofHours(25))).save(published);
        try (TokenVerifier restarted = verifier().build()) {
            assertThat(((Rejected) restarted.verify(token)).reason()).isEqualTo(Reason.KEYS_UNAVAILABLE);
        }
    }

    @Test
    void keys_from_the_file_are_renewed_at_once_in_the_background() throws Exception {
        try (TokenVerifier first = verifier().loadAtStart().build()) {
            eventuallyWritten();
        }
        issuer.rotateKey();
        issuer.rotateKey();
        issuer.rotateKey();
        String later = issuer.token().sign();
        int before = issuer.keyRequests();

        try (RemoteJwkSet keys =
                RemoteJwkSet.builder(issuer.issuer()).cacheFile(file).build()) {
            while (keys.current().find(issuer.key(Algorithm.ES256).keyId()).isEmpty()) TimeUnit.MILLISECONDS.sleep(20);
            assertThat(issuer.keyRequests()).isEqualTo(before + 1);
        }
        assertThat(later).isNotEmpty();
    }

    @Test
    void what_was_announced_is_kept_too() throws Exception {
        try (RemoteJwkSet keys =
                RemoteJwkSet.builder(issuer.issuer()).cacheFile(file).build()) {
            keys.announced(issuer.keys());
        }
        assertThat(cache(Instant.now()).load(DAY).orElseThrow().keys().keys())
                .hasSameSizeAs(issuer.keys().keys());
    }

    @Test
    void the_file_is_its_owners_alone_and_says_how_old_it_is() throws IOException {
        cache(NOW).save(issuer.keys());

        if (isPosix()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        KeyCache.Kept kept = cache(NOW.plusSeconds(90)).load(DAY).orElseThrow();
        assertThat(kept.age()).isEqualTo(Duration.ofSeconds(90));
        assertThat(kept.keys().keys()).hasSameSizeAs(issuer.keys().keys());
        assertThat(folder.toFile().list()).containsExactly("keys.json");
    }

    @Test
    void a_file_that_is_too_old_or_from_the_future_is_not_used() {
        cache(NOW).save(issuer.keys());

        assertThat(cache(NOW.plus(DAY).minusSeconds(1)).load(DAY)).isPresent();
        assertThat(cache(NOW.plus(DAY)).load(DAY)).isEmpty();
        assertThat(cache(NOW.minusSeconds(59)).load(DAY)).isPresent();
        assertThat(cache(NOW.minusSeconds(61)).load(DAY)).isEmpty();
    }

    @Test
    void a_file_of_another_issuer_is_not_used() {
        cache(NOW).save(issuer.keys());

        KeyCache others = new KeyCache(file, issuer.issuer() + "/", () -> NOW);
        List<String> log = RecordedLog.of(() -> assertThat(others.load(DAY)).isEmpty());

        assertThat(log).anyMatch(line -> line.contains("is of another issuer"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw--w----", "rw-----w-", "rwxrwxrwx"})
    void a_file_that_others_have_access_to_is_not_used(String permissions) throws IOException {
        if (!isPosix()) return;
        cache(NOW).save(issuer.keys());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        List<String> log = RecordedLog.of(() -> assertThat(cache(NOW).load(DAY)).isEmpty());

        assertThat(log).anyMatch(line -> line.contains("chmod 600"));
    }

    @Test
    void a_link_in_place_of_the_file_is_not_followed() throws IOException {
        cache(NOW).save(issuer.keys());
        Path moved = folder.resolve("elsewhere.json");
        Files.move(file, moved);
        Files.createSymbolicLink(file, moved);

        assertThat(cache(NOW).load(DAY)).isEmpty();
        cache(NOW).save(JwkSet.of(issuer.keys().keys().subList(0, 1)));
        assertThat(cache(NOW).load(DAY).orElseThrow().keys().keys()).hasSize(1);
        assertThat(Files.isSymbolicLink(file)).isFalse();
    }

    @Test
    void a_file_that_is_cut_off_or_changed_into_anything_else_is_not_used() throws IOException {
        cache(NOW).save(issuer.keys());
        String good = Files.readString(file);
        List<String> wrong = List.of(
                "",
                "{}",
                good.substring(0, good.length() / 2),
                good + good,
                good.replace("\"fetched_at\":1800000000", "\"fetched_at\":\"1800000000\""),
                good.replace("\"kty\":\"EC\"", "\"kty\":\"oct\",\"k\":\"AAAA\""),
                good.replaceFirst("\"x\":", "\"d\":\"AA\",\"x\":")
                        .replaceAll("\"kid\":\"[^\"]*\"", "\"kid\":\"same\""));
        for (String each : wrong) {
            Files.writeString(file, each);
            assertThat(cache(NOW).load(DAY)).as(each).isEmpty();
        }
    }

    @Test
    void a_place_that_cannot_be_written_is_a_warning_and_no_more() {
        KeyCache nowhere = new KeyCache(folder.resolve("no such folder/keys.json"), issuer.issuer(), () -> NOW);

        List<String> log = RecordedLog.of(() -> nowhere.save(issuer.keys()));

        assertThat(log).anyMatch(line -> line.contains("cannot be written"));
        assertThat(nowhere.load(DAY)).isEmpty();
    }

    @Test
    void a_cache_without_fetched_keys_is_a_contradiction() {
        assertThatThrownBy(() -> verifier().keys(new FixedJwkSet(issuer.keys())).build())
                .hasMessageContaining("keyCacheFile");
    }

    private TokenVerifier.Builder verifier() {
        return TokenVerifier.builder()
                .issuer(issuer.issuer())
                .audience("https://api.example")
                .keyCacheFile(file);
    }

    private KeyCache cache(Instant now) {
        return new KeyCache(file, issuer.issuer(), () -> now);
    }

    private void eventuallyWritten() throws InterruptedException {
        while (!Files.exists(file)) TimeUnit.MILLISECONDS.sleep(20);
    }

    private boolean isPosix() {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
