package dev.handstamp.cli;

import dev.handstamp.server.settings.Setting;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/// `handstamp serve`: the server itself. It has a flag for every setting that is no secret.
///
/// [ServeFlags] reads the plain form without picocli; this explains it, and reads the rest.
@Command(
        name = "serve",
        description = {
            "Starts the server.",
            "It runs until it is told to stop (SIGTERM, Ctrl-C); requests in flight are finished. Settings "
                    + "come from the configuration file, HANDSTAMP_... variables and flags; flags win, then "
                    + "variables."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  handstamp serve",
            "  handstamp serve --config /etc/handstamp.yaml --port 8443",
            "  HANDSTAMP_ISSUER=https://login.example.org handstamp serve --trusted-proxies 127.0.0.1"
        })
final class ServeCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreOptions store;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
        this.store = new StoreOptions(terminal);
    }

    static CommandLine commandLine(Terminal terminal, IFactory factory) {
        CommandLine command = new CommandLine(new ServeCommand(terminal), factory);
        for (Setting<?> setting : Setting.ALL) {
            if (isStoreOption(setting)) continue;
            setting.flag().ifPresent(flag -> command.getCommandSpec().addOption(option(flag, setting)));
        }
        return command;
    }

    @Override
    public Integer call() {
        return new Serving(terminal).run(new ServeFlags(store.config(), flags()));
    }

    private Map<String, String> flags() {
        Map<String, String> flags = store.flags();
        for (Setting<?> setting : Setting.ALL) {
            if (isStoreOption(setting) || setting.flag().isEmpty()) continue;
            String value = spec.findOption(setting.flag().get()).getValue();
            if (value != null) flags.put(setting.name(), value);
        }
        return flags;
    }

    /// Those that every command has.
    private static boolean isStoreOption(Setting<?> setting) {
        return setting.equals(Setting.DATA) || setting.equals(Setting.DATABASE);
    }

    private static OptionSpec option(String flag, Setting<?> setting) {
        return OptionSpec.builder(flag)
                .type(String.class)
                .paramLabel("VALUE")
                .description(
                        setting.meaning(), "Allowed is " + setting.allowed() + ".", "Default: " + setting.standard())
                .build();
    }
}
