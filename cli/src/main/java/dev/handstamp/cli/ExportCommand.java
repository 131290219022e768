package dev.handstamp.cli;

import dev.handstamp.json.Json;
import dev.handstamp.server.administration.UserExport;
import dev.handstamp.server.administration.UserExport.Summary;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp export`: every user, to take along.
@Command(
        name = "export",
        description = {
            "Hands out every user with roles, attributes, passkeys and consents, as JSON Lines that "
                    + "handstamp import reads; with --with-secrets also what lets users sign in as before: password "
                    + "hashes, authenticator applications and recovery codes.",
            "Sessions, grants and known browsers stay here. The export is noted in the audit log."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  handstamp export users.jsonl --with-secrets", "  handstamp export | jq .email"})
final class ExportCommand implements Callable<Integer> {

    @Mixin
    private StoreOptions store;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "A file to be made, readable for its owner alone; it is there once it is whole. Without it: "
                    + "standard output.")
    private @Nullable String file;

    @Option(
            names = "--with-secrets",
            description = "Hands out password hashes, the secrets of authenticator applications and the hashes of "
                    + "recovery codes too. Whoever holds the file makes codes like the users do: keep it like a "
                    + "key, and delete it when it was taken in.")
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
                return print(export);
            }
            return writeFile(export, file);
        });
    }

    /// Nothing stands under the file's name until all of it does.
    private int writeFile(UserExport export, String file) {
        Path target = path(file);
        Path beside = target.resolveSibling(target.getFileName() + ".part");
        if (Files.exists(target)) throw new WrongUsage(file + " is there already");
        FileChannel channel = made(beside);
        beside.toFile().deleteOnExit(); // Also where somebody stops the command.
        try (channel;
                Writer out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8))) {
            Summary summary = run(export, line -> write(line, out));
            out.flush();
            channel.force(true);
            Files.move(beside, target);
            tell(summary);
            return Cli.DONE;
        } catch (FileAlreadyExistsException e) {
            throw new WrongUsage(file + " is there already");
        } catch (IOException | UncheckedIOException e) {
            String why = file + " could not be written whole, and nothing of it was kept";
            throw new UncheckedIOException(why, new IOException(e));
        } catch (RuntimeException e) {
            terminal.err().println("handstamp: the export broke off, and nothing of " + file + " was kept");
            throw e;
        } finally {
            drop(beside);
        }
    }

    /// It is there only if the export broke off.
    private void drop(Path beside) {
        try {
            Files.deleteIfExists(beside);
        } catch (IOException e) {
            terminal.err().println("handstamp: " + beside + " is not whole and could not be deleted: delete it");
        }
    }

    private void askForScreen() {
        boolean agreed = terminal.question()
                .apply("Secrets of every user would stand on this screen. Type yes to go on")
                .filter("yes"::equals)
                .isPresent();
        if (!agreed) throw new WrongUsage("nothing was exported: name a FILE for the secrets");
    }

    private int print(UserExport export) {
        PrintWriter out = terminal.out();
        tell(run(export, user -> {
            out.println(user);
            if (out.checkError()) throw new UncheckedIOException("not everything could be written", new IOException());
        }));
        return Cli.DONE;
    }

    private Summary run(UserExport export, Consumer<String> line) {
        if (withSecrets) {
            terminal.err()
                    .println(
                            "This holds secrets of every user: keep it like a key, and delete it when it was taken in.");
        }
        return export.run(withSecrets, user -> line.accept(Json.text(user)));
    }

    private static void write(String line, Writer out) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void tell(Summary summary) {
        for (String line : lines(summary)) terminal.err().println(line);
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

    private static Path path(String file) {
        try {
            Path path = Path.of(file);
            if (path.getFileName() != null) return path;
        } catch (InvalidPathException e) {
            // Told below.
        }
        throw new WrongUsage(file + " cannot be written");
    }

    private FileChannel made(Path beside) {
        try {
            var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            return FileChannel.open(beside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner);
        } catch (FileAlreadyExistsException e) {
            throw new WrongUsage(beside + " is there already: another export writes it, or was killed. Delete it then");
        } catch (IOException e) {
            throw new WrongUsage(file + " cannot be written");
        }
    }
}
