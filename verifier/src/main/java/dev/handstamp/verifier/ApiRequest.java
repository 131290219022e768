package dev.handstamp.verifier;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a [Doorkeeper] needs to see of a request.
///
/// @param method as sent
/// @param rawQuery the query as sent, without the question mark, or null
/// @param headers every value of a header, one element a line, by the header's name in any case; empty when it is
///     not there
public record ApiRequest(String method, @Nullable String rawQuery, Function<String, List<String>> headers) {

    List<String> header(String name) {
        List<String> values = headers.apply(name);
        return values == null ? List.of() : values;
    }
}
