package dev.handstamp.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordsTest {

    @TempDir
    Path folder;

    @Test
    void passwords_are_made_once_and_can_be_typed() throws IOException {
        var first = passwords("vera", "nick");

        assertThat(first.values()).allMatch(password -> password.matches("[a-z]{4}(-[a-z]{4}){4}"));
        assertThat(first.get("vera")).isNotEqualTo(first.get("nick"));
        assertThat(passwords("vera", "nick")).isEqualTo(first);
    }

    @Test
    void a_guest_who_was_missing_gets_one_and_the_others_keep_theirs() throws IOException {
        var first = passwords("vera");

        assertThat(passwords("vera", "mia")).containsAllEntriesOf(first).containsKey("mia");
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

    private SequencedMap<String, String> passwords(String... names) throws IOException {
        return Passwords.in(file(), List.of(names), new SecureRandom());
    }

    private Path file() {
        return folder.resolve("passwords.txt");
    }
}
