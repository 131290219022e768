package dev.handstamp.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `handstamp export-config`: the present configuration as a file.
@Command(
        name = "export-config",
        description = {
            "Prints APIs, roles, clients, brands, rules of exchange and assertion issuers as a file that "
                    + "plan finds nothing to do for.",
            "No secret is in it: clients keep the one that they have. Clients that describe themselves, "
                    + "and the server's own API, are left out."
        },
        footerHeading = "%nExample:%n",
        footer = "  handstamp export-config > handstamp-config.yaml")
final class ExportConfigCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreOptions store;

    ExportConfigCommand(Terminal terminal) {
        this.terminal = terminal;
        this.store = new StoreOptions(terminal);
    }

    @Override
    public Integer call() {
        return store.with(office -> {
            terminal.out().print(office.configurations().export());
            return Cli.DONE;
        });
    }
}
