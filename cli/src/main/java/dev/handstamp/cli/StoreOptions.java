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
        Map<String, String> flags = new LinkedHashMap<>(more);
        if (data != null) flags.put(Setting.DATA.name(), data);
        if (database != null) flags.put(Setting.DATABASE.name(), database);
        return switch (ServerConfig.read(Optional.ofNullable(config), terminal.environment(), flags)) {
            case Valid(var valid) -> valid;
            case Invalid(var problems) -> throw new WrongUsage(problems);
        };
    }

    /// These options again, to be shown in a command.
    String again() {
        StringBuilder text = new StringBuilder();
        if (config != null) text.append(" --config ").append(config);
        if (data != null) text.append(" --data ").append(data);
        if (database != null) text.append(" --database ").append(database);
        return text.toString();
    }
}
