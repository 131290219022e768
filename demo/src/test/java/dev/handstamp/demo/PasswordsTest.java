package dev.handstamp.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordsTest {

    @TempDir
    Path folder;

    @Test
    void passwords_are_made_once_and_can_be_typed() throws IOException {
        Passwords first = passwords("vera", "nick");
        Passwords second = passwords("vera", "nick");

        assertThat(first.of("vera")).matches("[a-z]{4}(-[a-z]{4}){4}").isNotEqualTo(first.of("nick"));
        assertThat(first.isFresh("vera")).isTrue();
        assertThat(second.of("vera")).isEqualTo(first.of("vera"));
        assertThat(second.isFresh("vera")).isFalse();
    }

    @Test
    void a_guest_who_was_missing_gets_one_and_the_others_keep_theirs() throws IOException {
        Passwords first = passwords("vera");
        Passwords second = passwords("vera", "mia");

        assertThat(second.of("vera")).isEqualTo(first.of("vera"));
        assertThat(second.isFresh("vera")).isFalse();
        assertThat(second.isFresh("mia")).isTrue();
    }

    @Test
    void only_the_owner_can_read_them() throws IOException {
        passwords("vera");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file());
        }
    }

    private Passwords passwords(String... usernames) throws IOException {
        return Passwords.in(file(), List.of(usernames), new SecureRandom());
    }

    private Path file() {
        return folder.resolve("passwords.txt");
    }
}
