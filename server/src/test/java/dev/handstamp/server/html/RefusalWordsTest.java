package dev.handstamp.server.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Whatever an operation refuses, every language can say: [MessagesTest] sees that each says what English says.
class RefusalWordsTest {

    private static final Pattern KEY = Pattern.compile("\"(refused\\.[a-z0-9.-]+)\"");

    /// Where an operation refuses something, with the text that stands in the place of the key.
    private static final Pattern REFUSAL = Pattern.compile(
            "(?:new Refused\\(\\s*(?:Refused\\.Kind\\.\\w+,\\s*)?|Refused\\.about\\(\\s*(?:\"[^\"]*\"|\\w+),\\s*)\"([^\"]*)\"");

    @Test
    void every_reason_that_an_operation_gives_has_words() throws IOException {
        Set<String> named = new TreeSet<>();
        sources(source -> KEY.matcher(source).results().forEach(found -> named.add(found.group(1))));

        assertThat(named).hasSizeGreaterThan(150).isEqualTo(known());
    }

    @Test
    void no_operation_words_its_refusals_itself() throws IOException {
        Set<String> worded = new TreeSet<>();
        sources(source -> {
            boolean isOperation = source.contains("package dev.handstamp.server.administration;")
                    || source.contains("import dev.handstamp.server.administration.Refused;");
            if (!isOperation) return;
            REFUSAL.matcher(source).results().map(found -> found.group(1)).forEach(worded::add);
        });

        assertThat(worded).hasSizeGreaterThan(100);
        assertThat(Messages.ENGLISH.texts().keySet()).containsAll(worded);
    }

    private static Set<String> known() {
        return Messages.ENGLISH.texts().keySet().stream()
                .filter(key -> key.startsWith("refused."))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void sources(Consumer<String> reader) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) reader.accept(Files.readString(file));
        }
    }
}
