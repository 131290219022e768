package dev.handstamp.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp completion`: what a shell needs to complete commands and options.
@Command(
        name = "completion",
        description = "Prints a completion script for bash or zsh.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(handstamp completion bash)",
            "  source <(handstamp completion zsh)      # after autoload -U compinit && compinit"
        })
final class CompletionCommand implements Callable<Integer> {

    enum Shell {
        bash,
        zsh
    }

    private final Terminal terminal;
    private final Cli cli;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh")
    private Shell shell = Shell.bash;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it.
    private boolean help;

    CompletionCommand(Terminal terminal, Cli cli) {
        this.terminal = terminal;
        this.cli = cli;
    }

    @Override
    public Integer call() {
        String bash = AutoComplete.bash("handstamp", cli.commandLine());
        terminal.out().print(shell == Shell.zsh ? "autoload -U +X bashcompinit && bashcompinit\n" + bash : bash);
        return Cli.DONE;
    }
}
