package dev.handstamp.server.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The words of one language, by key. A language is one file beside this class, `messages/<tag>.properties` in UTF-8,
/// and nothing else; the tag is one of BCP 47, such as `de` or `pt-BR`.
///
/// What a language does not say is said in English; a test finds what is missing.
public final class Messages {

    private static final String ENDING = ".properties";

    public static final Messages ENGLISH = read("en").orElseThrow();

    // First strong isolate, and its end (Unicode Standard Annex 9, §2.4).
    private static final String ISOLATE = "\u2068";
    private static final String POP_ISOLATE = "\u2069";

    private static final int MOST_RANGES = 10;
    private static final int LONGEST_RANGE = 35;

    private final String language;
    private final Map<String, String> texts;

    Messages(String language, Map<String, String> texts) {
        this.language = language;
        this.texts = Map.copyOf(texts);
    }

    /// Every language that there is a file of, by its tag.
    public static Set<String> languages() {
        return Known.TAGS;
    }

    /// The words of the first language that we have; English if we have none of them.
    ///
    /// @param ranges language tags, the best first, as a stranger may have sent them (BCP 47, RFC 4647 §3.4)
    public static Messages of(List<String> ranges) {
        for (String range : ranges) {
            String tag = range.toLowerCase(Locale.ROOT);
            while (!tag.isEmpty() && tag.length() <= LONGEST_RANGE) {
                Messages found = Known.BY_LANGUAGE.get(tag);
                if (found != null) return found;
                tag = tag.substring(0, Math.max(0, tag.lastIndexOf('-')));
            }
        }
        return ENGLISH;
    }

    /// The words in the language that a browser likes best.
    ///
    /// @param acceptLanguage the header of that name (RFC 9110 §12.5.4); what cannot be read counts for nothing
    public static Messages accepted(String acceptLanguage) {
        return of(ranges(acceptLanguage));
    }

    /// The language tags of an `Accept-Language` header, the best first.
    public static List<String> ranges(String acceptLanguage) {
        record Range(String tag, double weight) {}
        List<Range> ranges = new ArrayList<>();
        for (String part : acceptLanguage.split(",", MOST_RANGES + 1)) {
            if (ranges.size() == MOST_RANGES) break;
            String[] pieces = part.split(";", 2);
            String tag = pieces[0].strip();
            double weight = pieces.length == 1 ? 1 : weight(pieces[1].strip());
            if (!tag.isEmpty() && tag.length() <= LONGEST_RANGE && weight > 0) ranges.add(new Range(tag, weight));
        }
        ranges.sort((a, b) -> Double.compare(b.weight, a.weight));
        return ranges.stream().map(Range::tag).toList();
    }

    /// The languages that somebody wants, the best first: those that a client has named for its user, then those of the
    /// browser.
    ///
    /// @param named   language tags with blanks between, `ui_locales` (OpenID Connect Core §3.1.2.1)
    /// @param browser tags of the browser
    public static List<String> wanted(Optional<String> named, List<String> browser) {
        List<String> wanted = new ArrayList<>();
        for (String tag : named.orElse("").split(" ", MOST_RANGES + 1)) {
            if (!tag.isEmpty() && tag.length() <= LONGEST_RANGE) wanted.add(tag);
        }
        wanted.addAll(browser);
        return wanted;
    }

    /// The language tag, for the `lang` of a page.
    public String language() {
        return language;
    }

    /// `ltr` or `rtl`: which way the language is written.
    public String direction() {
        return text("page.direction");
    }

    /// The text of a key, with the values in the places `{0}`, `{1}`, …
    public String text(String key, Object... values) {
        String text = unfilled(key);
        return values.length == 0 ? text : filled(text, isRightToLeft() ? isolated(values) : values);
    }

    private String unfilled(String key) {
        String text = texts.get(key);
        if (text == null && this != ENGLISH) text = ENGLISH.texts.get(key);
        return text == null ? key : text;
    }

