package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.TotpEnrolments.Enrolled;
import dev.handstamp.server.administration.UserExport;
import dev.handstamp.server.administration.UserExport.Summary;
import dev.handstamp.server.administration.UserImport;
import dev.handstamp.server.administration.UserImport.Manner;
import dev.handstamp.server.administration.UserImport.Outcome;
import dev.handstamp.server.administration.UserImport.Report;
import dev.handstamp.server.administration.moving.HandstampLines;
import dev.handstamp.server.administration.moving.KeycloakRealm;
import dev.handstamp.server.administration.moving.UserFile;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.session.TotpParameters;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.UserStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Users who move from one server to another with everything that lets them sign in, each server with a master key of
/// its own.
class MovingTest {

    private static final Secrets SECRETS = new Secrets(new SecureRandom());
    private static final Manner EVERYTHING = new Manner(false, Optional.empty(), false);

    /// A user with a password, an authenticator application, recovery codes, a passkey and an application that was
    /// allowed something.
    private record Household(
            User user, Secret seed, List<String> recoveryCodes, SoftwareAuthenticator passkey, WebClient web) {}

    @Test
    void a_user_moves_with_everything_and_signs_in_as_before() throws Exception {
        try (RunningServer from = RunningServer.start();
                RunningServer to = RunningServer.start()) {
            move(from, to);
        }
    }

