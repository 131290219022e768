package dev.handstamp.cli;

import dev.handstamp.server.administration.Configuration;
import dev.handstamp.server.administration.ConfigurationPlan;
import dev.handstamp.server.administration.Configurations;
import dev.handstamp.server.administration.Refused;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp apply`: makes the store what a file of configuration says.
@Command(
        name = "apply",
        description = {
            "Makes APIs, roles, clients, brands, rules of exchange and assertion issuers what a file says: "
                    + "all of it, or nothing.",
            "What a file once named goes when the file names it no more; whatever was made otherwise "
                    + "stays, unless --prune is given. Users and sessions are never touched. A running server heeds "
                    + "it at once. Secrets that are made are printed once."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  handstamp apply handstamp-config.yaml", "  handstamp apply handstamp-config.yaml --yes --json"})
final class ApplyCommand implements Callable<Integer> {

    /// So often what somebody else changes meanwhile is looked at again, where nobody has to be asked.
    private static final int ATTEMPTS = 10;

    private final Terminal terminal;

    @Mixin
    private StoreOptions store;

    @Mixin
    private Printed printed;

    @Parameters(paramLabel = "FILE", description = "YAML: apis, roles, clients, brand.")
    private String file = "";

    @Option(names = "--prune", description = "Whatever no file has named goes too, in the sections of this file.")
    private boolean prune;

    @Option(names = "--yes", description = "Asks nobody.")
    private boolean yes;

    ApplyCommand(Terminal terminal) {
        this.terminal = terminal;
        this.store = new StoreOptions(terminal);
        this.printed = new Printed(terminal);
    }

    @Override
    public Integer call() {
        Optional<Configuration> wanted = PlannedConfiguration.read(file, terminal);
        if (wanted.isEmpty()) return Cli.REFUSED;
        return store.with(office -> apply(office.configurations(), wanted.get()));
    }

    private int apply(Configurations configurations, Configuration wanted) {
        for (int attempt = 1; ; attempt++) {
            try {
                ConfigurationPlan plan = configurations.plan(wanted, prune);
                if (!plan.isEmpty() && !yes) confirm(plan);
                return PlannedConfiguration.tell(configurations.apply(wanted, prune, plan), printed, terminal, !yes);
            } catch (Refused refused) {
                boolean isOver = !yes || attempt == ATTEMPTS || refused.kind() != Refused.Kind.CHANGED;
                if (isOver) throw refused;
            }
        }
    }

    private void confirm(ConfigurationPlan plan) {
        PlannedConfiguration.lines(plan).forEach(line -> terminal.err().println(line));
        terminal.err().flush();
        String answer = terminal.question()
                .apply("Apply this? Type yes")
                .orElseThrow(
                        () -> new WrongUsage("there is no terminal to ask on: look at it with plan, then use --yes"));
        if (!answer.strip().equals("yes")) throw new Refused("nothing was changed");
    }
}
