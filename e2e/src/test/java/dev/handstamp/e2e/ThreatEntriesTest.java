package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The entries of the threat model, about tokens (T), keys and addresses (K), the doors of OAuth (O), accounts (A) and
/// operation (S): each is answered by a test that says so in its name.
final class ThreatEntriesTest {

    private static final Pattern DISPLAY_NAME = Pattern.compile("@DisplayName\\(\\s*\"([^\"]*)\"");
    private static final Pattern ENTRY = Pattern.compile("\\b[TKOAS]-\\d{2}\\b");
    private static final Map<String, Integer> ENTRIES = Map.of("T", 46, "K", 9, "O", 41, "A", 17, "S", 16);

    @Test
    void each_entry_has_a_test_that_names_it() throws IOException {
        Set<String> named = new TreeSet<>();
        for (Path file : tests()) {
            Matcher names = DISPLAY_NAME.matcher(Files.readString(file));
            while (names.find()) {
                Matcher entries = ENTRY.matcher(names.group(1));
                while (entries.find()) named.add(entries.group());
            }
        }

        Set<String> required = new TreeSet<>();
        ENTRIES.forEach((letter, last) ->
                IntStream.rangeClosed(1, last).forEach(number -> required.add("%s-%02d".formatted(letter, number))));
        assertThat(named).isEqualTo(required);
    }

    private static Set<Path> tests() throws IOException {
        Set<Path> tests = new TreeSet<>();
        for (String parent : List.of("..", "../adapters", "../demo")) {
            try (DirectoryStream<Path> modules = Files.newDirectoryStream(Path.of(parent), Files::isDirectory)) {
                for (Path module : modules) {
                    Path root = module.resolve("src/test/java");
                    if (!Files.isDirectory(root)) continue;
                    try (Stream<Path> files = Files.walk(root)) {
                        files.filter(file -> file.toString().endsWith("Test.java"))
                                .forEach(tests::add);
                    }
                }
            }
        }
        return tests;
    }
}
