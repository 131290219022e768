package dev.handstamp.server.store;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.domain.grant.Scopes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What a text column holds, and back again. Text that cannot be read was not written by a store.
final class Stored {

    private Stored() {}

    static String names(Collection<?> names) {
        return names.stream().map(Object::toString).sorted().collect(Collectors.joining(" "));
    }

    static List<String> names(String text) {
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
    }

    static Scopes scopes(String text) {
        return Scopes.parse(text).orElseThrow(() -> new StoreException("stored scopes are malformed"));
    }

    static Map<String, Object> object(String json) {
        try {
            return Json.parseObject(json.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE);
        } catch (JsonException e) {
            throw new StoreException("stored JSON is malformed", e);
        }
    }
}
