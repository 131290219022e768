package dev.handstamp.cli;

import dev.handstamp.server.administration.UserImport.Manner;
import dev.handstamp.server.administration.UserImport.Outcome;
import dev.handstamp.server.administration.UserImport.Report;
import dev.handstamp.server.administration.moving.Auth0Lines;
import dev.handstamp.server.administration.moving.FirebaseUsers;
import dev.handstamp.server.administration.moving.HandstampLines;
import dev.handstamp.server.administration.moving.KeycloakRealm;
import dev.handstamp.server.administration.moving.UserFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp import`: users of another system, with the passwords that they have.
@Command(
        name = "import",
        description = {
            "Takes in users of another system with their password hashes: bcrypt, PBKDF2, scrypt, Argon2, "
                    + "SHA-crypt and Firebase's scrypt.",
            "Each hash is renewed to Argon2id at the first login. Authenticator applications, passkeys and "
                    + "consents come along where the file has them; what stays behind of a user is told with what to "
                    + "do about it. Who is there already is left alone, so that an import that was interrupted is "
                    + "begun again with the same command."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  handstamp import users.jsonl --dry-run",
            "  handstamp import realm.json --format keycloak",
            "  handstamp import users.json --format firebase --hash-config hash_config.json",
            "",
            "A line of json-lines: {\"username\": \"vera\", \"email\": \"vera@example.org\", \"roles\": [\"vip\"],",
            "\"attributes\": {\"age\": 34}, \"password_hash\": \"$2b$12$…\", \"sub\": \"its identifier so far\"}"
        })
final class ImportCommand implements Callable<Integer> {

    private static final int REMARK_EACH = 5_000;

    enum Format {
        JSON_LINES,
        KEYCLOAK,
        AUTH0,
        FIREBASE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Mixin
    private StoreOptions store;

    @Mixin
    private Printed printed;

    @Parameters(paramLabel = "FILE", description = "The file; - for standard input.")
    private String file = "";

    @Option(
            names = "--format",
            defaultValue = "json-lines",
            paramLabel = "FORMAT",
            converter = FormatConverter.class,
            description = "json-lines (default), keycloak, auth0 or firebase.")
    private Format format = Format.JSON_LINES;

    @Option(
            names = "--hash-config",
            paramLabel = "FILE",
            description = "The hash parameters of a Firebase project, as a JSON object: base64_signer_key, "
                    + "base64_salt_separator, rounds, mem_cost.")
    private @Nullable String hashConfig;

    @Option(names = "--dry-run", description = "Checks everything, reports on each user, and keeps nothing.")
    private boolean rehearsal;

    @Option(
            names = "--rp-id",
            paramLabel = "HOST",
            description = "What the passkeys of the file are bound to (their RP ID), whatever it says itself. They "
                    + "work only on a server of that very name.")
    private @Nullable String relyingParty;

    @Option(names = "--leave-passkeys", description = "Takes users in without their passkeys.")
    private boolean withoutPasskeys;

    private final Terminal terminal;

    ImportCommand(Terminal terminal) {
        this.terminal = terminal;
        this.store = new StoreOptions(terminal);
        this.printed = new Printed(terminal);
    }

    @Override
    public Integer call() {
        UserFile form = form();
        return store.with(office -> {
            Tally tally = new Tally();
            try (InputStream in = open()) {
                office.userImport().run(form, in, manner(), report -> tell(report, tally));
            } catch (IOException e) {
                throw new WrongUsage(file + ": " + e.getMessage());
            }
            return sumUp(tally);
        });
    }

    private Manner manner() {
        return new Manner(rehearsal, Optional.ofNullable(relyingParty), withoutPasskeys);
    }

    private UserFile form() {
        if (format != Format.FIREBASE && hashConfig != null) {
            throw new WrongUsage("--hash-config belongs to --format firebase");
        }
        return switch (format) {
            case JSON_LINES -> new HandstampLines();
            case KEYCLOAK -> new KeycloakRealm();
            case AUTH0 -> new Auth0Lines();
            case FIREBASE -> new FirebaseUsers(parameters());
        };
    }

    private FirebaseUsers.Parameters parameters() {
        if (hashConfig == null) {
            throw new WrongUsage("--format firebase needs --hash-config FILE: the hash parameters that the console of"
                    + " the project shows");
        }
        Map<String, Object> object = new JsonInput(terminal).object(hashConfig);
        if (object.get("base64_signer_key") instanceof String signer
                && object.get("base64_salt_separator") instanceof String separator
                && object.get("rounds") instanceof Long rounds
                && object.get("mem_cost") instanceof Long cost
                && rounds == rounds.intValue()
                && cost == cost.intValue()) {
            return new FirebaseUsers.Parameters(signer, separator, rounds.intValue(), cost.intValue());
        }
        throw new WrongUsage(hashConfig + " has to hold base64_signer_key, base64_salt_separator, rounds and mem_cost");
    }

    private InputStream open() throws IOException {
        try {
            return file.equals("-") ? terminal.in() : Files.newInputStream(Path.of(file));
        } catch (IOException | InvalidPathException e) {
            throw new WrongUsage(file + " cannot be read");
        }
    }

    /// A line for whoever did not get in, or not with everything; with `--dry-run` or `--json` one for each user.
    private void tell(Report report, Tally tally) {
        long seen = tally.count(report);
        boolean isSmooth = report.outcome() != Outcome.REFUSED && report.left().isEmpty();
        if (printed.isJson()) printed.object(object(report));
        else if (rehearsal || !isSmooth) terminal.out().println(line(report));
        if (seen % REMARK_EACH == 0) {
            printed.remark(seen + " users so far");
            terminal.err().flush();
        }
    }

    private String line(Report report) {
        List<String> became = new ArrayList<>();
        switch (report.outcome()) {
            case REFUSED -> became.add("refused: " + report.reason());
            case THERE_ALREADY -> became.add("there already");
            case ADDED -> {
                if (rehearsal) became.add("would be added");
                if (!report.left().isEmpty()) became.add("without " + String.join("; without ", report.left()));
            }
        }
        return Shown.text(report.number() + "  " + Shown.orDash(report.username()) + "  " + String.join(" ", became));
    }

    private int sumUp(Tally tally) {
        String done = rehearsal ? "would be added" : "added";
        String without = tally.without == 0 ? "" : " (" + tally.without + " not with everything)";
        printed.remark(tally.of(Outcome.ADDED) + " " + done + without + ", " + tally.of(Outcome.THERE_ALREADY)
                + " there already, " + tally.of(Outcome.REFUSED) + " refused");
        return tally.of(Outcome.REFUSED) == 0 ? Cli.DONE : Cli.REFUSED;
    }

    private static Map<String, Object> object(Report report) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("number", report.number());
        object.put("username", report.username());
        object.put("outcome", report.outcome().name().toLowerCase(Locale.ROOT));
        if (!report.reason().isEmpty()) object.put("reason", report.reason());
        if (!report.left().isEmpty()) object.put("left", report.left());
        return object;
    }

    private static final class Tally {

        private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
        private long seen;
        private long without;

        long count(Report report) {
            counts.merge(report.outcome(), 1L, Long::sum);
            if (!report.left().isEmpty()) without++;
            return ++seen;
        }

        long of(Outcome outcome) {
            return counts.getOrDefault(outcome, 0L);
        }
    }
}