    @Test
    void a_user_moves_to_postgresql() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                RunningServer from = RunningServer.start();
                RunningServer to =
                        RunningServer.start(Map.of("database", postgres.getJdbcUrl("postgres", "postgres")))) {
            move(from, to);
        }
    }

    private static void move(RunningServer from, RunningServer to) throws Exception {
        Household mona = household(from, "mona");
        String lastCode = Totp.codeAt(mona.seed, Instant.now());
        assertThat(withPassword(from, mona, lastCode).cookie("__Host-handstamp-session"))
                .isPresent();
        assertThat(withPassword(from, mona, mona.recoveryCodes.getFirst()).cookie("__Host-handstamp-session"))
                .isPresent();
        String file = export(from, true);
        to.addClient(mona.web.client());
        WebClient web = new WebClient(to, mona.web.client(), mona.web.secret());

        assertThat(take(to, file, EVERYTHING))
                .filteredOn(report -> report.outcome() == Outcome.ADDED)
                .extracting(Report::username)
                .containsExactly("mona");
        assertThat(line(export(to, true), "mona")).isEqualTo(line(file, "mona"));
        assertThat(take(to, file, EVERYTHING)).extracting(Report::outcome).doesNotContain(Outcome.ADDED);
        assertThat(line(export(to, true), "mona")).as("not doubled").isEqualTo(line(file, "mona"));

        assertThat(withPassword(to, mona, lastCode).cookie("__Host-handstamp-session"))
                .as("A-07: a code that has counted at the other server")
                .isEmpty();
        TestBrowser browser =
                withPassword(to, mona, Totp.codeAt(mona.seed, Instant.now().plusSeconds(30)));
        assertThat(browser.cookie("__Host-handstamp-session")).isPresent();
        assertThat(TestBrowser.answer(browser.open(web.request("scope", "openid orders:read", "prompt", "none"))))
                .as("what was allowed is remembered")
                .containsKey("code");
        assertThat(TestBrowser.answer(browser.open(web.request("scope", "openid orders:write", "prompt", "none"))))
                .containsEntry("error", "consent_required");

        assertThat(withPassword(to, mona, mona.recoveryCodes.get(0)).cookie("__Host-handstamp-session"))
                .as("a recovery code that was used at the other server")
                .isEmpty();
        assertThat(withPassword(to, mona, mona.recoveryCodes.get(1)).cookie("__Host-handstamp-session"))
                .isPresent();
        assertThat(withPassword(to, mona, mona.recoveryCodes.get(1)).cookie("__Host-handstamp-session"))
                .as("the same once more")
                .isEmpty();

        mona.passkey.origin = to.issuer();
        TestBrowser byPasskey = new TestBrowser(to);
        assertThat(signIn(to, byPasskey, mona.passkey).outcome()).isEqualTo("200");
        byPasskey.open("/account");
        assertThat(byPasskey.isAt("/account")).isTrue();
        User moved = to.user("mona");
        assertThat(moved.subject()).isEqualTo(mona.user.subject());
        assertThat(moved.hasVerifiedEmail()).isTrue();
        assertThat(to.audit(AuditEvent.Type.PASSKEY_ENROLLED))
                .anySatisfy(event -> assertThat(event.details()).containsEntry("imported", "true"));
    }

    @Test
    @DisplayName("S-05, S-06: what was moved is sealed again, and an export says of itself that secrets left")
    void what_was_moved_stands_nowhere_in_plain() throws Exception {
        try (RunningServer from = RunningServer.start();
                RunningServer to = RunningServer.start()) {
            Household mona = household(from, "mona");
            String file = export(from, true);
            take(to, file, EVERYTHING);
            String key = matched(file, "\"key\":\"([^\"]+)\"");
            assertThat(file).contains(mona.seed.value());
            assertThat(to.everythingStored()).contains("mona").doesNotContain(mona.seed.value(), key);
            assertThat(from.audit(AuditEvent.Type.USERS_EXPORTED))
                    .singleElement()
                    .satisfies(event -> assertThat(event.details()).containsExactly(Map.entry("secrets", "true")));
            for (RunningServer each : List.of(from, to)) {
                assertThat(each.audit().toString()).doesNotContain(mona.seed.value(), key);
            }
        }
    }

    @Test
    void without_the_word_nothing_secret_leaves() throws Exception {
        try (RunningServer from = RunningServer.start()) {
            Household mona = household(from, "mona");
            StringBuilder file = new StringBuilder();
            Summary summary = exporting(from)
                    .run(false, user -> file.append(Json.text(user)).append('\n'));
            assertThat(file)
                    .contains("mona", mona.passkey.id(), "consents")
                    .doesNotContain("password_hash", "totp", "recovery", "$argon2", mona.seed.value());
            assertThat(summary.authenticators()).isEqualTo(1);
            assertThat(summary.recoveryCodes()).isEqualTo(8);
            assertThat(summary.passwords()).isEqualTo(3);
            assertThat(from.audit(AuditEvent.Type.USERS_EXPORTED))
                    .singleElement()
                    .satisfies(event -> assertThat(event.details()).containsExactly(Map.entry("secrets", "false")));
        }
    }

    @Test
    void recovery_codes_of_before_go_on_working_here_and_are_told_when_they_cannot_move() throws Exception {
        try (RunningServer from = RunningServer.start()) {
            Household mona = household(from, "mona");
            from.execute("DELETE FROM recovery_code_key");
            from.execute("DELETE FROM recovery_code");
            String old = from.keyEncryption()
                    .hash(mona.recoveryCodes.getFirst().replace("-", ""), "recovery code")
                    .value();
            from.execute("INSERT INTO recovery_code (code_hash, subject) VALUES ('" + old + "', '" + mona.user.subject()
                    + "')");
            StringBuilder file = new StringBuilder();
            Summary summary = exporting(from)
                    .run(true, user -> file.append(Json.text(user)).append('\n'));
            assertThat(summary.fixedCodes()).isEqualTo(1);
            assertThat(file).contains("totp").doesNotContain("recovery_codes", old);
            assertThat(withPassword(from, mona, mona.recoveryCodes.getFirst()).cookie("__Host-handstamp-session"))
                    .isPresent();
        }
    }

    @Test
    void a_passkey_of_another_name_comes_only_by_a_word_and_a_credential_only_once() throws Exception {
        try (RunningServer from = RunningServer.start();
                RunningServer to = RunningServer.start()) {
            household(from, "mona");
            String mine = line(export(from, true), "mona");
            String elsewhere = mine.replace("\"rp_id\":\"localhost\"", "\"rp_id\":\"login.example\"");

            for (boolean rehearsal : List.of(true, false)) {
                assertThat(take(to, elsewhere, new Manner(rehearsal, Optional.empty(), false)))
                        .singleElement()
                        .satisfies(report -> assertThat(report.reason())
                                .contains(
                                        "bound to \"login.example\", and this server is localhost",
                                        "--leave-passkeys"));
            }
            assertThat(take(to, elsewhere, new Manner(true, Optional.empty(), true)))
                    .singleElement()
                    .satisfies(report -> {
                        assertThat(report.outcome()).isEqualTo(Outcome.ADDED);
                        assertThat(report.left().toString()).contains("its passkeys (1)", "a client that is not here");
                    });
            assertThat(take(to, elsewhere, new Manner(false, Optional.of("localhost"), false)))
                    .extracting(Report::outcome)
                    .containsExactly(Outcome.ADDED);
            assertThat(to.number("SELECT COUNT(*) FROM consent"))
                    .as("of a client that is not here")
                    .isZero();

            String thief = mine.replace("mona", "thief").replaceAll("\"sub\":\"[^\"]*\",", "");
            for (boolean rehearsal : List.of(true, false)) {
                assertThat(take(to, thief, new Manner(rehearsal, Optional.empty(), false)))
                        .singleElement()
                        .satisfies(report -> assertThat(report.reason()).contains("has one of the passkeys already"));
            }
            assertThat(to.number("SELECT COUNT(*) FROM app_user WHERE username = 'thief'"))
                    .isZero();
        }
    }

    @Test
    void what_stands_twice_refuses_its_one_user_and_loses_nobody_else() throws Exception {
        try (RunningServer from = RunningServer.start();
                RunningServer to = RunningServer.start()) {
            household(from, "mona");
            household(from, "nora");
            String exported = export(from, true);
            String mona = line(exported, "mona");
            String nora = line(exported, "nora");
            String passkey = matched(nora, "\"passkeys\":\\[(\\{.*?\\})\\]");
            String hash = matched(nora, "\"hashes\":\\[(\"[^\"]+\")");
            String bob = nora.replace("nora", "bob").replaceAll("\"sub\":\"[^\"]*\",", "");
            String fresh = matched(bob, "(\"user_handle\".*)\\}$");
            String file = String.join(
                    "\n",
                    mona,
                    nora.replace(passkey, passkey + "," + passkey),
                    nora.replace(hash, hash + "," + hash).replaceFirst(",\"[^\"]+\"\\]\\}", "]}"),
                    nora.replace(hash, matched(mona, "\"hashes\":\\[(\"[^\"]+\")")),
                    nora.replace(hash, hash + ",\"" + "A".repeat(43) + "\""),
                    nora,
                    bob,
                    bob.replace("," + fresh, ""),
                    "{\"username\":\"last\"}");
            List<Report> rehearsed = take(to, file, new Manner(true, Optional.empty(), false));
            assertThat(rehearsed)
                    .extracting(
                            report -> report.outcome() + " " + report.reason().replaceAll(".*(passkey|code).*", "$1"))
                    .containsExactly(
                            "ADDED ",
                            "REFUSED passkey",
                            "REFUSED code",
                            "REFUSED code",
                            "REFUSED code",
                            "ADDED ",
                            "REFUSED passkey",
                            "REFUSED code",
                            "ADDED ");
            assertThat(take(to, file, EVERYTHING)).isEqualTo(rehearsed);
            assertThat(to.number("SELECT COUNT(*) FROM app_user WHERE username IN ('mona', 'nora', 'bob', 'last')"))
                    .isEqualTo(3);
        }
    }

    @Test
    void recovery_codes_whose_key_does_not_open_stay_behind_and_the_export_goes_on() throws Exception {
        try (RunningServer from = RunningServer.start()) {
            Household mona = household(from, "mona");
            Household nora = household(from, "nora");
            String elsewhere = from.keyEncryption().seal(mona.seed, "another purpose");
            from.execute("UPDATE totp SET sealed_secret = '" + elsewhere + "' WHERE subject = '" + mona.user.subject()
                    + "'");
            from.execute("UPDATE recovery_code_key SET key_sealed = '" + elsewhere + "' WHERE subject = '"
                    + nora.user.subject() + "'");
            StringBuilder file = new StringBuilder();
            Summary summary = exporting(from)
                    .run(true, user -> file.append(Json.text(user)).append('\n'));
            assertThat(file).contains("\"mona\"", "\"nora\"", nora.seed.value()).doesNotContain("recovery_codes");
            assertThat(summary.unopened()).isEqualTo(1);
            assertThat(summary.recoveryCodes()).isEqualTo(16);
            assertThat(summary.unopenedCodes()).isEqualTo(16);
            assertThat(summary.fixedCodes()).isZero();
        }
    }

    @Test
    void an_import_that_was_interrupted_neither_doubles_nor_loses() throws Exception {
        try (RunningServer from = RunningServer.start();
                RunningServer to = RunningServer.start()) {
            household(from, "mona");
            household(from, "nora");
            String file = line(export(from, true), "mona") + "\n{broken\n" + line(export(from, true), "nora") + "\n";
            take(to, file.substring(0, file.indexOf('\n')), EVERYTHING);
            assertThat(take(to, file, EVERYTHING))
                    .extracting(Report::outcome)
                    .containsExactly(Outcome.THERE_ALREADY, Outcome.REFUSED, Outcome.ADDED);
            for (String table : List.of("totp", "recovery_code_key", "passkey", "passkey_holder")) {
                assertThat(to.number("SELECT COUNT(*) FROM " + table)).as(table).isEqualTo(2);
            }
            assertThat(to.number("SELECT COUNT(*) FROM recovery_code")).isEqualTo(16);
        }
    }

    @Test
    void a_user_of_keycloak_comes_with_authenticator_passkey_and_consents() throws Exception {
        try (RunningServer from = RunningServer.start();
                RunningServer to = RunningServer.start()) {
            Household mona = household(from, "mona");
            to.addClient(mona.web.client());
            String exported = line(export(from, true), "mona");
            String id = "5f0c8a52-2f6e-4a39-8a3e-5a3d2a0d9b11";
            String seed = "DJmQfC73VGFhw7D4QJ8A";
            byte[] credential = Base64.getUrlDecoder().decode(mona.passkey.id());
            Map<String, Object> otp = credential(
                    "otp",
                    Map.of("subType", "totp", "digits", 8L, "counter", 0L, "period", 60L, "algorithm", "HmacSHA256"),
                    Map.of("value", seed));
            Map<String, Object> webauthn = credential(
                    "webauthn-passwordless",
                    Map.of(
                            "aaguid",
                            "00000000-0000-0000-0000-000000000000",
                            "credentialId",
                            Base64.getEncoder().encodeToString(credential),
                            "counter",
                            3L,
                            "credentialPublicKey",
                            matched(exported, "\"public_key\":\"([^\"]+)\""),
                            "attestationStatementFormat",
                            "none",
                            "transports",
                            List.of("internal")),
                    Map.of());
            Map<String, Object> consent = Map.of(
                    "clientId",
                    mona.web.id(),
                    "grantedClientScopes",
                    List.of("profile", "orders:read", "roles"),
                    "createdDate",
                    1_700_000_000_000L);
            Map<String, Object> stranger =
                    Map.of("clientId", "account-console", "grantedClientScopes", List.of("email"));
            Map<String, Object> user = new LinkedHashMap<>();
            user.put("id", id);
            user.put("username", "kay");
            user.put("enabled", true);
            user.put("credentials", List.of(otp, webauthn));
            user.put("clientConsents", List.of(consent, stranger));
            String users = Json.text(Map.of("users", List.of(user)));
            String realm = Json.text(
                    Map.of("realm", "shop", "webAuthnPolicyPasswordlessRpId", "localhost", "users", List.of(user)));

            assertThat(take(to, new KeycloakRealm(), users, EVERYTHING))
                    .singleElement()
                    .satisfies(report -> assertThat(report.reason()).contains("--rp-id localhost", "--leave-passkeys"));
            assertThat(take(to, new KeycloakRealm(), realm, EVERYTHING))
                    .singleElement()
                    .satisfies(report -> {
                        assertThat(report.outcome()).isEqualTo(Outcome.ADDED);
                        assertThat(report.left()).singleElement().asString().contains("account-console");
                    });
            User kay = to.user("kay");
            to.database.inTransaction(tx -> new UserStore().update(tx, kay.withPasswordHash(mona.user.passwordHash())));

            TotpParameters parameters =
                    TotpParameters.of(TotpParameters.Algorithm.SHA256, 8, 60).orElseThrow();
            Secret secret = Totp.secretOf(seed.getBytes(StandardCharsets.UTF_8)).orElseThrow();
            Household here = new Household(kay, secret, List.of(), mona.passkey, mona.web);
            TestBrowser browser = withPassword(to, here, Totp.codeAt(secret, parameters, Instant.now()));
            assertThat(browser.cookie("__Host-handstamp-session")).isPresent();
            WebClient web = new WebClient(to, mona.web.client(), mona.web.secret());
            String request = web.request("scope", "openid profile", "prompt", "none");
            assertThat(TestBrowser.answer(browser.open(request))).containsKey("code");

            mona.passkey.origin = to.issuer();
            mona.passkey.userHandle =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(id.getBytes(StandardCharsets.UTF_8));
            assertThat(signIn(to, new TestBrowser(to), mona.passkey).outcome()).isEqualTo("200");
            mona.passkey.counter++;
            mona.passkey.flags = SoftwareAuthenticator.PRESENT | SoftwareAuthenticator.VERIFIED;
            assertThat(signIn(to, new TestBrowser(to), mona.passkey).outcome())
                    .as("what it was at its first use it stays")
                    .isEqualTo("403 refused");
        }
    }

    private static Map<String, Object> credential(String type, Map<String, Object> data, Map<String, Object> secret) {
        return Map.of(
                "type",
                type,
                "userLabel",
                "of Keycloak",
                "createdDate",
                1_700_000_000_000L,
                "credentialData",
                Json.text(data),
                "secretData",
                Json.text(secret));
    }

    private static Household household(RunningServer at, String name) {
        User user = at.addUser(name, "buyer").withVerifiedEmail(name + "@example.org");
        at.database.inTransaction(tx -> new UserStore().update(tx, user));
        TestBrowser browser = new TestBrowser(at);
        browser.submit(browser.open("/account"), "username", name, "password", RunningServer.PASSWORD);
        SoftwareAuthenticator passkey = new SoftwareAuthenticator(at.issuer(), "localhost");
        passkey.counter = 3;
        enrol(at, browser, passkey);
        WebClient web = WebClient.confidential(at);
        browser.allow(browser.open(web.request("scope", "openid orders:read")));
        Enrolled enrolled = at.totpEnrolments().add(name, "login.example");
        Secret seed = RunningServer.seed(enrolled);
        passkey.counter = 4;
        return new Household(user, seed, enrolled.recoveryCodes(), passkey, web);
    }

    private static UserExport exporting(RunningServer at) {
        return new UserExport(
                at.database,
                at::keyEncryption,
                SECRETS,
                InstantSource.system(),
                "localhost",
                Administrator.COMMAND_LINE);
    }

    private static String export(RunningServer at, boolean withSecrets) {
        StringBuilder file = new StringBuilder();
        exporting(at).run(withSecrets, user -> file.append(Json.text(user)).append('\n'));
        return file.toString();
    }

    private static List<Report> take(RunningServer at, String file, Manner manner) throws IOException {
        return take(at, new HandstampLines(), file, manner);
    }

    private static List<Report> take(RunningServer at, UserFile form, String file, Manner manner) throws IOException {
        List<Report> reports = new ArrayList<>();
        new UserImport(
                        at.database,
                        at::keyEncryption,
                        SECRETS,
                        InstantSource.system(),
                        "localhost",
                        Administrator.COMMAND_LINE)
                .run(form, new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), manner, reports::add);
        return reports;
    }

    private static String line(String file, String username) {
        return file.lines()
                .filter(line -> line.contains("\"username\":\"" + username + "\""))
                .findFirst()
                .orElseThrow();
    }

    /// A browser in which the password was typed and then this code.
    private static TestBrowser withPassword(RunningServer at, Household household, String code) {
        TestBrowser browser = new TestBrowser(at);
        Reply second = browser.submit(
                browser.open("/account"),
                "username",
                household.user.username().value(),
                "password",
                RunningServer.PASSWORD);
        if (!browser.isAt("/login/totp")) {
            second = browser.open("/login/totp?" + browser.at().split("\\?", 2)[1]);
        }
        browser.submit(second, "code", code);
        return browser;
    }

    private static void enrol(RunningServer at, TestBrowser browser, SoftwareAuthenticator passkey) {
        String form = matched(browser.open("/account/passkeys").text(), "data-form=\"([^\"]*)\"");
        Reply options = post(at, browser, "/account/passkeys/options", Map.of("purpose", "enrol", "form", form));
        Map<String, Object> made = passkey.create(options.json());
        Reply added = post(
                at, browser, "/account/passkeys/add", Map.of("purpose", "enrol", "form", form, "credential", made));
        assertThat(added.outcome()).isEqualTo("200");
    }

    private static Reply signIn(RunningServer at, TestBrowser browser, SoftwareAuthenticator passkey) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("purpose", "sign_in");
        body.put("form", matched(browser.open("/login/passkey").text(), "data-form=\"([^\"]*)\""));
        Reply options = post(at, browser, "/login/passkey/options", body);
        body = new HashMap<>(body);
        body.put("credential", passkey.get(options.json()));
        return post(at, browser, "/login/passkey", body);
    }

    private static Reply post(RunningServer at, TestBrowser browser, String path, Map<String, Object> body) {
        return browser.send(
                at.call("POST", path).header("Sec-Fetch-Site", "same-origin").json(Json.text(body)));
    }

    private static String matched(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) throw new AssertionError("no " + pattern + " in " + text);
        return matcher.group(1);
    }
}
