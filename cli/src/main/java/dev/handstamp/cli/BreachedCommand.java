package dev.handstamp.cli;

import dev.handstamp.server.crypto.BreachedPasswords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp breached`: which passwords are not taken.
@Command(
        name = "breached",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Passwords that were stolen somewhere, so that anybody tries them first: nobody can set them.",
        footerHeading = "%nExamples:%n",
        footer = {"  handstamp breached build passwords.txt --out passwords.filter"})
final class BreachedCommand {

    @Command(
            name = "build",
            description = {
                "Makes a filter of a list, for the setting breached-passwords: 3 bytes a password, and "
                        + "none of them in it.",
                "A line is a password, or its SHA-1 as Have I Been Pwned hands them out."
            },
            footerHeading = "%nExamples:%n",
            footer = {"  handstamp breached build pwned-passwords-sha1.txt --out pwned.filter"})
    int build(
            @Mixin Printed printed,
            @Parameters(paramLabel = "LIST", description = "The list.") Path list,
            @Option(names = "--out", paramLabel = "FILE", description = "Where to; LIST.filter if not given.") @Nullable
                    Path out) {
        Path filter = out == null ? Path.of(list + ".filter") : out;
        try {
            long count = BreachedPasswords.build(list, filter);
            return printed.done(
                    Map.of("passwords", count, "filter", filter.toString()),
                    count + " passwords are in " + filter + ". Set breached-passwords to it.");
        } catch (IOException e) {
            throw new UncheckedIOException(filter + " was not made of " + list + ": " + e.getMessage(), e);
        }
    }
}
