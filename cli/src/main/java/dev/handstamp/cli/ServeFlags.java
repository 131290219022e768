package dev.handstamp.cli;

import dev.handstamp.server.settings.Setting;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What `handstamp serve` was told on its command line.
///
/// @param config   the configuration file
/// @param settings texts by the settings' names
record ServeFlags(Optional<Path> config, Map<String, String> settings) {

    private static final String CONFIG = "--config";

    /// Reads the plain form: `serve`, then flags, each with its value and none twice. Empty for anything else (a slip,
    /// a
    /// question for help), which picocli explains.
    ///
    /// The server has so many flags that describing them to picocli took a third of its start.
    static Optional<ServeFlags> parse(String... arguments) {
        if (arguments.length == 0 || !arguments[0].equals("serve")) return Optional.empty();
        Map<String, String> given = new LinkedHashMap<>();
        for (int i = 1; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            boolean isWhole = equals > 0;
            if (!isWhole && i + 1 == arguments.length) return Optional.empty();
            String flag = isWhole ? arguments[i].substring(0, equals) : arguments[i];
            String value = isWhole ? arguments[i].substring(equals + 1) : arguments[++i];
            boolean isPlain = !value.isEmpty() && (isWhole || value.charAt(0) != '-');
            if (!isPlain || given.put(flag, value) != null) return Optional.empty();
        }
        return named(given);
    }

    /// The value of a setting as it was given.
    Optional<String> text(Setting<?> setting) {
        return Optional.ofNullable(settings.get(setting.name()));
    }

    private static Optional<ServeFlags> named(Map<String, String> given) {
        Optional<Path> config = Optional.ofNullable(given.remove(CONFIG)).map(Path::of);
        Map<String, String> settings = new LinkedHashMap<>();
        for (Setting<?> setting : Setting.ALL) {
            String value = setting.flag().isEmpty()
                    ? null
                    : given.remove(setting.flag().get());
            if (value != null) settings.put(setting.name(), value);
        }
        return given.isEmpty() ? Optional.of(new ServeFlags(config, settings)) : Optional.empty();
    }
}
