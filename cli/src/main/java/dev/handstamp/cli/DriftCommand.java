package dev.handstamp.cli;

import dev.handstamp.server.administration.Configuration;
import dev.handstamp.server.administration.ConfigurationPlan;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp drift`: whether there is what a file of configuration says.
@Command(
        name = "drift",
        description = {
            "Tells whether the store has become something else than a file says: exit status 0 if it has "
                    + "not, 1 if it has, with what apply would do.",
            "For a job that runs every night."
        },
        footerHeading = "%nExample:%n",
        footer = "  handstamp drift handstamp-config.yaml || mail -s drift ops@example.org")
final class DriftCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreOptions store;

    @Mixin
    private Printed printed;

    @Parameters(paramLabel = "FILE", description = "YAML: apis, roles, clients, brand.")
    private String file = "";

    @Option(names = "--prune", description = "Whatever no file has named is drift too, in the sections of this file.")
    private boolean prune;

    DriftCommand(Terminal terminal) {
        this.terminal = terminal;
        this.store = new StoreOptions(terminal);
        this.printed = new Printed(terminal);
    }

    @Override
    public Integer call() {
        Optional<Configuration> wanted = PlannedConfiguration.read(file, terminal);
        if (wanted.isEmpty()) return Cli.REFUSED;
        return store.with(office -> {
            ConfigurationPlan plan = office.configurations().plan(wanted.get(), prune);
            PlannedConfiguration.show(plan, printed, terminal);
            return plan.isEmpty() ? Cli.DONE : Cli.REFUSED;
        });
    }
}
