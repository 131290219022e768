package dev.handstamp.cli;

import dev.handstamp.server.Handstamp;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.settings.Setting;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;

/// Starts the server of one process, tells the terminal what has to be known, and stops it when the process is told to
/// end.
final class Serving {

    private final Terminal terminal;

    Serving(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Serves until the process is told to end; answers the exit status of a server that could not.
    int run(ServeFlags flags) {
        try {
            start(flags);
            new CountDownLatch(1).await();
            return Cli.DONE;
        } catch (InterruptedException | RuntimeException e) {
            return Failures.tell(e, terminal);
        }
    }

    /// Starts a server that serves when this returns.
    Handstamp start(ServeFlags flags) {
        ServerConfig config = StoreOptions.configuration(flags.config(), flags.settings(), terminal);
        boolean isFirst = config.database().url().isEmpty()
                && !Files.exists(config.database().file());
        boolean hadMasterKey = Files.exists(config.masterKeyFile());
        Log.captureLibraries();
        Handstamp server = Handstamp.start(config);
        stopWhenTold(server);
        if (!hadMasterKey && config.masterKey().isEmpty()) FirstStart.noteMasterKey(terminal, config.masterKeyFile());
        if (isFirst) FirstStart.noteFirstUser(terminal, storeOptions(flags));
        terminal.err()
                .println("Handstamp serves " + server.issuer() + " (port " + server.port() + "). Ctrl-C stops it.");
        return server;
    }

    /// Halts rather than exits, because a process that ends by a signal it has obeyed has ended well: status 0.
    private static void stopWhenTold(Handstamp server) {
        Thread stop = Thread.ofPlatform().name("stop").unstarted(() -> {
            server.stop();
            Runtime.getRuntime().halt(Cli.DONE);
        });
        Runtime.getRuntime().addShutdownHook(stop);
    }

    /// What names this server's store to another command.
    private static String storeOptions(ServeFlags flags) {
        StringBuilder text = new StringBuilder();
        flags.config().ifPresent(file -> text.append(" --config ").append(file));
        flags.text(Setting.DATA).ifPresent(folder -> text.append(" --data ").append(folder));
        flags.text(Setting.DATABASE)
                .ifPresent(url -> text.append(" --database ").append(url));
        return text.toString();
    }
}
