package dev.handstamp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.server.Handstamp;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Users of other systems, taken in and taken out again.
class ImportTest {

    /// All of them made of "pässword" by tools of their own.
    private static final String BCRYPT = "$2b$06$N9qo8uLOickgx2ZMRZoMyelwg9NK0Zy9KUYl7p8O46j126mCb.WeS";

    private static final String SHA_CRYPT =
            "$6$saltstring$CSTM8ggie.dU5m6eoS07/LZ2D/r4hrX.jxMSo1fYZexnehwOFJu1o2u1p.BZSnrxIhERrHnuxI8ONbt/kSPvF0";

    private static final String PBKDF2_SALT = "c2FsdHNhbHQ=";
    private static final String PBKDF2 =
            "BbQ3PUmr/sA17xlUiqvrUtjtU0ZjHTRXD9pPFcGByJ0S7WHVgAFtF3sAGqkQdRtOubOPhTPHl4Rb5f12teEwRQ==";

    private static final String FIREBASE = """
        {"users": [{"localId": "fb1", "email": "fay@example.org", "emailVerified": true, "displayName": "Fay",
          "salt": "42xEC+ixf3L2lw==", "createdAt": "1700000000000",
          "passwordHash": "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="}]}""";

    private static final String FIREBASE_PARAMETERS = """
        {"algorithm": "SCRYPT", "base64_signer_key":
          "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
         "base64_salt_separator": "Bw==", "rounds": 8, "mem_cost": 14}""";

    @TempDir
    Path folder;

    @Test
    void a_user_logs_in_with_the_password_that_they_had_and_is_hashed_anew() throws Exception {
        Path realm = file("realm.json", realm(pbkdf2()));
        Path firebase = file("firebase.json", FIREBASE);
        Path parameters = file("parameters.json", FIREBASE_PARAMETERS);
        Shell shell = new Shell(folder.resolve("data"));
        shell.runWith(line("bea", BCRYPT) + "\n\n" + line("sam", SHA_CRYPT) + "\n", "import", "-")
                .isDone();
        shell.run("import", realm.toString(), "--format", "keycloak").isDone();
        shell.run("import", firebase.toString(), "--format", "firebase", "--hash-config", parameters.toString())
                .isDone();
        shell.run("api", "add", "https://api.example", "--scope", "read").isDone();
        assertThat(hashOf(shell, "bea")).isEqualTo(BCRYPT);

        Handstamp server = Handstamp.start(config());
        try {
            for (String name : List.of("bea", "sam", "kay")) {
                assertThat(logIn(server, name, "password").statusCode()).isEqualTo(401);
                assertThat(logIn(server, name, "pässword").statusCode())
                        .as(name)
                        .isEqualTo(200);
                assertThat(hashOf(shell, name)).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
                assertThat(logIn(server, name, "pässword").statusCode()).isEqualTo(200);
            }
            assertThat(logIn(server, "fay@example.org", "user1password").statusCode())
                    .isEqualTo(200);
            assertThat(logIn(server, "out", "pässword").statusCode()).isEqualTo(401);
        } finally {
            server.stop();
        }
    }

    @Test
    void a_name_that_would_turn_around_the_words_after_it_comes_without_what_does_that() {
        Shell shell = new Shell(folder.resolve("data"));
        String line =
                "{\"username\":\"ria\",\"name\":\"\u202bRia\u202c \u2067Vale\",\"password_hash\":\"" + BCRYPT + "\"}";
        shell.runWith(line + "\n", "import", "-").isDone();
        assertThat(shell.run("user", "show", "ria", "--json").json()).containsEntry("name", "Ria Vale");
    }

    @Test
    void a_user_keeps_everything_that_there_is_a_place_for() throws Exception {
        Shell shell = new Shell(folder.resolve("data"));
        Path realm = file("realm.json", realm(pbkdf2()));
        shell.run("import", realm.toString(), "--format", "keycloak").isDone();

        assertThat(shell.run("user", "show", "kay", "--json").json())
                .containsEntry("sub", "5f0c8a52-2f6e-4a39-8a3e-5a3d2a0d9b11")
                .containsEntry("name", "Kay Kept")
                .containsEntry("email", "kay@example.org")
                .containsEntry("roles", List.of("clerk"))
                .containsEntry(
                        "attributes",
                        Map.of(
                                "department", "a,b",
                                "email_verified", true,
                                "family_name", "Kept",
                                "given_name", "Kay"))
                .containsEntry("disabled", false)
                .containsEntry("created_at", "2023-11-14T22:13:20Z");
        assertThat(shell.run("user", "show", "out", "--json").json()).containsEntry("disabled", true);
        assertThat(shell.run("user", "show", "5f0c8a52-2f6e-4a39-8a3e-5a3d2a0d9b11")
                        .isDone()
                        .out())
                .contains("kay");
    }

    @Test
    void an_export_is_taken_in_elsewhere_as_it_was() throws Exception {
        Shell one = new Shell(folder.resolve("one"));
        one.runWith("secret password", "user", "add", "vera", "--attribute", "age=34", "--password-stdin")
                .isDone();
        one.runWith(line("bea", BCRYPT), "import", "-").isDone();
        one.runWith("{\"username\":\"nop\"}", "import", "-").isDone();
        one.run("user", "disable", "bea").isDone();
        Path file = folder.resolve("users.jsonl");
        String shown = one.run("user", "totp", "add", "vera", "--json").isDone().out();
        String seed = shown.replaceAll("(?s).*secret=([A-Z2-7]+).*", "$1");
        Shell.Result exported =
                one.run("export", file.toString(), "--with-secrets").isDone();
        assertThat(exported.out()).isEmpty();
        assertThat(exported.err())
                .contains(
                        "keep it like a key",
                        "3 users, 0 passkeys, 0 consents, 2 password hashes, 1 authenticator application, 8 recovery"
                                + " codes")
                .doesNotContain(seed, BCRYPT);
        one.run("export", file.toString(), "--with-secrets").isWrongUsage("is there already");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).contains(seed);
        assertThat(one.run("audit", "--json").out())
                .contains("users_exported", "\"secrets\":\"true\"")
                .doesNotContain(seed);

