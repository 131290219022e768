package dev.handstamp.server.store;

import dev.handstamp.jwt.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The schema's history: numbered files under `db/`, each applied once, in order, in a transaction of its own.
///
/// The database remembers a digest of each. One that this program does not know, or knows differently, is from
/// another version: it is refused before anything is changed.
final class Migrations {

    static final Migrations SHIPPED = ofResources(
            "0001_initial.sql",
            "0002_revocation_audiences.sql",
            "0003_authorization_code.sql",
            "0004_status_lists.sql",
            "0005_client_metadata.sql",
            "0009_shared_signals.sql",
            "0010_used_once.sql",
            "0011_pushed_requests.sql",
            "0014_back_channel_logout.sql",
            "0016_registration.sql",
            "0017_pairwise_subjects.sql",
            "0021_proof_of_possession.sql",
            "0022_client_secret.sql",
            "0023_device_authorization.sql",
            "0024_token_exchange.sql",
            "0025_assertion_issuers.sql",
            "0026_second_factor.sql",
            "0027_invited_scopes.sql",
            "0028_outgoing_mail.sql",
            "0029_mail_tickets.sql",
            "0030_sign_in_by_mail.sql",
            "0031_passkeys.sql",
            "0033_words_and_policies.sql",
            "0034_brands.sql",
            "0035_configured.sql",
            "0036_administration.sql",
            "0042_known_devices.sql",
            "0045_refused_clients.sql",
            "0047_user_invitations.sql",
            "0049_mail_lanes.sql",
            "0053_moved_factors.sql",
            "0059_role_holders.sql",
            "0060_wrong_codes.sql",
            "0061_inviters_of_clients.sql");

    private static final String CREATE = """
        CREATE TABLE IF NOT EXISTS migration (
            number BIGINT PRIMARY KEY,
            name TEXT NOT NULL,
            checksum TEXT NOT NULL,
            applied_at TEXT NOT NULL
        )""";

    private static final String LIST = """
        SELECT number, name, checksum FROM migration ORDER BY number""";

    private static final String RECORD = """
        INSERT INTO migration (number, name, checksum, applied_at)
        VALUES (?, ?, ?, CAST(CURRENT_TIMESTAMP AS TEXT))""";

    /// One step: `0001_initial.sql` is number 1.
    record Migration(String name, String text) {

        long number() {
            return Long.parseLong(name.substring(0, name.indexOf('_')));
        }

        String checksum() {
            return Sha256.base64Url(text);
        }

        /// Each ends with a semicolon at the end of its line; `--` begins a comment.
        List<String> statements() {
            String bare = text.replaceAll("(?m)--.*$", "");
            return Arrays.stream(bare.split(";\\s*(\\R|$)"))
                    .map(String::strip)
                    .filter(statement -> !statement.isEmpty())
                    .toList();
        }
    }

    private record Applied(long number, String name, String checksum) {

        static Applied from(Row row) {
            return new Applied(row.number("number"), row.text("name"), row.text("checksum"));
        }
    }

    private final List<Migration> migrations;

    Migrations(List<Migration> migrations) {
        this.migrations = List.copyOf(migrations);
    }

    List<Migration> all() {
        return migrations;
    }

    /// Looks once, and takes the steps that are missing, each in a transaction of its own. Usually there is none.
    void apply(Engine engine) {
        Set<Long> done = engine.migrate(this::applied);
        for (Migration migration : migrations) {
            if (done.contains(migration.number())) continue;
            engine.migrate(tx -> {
                step(tx, migration);
                return migration;
            });
        }
    }

    /// The numbers of the steps that were taken, by whichever node, each with the text that this version has of it.
    private Set<Long> applied(Transaction tx) {
        tx.dialect().migrationLock().ifPresent(lock -> tx.list(lock, _ -> lock));
        tx.execute(CREATE);
        Map<Long, Applied> applied = new TreeMap<>();
        for (Applied each : tx.list(LIST, Applied::from)) applied.put(each.number(), each);
        check(applied);
        return applied.keySet();
    }

    private void step(Transaction tx, Migration migration) {
        if (applied(tx).contains(migration.number())) return; // Another node was faster.

        for (String statement : migration.statements()) tx.execute(tx.dialect().schema(statement));
        tx.execute(RECORD, migration.number(), migration.name(), migration.checksum());
    }

    private void check(Map<Long, Applied> applied) {
        for (Applied each : applied.values()) {
            Migration known = migrations.stream()
                    .filter(migration -> migration.number() == each.number())
                    .findFirst()
                    .orElseThrow(() -> new StoreException("the database was written by a newer version of Handstamp ("
                            + each.name() + "; this one knows up to "
                            + migrations.getLast().name()
                            + "): run that version, or go back to a backup made before it"));
            if (!known.checksum().equals(each.checksum())) {
                throw new StoreException("the database was made with another " + each.name()
                        + " than this version of Handstamp has: run the version that made it");
            }
        }
    }

    private static Migrations ofResources(String... names) {
        return new Migrations(Arrays.stream(names)
                .map(name -> new Migration(name, resource("/db/" + name)))
                .toList());
    }

    private static String resource(String path) {
        try (InputStream stream = Migrations.class.getResourceAsStream(path)) {
            if (stream == null) throw new IllegalStateException("no " + path + " on the class path");
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
