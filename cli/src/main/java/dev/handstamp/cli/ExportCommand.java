package dev.handstamp.cli;

import dev.handstamp.json.Json;
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
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `handstamp export`: every user, to take along.
@Command(
        name = "export",
        description = {
            "Hands out every user with roles, attributes and password hash, as JSON Lines that handstamp import reads.",
            "Whoever holds the file can try passwords against it: keep it like a key. The export is noted in the audit",
            "log."
        },
        footerHeading = "%nExample:%n",
        footer = "  handstamp export users.jsonl")
final class ExportCommand implements Callable<Integer> {

    @Mixin
    private StoreOptions store;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "A file to be made, readable for its owner alone. Without it: standard output.")
    private @Nullable String file;

    private final Terminal terminal;

    ExportCommand(Terminal terminal) {
        this.terminal = terminal;
        this.store = new StoreOptions(terminal);
    }

    @Override
    public Integer call() {
        return store.with(office -> {
            if (file == null) return write(office, terminal.out());
            try (PrintWriter out = new PrintWriter(made(file))) {
                return write(office, out);
            }
        });
    }

    private int write(Office office, PrintWriter out) {
        long count = office.userExport().run(user -> out.println(Json.text(user)));
        if (out.checkError()) throw new WrongUsage("not everything could be written");
        terminal.err().println(count + " users");
        return Cli.DONE;
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