        Shell other = new Shell(folder.resolve("other"));
        Shell.Result imported = other.run("import", file.toString()).isDone();
        assertThat(imported.out() + imported.err()).contains("3 added").doesNotContain(seed, BCRYPT);
        assertThat(other.run("audit", "--json").out()).doesNotContain(seed, BCRYPT);
        assertThat(other.run("export", "--with-secrets").isDone().out())
                .isEqualTo(one.run("export", "--with-secrets").isDone().out())
                .hasLineCount(3)
                .contains("\"age\":34", seed);
        other.run("user", "totp", "remove", "vera").isDone();
    }

    @Test
    void an_export_that_breaks_off_leaves_no_file_that_looks_whole() throws Exception {
        Path data = folder.resolve("data");
        Shell shell = new Shell(data);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 600; i++) lines.append("{\"username\":\"user%03d\"}\n".formatted(i));
        shell.runWith(lines.toString(), "import", "-").isDone();
        // Behind the first page, so that something was written by then.
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("handstamp.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE app_user SET attributes = '{' WHERE username = 'user599'");
        }
        Path file = folder.resolve("out").resolve("users.jsonl");
        Files.createDirectory(file.getParent());

        shell.run("export", file.toString()).isRefused("the export broke off, and nothing of " + file + " was kept");

        try (Stream<Path> left = Files.list(file.getParent())) {
            assertThat(left).isEmpty();
        }
        Path beside = Files.writeString(file.resolveSibling("users.jsonl.part"), "of another");
        shell.run("export", file.toString()).isWrongUsage("users.jsonl.part is there already");
        assertThat(file).doesNotExist();
        assertThat(beside).hasContent("of another");
    }

    @Test
    void an_export_that_nobody_takes_says_so_by_its_status() {
        Shell shell = new Shell(folder.resolve("data"));
        shell.runWith("{\"username\":\"bea\"}", "import", "-").isDone();
        shell.onFullDisk().run("export").isRefused("not everything could be written");
    }

    @Test
    void without_the_word_an_export_has_no_secrets_and_says_what_it_left_out() {
        Shell shell = new Shell(folder.resolve("data"));
        shell.runWith(line("bea", BCRYPT), "import", "-").isDone();
        shell.run("user", "totp", "add", "bea").isDone();
        Shell.Result exported = shell.run("export").isDone();
        assertThat(exported.out()).contains("bea").doesNotContain("password_hash", "totp", "recovery");
        assertThat(exported.err())
                .contains("left out: 1 password hash, 1 authenticator application, 8 recovery codes. --with-secrets");
        assertThat(shell.run("audit", "--json").out()).contains("\"secrets\":\"false\"");
    }

    @Test
    void an_export_makes_no_master_key_and_writes_nothing_without_the_one_that_is_needed() throws Exception {
        Shell shell = new Shell(folder.resolve("data"));
        Path key = folder.resolve("data/master.key");
        shell.runWith(line("bea", BCRYPT), "import", "-").isDone();
        assertThat(shell.run("export", "--with-secrets").isDone().out())
                .as("nothing is sealed")
                .contains(BCRYPT);
        assertThat(key).doesNotExist();

        shell.run("user", "totp", "add", "bea").isDone();
        Path backup = Files.move(key, folder.resolve("backup"));
        String noted = shell.run("audit", "--json").isDone().out();
        Path file = folder.resolve("users.jsonl");
        Shell.Result refused = shell.run("export", file.toString(), "--with-secrets");
        assertThat(refused.isRefused("the master key file " + key + " is missing")
                        .err())
                .contains("secrets of users in the database", "put it back from its backup");
        assertThat(shell.run("export", "--with-secrets").isRefused("is missing").out())
                .isEmpty();
        assertThat(file).doesNotExist();
        assertThat(key).doesNotExist();
        assertThat(shell.run("audit", "--json").isDone().out()).isEqualTo(noted);
        assertThat(shell.run("export").isDone().out()).as("without secrets").contains("bea");
        String other = "q".repeat(11) + "Zm9yIGEgdGVzdCBvbmx5LCAzMiBieXRlcw".substring(0, 32);
        shell.with("HANDSTAMP_MASTER_KEY", other)
                .run("export", "--with-secrets")
                .isRefused("master key is not the one");

        Files.move(backup, key);
        Shell again = new Shell(folder.resolve("data"));
        assertThat(again.run("export", file.toString(), "--with-secrets")
                        .isDone()
                        .err())
                .contains("1 authenticator application, 8 recovery codes");
    }

    @Test
    void secrets_come_on_a_screen_only_after_a_question() {
        Shell shell = new Shell(folder.resolve("data")).onScreen();
        shell.runWith(line("bea", BCRYPT), "import", "-").isDone();
        assertThat(shell.run("export").isDone().out()).as("no secrets").contains("bea");
        Shell.Result nobody = shell.run("export", "--with-secrets").isWrongUsage("name a FILE");
        assertThat(nobody.out()).isEmpty();
        shell.typing("y").run("export", "--with-secrets").isWrongUsage("nothing was exported");
        assertThat(shell.typing("yes").run("export", "--with-secrets").isDone().out())
                .contains(BCRYPT);
    }

    @Test
    void what_keycloak_has_and_is_not_known_here_is_told_user_by_user() throws Exception {
        Shell shell = new Shell(folder.resolve("data"));
        String totp = otp(Map.of("subType", "totp", "digits", 6L, "period", 30L, "algorithm", "HmacSHA1"));
        String base32 = otp(Map.of("subType", "totp", "secretEncoding", "BASE32"), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
        Path realm = file(
                "realm.json",
                "{\"users\": ["
                        + String.join(
                                ",",
                                keycloak("plain", totp),
                                keycloak("base", base32),
                                keycloak("two", totp, totp),
                                keycloak("counts", otp(Map.of("subType", "hotp", "counter", 4L))),
                                keycloak("other", otp(Map.of("subType", "totp", "algorithm", "HmacMD5"))),
                                keycloak("short", otp(Map.of("subType", "totp"), "short")),
                                keycloak("coded", otp(Map.of("subType", "totp", "secretEncoding", "ROT13"))),
                                keycloak("codes", "{\"type\": \"recovery-authn-codes\"}"),
                                keycloak("key", "{\"type\": \"webauthn\", \"credentialData\": \"{}\"}"),
                                keycloak("phone", "{\"type\": \"sms\"}"))
                        + "]}");
        Shell.Result result =
                shell.run("import", realm.toString(), "--format", "keycloak").isDone();
        assertThat(result.out().lines())
                .satisfiesExactly(
                        two -> assertThat(two).startsWith("3  two  without one more authenticator application"),
                        counts -> assertThat(counts).contains("counts", "HOTP", "/account/authenticator"),
                        other -> assertThat(other).contains("other", "SHA1, SHA256 or SHA512"),
                        tooShort -> assertThat(tooShort).contains("short", "10 to 128 bytes"),
                        coded -> assertThat(coded).contains("coded", "encoded in a way"),
                        codes -> assertThat(codes).contains("codes", "recovery codes"),
                        key -> assertThat(key).contains("key", "credentialId is missing", "/account/passkeys"),
                        phone -> assertThat(phone).contains("phone", "of the kind sms"));
        assertThat(result.err()).contains("10 added (8 not with everything), 0 there already, 0 refused");
        assertThat(result.out() + result.err()).doesNotContain("DJmQfC73VGFhw7D4QJ8A", "ONSWG4TFOQ");
        String exported = shell.run("export", "--with-secrets").isDone().out();
        assertThat(exported).contains("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
        assertThat(exported.split("\"totp\"", -1)).hasSize(4);
        assertThat(shell.run("import", realm.toString(), "--format", "keycloak", "--json")
                        .isDone()
                        .out())
                .contains("there_already")
                .doesNotContain("left");
    }

    @Test
    void passkeys_come_only_where_they_can_work_or_stay_behind_by_a_word() throws Exception {
        Shell shell = new Shell(folder.resolve("data"));
        String data = Json.text(Map.of(
                "credentialId",
                "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                "credentialPublicKey",
                "oQEC",
                "counter",
                1L));
        String credential = Json.text(Map.of("type", "webauthn", "credentialData", data, "secretData", "{}"));
        String users = "\"users\": ["
                + keycloak("kay", credential).replace("{\"username\"", "{\"id\": \"1\", \"username\"") + "]}";
        String silent = file("silent.json", "{" + users).toString();
        String bound = file("bound.json", "{\"webAuthnPolicyRpId\": \"sso.example\", " + users)
                .toString();

        assertThat(shell.run("import", silent, "--format", "keycloak", "--dry-run")
                        .out())
                .contains("1  kay  refused:", "--rp-id localhost", "--leave-passkeys");
        assertThat(shell.run("import", bound, "--format", "keycloak").out())
                .contains(
                        "1  kay  refused:",
                        "bound to \"sso.example\", and this server is localhost",
                        "HANDSTAMP_ISSUER");
        assertThat(shell.with("HANDSTAMP_ISSUER", "https://sso.example")
                        .with("HANDSTAMP_TRUSTED_PROXIES", "127.0.0.1")
                        .run("import", bound, "--format", "keycloak", "--dry-run")
                        .isDone()
                        .out())
                .contains("1  kay  would be added without a passkey that signs in a way that is not known here");
        assertThat(shell.run("import", bound, "--format", "keycloak", "--rp-id", "sso.example", "--dry-run")
                        .isDone()
                        .err())
                .contains("1 would be added (1 not with everything)");
        assertThat(shell.run("import", silent, "--format", "keycloak", "--leave-passkeys", "--json")
                        .isDone()
                        .out())
                .contains("\"outcome\":\"added\"", "\"left\":[\"its passkeys (1), as was asked for");
    }

    @Test
    void the_bulk_format_of_auth0_brings_hashes_and_second_factors() {
        Shell shell = new Shell(folder.resolve("data"));
        String users = """
            [{"email": "one@example.org", "email_verified": true, "mfa_factors": [{"totp": {"secret": "jbsw y3dp ehpk 3pxp"}}],
              "custom_password_hash": {"algorithm": "pbkdf2", "hash": {"encoding": "utf8",
                "value": "$pbkdf2-sha256$i=27500,l=64$c2FsdHNhbHQ$%1$s"}}},
             {"email": "two@example.org", "mfa_factors": [{"phone": {"value": "+15551234567"}}, {"totp": {"secret": "1"}}],
              "custom_password_hash": {"algorithm": "bcrypt", "hash": {"value": "%2$s"}}},
             {"email": "three@example.org", "custom_password_hash": {"algorithm": "scrypt", "cost": 16384, "blockSize": 8,
                "parallelization": 1, "keylen": 24, "salt": {"value": "73616c74", "encoding": "hex"},
                "hash": {"value": "%3$s", "encoding": "base64"}}},
             {"email": "four@example.org", "custom_password_hash": {"algorithm": "md5", "hash": {"value": "x"}}}]
            """.formatted(PBKDF2.replace("=", ""), BCRYPT, "A".repeat(32));
        Shell.Result result = shell.runWith(users, "import", "-", "--format", "auth0");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out())
                .contains(
                        "2  two@example.org  without a second factor by phone",
                        "authenticator application (the secret of the authenticator application is no base32)",
                        "4  -  refused: the password is hashed with md5")
                .doesNotContain("+1555");
        assertThat(result.err()).contains("3 added (1 not with everything), 0 there already, 1 refused");
        assertThat(hashOfQuietly(shell, "one@example.org"))
                .isEqualTo("$pbkdf2-sha256$i=27500$c2FsdHNhbHQ$" + PBKDF2.replace("=", ""));
        assertThat(hashOfQuietly(shell, "two@example.org")).isEqualTo(BCRYPT);
        assertThat(hashOfQuietly(shell, "three@example.org"))
                .isEqualTo("$scrypt$ln=14,r=8,p=1$c2FsdA$" + "A".repeat(32));
        assertThat(shell.run("export", "--with-secrets").out()).contains("JBSWY3DPEHPK3PXP");
    }

    @Test
    void a_salt_of_auth0_without_an_encoding_is_text_and_a_hash_without_one_is_refused() {
        Shell shell = new Shell(folder.resolve("data"));
        String users = """
            [{"email": "one@example.org", "custom_password_hash": {"algorithm": "scrypt", "salt": {"value": "salt"},
                "hash": {"value": "%1$s", "encoding": "base64"}}},
             {"email": "two@example.org", "custom_password_hash": {"algorithm": "scrypt", "salt": {"value": "salt"},
                "hash": {"value": "%1$s"}}}]
            """.formatted("A".repeat(32));
        assertThat(shell.runWith(users, "import", "-", "--format", "auth0").out())
                .contains("2  -  refused: encoding is missing");
        assertThat(hashOfQuietly(shell, "one@example.org")).isEqualTo("$scrypt$ln=14,r=8,p=1$c2FsdA$" + "A".repeat(32));
    }

    @Test
    void passkeys_of_keycloak_stay_behind_without_an_id_that_they_call_the_user_by() throws Exception {
        Shell shell = new Shell(folder.resolve("data"));
        String data = Json.text(
                Map.of("credentialId", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "credentialPublicKey", "oQEC"));
        String kay = keycloak("kay", Json.text(Map.of("type", "webauthn", "credentialData", data)));
        String leo = keycloak("leo", Json.text(Map.of("type", "webauthn", "credentialData", data)))
                .replace("{\"username\"", "{\"id\": \"" + "x".repeat(65) + "\", \"username\"");
        Path file = file("realm.json", "{\"webAuthnPolicyRpId\": \"localhost\", \"users\": [" + kay + "," + leo + "]}");
        Shell.Result result = shell.run("import", file.toString(), "--format", "keycloak");
        assertThat(result.isDone().out())
                .contains(
                        "1  kay  without its passkeys (1), which call the user by", "2  leo  without its passkeys (1)");
        assertThat(result.err()).contains("2 added (2 not with everything)");
    }

    @Test
    void an_import_that_was_interrupted_is_begun_again() {
        Shell shell = new Shell(folder.resolve("data"));
        String both = line("bea", BCRYPT) + "\n" + line("sam", SHA_CRYPT);
        shell.runWith(line("bea", BCRYPT), "import", "-").isDone();

        assertThat(shell.runWith(both, "import", "-", "--dry-run").isDone().err())
                .contains("1 would be added, 1 there already, 0 refused");
        assertThat(shell.run("user", "list").out()).doesNotContain("sam");
        assertThat(shell.runWith(both, "import", "-").isDone().err()).contains("1 added, 1 there already, 0 refused");
        assertThat(shell.runWith(both, "import", "-").isDone().err()).contains("0 added, 2 there already, 0 refused");
        assertThat(shell.runWith(both, "import", "-", "--json").isDone().out())
                .isEqualTo("{\"number\":1,\"username\":\"bea\",\"outcome\":\"there_already\"}\n"
                        + "{\"number\":2,\"username\":\"sam\",\"outcome\":\"there_already\"}\n");
    }

    @Test
    void a_dry_run_reports_on_every_line_what_the_import_then_does() {
        Shell shell = new Shell(folder.resolve("data"));
        shell.runWith(
                        "{\"username\":\"bea\"}\n{\"username\":\"eve\",\"email\":\"eve@example.org\","
                                + "\"attributes\":{\"email_verified\":true}}",
                        "import",
                        "-")
                .isDone();
        String lines = String.join(
                "\n",
                "{\"username\":\"bea\"}",
                "{\"username\":\"ann\",\"email\":\"ann@example.org\",\"attributes\":{\"email_verified\":true}}",
                "{\"username\":\"bob\",\"email\":\"Ann@example.org\",\"attributes\":{\"email_verified\":true}}",
                "{\"username\":\"bob\",\"email\":\"ann@example.org\"}",
                "{\"username\":\"cas\",\"email\":\"EVE@example.org\",\"attributes\":{\"email_verified\":true}}",
                "{\"username\":\"dan\",\"sub\":\"x-1\"}",
                "{\"username\":\"eli\",\"sub\":\"x-1\"}",
                "nobody");

        Shell.Result rehearsed = shell.runWith(lines, "import", "-", "--dry-run");
        assertThat(rehearsed.status()).isEqualTo(1);
        assertThat(rehearsed.out().lines())
                .containsExactly(
                        "1  bea  there already",
                        "2  ann  would be added",
                        "3  bob  refused: another user has shown to read the e-mail address",
                        "4  bob  would be added",
                        "5  cas  refused: another user has shown to read the e-mail address",
                        "6  dan  would be added",
                        "7  eli  refused: the sub is taken by another user",
                        "8  -  refused: the line is not one JSON object of at most 1 MiB, each name once (not an object at"
                                + " byte 0)");
        assertThat(rehearsed.err()).contains("3 would be added, 1 there already, 4 refused");

        Shell.Result done = shell.runWith(lines, "import", "-");
        assertThat(done.err()).contains("3 added, 1 there already, 4 refused");
        assertThat(done.out().lines())
                .containsExactlyElementsOf(rehearsed
                        .out()
                        .lines()
                        .filter(line -> line.contains("refused"))
                        .toList());
    }

    @Test
    void a_dry_run_takes_an_exact_repeat_and_all_else_that_stands_twice_as_the_import_does() {
        String hashes = "\"totp\":{\"secret\":\"JBSWY3DPEHPK3PXP\"},\"recovery_codes\":{\"key\":"
                + "\"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\",\"hashes\":"
                + "[\"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\"]}}";
        String lines = String.join(
                "\n",
                "{\"username\":\"ann\",\"sub\":\"a-1\"}",
                "{\"username\":\"ann\",\"sub\":\"a-1\"}",
                "{\"username\":\"Ann\",\"sub\":\"a-2\"}",
                "{\"username\":\"ann\"}",
                "{\"username\":\"bob\"}",
                "{\"username\":\"bob\",\"sub\":\"b-1\"}",
                "{\"username\":\"bob\"}",
                "{\"username\":\"cas\",\"sub\":\"a-1\",\"email\":\"x@example.org\"}",
                "{\"username\":\"dan\"," + hashes,
                "{\"username\":\"eli\"," + hashes,
                "{\"username\":\"eli\",\"sub\":\"shop\"}");
        for (int filling : new int[] {0, 200}) { // What stands twice in a batch, and what stands in two.
            Shell shell = new Shell(folder.resolve("data" + filling));
            shell.run("client", "add", "shop", "--grant", "refresh_token").isDone();
            StringBuilder all = new StringBuilder(lines).append('\n');
            for (int i = 0; i < filling; i++)
                all.append("{\"username\":\"user").append(i).append("\"}\n");
            all.append(lines);
            Shell.Result rehearsed = shell.runWith(all.toString(), "import", "-", "--json", "--dry-run");
            assertThat(rehearsed.out().lines())
                    .startsWith(
                            "{\"number\":1,\"username\":\"ann\",\"outcome\":\"added\"}",
                            "{\"number\":2,\"username\":\"ann\",\"outcome\":\"there_already\"}");

            Shell.Result done = shell.runWith(all.toString(), "import", "-", "--json");

            assertThat(rehearsed.out()).isEqualTo(done.out());
            assertThat(rehearsed.status()).isEqualTo(done.status());
        }
    }

    @Test
    void nobody_is_taken_in_under_the_address_of_another_or_with_the_name_of_another() {
        String read = ",\"attributes\":{\"email_verified\":true}}";
        String before = "{\"username\":\"ann\",\"email\":\"ann@example.org\"" + read
                + "\n{\"username\":\"bob@example.org\"}\n{\"username\":\"kid\",\"email\":\"pa@example.org\"}";
        String after = String.join(
                "\n",
                "{\"username\":\"Ann@example.org\"}",
                "{\"username\":\"ann@EXAMPLE.org\",\"email\":\"ann@example.org\"}",
                "{\"username\":\"rob\",\"email\":\"bob@example.org\"}",
                "{\"username\":\"pa@example.org\"}",
                "{\"username\":\"pa@example.org\",\"email\":\"pa@example.org\"}",
                "{\"username\":\"kit\",\"email\":\"pa@example.org\"}",
                "{\"username\":\"ma\",\"email\":\"pa@example.org\"" + read,
                "{\"username\":\"cas@example.org\",\"email\":\"cas@example.org\"" + read);
        String name = "refused: the user name is the e-mail address of another user";
        String address = "refused: another user has this e-mail address as a user name";
        Shell at = new Shell(folder.resolve("one"));
        Shell apart = new Shell(folder.resolve("two"));
        apart.runWith(before, "import", "-").isDone();
        Shell.Result rehearsed = at.runWith(before + "\n" + after, "import", "-", "--dry-run");
        Shell.Result done = at.runWith(before + "\n" + after, "import", "-");
        List<String> refused = List.of(
                "4  Ann@example.org  " + name,
                "5  ann@EXAMPLE.org  " + name,
                "6  rob  " + address,
                "7  pa@example.org  " + name,
                "10  ma  " + address);
        assertThat(done.out().lines()).containsExactlyElementsOf(refused);
        assertThat(rehearsed.out().lines().filter(line -> line.contains("refused")))
                .containsExactlyElementsOf(refused);
        for (String[] manner : new String[][] {{"import", "-", "--dry-run"}, {"import", "-"}}) {
            assertThat(apart.runWith(after, manner).out().lines().filter(line -> line.contains("refused")))
                    .containsExactly(
                            "1  Ann@example.org  " + name,
                            "2  ann@EXAMPLE.org  " + name,
                            "3  rob  " + address,
                            "4  pa@example.org  " + name,
                            "7  ma  " + address);
        }
    }

    @Test
    void a_long_import_says_how_far_it_is() {
        Shell shell = new Shell(folder.resolve("data"));
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 10_001; i++)
            lines.append("{\"username\":\"user").append(i).append("\"}\n");
        assertThat(shell.runWith(lines.toString(), "import", "-", "--dry-run")
                        .isDone()
                        .err())
                .containsSubsequence("5000 users so far", "10000 users so far", "10001 would be added");
        assertThat(shell.run("user", "list").out()).doesNotContain("user1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing | not one JSON object",
                "{} | username is missing",
                "{\"username\": 7} | username is no text",
                "{\"username\": \"a b\"} | not a user name",
                "{\"username\": \"a\", \"colour\": 1} | there is no member colour",
                "{\"username\": \"a\", \"password_hash\": \"5f4dcc3b5aa765d61d8327deb882cf99\"} | no form that is known",
                "{\"username\": \"a\", \"password_hash\": \"$2b$31$N9qo8uLOickgx2ZMRZoMyelwg9NK0Zy9KUYl7p8O46j126mCb.WeS\"}"
                        + " | costs too much",
                "{\"username\": \"a\", \"roles\": \"vip\"} | roles is no list",
                "{\"username\": \"a\", \"roles\": [\"v i p\"]} | not a role",
                "{\"username\": \"a\", \"attributes\": {\"a\": {}}} | the attribute a is no text",
                "{\"username\": \"a\", \"attributes\": {\"email\": \"x\"}} | every user has email",
                "{\"username\": \"a\", \"email\": \"nobody\"} | not an e-mail address",
                "{\"username\": \"a\", \"sub\": \"https://evil.example/client\"} | not a sub",
                "{\"username\": \"a\", \"sub\": \"usr_short\"} | not a sub",
                "{\"username\": \"a\", \"sub\": \"shop\"} | the client_id of a client",
                "{\"username\": \"a\", \"sub\": \"cli\"} | what the audit log calls the server",
                "{\"username\": \"a\", \"sub\": \"server\"} | what the audit log calls the server",
                "{\"username\": \"b\", \"sub\": \"other\"} | taken by somebody with another sub",
                "{\"username\": \"a\", \"created_at\": \"yesterday\"} | created_at is no time",
                "{\"username\": \"a\", \"created_at\": \"+999999999-01-01T00:00:00Z\"} | years 1970 to 9999",
                "{\"username\": \"a\", \"created_at\": \"1969-12-31T23:59:59Z\"} | years 1970 to 9999",
                "{\"username\": \"a\", \"totp\": {\"secret\": \"JBSWY3DPEHPK3PXP\", \"last_step\": 99999999999}} | not come yet",
                "{\"username\": \"a\", \"totp\": {\"secret\": \"JBSWY3DPEHPK3PXP\", \"last_step\": -1}} | last_step is not of",
                "{\"username\": \"a\", \"user_handle\": \"AAAA\", \"passkeys\": [{\"public_key\": \"AAAA\","
                        + " \"credential_id\": \"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\","
                        + " \"sign_count\": 4294967296}]} | sign_count is not of 0 to 4294967295",
                "{\"username\": \"a\", \"totp\": {}} | secret is missing",
                "{\"username\": \"a\", \"totp\": {\"secret\": \"5f4dcc3b5aa718\"}} | is no base32",
                "{\"username\": \"a\", \"totp\": {\"secret\": \"JBSWY3DPEHPK3PXP\", \"digits\": 9}} | not known here",
                "{\"username\": \"a\", \"totp\": {\"seed\": \"JBSWY3DPEHPK3PXP\"}} | there is no member seed in totp",
                "{\"username\": \"a\", \"recovery_codes\": {\"key\": \"AAAA\", \"hashes\": []}} | has not 32 bytes",
                "{\"username\": \"a\", \"recovery_codes\": {\"key\": \"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\","
                        + " \"hashes\": []}} | without totp",
                "{\"username\": \"a\", \"passkeys\": [{}]} | credential_id is missing",
                "{\"username\": \"a\", \"passkeys\": [{\"credential_id\": \"AAAA\"}]} | has not 16 to 1023 bytes",
                "{\"username\": \"a\", \"passkeys\": [{\"credential_id\": \"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\","
                        + " \"public_key\": \"AAAA\"}]} | without user_handle",
                "{\"username\": \"a\", \"consents\": [{\"client_id\": \"shop\"}]} | audience is missing"
            })
    void what_cannot_be_taken_in_is_refused_by_line_and_keeps_nobody_else_out(String line, String reason) {
        Shell shell = new Shell(folder.resolve("data"));
        shell.runWith("{\"username\":\"b\"}", "import", "-").isDone();
        shell.run("client", "add", "shop", "--grant", "refresh_token").isDone();
        Shell.Result result =
                shell.runWith(line("bea", BCRYPT) + "\n" + line + "\n" + line("sam", BCRYPT), "import", "-");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).startsWith("2  ").contains("refused: ", reason).doesNotContain("5f4dcc3b5aa7");
        assertThat(result.err()).contains("2 added, 0 there already, 1 refused");
    }

    @Test
    void what_editors_and_broken_transfers_do_to_lines_costs_nobody_but_the_line() {
        Shell shell = new Shell(folder.resolve("data"));
        String lines = String.join(
                "\r\n",
                "\ufeff{\"username\":\"first\"}",
                "",
                "{\"username\":\"wide\",\"name\":\"" + "x".repeat(1 << 20) + "\"}",
                "{\"username\":\"bad\",\"name\":\"\u00ff\"}",
                "{\"username\":\"one\",\"username\":\"two\"}",
                "{\"username\":\"whole\"}",
                "{\"username\":\"cut\",\"name\":\"C");
        byte[] bytes = new String(lines.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
                .replace("\u00c3\u00bf", "\u00ff")
                .getBytes(StandardCharsets.ISO_8859_1);
        Shell.Result result = shell.bare(
                bytes, "import", "-", "--data", folder.resolve("data").toString());
        assertThat(result.out().lines())
                .satisfiesExactly(
                        wide -> assertThat(wide)
                                .startsWith("3  -  refused: the line")
                                .contains("1 MiB"),
                        bad -> assertThat(bad)
                                .startsWith("4  -  refused: the line")
                                .contains("at byte 26"),
                        twice -> assertThat(twice).startsWith("5  -  refused: the line"),
                        cut -> assertThat(cut).startsWith("7  -  refused: the line"));
        assertThat(result.err()).contains("2 added, 0 there already, 4 refused");
    }

    @Test
    void two_spellings_of_one_name_are_two_users_of_whom_the_second_is_told() {
        Shell shell = new Shell(folder.resolve("data"));
        String lines = String.join(
                "\n",
                line("Vera", BCRYPT),
                line("vera", SHA_CRYPT),
                "{\"username\":\"\uff36\uff25\uff32\uff21\"}", // Full width.
                "{\"username\":\"zo\u00eb\",\"sub\":\"z-1\"}",
                "{\"username\":\"Zoe\u0308\",\"sub\":\"z-1\"}",
                "{\"username\":\"ZO\u00cb\",\"sub\":\"z-2\"}");
        for (int run = 0; run < 2; run++) {
            Shell.Result result = shell.runWith(lines, "import", "-");
            assertThat(result.out().lines())
                    .containsExactly(
                            "2  vera  refused: the user name stands in the file before",
                            "3  \uff36\uff25\uff32\uff21  refused: the user name stands in the file before",
                            "6  ZO\u00cb  refused: the user name is taken by somebody with another sub");
            assertThat(result.status()).isEqualTo(1);
            assertThat(shell.runWith(lines, "import", "-", "--dry-run").err()).contains("3 there already, 3 refused");
        }
        assertThat(hashOfQuietly(shell, "vera")).isEqualTo(BCRYPT);
    }

    @Test
    void a_file_that_is_no_text_or_breaks_off_is_refused_with_what_to_do() throws Exception {
        Shell shell = new Shell(folder.resolve("data"));
        String[] data = {"--data", folder.resolve("data").toString()};
        shell.bare(new byte[] {0x1f, (byte) 0x8b, 8, 0}, "import", "-", data[0], data[1])
                .isWrongUsage("compressed: unpack it");
        shell.bare("PK\u0003\u0004".getBytes(StandardCharsets.UTF_8), "import", "-", data[0], data[1])
                .isWrongUsage("ZIP archive");
        shell.bare("{}".getBytes(StandardCharsets.UTF_16), "import", "-", data[0], data[1])
                .isWrongUsage("UTF-16: make it UTF-8");
        for (String format : List.of("json-lines", "keycloak", "auth0")) {
            shell.runWith("", "import", "-", "--format", format).isWrongUsage("the file is empty");
            shell.run("import", folder.toString(), "--format", format).isWrongUsage(folder.toString());
        }
        String realm = realm(pbkdf2());
        shell.runWith(realm.substring(0, 300), "import", "-", "--format", "keycloak")
                .isWrongUsage("no realm export of Keycloak")
                .isWrongUsage("at byte 300 of 300");
        shell.runWith("[{\"email\":\"a@example.org\"},", "import", "-", "--format", "auth0")
                .isWrongUsage("which is one JSON array of users");
        assertThat(shell.run("user", "list").out()).doesNotContain("kay", "example.org");
        shell.runWith("\ufeff" + realm, "import", "-", "--format", "keycloak").isDone();
        shell.runWith("\ufeff[{\"email\":\"a@example.org\"}]", "import", "-", "--format", "auth0")
                .isDone();
        Path large = file("parameters.json", FIREBASE_PARAMETERS.replace("14", "99999999999"));
        shell.runWith(FIREBASE, "import", "-", "--format", "firebase", "--hash-config", large.toString())
                .isWrongUsage("has to hold");
    }

    @Test
    void an_import_that_is_killed_is_begun_again_and_nobody_is_lost_or_doubled() throws Exception {
        Path data = folder.resolve("data");
        Shell shell = new Shell(data);
        shell.run("user", "list").isDone();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 350; i++) {
            lines.append("{\"username\":\"user")
                    .append(i)
                    .append("\",\"roles\":[\"r")
                    .append(i % 3)
                    .append("\"]}\n");
        }
        Process importing = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "import",
                        "-",
                        "--data",
                        data.toString())
                .redirectErrorStream(true)
                .start();
        try {
            importing.getOutputStream().write(lines.toString().getBytes(StandardCharsets.UTF_8));
            importing.getOutputStream().flush();
            Instant end = Instant.now().plusSeconds(120);
            // The first batch is committed; the others wait for more.
            while (shell.run("export").isDone().out().isEmpty()) {
                assertThat(Instant.now()).isBefore(end);
                Thread.sleep(100);
            }
        } finally {
            importing.destroyForcibly().waitFor();
        }
        long before = shell.run("export").isDone().out().lines().count();
        assertThat(before).isBetween(1L, 349L);
        assertThat(shell.runWith(lines.toString(), "import", "-").isDone().err())
                .contains((350 - before) + " added, " + before + " there already, 0 refused");
        assertThat(shell.run("export").isDone().out()).hasLineCount(350);
    }

    @Test
    void no_secret_that_moves_stands_in_a_log_or_on_the_screen() throws Exception {
        Shell from = new Shell(folder.resolve("from"));
        from.runWith(line("bea", BCRYPT), "import", "-").isDone();
        from.run("user", "totp", "add", "bea").isDone();
        String file = from.run("export", "--with-secrets").isDone().out();
        Map<String, Object> bea = Json.parseObject(file.strip().getBytes(StandardCharsets.UTF_8));
        Map<?, ?> codes = (Map<?, ?>) bea.get("recovery_codes");
        List<String> secrets = new ArrayList<>();
        secrets.add(BCRYPT);
        secrets.add((String) ((Map<?, ?>) bea.get("totp")).get("secret"));
        secrets.add((String) codes.get("key"));
        for (Object hash : (List<?>) codes.get("hashes")) secrets.add((String) hash);

        Shell to = new Shell(folder.resolve("data"));
        to.run("api", "add", "https://api.example", "--scope", "read").isDone();
        StringBuilder told = new StringBuilder();
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Log.writeTo(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            Handstamp server = Handstamp.start(StoreOptions.configuration(
                    Optional.empty(),
                    Map.of(
                            "data", folder.resolve("data").toString(),
                            "port", "0",
                            "management.port", "0",
                            "log.level", "debug"),
                    Terminal.ofProcess()));
            try {
                String broken = file.replace("\"digits\":6", "\"digits\":9").replace("bea", "bob");
                String cut = file.strip().substring(0, file.strip().length() - 1);
                String twice = file.replace("bea", "eve");
                String all = file + broken + cut + "\n" + twice;
                for (String word : List.of("--dry-run", "--json", "--leave-passkeys")) {
                    told.append(said(to.runWith(all, "import", "-", word)));
                }
                assertThat(logIn(server, "bea", "pässword").body()).contains("second_factor_required");
                assertThat(logIn(server, "bea", "password").statusCode()).isEqualTo(401);
                Path moved = folder.resolve("moved.jsonl");
                told.append(said(to.run("export", moved.toString(), "--with-secrets")));
                assertThat(Files.readString(moved)).contains(secrets.get(1), secrets.get(2));
            } finally {
                server.stop();
            }
        } finally {
            Log.writeTo(System.out);
            Log.threshold(Log.Level.INFO);
        }
        for (Shell each : List.of(from, to)) {
            told.append(each.run("audit", "--json").isDone().out());
            told.append(each.run("audit").isDone().out());
        }
        assertThat(told.toString()).contains("users_exported", "refused", "not known here");
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("server started");
        assertThat(told + log.toString(StandardCharsets.UTF_8)).doesNotContain(secrets);
    }

    @Test
    void a_client_cannot_take_the_identifier_of_a_user() {
        Shell shell = new Shell(folder.resolve("data"));
        shell.runWith("{\"username\":\"b\",\"sub\":\"b-1\"}", "import", "-").isDone();
        shell.run("client", "add", "b-1", "--grant", "refresh_token").isRefused("the sub of a user");
    }

    @Test
    void a_file_of_another_form_is_refused_as_a_whole() throws Exception {
        Shell shell = new Shell(folder.resolve("data"));
        Path file = file("other.json", "{\"accounts\": []}");
        shell.run("import", file.toString(), "--format", "keycloak").isWrongUsage("the file has no users");
        shell.run("import", file.toString(), "--format", "firebase").isWrongUsage("needs --hash-config");
        shell.run("import", file.toString(), "--format", "okta").isWrongUsage("there is no format okta");
        shell.run("import", folder.resolve("none").toString()).isWrongUsage("cannot be read");
        Path unknown = file(
                "realm.json",
                realm(credential(
                        Map.of("value", PBKDF2, "salt", PBKDF2_SALT),
                        Map.of("algorithm", "bcrypt", "hashIterations", 1L))));
        assertThat(shell.run("import", unknown.toString(), "--format", "keycloak")
                        .out())
                .contains("hashed with bcrypt, which is not known");
    }

    @Test
    void the_hashes_of_keycloak_auth0_and_django_are_understood() throws Exception {
        Shell shell = new Shell(folder.resolve("data"));
        Map<String, Object> parameters = Map.of(
                "memory",
                List.of("256"),
                "type",
                List.of("id"),
                "version",
                List.of("1.3"),
                "parallelism",
                List.of("2"));
        String argon2 = credential(
                Map.of("value", "bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc=", "salt", "c29tZXNhbHQ="),
                Map.of("algorithm", "argon2", "hashIterations", 2L, "additionalParameters", parameters));
        Path realm = file("realm.json", realm(argon2));
        shell.run("import", realm.toString(), "--format", "keycloak").isDone();
        assertThat(hashOf(shell, "kay"))
                .isEqualTo("$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc");
        String auth0 = "{\"_id\":{\"$oid\":\"60425d\"},\"email\":\"au@example.org\",\"email_verified\":true,"
                + "\"passwordHash\":\"" + BCRYPT + "\",\"app_metadata\":{\"roles\":[\"vip\"],\"plan\":\"gold\"}}";
        shell.runWith(auth0, "import", "-", "--format", "auth0").isDone();
        assertThat(shell.run("user", "show", "au@example.org", "--json").json())
                .containsEntry("sub", "auth0|60425d")
                .containsEntry("roles", List.of("vip"))
                .containsEntry("attributes", Map.of("email_verified", true, "plan", "gold"));

        shell.runWith(
                        line("dj", "pbkdf2_sha256$27500$saltsalt$" + PBKDF2) + "\n"
                                + line(
                                        "pa",
                                        "$pbkdf2-sha256$27500$c2FsdHNhbHQ$"
                                                + PBKDF2.replace('+', '.').replace("=", ""))
                                + "\n" + line("sp", "{bcrypt}" + BCRYPT) + "\n" + line("ld", "{CRYPT}" + SHA_CRYPT),
                        "import",
                        "-")
                .isDone();
        String normal = "$pbkdf2-sha256$i=27500$c2FsdHNhbHQ$" + PBKDF2.replace("=", "");
        assertThat(hashOf(shell, "dj")).isEqualTo(normal);
        assertThat(hashOf(shell, "pa")).isEqualTo(normal);
        assertThat(hashOf(shell, "sp")).isEqualTo(BCRYPT);
        assertThat(hashOf(shell, "ld")).isEqualTo(SHA_CRYPT);
    }

    private ServerConfig config() {
        return StoreOptions.configuration(
                Optional.empty(),
                Map.of("data", folder.resolve("data").toString(), "port", "0", "management.port", "0"),
                Terminal.ofProcess());
    }

    private static HttpResponse<String> logIn(Handstamp server, String name, String password) throws Exception {
        String body = Json.text(Map.of("username", name, "password", password, "audience", "https://api.example"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.issuer() + "/session"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }

    private static String said(Shell.Result result) {
        return result.out() + result.err();
    }

    private static String hashOf(Shell shell, String username) throws Exception {
        for (String line :
                shell.run("export", "--with-secrets").isDone().out().lines().toList()) {
            Map<String, Object> user = Json.parseObject(line.getBytes(StandardCharsets.UTF_8));
            if (user.get("username").equals(username)) return (String) user.get("password_hash");
        }
        throw new AssertionError(username);
    }

    private static String hashOfQuietly(Shell shell, String username) {
        try {
            return hashOf(shell, username);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String otp(Map<String, Object> data) {
        return otp(data, "DJmQfC73VGFhw7D4QJ8A");
    }

    private static String otp(Map<String, Object> data, String secret) {
        return Json.text(Map.of(
                "type", "otp",
                "credentialData", Json.text(data),
                "secretData", Json.text(Map.of("value", secret))));
    }

    private static String keycloak(String username, String... credentials) {
        return "{\"username\": \"" + username + "\", \"credentials\": [" + String.join(",", credentials) + "]}";
    }

    private static String line(String username, String hash) {
        return Json.text(Map.of("username", username, "password_hash", hash));
    }

    private static String realm(String credential) {
        return """
            {"realm": "shop", "users": [{"id": "5f0c8a52-2f6e-4a39-8a3e-5a3d2a0d9b11", "createdTimestamp": 1700000000000,
              "username": "kay", "enabled": true, "emailVerified": true, "firstName": "Kay", "lastName": "Kept",
              "email": "kay@example.org", "attributes": {"department": ["a", "b"]}, "requiredActions": [],
              "credentials": [{"type": "otp", "secretData": "{}"}, %s], "realmRoles": ["clerk"]},
              {"username": "out", "enabled": false, "credentials": []}]}""".formatted(credential);
    }

    private static String pbkdf2() {
        return credential(
                Map.of("value", PBKDF2, "salt", PBKDF2_SALT),
                Map.of("algorithm", "pbkdf2-sha256", "hashIterations", 27_500L, "additionalParameters", Map.of()));
    }

    private static String credential(Map<String, Object> secret, Map<String, Object> data) {
        return Json.text(
                Map.of("type", "password", "secretData", Json.text(secret), "credentialData", Json.text(data)));
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }
}
