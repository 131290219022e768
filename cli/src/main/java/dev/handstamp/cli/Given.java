package dev.handstamp.cli;

import dev.handstamp.server.administration.SetChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Options that may be repeated, which picocli leaves null when there is none.
final class Given {

    private Given() {}

    static List<String> list(@Nullable List<String> values) {
        return values == null ? List.of() : values;
    }

    static Map<String, String> map(@Nullable Map<String, String> values) {
        return values == null ? Map.of() : values;
    }

    /// How a set of names becomes another one.
    ///
    /// @param all in place of what is there
    static SetChange change(@Nullable List<String> all, @Nullable List<String> more, @Nullable List<String> less) {
        return new SetChange(Optional.ofNullable(all), list(more), list(less));
    }
}
