package dev.handstamp.server.administration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.server.administration.UserExport.Summary;
import dev.handstamp.server.administration.UserImport.Manner;
import dev.handstamp.server.administration.UserImport.Outcome;
import dev.handstamp.server.administration.UserImport.Report;
import dev.handstamp.server.administration.moving.HandstampLines;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.MasterKey;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.UserStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An export that has more than one page, on both databases.
class UserExportTest {

    private static final int PAGE = UserStore.PAGE_OF_EVERYBODY;
    private static final int USERS = 2 * PAGE + 1;

    /// One for the users, and one for each kind of thing that they have.
    private static final int STATEMENTS_OF_A_PAGE = 7;

    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.891234Z");
    private static final String PUBLIC_KEY = publicKey();
    private static final Secrets SECRETS = new Secrets(new SecureRandom());

    private final KeyEncryption keys =
            new KeyEncryption(MasterKey.parse("test", SECRETS.clientSecret().value()), SECRETS);

    @TempDir
    Path folder;

    @Test
    void on_sqlite_everybody_comes_with_what_is_theirs_and_nothing_of_others() throws Exception {
        try (Database database = Database.open(new DatabaseLocation.Sqlite(folder.resolve("handstamp.db")))) {
            everybodyComesAsTheyWentIn(database);
        }
    }

