package dev.handstamp.cli;

import java.util.List;
import java.util.Map;
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
}
