package dev.handstamp.server.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.administration.AdminScope;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MessagesTest {

    private static final Pattern PLACE = Pattern.compile("\\{\\d}");

    /// Where a key stands as a whole text of its own, in Java and in a template.
    private static final Pattern USED = Pattern.compile("(?:text|count|pieces)\\(\\s*\"([a-z0-9.-]+)\"[,)\\s]");

    /// Where a page that only tells something is made: of a title, a text and, where it leads on, a link.
    private static final Pattern TOLD =
            Pattern.compile("\\.(message|linked|aside)\\(\\s*\\d+,\\s*(?:[\\w.()]+,\\s*){0,2}\"([a-z0-9.-]+)\"");

    static Set<String> languages() {
        return Messages.languages();
    }

    @Test
    void english_and_german_are_there() {
        assertThat(Messages.languages()).contains("en", "de");
    }

    @ParameterizedTest
    @MethodSource("languages")
    void every_language_says_all_that_english_says_and_fills_in_as_much(String language) {
        Map<String, String> english = Messages.ENGLISH.texts();
        Map<String, String> texts = Messages.of(List.of(language)).texts();

        assertThat(texts.keySet()).as(language).containsExactlyInAnyOrderElementsOf(english.keySet());
        texts.forEach((key, text) -> {
            assertThat(text).as(key).isNotBlank();
            assertThat(places(text)).as(language + " " + key).isEqualTo(places(english.get(key)));
        });
    }

    @Test
    void every_key_that_a_page_uses_has_a_text() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (String root : List.of("src/main/java", "src/main/jte")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Matcher used = USED.matcher(Files.readString(file));
                    while (used.find()) {
                        String key = used.group(1);
                        boolean known = used.group().startsWith("count")
                                ? Messages.ENGLISH.texts().containsKey(key + ".other")
                                : Messages.ENGLISH.texts().containsKey(key);
                        if (key.contains(".") && !known) missing.add(file.getFileName() + " " + key);
                    }
                }
            }
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void every_page_that_only_tells_something_has_all_its_texts() throws IOException {
        Set<String> missing = new TreeSet<>();
        int pages = 0;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher told = TOLD.matcher(Files.readString(file));
                for (; told.find(); pages++) {
                    List<String> parts = told.group(1).equals("message")
                            ? List.of("title", "text")
                            : List.of("title", "text", "link");
                    for (String part : parts) {
                        String key = told.group(2) + "." + part;
                        if (!Messages.ENGLISH.texts().containsKey(key)) missing.add(file.getFileName() + " " + key);
                    }
                }
            }
        }

        assertThat(pages).isGreaterThan(20);
        assertThat(missing).isEmpty();
    }

    @Test
    void what_the_servers_own_scopes_allow_has_words() {
        for (AdminScope scope : AdminScope.values()) {
            assertThat(Messages.ENGLISH.texts()).containsKey(scope.words());
        }
    }

    @Test
    @DisplayName("Adding a language is adding a file, whatever its tag, in a folder and in a jar")
    void a_language_is_a_file(@TempDir Path folder) throws IOException {
        Path jar = folder.resolve("server.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (String name : List.of("en", "pt-BR", "zh-Hant", "fil")) {
                Files.createFile(folder.resolve(name + ".properties"));
                zip.putNextEntry(new ZipEntry("words/" + name + ".properties"));
            }
            zip.putNextEntry(new ZipEntry("words/below/fr.properties"));
            zip.putNextEntry(new ZipEntry("de.properties"));
        }

        URL inFolder = folder.resolve("en.properties").toUri().toURL();
        URL inJar = URI.create("jar:" + jar.toUri() + "!/words/en.properties").toURL();

        assertThat(Messages.beside(inFolder)).containsExactly("en", "fil", "pt-BR", "zh-Hant");
        assertThat(Messages.beside(inJar)).containsExactly("en", "fil", "pt-BR", "zh-Hant");
        assertThat(Messages.beside(Messages.class.getResource("messages/en.properties")))
                .isEqualTo(new TreeSet<>(Messages.languages()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de                          | de",
                "de-AT,de;q=0.9,en;q=0.8     | de",
                "fr;q=0.9, DE-ch;q=0.5, en;q=0.1 | de",
                "en;q=0.1, de;q=0.9          | de",
                "de;q=0, en                  | en",
                "xx-YY                       | en",
                "*                           | en",
                ";;;=,,q                     | en",
                "de;q=high, en;q=0.1         | en",
            })
    void the_browser_chooses_the_language(String header, String language) {
        assertThat(Messages.accepted(header).language()).isEqualTo(language);
    }

    @Test
    void a_long_list_of_languages_costs_nothing() {
        assertThat(Messages.accepted("x-".repeat(4000) + "," + "fr,".repeat(2000) + "de")
                        .language())
                .isEqualTo("en");
    }

    @Test
    void what_is_filled_in_is_never_filled_in_again() {
        Messages words = Messages.ENGLISH;

        assertThat(words.text("login.to.client", "{0}{1}")).isEqualTo("to go on to {0}{1}");
        assertThat(words.text("no.such.key")).isEqualTo("no.such.key");
    }

    private static Set<String> places(String text) {
        Set<String> places = new TreeSet<>();
        Matcher place = PLACE.matcher(text);
        while (place.find()) places.add(place.group());
        return places;
    }
}
