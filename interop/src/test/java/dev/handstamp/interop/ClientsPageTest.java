package dev.handstamp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The page about clients shows what these tests run.
class ClientsPageTest {

    private static final Pattern SNIPPET = Pattern.compile("```(?:js|java)\n(.*?)```", Pattern.DOTALL);

    @Test
    void every_snippet_of_the_page_is_cut_from_a_test() throws IOException {
        List<String> snippets = SNIPPET.matcher(Files.readString(Path.of("../docs/clients.md")))
                .results()
                .map(MatchResult::group)
                .map(block -> withoutIndents(block.substring(block.indexOf('\n') + 1, block.length() - 3)))
                .toList();
        List<String> sources;
        try (var files = Files.walk(Path.of("src/test"))) {
            sources = files.filter(file -> file.toString().matches(".*\\.(java|mjs)"))
                    .filter(file -> !file.toString().contains("node_modules"))
                    .map(ClientsPageTest::read)
                    .map(ClientsPageTest::withoutIndents)
                    .toList();
        }

        assertThat(snippets).hasSizeGreaterThan(10);
        assertThat(snippets).allSatisfy(snippet -> assertThat(sources).anyMatch(source -> source.contains(snippet)));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String withoutIndents(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