    @Test
    void on_postgresql_too_with_a_statement_for_each_kind_of_thing_in_a_page() throws Exception {
        Path log = folder.resolve("postgresql.log");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("log_statement", "all")
                        .setOutputRedirector(Redirect.appendTo(log.toFile()))
                        .setErrorRedirector(Redirect.appendTo(log.toFile()))
                        .start();
                Database database = Database.open(
                        new DatabaseLocation.Postgresql(postgres.getJdbcUrl("postgres", "postgres"), "", ""))) {
            everybodyComesAsTheyWentIn(database);
            long before = queries(log);
            export(database);
            // Whether anybody has a factor; the pages; the page behind the last one, which is empty; pairwise names.
            assertThat(queries(log) - before).isEqualTo(1 + 3 * STATEMENTS_OF_A_PAGE + 1 + 1);
        }
    }

    private void everybodyComesAsTheyWentIn(Database database) throws IOException {
        Client web = new Client(
                new ClientId("web"),
                Set.of(GrantType.REFRESH_TOKEN),
                Set.of(),
                Scopes.NONE,
                Optional.of(new Secret("web").hash()),
                NOW);
        database.inTransaction(tx -> new ClientStore().insert(tx, web));
        List<String> file = new ArrayList<>();
        for (int i = 0; i < USERS; i++) file.add(Json.text(user(i)));
        List<Report> reports = new ArrayList<>();
        new UserImport(database, () -> keys, SECRETS, InstantSource.system(), "localhost", Administrator.COMMAND_LINE)
                .run(
                        new HandstampLines(),
                        new ByteArrayInputStream(String.join("\n", file).getBytes(StandardCharsets.UTF_8)),
                        new Manner(false, Optional.empty(), false),
                        reports::add);
        assertThat(reports).hasSize(USERS).allSatisfy(report -> {
            assertThat(report.outcome()).as(report.reason()).isEqualTo(Outcome.ADDED);
            assertThat(report.left()).isEmpty();
        });
        assertThat(export(database)).containsExactlyElementsOf(file);
    }

    private List<String> export(Database database) {
        List<String> lines = new ArrayList<>();
        Summary summary = new UserExport(
                        database, () -> keys, SECRETS, InstantSource.system(), "localhost", Administrator.COMMAND_LINE)
                .run(true, user -> lines.add(Json.text(user)));
        assertThat(summary.users()).isEqualTo(USERS);
        assertThat(summary.authenticators()).isEqualTo(count(lines, "\"totp\""));
        assertThat(summary.recoveryCodes()).isEqualTo(3 * count(lines, "\"recovery_codes\""));
        assertThat(summary.passkeys()).isEqualTo(count(lines, "\"credential_id\""));
        assertThat(summary.consents()).isEqualTo(count(lines, "\"client_id\""));
        return lines;
    }

    private static long count(List<String> lines, String what) {
        return lines.stream().mapToLong(line -> line.split(what, -1).length - 1).sum();
    }

    private static long queries(Path log) throws IOException {
        return Pattern.compile("LOG: +execute [^:]+: SELECT")
                .matcher(Files.readString(log))
                .results()
                .count();
    }

    /// Around the border of a page everybody has everything, or nobody has anything; elsewhere it varies.
    private static Map<String, Object> user(int i) {
        boolean isFull = i == PAGE - 1 || i == 2 * PAGE;
        boolean isBare = i == PAGE || i == 2 * PAGE - 1;
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("sub", "crowd-" + (USERS - i));
        user.put("username", "user%05d".formatted(i));
        user.put("roles", i % 3 == 0 ? List.of("clerk", "vip") : List.of());
        user.put("attributes", Map.of("number", (long) i));
        user.put("disabled", i % 7 == 0);
        user.put("created_at", NOW.plusSeconds(i).toString());
        if (isFull || !isBare && i % 2 == 0) {
            Map<String, Object> totp = new LinkedHashMap<>();
            totp.put("secret", "ABCDEFGHIJKLMNOP" + "%08d".formatted(i).replaceAll("[0189]", "A"));
            totp.put("algorithm", "SHA1");
            totp.put("digits", 6L + i % 3);
            totp.put("period", 30L);
            totp.put("last_step", (long) i);
            totp.put("created_at", NOW.toString());
            user.put("totp", totp);
            if (isFull || i % 4 == 0) user.put("recovery_codes", codes(i));
        }
        if (isFull || !isBare && i % 5 == 0) {
            user.put("user_handle", digest("handle " + i));
            user.put("passkeys", i % 10 == 0 ? List.of(passkey(i, 1)) : List.of(passkey(i, 1), passkey(i, 2)));
        }
        if (isFull || !isBare && i % 6 == 0) {
            user.put("consents", List.of(consent("https://api.example/menu"), consent("https://api.example/orders")));
        }
        return user;
    }

    private static Map<String, Object> codes(int i) {
        String[] hashes = {digest("one " + i), digest("two " + i), digest("three " + i)};
        Arrays.sort(hashes);
        Map<String, Object> codes = new LinkedHashMap<>();
        codes.put("key", digest("key " + i));
        codes.put("hashes", List.of(hashes));
        return codes;
    }

    private static Map<String, Object> passkey(int i, int number) {
        Map<String, Object> passkey = new LinkedHashMap<>();
        passkey.put("rp_id", "localhost");
        passkey.put("credential_id", digest("passkey " + i + " " + number));
        passkey.put("public_key", PUBLIC_KEY);
        passkey.put("sign_count", (long) i);
        passkey.put("backed_up", false);
        passkey.put("transports", List.of("internal"));
        passkey.put("aaguid", "00000000-0000-0000-0000-000000000000");
        passkey.put("name", "Passkey " + number);
        passkey.put("created_at", NOW.plusSeconds(number).toString());
        return passkey;
    }

    private static Map<String, Object> consent(String audience) {
        Map<String, Object> consent = new LinkedHashMap<>();
        consent.put("client_id", "web");
        consent.put("audience", audience);
        consent.put("scope", "read");
        consent.put("given_at", NOW.toString());
        return consent;
    }

    /// 32 bytes, base64url.
    private static String digest(String word) {
        return new Secret(word).hash().value();
    }

    /// An ES256 key in COSE (RFC 9053 §7.1.1).
    private static String publicKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            ECPublicKey key = (ECPublicKey) generator.generateKeyPair().getPublic();
            ByteArrayOutputStream cose = new ByteArrayOutputStream();
            cose.writeBytes(new byte[] {(byte) 0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32});
            cose.writeBytes(coordinate(key.getW().getAffineX().toByteArray()));
            cose.writeBytes(new byte[] {0x22, 0x58, 32});
            cose.writeBytes(coordinate(key.getW().getAffineY().toByteArray()));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(cose.toByteArray());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] coordinate(byte[] number) {
        byte[] whole = new byte[32];
        int length = Math.min(number.length, 32);
        System.arraycopy(number, number.length - length, whole, 32 - length, length);
        return whole;
    }
}