    /// Each in a direction of its own: a name in other letters, or a number, leaves the sentence around it as it is.
    private static Object[] isolated(Object... values) {
        Object[] isolated = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            // A moment is an element of its own, which is isolated by its style.
            isolated[i] = values[i] instanceof Timed ? values[i] : ISOLATE + values[i] + POP_ISOLATE;
        }
        return isolated;
    }

    /// The text of a key in pieces, for a page that marks up the moments among what is filled in.
    ///
    /// @return texts, and each [Timed] by itself
    public List<Object> pieces(String key, Object... values) {
        List<Object> pieces = new ArrayList<>();
        fill(unfilled(key), pieces::add, isRightToLeft() ? isolated(values) : values);
        return pieces;
    }

    private boolean isRightToLeft() {
        return "rtl".equals(texts.get("page.direction"));
    }

    /// The text for a number of things, `key.one` or `key.other`, with the number at `{0}`.
    public String count(String key, long number) {
        return text(key + (number == 1 ? ".one" : ".other"), number);
    }

    public Map<String, String> texts() {
        return texts;
    }

    private static String filled(String text, Object... values) {
        StringBuilder filled = new StringBuilder(text.length() + 32);
        fill(text, filled::append, values);
        return filled.toString();
    }

    private static void fill(String text, Consumer<Object> filled, Object... values) {
        int from = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
            int close = text.indexOf('}', open);
            int place = close == open + 2 ? Character.digit(text.charAt(open + 1), 10) : -1;
            filled.accept(text.substring(from, open));
            if (place >= 0 && place < values.length) {
                filled.accept(values[place]);
                from = close + 1;
            } else {
                filled.accept("{");
                from = open + 1;
            }
        }
        filled.accept(text.substring(from));
    }

    private static double weight(String parameter) {
        try {
            return parameter.startsWith("q=") ? Double.parseDouble(parameter.substring(2)) : 0;
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static Optional<Messages> read(String language) {
        try (InputStream file = Messages.class.getResourceAsStream("messages/" + language + ENDING)) {
            if (file == null) return Optional.empty();
            Properties properties = new Properties();
            properties.load(new InputStreamReader(file, StandardCharsets.UTF_8));
            Map<String, String> texts = new HashMap<>();
            for (String key : properties.stringPropertyNames()) texts.put(key, properties.getProperty(key));
            return Optional.of(new Messages(language, texts));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The tags of the files beside this one, which stands in a folder or in a jar.
    static Set<String> beside(URL file) {
        try {
            URLConnection connection = file.openConnection();
            if (connection instanceof JarURLConnection inJar) {
                String folder =
                        inJar.getEntryName().substring(0, inJar.getEntryName().lastIndexOf('/') + 1);
                try (Stream<JarEntry> entries = inJar.getJarFile().stream()) {
                    return tags(entries.map(JarEntry::getName)
                            .filter(name -> name.startsWith(folder))
                            .map(name -> name.substring(folder.length())));
                }
            }
            try (Stream<Path> files = Files.list(Path.of(file.toURI()).resolveSibling(""))) {
                return tags(files.map(each -> each.getFileName().toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Set<String> tags(Stream<String> files) {
        return files.filter(name -> name.endsWith(ENDING) && name.indexOf('/') < 0)
                .map(name -> name.substring(0, name.length() - ENDING.length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Looked for when the first page is asked for, not when the server starts.
    private static final class Known {
        static final Map<String, Messages> BY_LANGUAGE = find();
        static final Set<String> TAGS =
                BY_LANGUAGE.values().stream().map(Messages::language).collect(Collectors.toUnmodifiableSet());

        /// Those that came along, and those that somebody has put on the class path elsewhere.
        private static Map<String, Messages> find() {
            Map<String, Messages> found = new HashMap<>();
            Set<String> tags = new TreeSet<>(List.of(Locale.getISOLanguages()));
            URL english = Messages.class.getResource("messages/en" + ENDING);
            if (english != null) tags.addAll(beside(english));
            for (String tag : tags) {
                if (tag.equals("en")) continue;
                read(tag).ifPresent(words -> found.put(tag.toLowerCase(Locale.ROOT), words));
            }
            found.put("en", ENGLISH);
            return Map.copyOf(found);
        }
    }
}
