package dev.handstamp.cli;

import dev.handstamp.server.Unusable;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.crypto.DamagedKey;
import dev.handstamp.server.crypto.UnusableMasterKey;
import dev.handstamp.server.store.StoreException;
import java.io.UncheckedIOException;

/// What a command that was not done says, and the status that it ends with.
final class Failures {

    private Failures() {}

    static int tell(Exception failure, Terminal terminal) {
        int status = told(failure, terminal);
        terminal.err().flush();
        return status;
    }

    private static int told(Exception failure, Terminal terminal) {
        switch (failure) {
            case WrongUsage wrong -> {
                wrong.lines().forEach(line -> terminal.err().println("handstamp: " + line));
                return Cli.WRONG_USAGE;
            }
            case Refused _, Unusable _, UnusableMasterKey _, DamagedKey _, StoreException _, UncheckedIOException _ ->
                terminal.err().println("handstamp: " + failure.getMessage());
            default -> {
                terminal.err().println("handstamp: this should not have happened");
                failure.printStackTrace(terminal.err());
            }
        }
        return Cli.REFUSED;
    }
}
