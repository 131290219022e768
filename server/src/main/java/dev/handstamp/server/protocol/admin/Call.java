package dev.handstamp.server.protocol.admin;

import dev.handstamp.server.administration.Desk;
import dev.handstamp.server.administration.Page;
import dev.handstamp.server.administration.SetChange;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.administration.Rights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One request to an operation, its parts found to be of the shapes that the operation asks for.
///
/// @param variables of the path, by name
/// @param ifMatch   present where the operation needs it
record Call(
        Desk desk,
        Rights rights,
        Directory directory,
        Map<String, String> variables,
        Map<String, String> queries,
        Map<String, Object> body,
        String ifMatch) {

    static final int USUAL_PAGE = 50;

    String variable(String name) {
        return variables.getOrDefault(name, "");
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(queries.get(name));
    }

    /// How many items are asked for.
    int limit() {
        try {
            return query("limit").map(Integer::parseInt).orElse(USUAL_PAGE);
        } catch (NumberFormatException _) {
            return Page.MOST + 1; // Refused as too many.
        }
    }

    boolean has(String name) {
        return body.containsKey(name);
    }

    Optional<String> text(String name) {
        return body.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    Optional<Boolean> flag(String name) {
        return body.get(name) instanceof Boolean flag ? Optional.of(flag) : Optional.empty();
    }

    Optional<Long> number(String name) {
        return body.get(name) instanceof Long number ? Optional.of(number) : Optional.empty();
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        if (body.get(name) instanceof List<?> items) {
            for (Object item : items) texts.add(item.toString());
        }
        return texts;
    }

    /// A set that is replaced where it is named.
    SetChange set(String name) {
        return has(name) ? SetChange.to(texts(name)) : SetChange.NONE;
    }

    Map<String, Object> object(String name) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (body.get(name) instanceof Map<?, ?> members) {
            members.forEach((key, value) -> object.put(key.toString(), value));
        }
        return object;
    }

    /// Words by scope and language.
    Map<String, Map<String, String>> words(String name) {
        Map<String, Map<String, String>> words = new LinkedHashMap<>();
        object(name).forEach((scope, texts) -> {
            Map<String, String> ofScope = new LinkedHashMap<>();
            if (texts instanceof Map<?, ?> members) {
                members.forEach((language, text) -> ofScope.put(language.toString(), String.valueOf(text)));
            }
            words.put(scope, ofScope);
        });
        return words;
    }
}
