package dev.handstamp.cli;

import dev.handstamp.server.domain.client.Descriptions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What scopes allow in words, as `--describe SCOPE[#LANGUAGE]=TEXT` says it.
final class WordsOption {

    private WordsOption() {}

    /// The words by scope and language.
    static Map<String, Map<String, String>> read(@Nullable List<String> texts) {
        Map<String, Map<String, String>> words = new TreeMap<>();
        for (String text : Given.list(texts)) {
            int equals = text.indexOf('=');
            if (equals < 1) throw new WrongUsage("--describe has to be SCOPE=TEXT or SCOPE#LANGUAGE=TEXT");
            String name = text.substring(0, equals);
            int mark = name.lastIndexOf('#');
            boolean named = mark > 0 && mark < name.length() - 1 && Descriptions.isLanguage(name.substring(mark + 1));
            String scope = named ? name.substring(0, mark) : name;
            String language = named ? name.substring(mark + 1) : "";
            words.computeIfAbsent(scope, _ -> new TreeMap<>()).put(language, text.substring(equals + 1));
        }
        return words;
    }
}
