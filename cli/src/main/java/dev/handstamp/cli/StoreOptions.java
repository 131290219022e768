package dev.handstamp.cli;

import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.ServerConfig.Invalid;
import dev.handstamp.server.ServerConfig.Valid;
import dev.handstamp.server.settings.Setting;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which store a command works on: the options that every command on it takes.
final class StoreOptions {

    private final Terminal terminal;

    @Option(names = "--data", paramLabel = "DIR", description = "The data folder. Default: ./data")
    private @Nullable String data;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file (YAML); HANDSTAMP_… variables and flags win over it.")
    private @Nullable Path config;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "jdbc:postgresql://HOST[:PORT]/DATABASE in place of the SQLite file in the data folder.")
    private @Nullable String database;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it.
    private boolean help;

    StoreOptions(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Opens the administration, does what is to be done, and closes it.
    int with(ToIntFunction<Office> work) {
        return with(Map.of(), work);
    }

    /// The same under further flags.
    int with(Map<String, String> more, ToIntFunction<Office> work) {
        try (Office office = Office.open(read(more), terminal)) {
            return work.applyAsInt(office);
        }
    }

    /// The whole configuration.
    ///
    /// @param more further flags, texts by the settings' names
    ServerConfig read(Map<String, String> more) {
        Map<String, String> flags = flags();
        flags.putAll(more);
        return configuration(config(), flags, terminal);
    }

    Optional<Path> config() {
        return Optional.ofNullable(config);
    }

    /// The flags that were given, texts by the settings' names; the map is the caller's.
    Map<String, String> flags() {
        Map<String, String> flags = new LinkedHashMap<>();
        if (data != null) flags.put(Setting.DATA.name(), data);
        if (database != null) flags.put(Setting.DATABASE.name(), database);
        return flags;
    }

    /// The configuration that a file, the terminal's variables and these flags make together.
    static ServerConfig configuration(Optional<Path> file, Map<String, String> flags, Terminal terminal) {
        return switch (ServerConfig.read(file, terminal.environment(), flags)) {
            case Valid(var valid) -> valid;
            case Invalid(var problems) -> throw new WrongUsage(problems);
        };
    }
}
