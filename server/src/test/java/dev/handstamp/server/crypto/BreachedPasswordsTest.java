package dev.handstamp.server.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BreachedPasswordsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"password", "12345678", "qwertyuiop", "password1", "iloveyou", "letmein"})
    void what_anybody_tries_first_is_known_without_any_setting(String password) {
        assertThat(BreachedPasswords.shipped().contains(password)).isTrue();
    }

    @Test
    void what_nobody_has_thought_of_is_not_known() {
        BreachedPasswords shipped = BreachedPasswords.shipped();
        Random random = new Random(7);
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            if (shipped.contains(Long.toString(random.nextLong(), 36))) taken++;
        }
        assertThat(taken).isLessThan(5);
        assertThat(shipped.contains("correct horse battery staple")).isFalse();
        assertThat(shipped.count()).isGreaterThan(49_000);
    }

    @Test
    void a_list_of_passwords_and_digests_becomes_a_filter_that_knows_them_all() throws IOException {
        Path list = folder.resolve("list.txt");
        // SHA-1 of "abc" (FIPS 180-4), as Have I Been Pwned writes it.
        Files.writeString(list, "grüne wiese\n\nA9993E364706816ABA3E25717850C26C9CD0D89D:42\nlast without an end");
        Path file = folder.resolve("own.filter");

        assertThat(BreachedPasswords.build(list, file)).isEqualTo(3);

        BreachedPasswords filter = BreachedPasswords.open(file);
        assertThat(filter.count()).isEqualTo(3);
        assertThat(List.of("grüne wiese", "abc", "last without an end")).allMatch(filter::contains);
        assertThat(List.of("", "Abc", "grune wiese", "A9993E364706816ABA3E25717850C26C9CD0D89D:42"))
                .noneMatch(filter::contains);
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(list, file);
        }
    }

    @Test
    void a_list_of_nothing_refuses_nothing() throws IOException {
        Path list = Files.createFile(folder.resolve("empty.txt"));
        BreachedPasswords.build(list, folder.resolve("empty.filter"));

        assertThat(BreachedPasswords.open(folder.resolve("empty.filter")).contains("password"))
                .isFalse();
    }

    @Test
    void what_is_no_filter_is_not_taken_for_one() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "password\n12345678\nletmein and many others\n");
        assertThatThrownBy(() -> BreachedPasswords.open(text)).isInstanceOf(BreachedPasswords.NoFilter.class);
        Path list = Files.writeString(folder.resolve("list"), "password\n12345678\n");
        Path whole = folder.resolve("whole");
        BreachedPasswords.build(list, whole);
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> BreachedPasswords.open(cut)).isInstanceOf(BreachedPasswords.NoFilter.class);
    }
}
