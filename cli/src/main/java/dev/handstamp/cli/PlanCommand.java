package dev.handstamp.cli;

import dev.handstamp.server.administration.Configuration;
import dev.handstamp.server.administration.ConfigurationPlan;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp plan`: what a file of configuration would change.
@Command(
        name = "plan",
        description = {
            "Shows what apply would do with a file of APIs, roles, clients, brands, rules of exchange and "
                    + "assertion issuers.",
            "Everything is checked, nothing is changed. Users and sessions are never touched."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  handstamp export-config > handstamp-config.yaml", "  handstamp plan handstamp-config.yaml"})
final class PlanCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreOptions store;

    @Mixin
    private Printed printed;

    @Parameters(paramLabel = "FILE", description = "YAML: apis, roles, clients, brand.")
    private String file = "";

    @Option(names = "--prune", description = "Whatever no file has named goes too, in the sections of this file.")
    private boolean prune;

    PlanCommand(Terminal terminal) {
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
            return PlannedConfiguration.show(plan, printed, terminal);
        });
    }
}
