package dev.handstamp.cli;

import dev.handstamp.forwardauth.ForwardAuth;
import dev.handstamp.forwardauth.ForwardAuthSetting;
import dev.handstamp.forwardauth.ForwardAuthSettings;
import dev.handstamp.server.log.Log;
import java.util.LinkedHashMap;
import java.util.List;
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

/// `handstamp forward-auth`: the verifier as a service for a proxy. It has a flag for every setting that is no secret.
@Command(
        name = "forward-auth",
        description = {
            "Checks tokens for nginx, Traefik, Caddy or Envoy, which ask it about each request.",
            "Runs until Ctrl-C. Settings come from HANDSTAMP_FORWARD_AUTH_... variables and flags; flags " + "win."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  handstamp forward-auth --issuer https://login.example.org --audience https://app.example.org",
            "  handstamp forward-auth --proxy traefik --host 0.0.0.0 --trusted-proxies 172.16.0.0/12 ...",
            "  handstamp forward-auth --origins https://app.example.org --login-url 'https://login.example.org/?u={url}' ..."
        })
final class ForwardAuthCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private final HelpOption help = new HelpOption();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    ForwardAuthCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    static CommandLine commandLine(Terminal terminal, IFactory factory) {
        CommandLine command = new CommandLine(new ForwardAuthCommand(terminal), factory);
        for (ForwardAuthSetting setting : ForwardAuthSetting.values()) {
            if (!setting.isSecret()) command.getCommandSpec().addOption(option(setting));
        }
        return command;
    }

    @Override
    public Integer call() throws InterruptedException {
        ForwardAuthSettings settings = settings();
        Log.captureLibraries();
        ForwardAuth service = ForwardAuth.start(settings);
        stopWhenTold(service);
        terminal.err().println("Handstamp forward-auth answers at port " + service.port() + ". Ctrl-C stops it.");
        new CountDownLatch(1).await();
        return Cli.DONE;
    }

    private ForwardAuthSettings settings() {
        try {
            return ForwardAuthSettings.of(flags(), terminal.environment());
        } catch (IllegalArgumentException wrong) {
            throw new WrongUsage(List.of(String.valueOf(wrong.getMessage()).split("\n", -1)));
        }
    }

    private Map<String, String> flags() {
        Map<String, String> flags = new LinkedHashMap<>();
        for (ForwardAuthSetting setting : ForwardAuthSetting.values()) {
            if (setting.isSecret()) continue;
            String value = spec.findOption(flag(setting)).getValue();
            if (value != null) flags.put(setting.label(), value);
        }
        return flags;
    }

    /// Halts rather than exits, because a process that ends by a signal it has obeyed has ended well: status 0.
    private static void stopWhenTold(ForwardAuth service) {
        Thread stop = Thread.ofPlatform().name("stop").unstarted(() -> {
            service.close();
            Runtime.getRuntime().halt(Cli.DONE);
        });
        Runtime.getRuntime().addShutdownHook(stop);
    }

    private static OptionSpec option(ForwardAuthSetting setting) {
        String standard = setting.standard().isEmpty() ? "Required." : "Default: " + setting.standard();
        return OptionSpec.builder(flag(setting))
                .type(String.class)
                .paramLabel("VALUE")
                .description(setting.meaning(), "Allowed is " + setting.allowed() + ".", standard)
                .build();
    }

    private static String flag(ForwardAuthSetting setting) {
        return "--" + setting.label();
    }
}
