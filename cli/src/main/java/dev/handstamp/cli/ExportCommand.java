package dev.handstamp.cli;

import dev.handstamp.json.Json;
import dev.handstamp.server.administration.UserExport;
import dev.handstamp.server.administration.UserExport.Summary;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp export`: every user, to take along.
@Command(
        name = "export",
        description = {
            "Hands out every user with roles, attributes, passkeys and consents, as JSON Lines that handstamp import",
            "reads; with --with-secrets also what lets users sign in as before: password hashes, authenticator",
            "applications and recovery codes. Sessions, grants and known browsers stay here. The export is noted in the",
            "audit log."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  handstamp export users.jsonl --with-secrets", "  handstamp export | jq .email"})
final class ExportCommand implements Callable<Integer> {

    @Mixin
    private StoreOptions store;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "A file to be made, readable for its owner alone. Without it: standard output.")
    private @Nullable String file;

    @Option(
            names = "--with-secrets",
            description = {
                "Hands out password hashes, the secrets of authenticator applications and the hashes of recovery codes",
                "too. Whoever holds the file makes codes like the users do: keep it like a key, and delete it when it",
                "was taken in."
            })
    private boolean withSecrets;

    private final Terminal terminal;

    ExportCommand(Terminal terminal) {
        this.terminal = terminal;
        this.store = new StoreOptions(terminal);
    }

    @Override
    public Integer call() {
        return store.with(office -> {
            UserExport export = office.userExport();
            export.makeReady(withSecrets);
            if (file == null) {
                if (withSecrets && terminal.screen().getAsBoolean()) askForScreen();
                return write(export, terminal.out());
            }
            try (PrintWriter out = new PrintWriter(made(file))) {
                return write(export, out);
            }
        });
    }

    private void askForScreen() {
        boolean agreed = terminal.question()
                .apply("Secrets of every user would stand on this screen. Type yes to go on")
                .filter("yes"::equals)
                .isPresent();
        if (!agreed) throw new WrongUsage("nothing was exported: name a FILE for the secrets");
    }

    private int write(UserExport export, PrintWriter out) {
        if (withSecrets) {
            terminal.err()
                    .println(
                            "This holds secrets of every user: keep it like a key, and delete it when it was taken in.");
        }
        Summary summary = export.run(withSecrets, user -> out.println(Json.text(user)));
        if (out.checkError()) throw new WrongUsage("not everything could be written");
        for (String line : lines(summary)) terminal.err().println(line);
        return Cli.DONE;
    }

    private List<String> lines(Summary summary) {
        List<String> lines = new ArrayList<>();
        String open = number(summary.passkeys(), "passkey") + ", " + number(summary.consents(), "consent");
        String secret = number(summary.passwords(), "password hash", "password hashes") + ", "
                + number(summary.authenticators() - summary.unopened(), "authenticator application") + ", "
                + number(summary.recoveryCodes() - summary.fixedCodes() - summary.unopenedCodes(), "recovery code");
        lines.add(number(summary.users(), "user") + ", " + open + (withSecrets ? ", " + secret : ""));
        boolean hasSecrets = summary.passwords() + summary.authenticators() > 0;
        if (!withSecrets && hasSecrets) lines.add("left out: " + secret + ". --with-secrets takes them along");
        if (summary.fixedCodes() > 0) {
            lines.add("left out: " + number(summary.fixedCodes(), "recovery code")
                    + " of an older version, which only this server can check: their users make new ones at"
                    + " /account/recovery-codes");
        }
        if (summary.unopened() > 0) {
            lines.add("left out: " + number(summary.unopened(), "authenticator application")
                    + " whose secret does not open with this master key: their users set it up anew");
        }
        if (summary.unopenedCodes() > 0) {
            lines.add("left out: " + number(summary.unopenedCodes(), "recovery code")
                    + " that cannot go without what this master key does not open: their users make new ones at"
                    + " /account/recovery-codes");
        }
        if (summary.pairwise() > 0) {
            lines.add("some applications know " + number(summary.pairwise(), "user")
                    + " by names that the master key makes: take the master key along, or they know them no more");
        }
        return lines;
    }

    private static String number(long number, String one) {
        return number(number, one, one + "s");
    }

    private static String number(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    private static Writer made(String file) {
        try {
            var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            FileChannel channel = FileChannel.open(
                    Path.of(file), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner);
            return new BufferedWriter(
                    new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8));
        } catch (FileAlreadyExistsException e) {
            throw new WrongUsage(file + " is there already");
        } catch (IOException | InvalidPathException e) {
            throw new WrongUsage(file + " cannot be written");
        }
    }
}
