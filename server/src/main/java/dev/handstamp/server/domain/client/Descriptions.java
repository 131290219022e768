package dev.handstamp.server.domain.client;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What scopes allow in words, as a user who is asked for consent reads them: by scope, and there by language.
///
/// @param words the language is a tag of BCP 47, or empty for the words that everybody gets who has none of their own
public record Descriptions(SortedMap<String, SortedMap<String, String>> words) {

    public static final Descriptions NONE = new Descriptions(new TreeMap<>());

    public static final int LONGEST = 200;

    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}");

    public Descriptions {
        SortedMap<String, SortedMap<String, String>> copy = new TreeMap<>();
        words.forEach((scope, texts) -> {
            texts.forEach((language, text) -> {
                if (!isLanguage(language) || !isText(text)) throw new IllegalArgumentException("words of " + scope);
            });
            if (!texts.isEmpty()) copy.put(scope, Collections.unmodifiableSortedMap(new TreeMap<>(texts)));
        });
        words = Collections.unmodifiableSortedMap(copy);
    }

    /// Whether it can be a language; the empty one stands for any.
    public static boolean isLanguage(String text) {
        return text.isEmpty() || LANGUAGE.matcher(text).matches();
    }

    public static boolean isText(String text) {
        return !text.isBlank()
                && text.codePointCount(0, text.length()) <= LONGEST
                && text.chars().noneMatch(Character::isISOControl);
    }

    /// Reads what [#toObject] has written.
    public static Optional<Descriptions> of(Map<String, Object> object) {
        SortedMap<String, SortedMap<String, String>> words = new TreeMap<>();
        for (var each : object.entrySet()) {
            if (!(each.getValue() instanceof Map<?, ?> texts)) return Optional.empty();
            SortedMap<String, String> ofScope = new TreeMap<>();
            for (var text : texts.entrySet()) {
                if (!(text.getKey() instanceof String language) || !(text.getValue() instanceof String value)) {
                    return Optional.empty();
                }
                if (!isLanguage(language) || !isText(value)) return Optional.empty();
                ofScope.put(language, value);
            }
            words.put(each.getKey(), ofScope);
        }
        return Optional.of(new Descriptions(words));
    }

    public Map<String, Object> toObject() {
        return new TreeMap<>(words);
    }

    /// The words of a scope in the first of these languages that it has, a wider one such as `de` for `de-AT` among
    /// them; else those for everybody, or in whatever language there are some.
    ///
    /// @param languages tags of BCP 47, the one that is liked best first
    public Optional<String> of(String scope, List<String> languages) {
        SortedMap<String, String> texts = words.getOrDefault(scope, new TreeMap<>());
        for (String language : languages) {
            for (String tag = language; !tag.isEmpty(); tag = wider(tag)) {
                for (var each : texts.entrySet()) {
                    if (each.getKey().equalsIgnoreCase(tag)) return Optional.of(each.getValue());
                }
            }
        }
        return texts.values().stream().findFirst(); // Those for everybody sort before any language.
    }

    /// Only those of these scopes.
    public Descriptions only(Collection<String> scopes) {
        SortedMap<String, SortedMap<String, String>> left = new TreeMap<>(words);
        left.keySet().retainAll(scopes);
        return new Descriptions(left);
    }

    private static String wider(String tag) {
        return tag.substring(0, Math.max(0, tag.lastIndexOf('-')));
    }
}
