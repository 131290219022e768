package dev.handstamp.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The whole tree of commands, put together by hand.
public final class Cli {

    static final int DONE = 0;
    static final int REFUSED = 1;
    static final int WRONG_USAGE = 2;

    private final Terminal terminal;

    public Cli(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Runs one command and answers its exit status.
    public int run(String... arguments) {
        int status = commandLine(arguments).execute(arguments);
        terminal.out().flush();
        terminal.err().flush();
        return status;
    }

    /// The whole tree.
    CommandLine commandLine() {
        return commandLine(nouns());
    }

    /// Only the branch that is meant, if one is: describing all of them to picocli takes half a second.
    private CommandLine commandLine(String... arguments) {
        Map<String, Supplier<Object>> nouns = nouns();
        if (arguments.length > 0 && nouns.containsKey(arguments[0]))
            nouns.keySet().retainAll(Set.of(arguments[0]));
        return commandLine(nouns);
    }

    private Map<String, Supplier<Object>> nouns() {
        Map<String, Supplier<Object>> nouns = new LinkedHashMap<>();
        nouns.put("serve", () -> ServeCommand.commandLine(terminal, this::create));
        nouns.put("api", ApiCommand::new);
        nouns.put("client", () -> new ClientCommand(terminal));
        nouns.put("role", RoleCommand::new);
        nouns.put("brand", BrandCommand::new);
        nouns.put("plan", () -> new PlanCommand(terminal));
        nouns.put("apply", () -> new ApplyCommand(terminal));
        nouns.put("drift", () -> new DriftCommand(terminal));
        nouns.put("export-config", () -> new ExportConfigCommand(terminal));
        nouns.put("exchange", ExchangeCommand::new);
        nouns.put("issuer", () -> new IssuerCommand(terminal));
        nouns.put("user", () -> {
            CommandLine user = new CommandLine(new UserCommand(terminal), this::create);
            user.addSubcommand(new CommandLine(new TotpCommand(), this::create));
            return user.addSubcommand(new CommandLine(new PasskeysCommand(), this::create));
        });
        nouns.put("import", () -> new ImportCommand(terminal));
        nouns.put("breached", BreachedCommand::new);
        nouns.put("export", () -> new ExportCommand(terminal));
        nouns.put("session", SessionCommand::new);
        nouns.put("grant", GrantCommand::new);
        nouns.put("revocations", () -> new RevocationsCommand(terminal));
        nouns.put("key", KeyCommand::new);
        nouns.put("token", () -> new TokenCommand(terminal));
        nouns.put("audit", () -> new AuditCommand(terminal));
        nouns.put("health", () -> new HealthCommand(terminal));
        nouns.put("forward-auth", () -> ForwardAuthCommand.commandLine(terminal, this::create));
        nouns.put("completion", () -> new CompletionCommand(terminal, this));
        return nouns;
    }

    private CommandLine commandLine(Map<String, Supplier<Object>> nouns) {
        CommandLine root = new CommandLine(new RootCommand(), this::create);
        nouns.values().forEach(noun -> root.addSubcommand(noun.get()));
        root.setOut(terminal.out());
        root.setErr(terminal.err());
        root.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        root.setExpandAtFiles(false); // An argument that begins with @ is an argument.
        root.setUsageHelpWidth(100);
        root.setUsageHelpAutoWidth(false);
        root.setParameterExceptionHandler((wrong, _) -> wrongUsage(wrong));
        root.setExecutionExceptionHandler((failure, _, _) -> Failures.tell(failure, terminal));
        return root;
    }

    /// What picocli makes by itself: only the parts that commands share.
    private <K> K create(Class<K> type) throws Exception {
        if (type == StoreOptions.class) return type.cast(new StoreOptions(terminal));
        if (type == Printed.class) return type.cast(new Printed(terminal));
        if (type == HelpOption.class) return type.cast(new HelpOption());
        if (type == DurationConverter.class) return type.cast(new DurationConverter());
        if (type == FormatConverter.class) return type.cast(new FormatConverter());
        return CommandLine.defaultFactory().create(type);
    }

    private int wrongUsage(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        boolean lacksSubcommand = !command.getSubcommands().isEmpty() && !(wrong instanceof UnmatchedArgumentException);
        if (lacksSubcommand) {
            command.usage(terminal.err());
            return WRONG_USAGE;
        }
        terminal.err().println("handstamp: " + wrong.getMessage());
        terminal.err().println("Usage and examples: " + command.getCommandSpec().qualifiedName() + " --help");
        return WRONG_USAGE;
    }
}
