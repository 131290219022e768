package dev.handstamp.server.store;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.log.Log;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// What a text column holds, and back again. Text that cannot be read was not written by a store.
final class Stored {

    private Stored() {}

    /// What a row says, if that can be read. One that cannot is logged and left out: it must not take the others along.
    ///
    /// @param kind what it is, in one word
    static <T> Optional<T> readable(String kind, String id, Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (StoreUnavailable e) {
            throw e;
        } catch (StoreException | IllegalArgumentException | NoSuchElementException | ClassCastException e) {
            Log.error(kind + " cannot be read from the store and is left out", e, kind, id);
            return Optional.empty();
        }
    }

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
