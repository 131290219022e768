package dev.handstamp.cli;

import java.nio.file.Path;

/// What somebody has to be told once.
final class FirstStart {

    private FirstStart() {}

    static void noteMasterKey(Terminal terminal, Path file) {
        terminal.err().println("""
            ┌──────────────────────────────────────────────────────────────────────────────┐
            │ A master key was made. It encrypts the signing keys in the database.         │
            │ BACK IT UP NOW, apart from the database: without it the keys are lost and    │
            │ nobody can sign in; with it and the database, anybody can sign tokens.       │
            └──────────────────────────────────────────────────────────────────────────────┘
            The master key: %s""".formatted(file));
    }

    /// The exact commands for the first user.
    ///
    /// @param storeOptions the options that name this server's store
    static void noteFirstUser(Terminal terminal, String storeOptions) {
        terminal.err().println("Nobody can log in yet. Make an API and the first user while the server runs:");
        terminal.err().println("  ./handstamp api add https://api.example/orders --scope orders:read" + storeOptions);
        terminal.err().println("  ./handstamp user add vera --name \"Vera Vale\"" + storeOptions);
        terminal.err().println("Somebody who administers in a browser, at /admin:");
        terminal.err().println("  ./handstamp user add root --role administrator" + storeOptions);
    }
}
