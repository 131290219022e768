package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.administration.Apis;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.UserInvitation;
import dev.handstamp.server.store.PasskeyStore;
import dev.handstamp.server.store.UserInvitationStore;
import jakarta.mail.internet.MimeMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The administration, in a browser that runs no scripts.
class AdminPagesTest {

    private static final String HOSTILE = "<script>alert('\"&</script>";

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        server.addUser("root", "administrator");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin", "/admin/users", "/admin/users/new", "/admin/users/usr_nobody"})
    void nobody_comes_in_but_administrators(String path) {
        Reply out = server.call("GET", path).send();
        assertThat(out.status()).isEqualTo(303);
        assertThat(out.header("Location").orElseThrow()).isEqualTo("/login?to=" + path.replace("/", "%2F"));

        Reply refused = signedIn("vera").open(path);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).contains("This is for administrators");

        Reply entered = signedIn("root").open(path);
        assertThat(entered.status()).isEqualTo(path.endsWith("nobody") ? 404 : 200);
        assertThat(entered.header("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(entered.header("Cache-Control")).contains("no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/users/new", "/admin/users/usr_nobody"})
    void nobody_changes_anything_without_being_one(String path) {
        assertThat(server.call("POST", path).form("action", "delete").send().status())
                .isEqualTo(303);
        TestBrowser vera = signedIn("vera");
        assertThat(vera.post(path, "action", "delete").status()).isEqualTo(403);
    }

    @Test
    void the_words_are_those_of_the_browsers_language() {
        TestBrowser root = signedIn("root");
        Reply page = root.send(server.call("GET", "/admin/users").header("Accept-Language", "de"));
        assertThat(page.text()).contains("<html lang=\"de\"", "Benutzer anlegen");
    }

    @Test
    void an_administrator_who_has_chosen_a_language_reads_that_and_finds_the_way_to_the_own_account() {
        server.addUser("gerda", "administrator");
        TestBrowser gerda = signedIn("gerda");
        gerda.submit(gerda.open("/account"), "name", "Gerda", "locale", "de");

        Reply page = gerda.open("/admin/users");
        assertThat(page.text()).contains("<html lang=\"de\"", "Benutzer anlegen", "id=\"own-account\"");
        assertThat(gerda.open("/account").text()).contains("Ihr Profil", "<a href=\"/admin\">Verwaltung</a>");
        assertThat(gerda.open("/admin/users/fm9uZQ").text()).contains("Nicht gefunden");
    }

    @Test
    void an_operation_refuses_in_the_browsers_language() {
        TestBrowser root = signedIn("root");
        Reply form = root.open("/admin/users/new");
        Reply refused = root.send(server.call("POST", "/admin/users/new")
                .header("Accept-Language", "de")
                .form(
                        "action",
                        "add",
                        "form",
                        AdminForms.form(form, "add", ""),
                        "username",
                        "vera",
                        "password",
                        "long enough to be one"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("Der Benutzername \"vera\" ist vergeben");
    }

    @Test
    void whoever_loses_the_role_is_out_at_once() {
        server.addUser("former", "administrator");
        TestBrowser former = signedIn("former");
        assertThat(former.open("/admin/users").status()).isEqualTo(200);

        TestBrowser root = signedIn("root");
        Reply page = AdminForms.act(root, root.open(page("former")), "take-role", "administrator");
        assertThat(page.text()).contains("Saved.");

        assertThat(former.open("/admin/users").status()).isEqualTo(403);
    }

    @Test
    void what_the_admin_api_asks_of_its_users_its_pages_ask_too() {
        try (RunningServer other = RunningServer.start()) {
            other.addUser("root", "administrator");
            TestBrowser root = new TestBrowser(other);
            root.submit(root.open("/account"), "username", "root", "password", RunningServer.PASSWORD);
            assertThat(root.open("/admin/users").status()).isEqualTo(200);

            Apis.Change none = Apis.Change.NONE;
            Apis.Change aal2 = new Apis.Change(
                    none.scopes(),
                    none.words(),
                    none.algorithm(),
                    none.tokenLifetime(),
                    none.claims(),
                    none.statusList(),
                    none.open(),
                    Optional.of("aal2"),
                    none.newSecret());
            other.apis().update(other.issuer() + "/admin/api", aal2);

            Reply refused = root.open("/admin/users");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text()).contains("A second factor is needed", "href=\"/account/security\"");
        }
    }

    @Test
    void a_role_that_is_only_called_administrator_opens_nothing() {
        try (RunningServer other = RunningServer.start()) {
            other.addUser("root", "administrator");
            TestBrowser root = new TestBrowser(other);
            root.submit(root.open("/account"), "username", "root", "password", RunningServer.PASSWORD);
            assertThat(root.open("/admin/users").status()).isEqualTo(200);

            other.addRole("administrator", RunningServer.STOCK, "stock:read");

            assertThat(root.open("/admin/users").status()).isEqualTo(403);
        }
    }

    @Test
    void users_are_found_by_the_beginning_and_read_page_by_page() {
        for (int i = 0; i < 30; i++) server.addUser("walker-%02d".formatted(i));
        TestBrowser root = signedIn("root");

        Reply first = root.open("/admin/users?q=walker");
        assertThat(first.text()).contains("walker-00", "walker-24").doesNotContain("walker-25", ">vera<");
        String next = TestBrowser.fields(first).get("after");
        Reply second = root.open("/admin/users?q=walker&after=" + next);
        assertThat(second.text()).contains("walker-25", "walker-29").doesNotContain("walker-24", "id=\"next\"");

        assertThat(root.open("/admin/users?q=nobody-of-this-name").text()).contains("No users were found.");
        assertThat(root.open("/admin/users?after=forged").status()).isEqualTo(400);
    }

    @Test
    void a_user_is_added_and_signs_in() {
        TestBrowser root = signedIn("root");
        Reply form = root.open("/admin/users/new");
        Reply wrong = submit(root, form, "username", "mia", "email", "no address", "password", "long enough to be one");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.text())
                .contains("not an e-mail address", "value=\"mia\"")
                .doesNotContain("long enough to be one");

        Reply added = submit(
                root,
                wrong,
                "username",
                "mia",
                "email",
                "mia@example.org",
                "roles",
                "buyer",
                "password",
                "long enough to be one");

        assertThat(added.text()).contains("Added.", "mia@example.org", "buyer");
        assertThat(server.logIn("mia", "long enough to be one").status()).isEqualTo(200);
        AuditEvent event = server.audit(AuditEvent.Type.USER_CREATED).getLast();
        assertThat(event.actor()).isEqualTo(server.user("root").subject().value());
        assertThat(event.address()).isEqualTo("127.0.0.1");
        assertThat(event.requestId()).isNotEmpty();
    }

    @Test
    void a_disabled_user_is_refused_at_once() {
        server.addUser("nora", "buyer");
        TestBrowser nora = signedIn("nora");
        Reply login = server.logIn("nora", RunningServer.PASSWORD);
        String token = login.string("access_token");
        assertThat(server.isActive(token)).isTrue();
        TestBrowser root = signedIn("root");

        Reply page = AdminForms.act(root, root.open(page("nora")), "disable", "");

        assertThat(page.text()).contains("Disabled.", "id=\"state\" class=\"badge bad\"");
        assertThat(server.isActive(token)).isFalse();
        assertThat(server.refresh(login.string("refresh_token")).status()).isEqualTo(401);
        assertThat(nora.open("/admin/users").text()).doesNotContain("This is for administrators");
        assertThat(server.logIn("nora", RunningServer.PASSWORD).status()).isNotEqualTo(200);

        Reply again = AdminForms.act(root, page, "enable", "");
        assertThat(again.text()).contains("Enabled.");
        assertThat(server.logIn("nora", RunningServer.PASSWORD).status()).isEqualTo(200);
        assertThat(server.isActive(token)).isFalse();
    }

    @Test
    void everything_else_that_an_administrator_does_to_a_user() {
        server.addUser("olaf");
        TestBrowser root = signedIn("root");
        String at = page("olaf");
        Reply session = server.logIn("olaf", RunningServer.PASSWORD);

        Reply page = root.open(at);
        page = AdminForms.act(root, page, "profile", "", "name", "Olaf Ohm", "email", "olaf@example.net");
        assertThat(page.text()).contains("Olaf Ohm", "olaf@example.net");
        page = AdminForms.act(root, page, "attribute", "", "name", "age", "value", "34");
        assertThat(page.text()).contains("<strong>age</strong> 34");
        page = AdminForms.act(root, page, "drop-attribute", "age");
        assertThat(page.text()).contains("No attributes.");
        page = AdminForms.act(root, page, "give-role", "", "role", "buyer");
        assertThat(server.user("olaf").roles()).hasToString("[buyer]");

        assertThat(server.isActive(session.string("access_token"))).isFalse();
        page = AdminForms.act(root, page, "end-all", "");
        assertThat(page.text()).contains("Not signed in anywhere.");
        assertThat(server.refresh(session.string("refresh_token")).status()).isEqualTo(401);

        page = AdminForms.act(root, page, "password", "", "password", "short");
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.text()).contains("a password has at least");
        AdminForms.act(root, page, "password", "", "password", "another long password");
        assertThat(server.logIn("olaf", "another long password").status()).isEqualTo(200);

        Reply gone = AdminForms.act(root, root.open(at), "delete", "");
        assertThat(gone.text()).contains("Deleted.");
        assertThat(root.open(at).status()).isEqualTo(404);
        assertThat(server.logIn("olaf", "another long password").status()).isNotEqualTo(200);
    }

    @Test
    void a_removed_passkey_opens_nothing_and_whoever_holds_it_is_out() {
        server.addUser("tess", "buyer");
        PasskeyWalk walk = new PasskeyWalk(server);
        SoftwareAuthenticator kept = walk.authenticator();
        SoftwareAuthenticator stolen = walk.authenticator();
        TestBrowser tess = walk.signedIn("tess");
        assertThat(walk.add(tess, kept).outcome()).isEqualTo("200");
        List<Passkey> before = passkeys("tess");
        assertThat(walk.add(tess, stolen).outcome()).isEqualTo("200");
        Passkey second = passkeys("tess").stream()
                .filter(each -> !before.contains(each))
                .findFirst()
                .orElseThrow();
        TestBrowser thief = new TestBrowser(server);
        assertThat(walk.signIn(thief, stolen).outcome()).isEqualTo("200");
        String token = server.logIn("tess", RunningServer.PASSWORD).string("access_token");
        assertThat(server.isActive(token)).isTrue();
        TestBrowser root = signedIn("root");
        String at = page("tess");

        Reply page = AdminForms.act(
                root, root.open(at), "remove-passkey", second.id().value());

        assertThat(page.text()).contains("Removed.").doesNotContain(second.id().value());
        assertThat(passkeys("tess")).isEqualTo(before);
        assertThat(walk.signIn(new TestBrowser(server), stolen).status()).isNotEqualTo(200);
        thief.open("/account");
        assertThat(thief.isAt("/login")).isTrue();
        assertThat(server.isActive(token)).isFalse();
        AuditEvent event = server.audit(AuditEvent.Type.PASSKEY_REMOVED).getLast();
        assertThat(event.actor()).isEqualTo(server.user("root").subject().value());
        assertThat(event.details()).containsEntry("passkey", second.id().value());
        assertThat(walk.signIn(new TestBrowser(server), kept).outcome()).isEqualTo("200");

        Reply gone = root.post(
                at,
                "action",
                "remove-passkey",
                "target",
                second.id().value(),
                "form",
                AdminForms.form(page, "remove-passkey", before.getFirst().id().value()));
        assertThat(gone.status()).as("a form counts for its own passkey").isEqualTo(403);
        assertThat(passkeys("tess")).hasSize(1);
    }

    @Test
    void what_goes_by_mail_is_refused_where_no_mail_is_sent() {
        server.addUser("rita");
        TestBrowser root = signedIn("root");

        Reply reset = AdminForms.act(root, root.open(page("rita")), "mail-reset", "");
        assertThat(reset.status()).isEqualTo(400);
        assertThat(reset.text()).contains("no server sends mails here");
        Reply invited = AdminForms.act(
                root, root.open("/admin/users/new"), "invite", "", "email", "sam@example.org", "name", "Sam");
        assertThat(invited.status()).isEqualTo(400);
        assertThat(invited.text()).contains("no server sends mails here");
    }

    @Test
    void what_goes_by_mail_is_sent() {
        try (Mailbox mailbox = new Mailbox();
                RunningServer mailing = RunningServer.start(mailbox.settings())) {
            mailing.addUser("root", "administrator");
            mailing.addUser("rita");
            TestBrowser root = AdminForms.signedIn(mailing, "root");
            String at = "/admin/users/" + mailing.user("rita").subject().value();

            Reply page = AdminForms.act(root, root.open(at), "mail-reset", "");

            assertThat(page.text()).contains("An e-mail is on its way.");
            assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("rita@example.org");
            assertThat(mailing.audit(AuditEvent.Type.PASSWORD_RESET_SENT)
                            .getLast()
                            .actor())
                    .isEqualTo(mailing.user("root").subject().value());
        }
    }

    @Test
    void whatever_an_administrator_changes_of_how_somebody_signs_in_is_told_to_them() {
        try (Mailbox mailbox = new Mailbox();
                RunningServer mailing = RunningServer.start(mailbox.settings())) {
            mailing.addUser("root", "administrator");
            mailing.addUser("rita");
            TestBrowser root = AdminForms.signedIn(mailing, "root");
            String at = "/admin/users/" + mailing.user("rita").subject().value();
            mailing.totpEnrolments().add("rita", "localhost");
            assertThat(Mailbox.subject(mailbox.next())).isEqualTo("A new way to sign in was added");

            AdminForms.act(root, root.open(at), "remove-totp", "");
            assertThat(Mailbox.subject(mailbox.next())).isEqualTo("A way to sign in was removed");
            AdminForms.act(root, root.open(at), "password", "", "password", "seven green umbrellas at noon");
            assertThat(Mailbox.subject(mailbox.next())).isEqualTo("Your password was changed");
            AdminForms.act(root, root.open(at), "disable", "");
            assertThat(Mailbox.subject(mailbox.next())).isEqualTo("Your account was disabled");
            AdminForms.act(root, root.open(at), "enable", "");
            AdminForms.act(root, root.open(at), "profile", "", "name", "Rita", "email", "rita@new.example");
            MimeMessage changed = mailbox.next();
            assertThat(Mailbox.subject(changed)).isEqualTo("Your e-mail address was changed");
            assertThat(Mailbox.recipient(changed)).as("the old one").isEqualTo("rita@example.org");
            AdminForms.act(root, root.open(at), "delete", "");
            MimeMessage deleted = mailbox.next();
            assertThat(Mailbox.subject(deleted)).isEqualTo("Your account was deleted");
            assertThat(Mailbox.recipient(deleted)).isEqualTo("rita@new.example");
        }
    }

    @Test
    void an_invitation_is_shown_until_it_is_withdrawn() {
        try (Mailbox mailbox = new Mailbox();
                RunningServer mailing = RunningServer.start(mailbox.settings("sign-up", "invitation"))) {
            mailing.addUser("root", "administrator");
            TestBrowser root = AdminForms.signedIn(mailing, "root");
            Reply page = root.open("/admin/users/new");
            assertThat(page.text()).contains("Nobody is invited who has not come yet.");
            assertThat(root.open("/admin/users").text()).doesNotContain("Somebody is invited");

            page = AdminForms.act(
                    root, page, "invite", "", "email", "sam@example.org", "name", "Sam <b>", "role", "buyer");
            String link = Mailbox.path(mailbox.next(), mailing);

            assertThat(page.text())
                    .contains("An e-mail is on its way.", "sam@example.org", "Sam &lt;b&gt;", "Roles: buyer")
                    .contains("Invited by root at");
            assertThat(root.open("/admin/users").text())
                    .contains("href=\"/admin/users/new#invitations\"", "Somebody is invited");
            String id = AdminClient.items(AdminClient.as(mailing, "root").get("/invitations"))
                    .getFirst()
                    .get("invitation_id")
                    .toString();
            Reply forged = root.post(
                    "/admin/users/new",
                    "action",
                    "uninvite",
                    "target",
                    "another",
                    "form",
                    AdminForms.form(page, "uninvite", id));
            assertThat(forged.status()).isEqualTo(403);

            Reply withdrawn = AdminForms.act(root, page, "uninvite", id);

            assertThat(withdrawn.text()).contains("Withdrawn. The link", "Nobody is invited who has not come yet.");
            assertThat(new TestBrowser(mailing).open(link).status()).isEqualTo(400);
            assertThat(mailing.audit(AuditEvent.Type.USER_UNINVITED).getLast().actor())
                    .isEqualTo(mailing.user("root").subject().value());
            Reply again = AdminForms.act(root, page, "uninvite", id);
            assertThat(again.status()).isEqualTo(400);
            assertThat(again.text()).contains("there is no invitation");
        }
    }

    @Test
    void invitations_are_read_page_by_page() {
        server.database.inTransaction(tx -> {
            for (int i = 0; i < 30; i++) {
                new UserInvitationStore()
                        .put(
                                tx,
                                new UserInvitation(
                                        "inv_" + i,
                                        new EmailAddress("guest-%02d@example.org".formatted(i)),
                                        "",
                                        new TreeSet<>(),
                                        "usr_gone",
                                        Instant.now(),
                                        Instant.now().plusSeconds(600)));
            }
            return true;
        });
        TestBrowser root = signedIn("root");

        Reply first = root.open("/admin/users/new");
        assertThat(first.text()).contains("guest-24@", "Invited by usr_gone").doesNotContain("guest-25@");
        Reply second =
                root.open("/admin/users/new?after=" + TestBrowser.fields(first).get("after"));
        assertThat(second.text()).contains("guest-25@", "guest-29@").doesNotContain("guest-24@", "id=\"next\"");
        assertThat(root.open("/admin/users/new?after=forged").status()).isEqualTo(400);
        server.execute("DELETE FROM user_invitation");
    }

    @Test
    void nobody_closes_the_own_account_here() {
        TestBrowser root = signedIn("root");
        Reply page = root.open(page("root"));
        assertThat(page.text()).doesNotContain("value=\"disable\"", "value=\"delete\"");

        Reply refused = AdminForms.act(root, page, "take-role", "administrator");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("your own account");
        assertThat(root.open("/admin/users").status()).isEqualTo(200);
    }

    @Test
    @DisplayName("CSRF: a form counts for its session, its page, its action and its target alone")
    void forged_forms_change_nothing() {
        server.addUser("pia");
        server.logIn("pia", RunningServer.PASSWORD);
        server.addUser("rosa", "administrator");
        TestBrowser root = signedIn("root");
        Reply page = root.open(page("pia"));
        String value = AdminForms.form(page, "end-all", "");

        assertThat(root.post(page("pia"), "action", "disable", "target", "", "form", value)
                        .status())
                .isEqualTo(403);
        assertThat(root.post(page("vera"), "action", "end-all", "target", "", "form", value)
                        .status())
                .isEqualTo(403);
        assertThat(root.post(page("pia"), "action", "end-all", "target", "").status())
                .isEqualTo(403);
        assertThat(signedIn("rosa")
                        .post(page("pia"), "action", "end-all", "target", "", "form", value)
                        .status())
                .isEqualTo(403);
        Reply foreign = root.send(server.call("POST", page("pia"))
                .header("Sec-Fetch-Site", "cross-site")
                .form("action", "end-all", "target", "", "form", value));
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(server.user("pia").disabled()).isFalse();
    }

    @Test
    void a_change_asks_for_a_sign_in_of_just_now() {
        server.addUser("quinn");
        TestBrowser root = signedIn("root");
        Reply page = root.open(page("quinn"));
        server.execute("UPDATE browser_session SET authenticated_at = authenticated_at - 601000000");

        Reply refused = AdminForms.act(root, page, "disable", "");

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).contains("You signed in a while ago", "href=\"/login?to=%2Fadmin%2Fusers%2F");
        assertThat(server.user("quinn").disabled()).isFalse();
    }

