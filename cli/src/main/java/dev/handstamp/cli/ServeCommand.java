package dev.handstamp.cli;

import dev.handstamp.server.Handstamp;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.settings.Setting;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/// `handstamp serve`: the server itself. It has a flag for every setting that is no secret.
@Command(
        name = "serve",
        description = {
            "Starts the server. It runs until it is told to stop (SIGTERM, Ctrl-C); requests in flight are finished.",
            "Settings come from the configuration file, HANDSTAMP_... variables and flags; flags win, then variables."
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
    public Integer call() throws InterruptedException {
        ServerConfig config = store.read(flags());
        boolean isFirst = config.database().url().isEmpty()
                && !Files.exists(config.database().file());
        boolean hadMasterKey = Files.exists(config.masterKeyFile());
        Log.captureLibraries();
        Handstamp server = Handstamp.start(config);
        stopWhenTold(server);
        if (!hadMasterKey && config.masterKey().isEmpty()) FirstStart.noteMasterKey(terminal, config.masterKeyFile());
        if (isFirst) FirstStart.noteFirstUser(terminal, store.again());
        terminal.err()
                .println("Handstamp serves " + server.issuer() + " (port " + server.port() + "). Ctrl-C stops it.");
        new CountDownLatch(1).await();
        return Cli.DONE;
    }

    /// Halts rather than exits, because a process that ends by a signal it has obeyed has ended well: status 0.
    private static void stopWhenTold(Handstamp server) {
        Thread stop = Thread.ofPlatform().name("stop").unstarted(() -> {
            server.stop();
            Runtime.getRuntime().halt(Cli.DONE);
        });
        Runtime.getRuntime().addShutdownHook(stop);
    }

    private Map<String, String> flags() {
        Map<String, String> flags = new LinkedHashMap<>();
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
