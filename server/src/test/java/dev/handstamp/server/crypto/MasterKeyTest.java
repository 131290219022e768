package dev.handstamp.server.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MasterKeyTest {

    private final Secrets secrets = new Secrets(new SecureRandom());

    @TempDir
    private Path directory;

    @Test
    void the_same_thirty_two_bytes_are_one_key_in_either_alphabet_padded_or_not() {
        byte[] value = secrets.bytes(32);
        value[0] = (byte) 0xfb;
        value[1] = (byte) 0xff;
        String url = Base64.getUrlEncoder().withoutPadding().encodeToString(value);
        String base64 = Base64.getEncoder().encodeToString(value);
        assertThat(base64).contains("/").endsWith("=");
        for (String text : List.of(url, url + "=", base64, " " + base64 + "\n")) {
            assertThat(MasterKey.parse("HANDSTAMP_MASTER_KEY", text).derive("x"))
                    .isEqualTo(MasterKey.parse("HANDSTAMP_MASTER_KEY", url).derive("x"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "changeme-changeme-changeme-changeme",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "MTIzNDU2NzgxMjM0NTY3ODEyMzQ1Njc4MTIzNDU2Nzg",
                "0GmJ9z1yJ2mTqzQ7nYvX3bK5cW8dR6fH4pL1sU0aE!",
                "0GmJ9z1yJ2mTqzQ7nYvX3bK5cW8dR6fH4pL1sU0aEeQQ"
            })
    void a_key_that_is_too_short_too_long_or_made_up_is_refused_by_the_name_of_its_setting(String text) {
        assertThatThrownBy(() -> MasterKey.parse("HANDSTAMP_MASTER_KEY", text))
                .isInstanceOf(UnusableMasterKey.class)
                .hasMessageStartingWith("HANDSTAMP_MASTER_KEY ")
                .satisfies(e -> assertThat(text.isEmpty() || !e.getMessage().contains(text))
                        .isTrue());
    }

    @Test
    void the_first_start_makes_a_file_that_only_its_owner_may_read() throws IOException {
        Path file = directory.resolve("master.key");
        MasterKey.Found first = MasterKey.readOrMake(file, secrets);
        MasterKey.Found second = MasterKey.readOrMake(file, secrets);
        assertThat(first.made()).isTrue();
        assertThat(second.made()).isFalse();
        assertThat(second.key().derive("x")).isEqualTo(first.key().derive("x"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(first.toString()).doesNotContain(Files.readString(file).strip());
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void of_many_that_start_at_once_one_makes_the_key_and_all_use_it() throws Exception {
        Path file = directory.resolve("master.key");
        Set<String> keys = ConcurrentHashMap.newKeySet();
        AtomicInteger made = new AtomicInteger();
        try (var starts = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 32; i++) {
                starts.execute(() -> {
                    MasterKey.Found found = MasterKey.readOrMake(file, secrets);
                    if (found.made()) made.incrementAndGet();
                    keys.add(Base64.getEncoder().encodeToString(found.key().derive("x")));
                });
            }
        }
        assertThat(keys).hasSize(1);
        assertThat(made).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw-rw-", "r---w----"})
    void a_file_that_is_open_to_others_is_refused_with_what_to_do(String permissions) throws IOException {
        Path file = directory.resolve("master.key");
        MasterKey.readOrMake(file, secrets);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertThatThrownBy(() -> MasterKey.readOrMake(file, secrets))
                .isInstanceOf(UnusableMasterKey.class)
                .hasMessageContainingAll(file.toString(), permissions, "chmod 600");
    }

    @Test
    void a_file_that_is_missing_empty_or_huge_is_refused_and_left_as_it_is() throws IOException {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> MasterKey.read(missing)).isInstanceOf(UnusableMasterKey.class);
        assertThat(missing).doesNotExist();
        Path file = directory.resolve("master.key");
        for (String content : List.of("", "x".repeat(2000))) {
            Files.writeString(file, content);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            assertThatThrownBy(() -> MasterKey.readOrMake(file, secrets)).isInstanceOf(UnusableMasterKey.class);
            assertThat(file).hasContent(content);
        }
    }

    @Test
    void each_purpose_has_a_key_of_its_own() {
        MasterKey key =
                MasterKey.readOrMake(directory.resolve("master.key"), secrets).key();
        assertThat(key.derive("a")).hasSize(32).isEqualTo(key.derive("a")).isNotEqualTo(key.derive("b"));
    }
}