    @Test
    @DisplayName("A-17: what users are called is shown and never run")
    void hostile_names_are_text() {
        User user = server.addUser("hostile", RunningServer.hash("x-x-x-x-x"), Map.of("note", HOSTILE));
        server.execute("UPDATE app_user SET name = '<script>alert(''\"&</script>' WHERE subject = '"
                + user.subject().value() + "'");
        server.call("POST", "/session")
                .header("User-Agent", HOSTILE)
                .json("{\"username\":\"hostile\",\"password\":\"x-x-x-x-x\",\"audience\":\"" + RunningServer.ORDERS
                        + "\"}")
                .send();
        TestBrowser root = signedIn("root");

        for (Reply page : List.of(
                root.open("/admin/users?q=hostile"),
                root.open("/admin/users?q=%3Cscript%3Ealert"),
                root.open(page("hostile")))) {
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.text())
                    .doesNotContainPattern("<script(?! src=\"[a-z/]*/assets/)")
                    .contains("&lt;script");
        }
    }

    @Test
    void nobody_is_taken_for_another_by_a_name() {
        String victim = server.user("vera").subject().value();
        server.addUser(victim);
        TestBrowser root = signedIn("root");

        Reply page = root.open("/admin/users/" + victim);

        assertThat(page.text()).contains("<h1>vera</h1>");
    }

    private static TestBrowser signedIn(String username) {
        return AdminForms.signedIn(server, username);
    }

    private static List<Passkey> passkeys(String username) {
        Subject subject = server.user(username).subject();
        return server.database.read(tx -> new PasskeyStore().list(tx, subject));
    }

    private static String page(String username) {
        return "/admin/users/" + server.user(username).subject().value();
    }

    /// Sends the one form of a page that adds something.
    private static Reply submit(TestBrowser browser, Reply page, String... filled) {
        return AdminForms.act(browser, page, "add", "", filled);
    }
}
