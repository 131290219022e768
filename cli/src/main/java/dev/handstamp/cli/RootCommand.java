package dev.handstamp.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/// What stands on top: the name, the list of commands and a first walk.
@Command(
        name = "handstamp",
        versionProvider = RootCommand.Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Shows papers once, at the door, and stamps hands: a JWT authentication server and its administration.",
        footerHeading = "%nA first walk:%n",
        footer = {
            "  handstamp api add https://api.example/orders --scope orders:read --scope orders:write",
            "  handstamp role add clerk --api https://api.example/orders --scope orders:read",
            "  handstamp user add vera --role clerk",
            "  handstamp serve",
            "",
            "Everything is kept in ./data unless --data DIR says otherwise. Each command has --help with examples.",
            "Exit status: 0 done, 1 refused with a reason, 2 wrong usage."
        })
final class RootCommand {

    /// The version that the build wrote down.
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() throws IOException {
            Properties properties = new Properties();
            try (InputStream file = RootCommand.class.getResourceAsStream("version.properties")) {
                if (file != null) properties.load(file);
            }
            return new String[] {"handstamp " + properties.getProperty("version", "unknown")};
        }
    }
}
