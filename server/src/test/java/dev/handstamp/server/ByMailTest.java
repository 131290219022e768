package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.Revocations;
import dev.handstamp.server.administration.TotpEnrolments.Enrolled;
import dev.handstamp.server.administration.UserMails;
import dev.handstamp.server.administration.UserMails.NewInvitation;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.user.User;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What users do with mails, from the page through a real mail server to the page behind the link.
class ByMailTest {

    private static final Secrets SECRETS = new Secrets(new SecureRandom());
    private static final String NEW_PASSWORD = "a password that nobody has had";

    private Mailbox mailbox;
    private RunningServer server;

    @BeforeEach
    void start() {
        mailbox = new Mailbox();
        server = RunningServer.start(
                mailbox.settings("sign-in-by-mail", "code", "sign-up", "open", "mail.per-hour", "1000"));
    }

    @AfterEach
    void stop() {
        server.close();
        mailbox.close();
    }

    // Password reset

    @Test
    void a_forgotten_password_is_reset_on_the_way_to_an_application() {
        WebClient client = WebClient.with(server, Map.of());
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.open(client.request());
        assertThat(login.text()).contains("Forgot your password?");
        String request = TestBrowser.fields(login).get("request");
        Reply sent = ask(browser, "/reset?request=" + request, "vera");
        assertThat(sent.status()).isEqualTo(200);

        MimeMessage mail = mailbox.next();
        assertThat(Mailbox.recipient(mail)).isEqualTo("vera@example.org");
        assertThat(Mailbox.html(mail)).contains(Mailbox.link(mail));
        String link = Mailbox.path(mail, server);
        assertThat(sent.text()).doesNotContain(token(link));
        // Programs look at links before people do.
        for (int i = 0; i < 3; i++) {
            Reply looked = server.call("GET", link).send();
            assertThat(looked.status()).isEqualTo(200);
            assertThat(looked.header("Referrer-Policy")).contains("no-referrer");
            assertThat(looked.header("Cache-Control")).contains("no-store");
        }
        Reply form = browser.open(link);
        assertThat(form.text())
                .as("password managers are told whose it is")
                .contains("<input name=\"username\" value=\"vera\" autocomplete=\"username\" hidden>");
        assertMayLeadToClient(form);
        Reply done = browser.submit(form, "password", NEW_PASSWORD);
        assertThat(browser.isAt("/login"))
                .as("back on the way, and not signed in: " + done.text())
                .isTrue();
        assertThat(TestBrowser.fields(done)).containsEntry("request", request);

        Reply wrong = browser.submit(done, "username", "vera", "password", RunningServer.PASSWORD);
        assertThat(wrong.status()).isEqualTo(403);
        Reply back = browser.submit(wrong, "username", "vera", "password", NEW_PASSWORD);
        assertThat(TestBrowser.answer(back)).containsKey("code");
        assertThat(Mailbox.subject(mailbox.next())).isEqualTo("Your password was reset");
        assertThat(server.user("vera").hasVerifiedEmail())
                .as("who has read the mail reads the address")
                .isTrue();
        assertThat(server.audit(AuditEvent.Type.PASSWORD_RESET)).hasSize(1);
    }

    @Test
    void in_another_browser_than_the_one_that_asked_the_way_is_not_gone_on() {
        WebClient client = WebClient.with(server, Map.of());
        TestBrowser asking = new TestBrowser(server);
        String request = TestBrowser.fields(asking.open(client.request())).get("request");
        ask(asking, "/reset?request=" + request, "vera@EXAMPLE.org");
        TestBrowser other = new TestBrowser(server);
        Reply done = other.submit(other.open(Mailbox.path(mailbox.next(), server)), "password", NEW_PASSWORD);
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.text()).contains("The password is set").doesNotContain(request);
        assertThat(server.logIn("vera", NEW_PASSWORD).status()).isEqualTo(200);
    }

    @Test
    @DisplayName(
            "A-01, A-02: a reset, a sign-in and an account are answered alike for known and unknown, by the same work")
    void known_and_unknown_names_are_answered_alike_by_the_same_work() {
        // Nothing is due here, so that all that was done for a name stays to be seen.
        server.define("CREATE TRIGGER later AFTER INSERT ON outgoing_mail BEGIN UPDATE outgoing_mail"
                + " SET due_at = due_at + 3600000000 WHERE mail_id = NEW.mail_id; END");
        for (String path : List.of("/reset", "/login/mail", "/sign-up")) {
            String field = path.equals("/sign-up") ? "email" : "username";
            List<Reply> answers = new ArrayList<>();
            List<Reply> next = new ArrayList<>();
            List<Long> rows = new ArrayList<>();
            for (String name : List.of("vera@example.org", "zora@example.org", "nick@example.org")) {
                long before = server.number("SELECT COUNT(*) FROM outgoing_mail");
                TestBrowser browser = new TestBrowser(server);
                Reply form = browser.open(path);
                Map<String, String> fields = TestBrowser.fields(form);
                fields.put(field, name);
                List<String> pairs = new ArrayList<>();
                fields.forEach((key, value) -> pairs.addAll(List.of(key, value)));
                Reply answer = browser.send(server.call("POST", path).form(pairs.toArray(String[]::new)));
                answers.add(answer);
                answer.header("Location").ifPresent(to -> next.add(browser.open(to)));
                rows.add(server.number("SELECT COUNT(*) FROM outgoing_mail") - before);
            }
            assertThat(answers)
                    .extracting(Reply::status)
                    .containsOnly(answers.getFirst().status());
            assertThat(answers.stream().map(ByMailTest::shape).distinct())
                    .as(path)
                    .hasSize(1);
            assertThat(next.stream().map(ByMailTest::shape).distinct()).as(path).hasSizeLessThanOrEqualTo(1);
            assertThat(rows).as("one wish each, and nothing else").containsOnly(1L);
        }
        assertThat(server.number("SELECT COUNT(DISTINCT length(parameters)) FROM outgoing_mail WHERE kind = 'reset'"))
                .isEqualTo(1);
        assertThat(server.everythingStored())
                .as("what a stranger types is kept sealed")
                .doesNotContain("zora@");
    }

    @Test
    @DisplayName("A-01: an unknown name gets no mail, and neither does a disabled user")
    void nobody_gets_a_mail_who_has_no_account() {
        server.addUser("gone");
        server.execute("UPDATE app_user SET disabled = 1 WHERE username = 'gone'");
        ask(new TestBrowser(server), "/reset", "nobody@example.org");
        ask(new TestBrowser(server), "/reset", "gone");
        ask(new TestBrowser(server), "/reset", "x".repeat(3000));
        ask(new TestBrowser(server), "/reset", "vera");
        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("vera@example.org");
        mailbox.assertNothingBut(1);
    }

    @Test
    @DisplayName("A-14: a reset link counts once, and every session and refresh token of before is over")
    void a_reset_link_counts_once() {
        Reply before = server.logIn();
        String refresh = before.string("refresh_token");
        String access = before.string("access_token");
        TestBrowser signedIn = new TestBrowser(server);
        signedIn.signIn(signedIn.open("/login"));
        assertThat(signedIn.isAt("/account")).isTrue();

        String link = resetLink("vera");
        assertThat(server.everythingStored()).as("at rest").doesNotContain(token(link));
        TestBrowser browser = new TestBrowser(server);
        Reply form = browser.open(link);
        browser.submit(form, "password", NEW_PASSWORD);
        assertThat(server.refresh(refresh).error()).isEqualTo("invalid_grant");
        assertThat(server.isActive(access)).isFalse();
        signedIn.open("/account");
        assertThat(signedIn.isAt("/login")).as("signed out").isTrue();

        Reply again = browser.submit(form, "password", "and yet another password");
        assertThat(again.status()).isEqualTo(400);
        assertThat(browser.open(link).status()).isEqualTo(400);
        assertThat(server.logIn("vera", NEW_PASSWORD).status()).isEqualTo(200);
    }

    @Test
    @DisplayName(
            "A-14: a newer link, another password and a quarter of an hour each end a reset link; no other kind is one")
    void a_reset_link_ends() throws Exception {
        TestBrowser asking = new TestBrowser(server);
        String older = resetLink(asking, "vera");
        String newer = resetLink(asking, "vera");
        assertOver(older);
        assertThat(server.number("SELECT MAX(expires_at - created_at) FROM mail_ticket"))
                .as("a quarter of an hour")
                .isEqualTo(900_000_000);
        server.execute(
                "UPDATE mail_ticket SET created_at = created_at - 901000000, expires_at = expires_at - 901000000");
        assertOver(newer);

        String third = resetLink("vera");
        try (PasswordHasher hasher = new PasswordHasher(1, 1, SECRETS)) {
            users(hasher).changePassword("vera", "a password set by hand");
        }
        mailbox.next();
        assertOver(third);
        String fourth = resetLink("vera");
        server.execute("UPDATE app_user SET disabled = 1 WHERE username = 'vera'");
        assertOver(fourth);
        for (String guess : List.of("", "x", "a".repeat(43), "../reset", "%00")) assertOver("/reset?token=" + guess);
        String account = Mailbox.path(signUpMail("new@example.org"), server);
        assertOver("/reset?token=" + token(account));
    }

    @Test
    @DisplayName("A-14, A-15: a link to an address that the account has left sets no password")
    void a_reset_link_to_a_left_address_is_over() throws Exception {
        String link = resetLink("vera");
        try (PasswordHasher hasher = new PasswordHasher(1, 1, SECRETS)) {
            users(hasher)
                    .change(
                            "vera",
                            new Users.Change(
                                    Optional.empty(),
                                    Optional.of("moved@example.org"),
                                    List.of(),
                                    List.of(),
                                    Map.of(),
                                    List.of()));
        }
        assertOver(link);
    }

    @Test
    void an_invitation_of_a_user_who_is_disabled_by_now_invites_nobody() {
        server = server.restarted(mailbox.settings("sign-up", "invitation"));
        Administrator vera = new Administrator(server.user("vera").subject().value(), "", "", "");
        userMails(vera).invite(new NewInvitation("zora@example.org", "", List.of("buyer"), "en"));
        String link = Mailbox.path(mailbox.next(), server);
        TestBrowser browser = new TestBrowser(server);
        Reply form = browser.open(link);
        server.execute("UPDATE app_user SET disabled = 1 WHERE username = 'vera'");

        Reply answer = browser.submit(form, "username", "zora", "password", NEW_PASSWORD);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(browser.open(link).status()).isEqualTo(400);
        assertThat(server.number("SELECT COUNT(*) FROM app_user WHERE username = 'zora'"))
                .isZero();
    }

    @Test
    @DisplayName("O-41: an administrator who is none any more has nobody made one by an invitation of before")
    void an_invitation_gives_no_more_than_its_inviter_still_has() throws Exception {
        server = server.restarted(mailbox.settings("sign-up", "invitation"));
        Administrator vera = new Administrator(server.user("vera").subject().value(), "", "", "");
        try (PasswordHasher hasher = new PasswordHasher(1, 1, SECRETS)) {
            users(hasher).change("vera", roles(List.of("administrator"), List.of()));
            userMails(vera).invite(new NewInvitation("zora@example.org", "", List.of("administrator"), "en"));
            String link = Mailbox.path(mailbox.next(), server);
            userMails(vera).invite(new NewInvitation("yves@example.org", "", List.of("buyer"), "en"));
            String harmless = Mailbox.path(mailbox.next(), server);
            TestBrowser browser = new TestBrowser(server);
            Reply form = browser.open(link);
            assertThat(form.status()).isEqualTo(200);
            users(hasher).change("vera", roles(List.of(), List.of("administrator")));

            Reply answer = browser.submit(form, "username", "zora", "password", NEW_PASSWORD);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(server.number("SELECT COUNT(*) FROM app_user WHERE username = 'zora'"))
                    .isZero();
            Reply other = browser.submit(browser.open(harmless), "username", "yves", "password", NEW_PASSWORD);
            assertThat(other.status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("O-41: a client that has less by now, or is gone, invites nobody to what it could not give any more")
    void an_invitation_of_a_client_gives_no_more_than_it_still_has() {
        server = server.restarted(mailbox.settings("sign-up", "invitation"));
        server.addClient(new Client(
                new ClientId("clerk"),
                Set.of(GrantType.CLIENT_CREDENTIALS),
                Set.of(new Audience(AdminClient.audience(server))),
                AdminScope.ALL,
                Optional.empty(),
                Instant.EPOCH));
        UserMails clerk = userMails(new Administrator("clerk", "", "", ""));
        clerk.invite(new NewInvitation("zora@example.org", "", List.of("administrator"), "en"));
        String link = Mailbox.path(mailbox.next(), server);
        clerk.invite(new NewInvitation("yves@example.org", "", List.of("buyer"), "en"));
        String harmless = Mailbox.path(mailbox.next(), server);
        TestBrowser browser = new TestBrowser(server);
        Reply form = browser.open(link);
        assertThat(form.status()).isEqualTo(200);

        server.execute("UPDATE client SET scopes = 'admin:users.write' WHERE client_id = 'clerk'");
        assertThat(browser.submit(form, "username", "zora", "password", NEW_PASSWORD)
                        .status())
                .isEqualTo(400);
        assertThat(browser.open(link).status()).isEqualTo(400);
        form = browser.open(harmless);
        assertThat(form.status()).isEqualTo(200);

        server.execute("DELETE FROM client WHERE client_id = 'clerk'");
        assertThat(browser.submit(form, "username", "yves", "password", NEW_PASSWORD)
                        .status())
                .isEqualTo(400);
        assertThat(server.number("SELECT COUNT(*) FROM app_user WHERE username IN ('zora', 'yves')"))
                .isZero();
    }

    @Test
    void an_invitation_of_a_user_who_came_from_elsewhere_and_is_gone_invites_nobody() {
        server = server.restarted(mailbox.settings("sign-up", "invitation"));
        server.execute("UPDATE app_user SET subject = 'auth0|1' WHERE username = 'nick'");
        userMails(new Administrator("auth0|1", "", "", ""))
                .invite(new NewInvitation("zora@example.org", "", List.of("buyer"), "en"));
        String link = Mailbox.path(mailbox.next(), server);
        assertThat(new TestBrowser(server).open(link).status()).isEqualTo(200);
        server.execute("DELETE FROM app_user WHERE username = 'nick'");
        assertThat(new TestBrowser(server).open(link).status()).isEqualTo(400);
    }

    private static Users.Change roles(List<String> added, List<String> removed) {
        return new Users.Change(Optional.empty(), Optional.empty(), added, removed, Map.of(), List.of());
    }

    @Test
    void a_withdrawn_invitation_is_answered_like_an_expired_one() {
        server = server.restarted(mailbox.settings("sign-up", "invitation"));
        UserMails mails = userMails(Administrator.COMMAND_LINE);
        mails.invite(new NewInvitation("zora@example.org", "Zora", List.of("buyer"), "en"));
        String expired = Mailbox.path(mailbox.next(), server);
        mails.invite(new NewInvitation("Yves@example.org", "", List.of(), "en"));
        String withdrawn = Mailbox.path(mailbox.next(), server);
        TestBrowser browser = new TestBrowser(server);
        Reply form = browser.open(withdrawn);
        server.execute("UPDATE mail_ticket SET expires_at = created_at WHERE email = 'zora@example.org'");

        assertThat(mails.withdraw("yves@EXAMPLE.org").email().value()).isEqualTo("Yves@example.org");

        Reply over = browser.open(expired);
        Reply gone = browser.open(withdrawn);
        assertThat(gone.status()).isEqualTo(over.status()).isEqualTo(400);
        assertThat(gone.text()).isEqualTo(over.text());
        assertThat(over.text())
                .as("nobody can ask for a link here")
                .contains("Whoever has invited you can send you another one.", "href=\"/login\"")
                .doesNotContain("/sign-up");
        Reply late = browser.submit(form, "username", "yves", "password", NEW_PASSWORD);
        assertThat(said(late)).isEqualTo(said(over));
        assertThat(server.number("SELECT COUNT(*) FROM app_user WHERE username = 'yves'"))
                .isZero();
        assertThatThrownBy(() -> mails.withdraw("yves@example.org"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("there is no invitation");
        AuditEvent event = server.audit(AuditEvent.Type.USER_UNINVITED).getLast();
        assertThat(event.target()).isEqualTo("Yves@example.org");
    }

    @Test
    void a_mail_of_an_invitation_that_was_withdrawn_meanwhile_is_not_sent() {
        server.define("CREATE TRIGGER later AFTER INSERT ON outgoing_mail BEGIN UPDATE outgoing_mail"
                + " SET due_at = due_at + 3600000000 WHERE mail_id = NEW.mail_id; END");
        UserMails mails = userMails(Administrator.COMMAND_LINE);
        mails.invite(new NewInvitation("zora@example.org", "", List.of(), "en"));
        mails.invite(new NewInvitation("yves@example.org", "", List.of(), "en"));
        mails.withdraw("zora@example.org");

        server.execute("UPDATE outgoing_mail SET due_at = created_at");

        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("yves@example.org");
        mailbox.assertNothingBut(1);
        assertThat(server.number("SELECT COUNT(*) FROM mail_ticket")).isOne();
    }

    @Test
    void a_followed_invitation_is_pending_no_more_and_a_later_one_replaces_an_earlier_one_at_once() {
        UserMails mails = userMails(Administrator.COMMAND_LINE);
        mails.invite(new NewInvitation("zora@example.org", "Zora Zeit", List.of(), "en"));
        String first = Mailbox.path(mailbox.next(), server);
        mails.invite(new NewInvitation("zora@example.org", "Zora Zeit", List.of("buyer"), "en"));
        String second = Mailbox.path(mailbox.next(), server);
        assertThat(mails.invitations(Optional.empty(), 10).items())
                .singleElement()
                .satisfies(pending -> {
                    assertThat(pending.roles()).hasToString("[buyer]");
                    assertThat(pending.inviter()).isEqualTo("cli");
                });
        TestBrowser browser = new TestBrowser(server);
        assertThat(browser.open(first).status()).isEqualTo(400);

        Reply form = browser.open(second);
        assertThat(form.text()).contains("value=\"Zora Zeit\"");
        assertThat(browser.submit(form, "username", "zora", "password", NEW_PASSWORD)
                        .status())
                .isEqualTo(200);

        assertThat(server.user("zora").roles()).hasToString("[buyer]");
        assertThat(mails.invitations(Optional.empty(), 10).items()).isEmpty();
        assertThatThrownBy(() -> mails.withdraw("zora@example.org")).isInstanceOf(Refused.class);
    }

    @Test
    @DisplayName("When everything is taken back, invitations end, and every link and code that was mailed")
    void taking_everything_back_ends_what_was_mailed() {
        userMails(Administrator.COMMAND_LINE).invite(new NewInvitation("zora@example.org", "", List.of("buyer"), "en"));
        String invitation = Mailbox.path(mailbox.next(), server);
        String reset = resetLink("vera");
        String signUp = Mailbox.path(signUpMail("new@example.org"), server);
        TestBrowser byCode = new TestBrowser(server);
        Reply asked = ask(byCode, "/login/mail", "nick");
        String code = Mailbox.code(mailbox.next());

        Revocations.Ended ended =
                new Revocations(server.database, InstantSource.system(), Administrator.COMMAND_LINE).everything(false);

        assertThat(ended.invitations()).isOne();
        assertThat(ended.mailed()).isEqualTo(4);
        for (String link : List.of(invitation, reset, signUp)) assertOver(link);
        byCode.submit(asked, "code", code);
        assertThat(byCode.cookie("__Host-handstamp-session")).isEmpty();
        assertThat(server.audit(AuditEvent.Type.EVERYTHING_REVOKED).getLast().details())
                .containsEntry("invitations", "1")
                .containsEntry("mailed", "4");
        assertThat(new TestBrowser(server).open(resetLink("nick")).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("A-14: of many who use a link at the same moment, one does")
    void a_reset_link_counts_once_in_parallel() throws Exception {
        String link = resetLink("vera");
        List<Callable<Integer>> posts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            TestBrowser browser = new TestBrowser(server);
            Reply form = browser.open(link);
            String password = "password number " + i;
            posts.add(() -> browser.submit(form, "password", password).status());
        }
        assertThat(atOnce(posts).stream().filter(status -> status == 200)).hasSize(1);
        assertThat(server.audit(AuditEvent.Type.PASSWORD_RESET)).hasSize(1);
    }

    @Test
    void a_password_that_is_too_short_leaves_the_link_good() {
        String link = resetLink("vera");
        TestBrowser browser = new TestBrowser(server);
        Reply refused = browser.submit(browser.open(link), "password", "short");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("role=\"alert\"");
        assertThat(browser.submit(refused, "password", NEW_PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void a_form_of_elsewhere_neither_asks_nor_resets() {
        String link = resetLink("vera");
        Reply forged = server.call("POST", "/reset")
                .form("token", token(link), "password", NEW_PASSWORD)
                .send();
        assertThat(forged.status()).isEqualTo(403);
        assertThat(server.call("POST", "/reset").form("username", "vera").send().status())
                .isEqualTo(403);
        assertThat(server.logIn().status()).isEqualTo(200);
        mailbox.assertNothingBut(1);
    }

    @Test
    @DisplayName("A-09, A-14: after a reset, and after a sign-in by mail, the second factor is still asked for")
    void the_second_factor_is_still_asked_for() {
        Secret totp = enrol("vera");
        TestBrowser browser = new TestBrowser(server);
        browser.submit(browser.open(resetLink("vera")), "password", NEW_PASSWORD);
        Reply login = browser.open("/login");
        browser.submit(login, "username", "vera", "password", NEW_PASSWORD);
        assertThat(browser.isAt("/login/totp")).isTrue();
        browser.open("/account");
        assertThat(browser.isAt("/login")).isTrue();
        mailbox.next(); // It was reset.

        TestBrowser other = new TestBrowser(server);
        Reply code = ask(other, "/login/mail", "vera");
        Reply half = other.submit(code, "code", Mailbox.code(mailbox.next()));
        assertThat(other.isAt("/login/totp")).isTrue();
        assertThat(other.cookie("__Host-handstamp-session")).isEmpty();
        other.submit(half, "code", Totp.codeAt(totp, Instant.now()));
        assertThat(other.isAt("/account")).isTrue();
        assertThat(server.audit(AuditEvent.Type.LOGIN_SUCCEEDED))
                .last()
                .satisfies(event -> assertThat(event.details()).containsEntry("acr", "aal2"));
    }

    @Test
    @DisplayName("A-13: a link is made of the issuer, whatever the request says of itself")
    void a_link_is_made_of_the_issuer() throws IOException {
        TestBrowser browser = new TestBrowser(server);
        Map<String, String> fields = TestBrowser.fields(browser.open("/reset"));
        String cookie = "__Host-handstamp-form="
                + browser.cookie("__Host-handstamp-form").orElseThrow();
        List<String> poisons = List.of(
                "POST /reset HTTP/1.1\r\nHost: evil.example\r\n",
                "POST /reset HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\n",
                "POST /reset HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 1.2.3.4\r\n",
                "POST /reset HTTP/1.1\r\nHost: localhost\r\nForwarded: host=evil.example;proto=https\r\n",
                "POST /reset HTTP/1.1\r\nHost: localhost\r\nX-Original-Host: evil.example\r\nX-Forwarded-Prefix: /evil\r\n",
                "POST http://evil.example/reset HTTP/1.1\r\nHost: evil.example\r\n");
        int taken = 0;
        for (String head : poisons) {
            // Not all of them for one account, which gets five.
            String body =
                    "to=%2Faccount&username=" + (taken % 2 == 0 ? "vera" : "nick") + "&form=" + fields.get("form");
            String answer = raw(head + "Connection: close\r\nCookie: " + cookie
                    + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body);
            if (answer.startsWith("HTTP/1.1 200")) taken++;
        }
        assertThat(taken).isGreaterThanOrEqualTo(4);
        for (int i = 0; i < taken; i++) {
            MimeMessage mail = mailbox.next();
            assertThat(Mailbox.link(mail)).startsWith(server.issuer() + "/reset?token=");
            assertThat(Mailbox.text(mail) + Mailbox.html(mail) + Mailbox.subject(mail))
                    .doesNotContain("evil");
        }
    }

    @Test
    void an_account_gets_five_mails_in_an_hour_from_one_network_however_it_is_called_and_others_get_theirs() {
        for (int i = 0; i < 7; i++) {
            ask(new TestBrowser(server), "/reset", i % 2 == 0 ? "Vera" : " vera@Example.ORG ");
        }
        ask(new TestBrowser(server), "/reset", "nick");
        for (int i = 0; i < 5; i++) {
            assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("vera@example.org");
        }
        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("nick@example.org");
        mailbox.assertNothingBut(6);
        assertThat(server.logIn().status()).as("nobody is locked out").isEqualTo(200);
    }

    @Test
    void one_network_asks_for_so_many_mails_and_no_more() {
        server = server.restarted(mailbox.settings("mail.per-hour", "2"));
        for (int i = 0; i < 2; i++) {
            assertThat(ask(new TestBrowser(server), "/reset", "nick").status()).isEqualTo(200);
        }
        Reply refused = ask(new TestBrowser(server), "/reset", "nick");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isPresent();
    }

    // Sign-in

    @Test
    void a_code_signs_in_once_in_the_browser_that_asked_for_it() {
        WebClient client = WebClient.with(server, Map.of());
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.open(client.request("scope", "openid orders:read"));
        assertThat(login.text()).contains("Sign in by e-mail");
        Reply code =
                ask(browser, "/login/mail?request=" + TestBrowser.fields(login).get("request"), "vera");
        assertThat(code.text()).contains("autocomplete=\"one-time-code\"", "inputmode=\"numeric\"");
        assertMayLeadToClient(code);
        String digits = Mailbox.code(mailbox.next());
        assertThat(server.everythingStored()).doesNotContain("\"" + digits);

        TestBrowser other = new TestBrowser(server);
        Reply elsewhere = ask(other, "/login/mail", "nobody");
        assertThat(other.submit(elsewhere, "code", digits).status()).isEqualTo(403);

        Reply back = browser.submit(code, "code", digits.substring(0, 3) + " " + digits.substring(3));
        String answer = TestBrowser.answer(back).get("code");
        Map<String, Object> claims = RunningServer.claims(client.redeem(answer).string("id_token"));
        assertThat(claims).containsEntry("amr", List.of("mca")).containsEntry("acr", "aal1");

        TestBrowser later = new TestBrowser(server);
        later.setCookie("__Host-handstamp-mail", "x");
        assertThat(later.submit(later.open("/login/mail?to=%2Faccount&step=code"), "code", digits)
                        .status())
                .isEqualTo(403);
    }

    @Test
    @DisplayName("A-01: a wrong code is answered alike whether there is such an account or not")
    void a_wrong_code_is_answered_alike() {
        List<String> answers = new ArrayList<>();
        for (String name : List.of("vera", "nobody")) {
            TestBrowser browser = new TestBrowser(server);
            Reply page = ask(browser, "/login/mail", name);
            if (name.equals("vera")) mailbox.next();
            for (int i = 0; i < 7; i++) {
                page = browser.submit(page, "code", "00000x");
                answers.add(page.status() + shape(page));
            }
        }
        assertThat(answers.stream().distinct()).hasSize(1);
    }

    @Test
    @DisplayName("A-08: a code has five tries, in parallel as well")
    void a_code_has_five_tries() throws Exception {
        TestBrowser browser = new TestBrowser(server);
        Reply page = ask(browser, "/login/mail", "vera");
        String right = Mailbox.code(mailbox.next());
        String wrong = right.equals("111111") ? "222222" : "111111";
        List<Callable<Integer>> guesses = new ArrayList<>();
        String cookies = "__Host-handstamp-form="
                + browser.cookie("__Host-handstamp-form").orElseThrow() + "; __Host-handstamp-mail="
                + browser.cookie("__Host-handstamp-mail").orElseThrow();
        String form = TestBrowser.fields(page).get("form");
        for (int i = 0; i < 20; i++) {
            guesses.add(() -> server.call("POST", "/login/mail")
                    .header("Cookie", cookies)
                    .form("to", "/account", "step", "code", "form", form, "code", wrong)
                    .send()
                    .status());
        }
        assertThat(atOnce(guesses)).containsOnly(403);
        assertThat(browser.submit(page, "code", right).status()).as("too late").isEqualTo(403);
        assertThat(server.number("SELECT MAX(failures) FROM mail_ticket")).isEqualTo(5);
    }

    @Test
    @DisplayName("A-08: wrong codes are counted by account over all browsers, and over a restart")
    void wrong_codes_are_counted_by_account() {
        for (int i = 0; i < 4; i++) {
            TestBrowser browser = new TestBrowser(server);
            Reply page = ask(browser, "/login/mail", "vera");
            String wrong = Mailbox.code(mailbox.next()).equals("111111") ? "222222" : "111111";
            for (int j = 0; j < 5; j++) page = browser.submit(page, "code", wrong);
            if (i == 1) server = server.restarted(mailbox.settings("sign-in-by-mail", "code"));
        }
        ask(new TestBrowser(server), "/login/mail", "vera");
        assertThat(Mailbox.link(mailbox.next()))
                .as("no more codes for vera today")
                .contains("/login/mail?token=");
        assertThat(server.logIn().status()).as("her password works").isEqualTo(200);
    }

    @Test
    void a_link_signs_in_once_in_the_browser_that_asked_for_it_and_looking_spends_nothing() {
        server = server.restarted(mailbox.settings("sign-in-by-mail", "link"));
        TestBrowser browser = new TestBrowser(server);
        assertThat(ask(browser, "/login/mail", "vera").status()).isEqualTo(200);
        String link = Mailbox.path(mailbox.next(), server);
        TestBrowser other = new TestBrowser(server);
        assertThat(other.open(link).status()).isEqualTo(400);
        other.setCookie("__Host-handstamp-mail", "guessed");
        assertThat(other.open(link).status()).isEqualTo(400);

        Reply page = browser.open(link);
        assertThat(page.text()).contains("You sign in as vera.");
        assertThat(browser.open(link).status()).isEqualTo(200);
        assertThat(browser.cookie("__Host-handstamp-session")).isEmpty();
        String step = browser.cookie("__Host-handstamp-mail").orElseThrow();
        browser.submit(page);
        assertThat(browser.isAt("/account")).isTrue();
        assertThat(browser.open(link).text())
                .as("once more in the browser that it has signed in")
                .contains("If you have used it, you are signed in there.");
        browser.setCookie("__Host-handstamp-mail", step);
        assertThat(browser.submit(page).status()).isEqualTo(400);
    }

    @Test
    void where_it_is_not_offered_there_is_no_page_and_no_word_of_it() {
        server = server.restarted(mailbox.settings());
        TestBrowser browser = new TestBrowser(server);
        assertThat(browser.open("/login").text()).contains("/reset?").doesNotContain("/login/mail", "/sign-up");
        assertThat(browser.open("/login/mail").status()).isEqualTo(404);
        assertThat(browser.open("/sign-up").status()).isEqualTo(404);
        server = server.restarted(Map.of());
        assertThat(new TestBrowser(server).open("/login").text()).doesNotContain("/reset?");
        assertThat(new TestBrowser(server).open("/reset").status()).isEqualTo(404);
    }

    // Sign-up

    @Test
    void an_account_is_made_on_the_way_to_an_application() {
        WebClient client = WebClient.with(server, Map.of());
        TestBrowser browser = new TestBrowser(server);
        String request = TestBrowser.fields(browser.open(client.request())).get("request");
        Reply sent = browser.submit(browser.open("/sign-up?request=" + request), "email", "Zora@Example.org");
        assertThat(sent.status()).isEqualTo(200);
        MimeMessage mail = mailbox.next();
        assertThat(Mailbox.recipient(mail)).isEqualTo("Zora@Example.org");
        assertThat(server.number("SELECT COUNT(*) FROM app_user WHERE username = 'zora'"))
                .isZero();
        Reply form = browser.open(Mailbox.path(mail, server));
        assertMayLeadToClient(form);
        Reply taken = browser.submit(form, "username", "vera", "name", "Zora", "password", NEW_PASSWORD);
        assertThat(taken.status()).isEqualTo(409);
        assertThat(browser.submit(taken, "username", "z o r a", "password", NEW_PASSWORD)
                        .status())
                .isEqualTo(400);
        assertThat(browser.submit(taken, "username", "zora", "password", "short")
                        .status())
                .isEqualTo(400);
        assertThat(browser.submit(taken, "username", "vera@example.org", "password", NEW_PASSWORD)
                        .status())
                .as("nobody is called by the address of somebody else")
                .isEqualTo(400);
        Reply login = browser.submit(taken, "username", "zora", "name", "Zora <Z>", "password", NEW_PASSWORD);
        assertThat(TestBrowser.fields(login)).containsEntry("request", request);
        Reply back = browser.submit(login, "username", "zora@example.org", "password", NEW_PASSWORD);
        assertThat(TestBrowser.answer(back)).containsKey("code");
        User zora = server.user("zora");
        assertThat(zora.email()).isEqualTo("Zora@Example.org");
        assertThat(zora.identityClaim("email_verified")).contains(true);
        assertThat(zora.roles()).isEmpty();
        assertThat(browser.open(Mailbox.path(mail, server)).status()).as("used").isEqualTo(400);
    }

    @Test
    @DisplayName("A-01: whoever has an account is told so by mail, and the page says the same to everybody")
    void whoever_has_an_account_is_told_so_by_mail_alone() {
        MimeMessage known = signUpMail("VERA@example.org");
        assertThat(Mailbox.recipient(known)).as("as it is stored").isEqualTo("vera@example.org");
        assertThat(Mailbox.subject(known)).isEqualTo("You have an account already");
        assertThat(Mailbox.text(known)).contains("user name vera");
        assertThat(Mailbox.link(known)).isEqualTo(server.issuer() + "/reset");
    }

    @Test
    void of_two_links_to_one_address_one_makes_an_account() {
        TestBrowser browser = new TestBrowser(server);
        browser.submit(browser.open("/sign-up"), "email", "zora@example.org");
        String older = Mailbox.path(mailbox.next(), server);
        browser.submit(browser.open("/sign-up"), "email", "zora@example.org");
        String newer = Mailbox.path(mailbox.next(), server);
        assertOver(older);
        browser.submit(browser.open(newer), "username", "zora", "password", NEW_PASSWORD);
        assertThat(Mailbox.subject(signUpMail("zora@example.org"))).isEqualTo("You have an account already");
    }

    @Test
    void whoever_is_invited_makes_an_account_with_the_roles_of_the_invitation() {
        server = server.restarted(mailbox.settings("sign-up", "invitation"));
        UserMails mails = userMails();
        mails.invite(new NewInvitation("zora@example.org", "Zora Zappa", List.of("buyer"), "de"));
        MimeMessage mail = mailbox.next();
        assertThat(Mailbox.subject(mail)).isEqualTo("Sie sind zu localhost eingeladen");
        assertThat(new TestBrowser(server).open("/sign-up").status())
                .as("nobody else")
                .isEqualTo(404);
        TestBrowser browser = new TestBrowser(server);
        Reply form = browser.open(Mailbox.path(mail, server));
        assertThat(TestBrowser.fields(form)).containsEntry("name", "Zora Zappa");
        browser.submit(form, "username", "zora", "password", NEW_PASSWORD);
        assertThat(server.user("zora").roles()).extracting(Object::toString).containsExactly("buyer");
        assertThat(server.audit(AuditEvent.Type.USER_REGISTERED))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.actor())
                            .isEqualTo(server.user("zora").subject().value());
                    assertThat(event.details()).containsEntry("by", "invite");
                });
        assertThatThrownBy(() -> mails.invite(new NewInvitation("ZORA@example.org", "", List.of(), "")))
                .hasMessageContaining("the user zora has the e-mail address");
        assertThatThrownBy(() -> mails.invite(new NewInvitation("a@b.example", "", List.of("nothing"), "")))
                .hasMessageContaining("there is no role nothing");
        mails.sendReset("zora");
        assertThat(Mailbox.link(mailbox.next())).contains("/reset?token=");

        server = server.restarted(Map.of());
        assertThatThrownBy(() -> userMails().sendReset("zora")).hasMessageContaining("no server sends mails here");
    }

    private UserMails userMails() {
        return userMails(Administrator.COMMAND_LINE);
    }

    private UserMails userMails(Administrator inviter) {
        Users users = new Users(
                server.database,
                () -> {
                    throw new AssertionError("no password is hashed here");
                },
                SECRETS,
                InstantSource.system(),
                Administrator.COMMAND_LINE);
        return new UserMails(server.database, users, SECRETS, InstantSource.system(), inviter);
    }

    @Test
    void a_stranger_cannot_fill_a_mailbox() {
        for (int i = 0; i < 5; i++) askForAccount("stranger@example.org");
        askForAccount("last@example.org");
        for (int i = 0; i < 3; i++) {
            assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("stranger@example.org");
        }
        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("last@example.org");
    }

    @Test
    void what_is_no_address_is_refused_at_once() {
        for (String typed : List.of(
                "",
                "zora",
                "zora@",
                "@example.org",
                "a@b@c",
                "zora@exa mple.org",
                "zora@example.org,eve@evil.example")) {
            TestBrowser browser = new TestBrowser(server);
            assertThat(browser.submit(browser.open("/sign-up"), "email", typed).status())
                    .as(typed)
                    .isEqualTo(400);
        }
        mailbox.assertNothingBut(0);
    }

    // The user's own address

    @Test
    @DisplayName("A-15: another address counts when its reader says so, signed in as that user; the old one is told")
    void another_address_is_confirmed_and_the_old_one_told() {
        TestBrowser vera = signedIn("vera");
        assertThat(vera.open("/account").text()).contains("id=\"account-email-change\"");
        vera.submit(vera.open("/account"), "name", "Vera", "locale", "de");
        assertThat(vera.open("/account/email").text()).contains("E\u2011Mail\u2011Adresse ändern oder bestätigen");
        vera.submit(vera.open("/account"), "name", "Vera", "locale", "");
        Reply sent = vera.submit(vera.open("/account/email"), "email", "vera@new.example");
        assertThat(sent.status()).isEqualTo(200);
        MimeMessage mail = mailbox.next();
        assertThat(Mailbox.recipient(mail)).isEqualTo("vera@new.example");
        assertThat(server.user("vera").email()).as("not yet").isEqualTo("vera@example.org");
        String link = Mailbox.path(mail, server);

        assertThat(new TestBrowser(server).open(link).status()).as("signed out").isEqualTo(403);
        assertThat(signedIn("nick").open(link).status()).as("somebody else").isEqualTo(400);
        Reply page = vera.open(link);
        assertThat(page.text()).contains("vera@new.example");
        assertThat(server.user("vera").email()).as("looking changes nothing").isEqualTo("vera@example.org");
        assertThat(vera.submit(page).status()).isEqualTo(200);
        User after = server.user("vera");
        assertThat(after.email()).isEqualTo("vera@new.example");
        assertThat(after.identityClaim("email_verified")).contains(true);
        MimeMessage told = mailbox.next();
        assertThat(Mailbox.recipient(told)).isEqualTo("vera@example.org");
        assertThat(Mailbox.subject(told)).isEqualTo("Your e-mail address was changed");
        assertThat(vera.submit(page).status()).as("once").isEqualTo(400);
        assertThat(server.audit(AuditEvent.Type.EMAIL_CHANGED)).hasSize(1);
    }

    @Test
    @DisplayName("A-17: who asks for the address of a stranger cannot write to them by a name of their own")
    void a_mail_to_an_address_that_is_not_confirmed_carries_no_free_text() throws Exception {
        String text = "your account is locked: https://evil.example";
        try (PasswordHasher hasher = new PasswordHasher(1, 1, SECRETS)) {
            users(hasher)
                    .change(
                            "vera",
                            new Users.Change(
                                    Optional.of(text), Optional.empty(), List.of(), List.of(), Map.of(), List.of()));
        }
        TestBrowser vera = signedIn("vera");

        vera.submit(vera.open("/account/email"), "email", "stranger@new.example");

        MimeMessage mail = mailbox.next();
        assertThat(Mailbox.recipient(mail)).isEqualTo("stranger@new.example");
        assertThat(Mailbox.text(mail)).contains("vera").doesNotContain("evil.example");
        assertThat(Mailbox.html(mail)).doesNotContain("evil.example");
    }

    @Test
    @DisplayName("A-15: without a fresh sign-in the address is not changed")
    void without_a_fresh_sign_in_the_address_is_not_changed() {
        TestBrowser vera = signedIn("vera");
        Reply form = vera.open("/account/email");
        server.execute("UPDATE browser_session SET authenticated_at = authenticated_at - 601000000");
        vera.submit(form, "email", "vera@new.example");
        assertThat(vera.isAt("/login")).isTrue();
        vera.open("/account/email");
        assertThat(vera.isAt("/login")).isTrue();
        mailbox.assertNothingBut(0);
    }

    @Test
    @DisplayName("A-15: nobody gets the address of another user, however it is spelled; its owner is told")
    void nobody_gets_the_address_of_another_user() {
        TestBrowser nick = signedIn("nick");
        for (String spelled : List.of("VERA@Example.Org", "vera@example.org", "ｖｅｒａ@example.org")) {
            assertThat(nick.submit(nick.open("/account/email"), "email", spelled)
                            .status())
                    .isEqualTo(200);
            MimeMessage mail = mailbox.next();
            assertThat(Mailbox.recipient(mail)).isEqualTo("vera@example.org");
            assertThat(Mailbox.subject(mail)).isEqualTo("Somebody wanted to use your e-mail address");
            assertThat(Mailbox.text(mail)).doesNotContain("token", "nick");
        }
        // Another mailbox, as far as anybody but its server knows: it is mailed to, and to nobody else.
        nick.submit(nick.open("/account/email"), "email", "vera+shop@example.org");
        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("vera+shop@example.org");
        assertThat(server.user("nick").email()).isEqualTo("nick@example.org");
    }

    @Test
    @DisplayName("A-15: an address that was not shown to be read is not verified, whatever was before")
    void another_address_set_by_an_administrator_is_not_verified() throws Exception {
        TestBrowser vera = signedIn("vera");
        vera.submit(vera.open("/account/email"), "email", "vera@example.org");
        vera.submit(vera.open(Mailbox.path(mailbox.next(), server)));
        assertThat(server.user("vera").hasVerifiedEmail()).isTrue();
        assertThat(server.audit(AuditEvent.Type.EMAIL_VERIFIED))
                .singleElement()
                .satisfies(event -> assertThat(event.actor())
                        .isEqualTo(server.user("vera").subject().value()));
        try (PasswordHasher hasher = new PasswordHasher(1, 1, SECRETS)) {
            users(hasher)
                    .change(
                            "vera",
                            new Users.Change(
                                    Optional.empty(),
                                    Optional.of("other@example.org"),
                                    List.of(),
                                    List.of(),
                                    Map.of(),
                                    List.of()));
        }
        assertThat(server.user("vera").identityClaim("email_verified")).contains(false);
    }

    @Test
    @DisplayName("A-15: nobody makes the name of another user their address, by a link of before neither")
    void nobody_gets_an_address_that_somebody_is_called_by() {
        TestBrowser nick = signedIn("nick");
        nick.submit(nick.open("/account/email"), "email", "eve@m\u00fcller.example");
        String link = Mailbox.path(mailbox.next(), server);
        Reply page = nick.open(link);
        assertThat(page.status()).isEqualTo(200);
        server.execute("UPDATE app_user SET username = 'eve@m\u00fcller.example' WHERE username = 'vera'");

        assertThat(nick.submit(page).status()).isEqualTo(400);
        assertThat(server.user("nick").email()).isEqualTo("nick@example.org");
        assertThat(nick.submit(nick.open("/account/email"), "email", "EVE@xn--mller-kva.example")
                        .status())
                .as("the page says the same to everybody")
                .isEqualTo(200);
        MimeMessage mail = mailbox.next();
        assertThat(Mailbox.recipient(mail)).isEqualTo("EVE@xn--mller-kva.example");
        assertThat(Mailbox.subject(mail)).isEqualTo("Somebody wanted to use your e-mail address");
        assertThat(Mailbox.text(mail)).doesNotContain("token", "nick");
    }

    @Test
    @DisplayName("A-01: whose address is somebody's name is told by mail alone, and a link of before is over")
    void nobody_makes_an_account_for_an_address_that_somebody_is_called_by() {
        String link = Mailbox.path(signUpMail("eve@example.org"), server);
        server.execute("UPDATE app_user SET username = 'eve@example.org' WHERE username = 'vera'");

        assertOver(link);
        MimeMessage mail = signUpMail("Eve@example.org");
        assertThat(Mailbox.recipient(mail)).isEqualTo("Eve@example.org");
        assertThat(Mailbox.subject(mail)).isEqualTo("You have an account already");
        assertThat(Mailbox.text(mail)).contains("user name eve@example.org").doesNotContain("Vera Vale");
        UserMails mails = userMails();
        assertThatThrownBy(() -> mails.invite(new NewInvitation("EVE@example.org", "", List.of(), "")))
                .hasMessageContaining("another user has this e-mail address as a user name");
    }

    @Test
    void an_administrator_calls_nobody_by_the_address_of_another_and_gives_nobody_the_name_of_another()
            throws Exception {
        try (PasswordHasher hasher = new PasswordHasher(1, 1, SECRETS)) {
            Users users = users(hasher);
            assertThatThrownBy(() -> users.add(named("VERA@example.org", "", Map.of()), NEW_PASSWORD))
                    .hasMessageContaining("the user name is the e-mail address of another user");
            users.add(named("eve@example.org", "eve@example.org", Map.of()), NEW_PASSWORD);
            // They share the address, and nobody has shown to read it.
            users.add(named("adam", "EVE@example.org", Map.of()), NEW_PASSWORD);
            assertThatThrownBy(() -> users.change("adam", attribute(Map.of("email_verified", "true"))))
                    .hasMessageContaining("another user has this e-mail address as a user name");
            users.add(named("zoe@example.org", "", Map.of()), NEW_PASSWORD);
            assertThatThrownBy(() -> users.add(named("abel", "zoe@example.org", Map.of()), NEW_PASSWORD))
                    .hasMessageContaining("another user has this e-mail address as a user name");
            assertThatThrownBy(() -> users.change("nick", address("zoe@example.org")))
                    .hasMessageContaining("another user has this e-mail address as a user name");
            users.change("zoe@example.org", address("zoe@example.org"));

            // What is there is left alone.
            server.execute("UPDATE app_user SET username = 'nick@example.org' WHERE username = 'vera'");
            users.change("nick", roles(List.of("buyer"), List.of()));
            users.change("nick@example.org", roles(List.of(), List.of("buyer")));
        }
        assertThat(server.user("nick").roles()).hasSize(1);
        signedIn("nick@example.org");
    }

    @Test
    @DisplayName("A-14: a link to an address that somebody else is called by resets, and shows nothing of the address")
    void an_address_that_somebody_is_called_by_is_not_shown_to_be_read_by_a_reset() {
        String link = resetLink("vera");
        server.execute("UPDATE app_user SET username = 'vera@example.org' WHERE username = 'nick'");
        TestBrowser browser = new TestBrowser(server);
        assertThat(browser.submit(browser.open(link), "password", NEW_PASSWORD).status())
                .isEqualTo(200);
        assertThat(server.user("vera").hasVerifiedEmail()).isFalse();
    }

    private static Users.NewUser named(String username, String email, Map<String, String> attributes) {
        return new Users.NewUser(username, "", email, List.of(), attributes);
    }

    private static Users.Change address(String email) {
        return new Users.Change(Optional.empty(), Optional.of(email), List.of(), List.of(), Map.of(), List.of());
    }

    private static Users.Change attribute(Map<String, String> attributes) {
        return new Users.Change(Optional.empty(), Optional.empty(), List.of(), List.of(), attributes, List.of());
    }

    private Reply ask(TestBrowser browser, String path, String name) {
        return browser.submit(browser.open(path), "username", name);
    }

    private String resetLink(String name) {
        return resetLink(new TestBrowser(server), name);
    }

    private String resetLink(TestBrowser browser, String name) {
        ask(browser, "/reset", name);
        MimeMessage mail = mailbox.next();
        assertThat(Mailbox.link(mail)).contains("/reset?token=");
        return Mailbox.path(mail, server);
    }

    private void askForAccount(String email) {
        TestBrowser browser = new TestBrowser(server);
        Reply sent = browser.submit(browser.open("/sign-up"), "email", email);
        assertThat(sent.status()).isEqualTo(200);
        assertThat(sent.text()).contains("An e-mail is on its way");
    }

    private MimeMessage signUpMail(String email) {
        askForAccount(email);
        return mailbox.next();
    }

    private void assertOver(String link) {
        TestBrowser browser = new TestBrowser(server);
        assertThat(browser.open(link).status()).as(link).isEqualTo(400);
        assertThat(TestBrowser.fields(browser.seen().getLast())).as("no form").isEmpty();
    }

    private TestBrowser signedIn(String name) {
        TestBrowser browser = new TestBrowser(server);
        browser.submit(browser.open("/login"), "username", name, "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/account")).isTrue();
        return browser;
    }

    private Users users(PasswordHasher hasher) {
        return new Users(server.database, () -> hasher, SECRETS, InstantSource.system(), Administrator.COMMAND_LINE);
    }

    private Secret enrol(String name) {
        Enrolled enrolled = server.totpEnrolments().add(name, "login.example");
        assertThat(Mailbox.subject(mailbox.next())).isEqualTo("A new way to sign in was added");
        return RunningServer.seed(enrolled);
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.handstamp.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /// Browsers check each redirect that follows a form, and this one can end at the client at once.
    private static void assertMayLeadToClient(Reply page) {
        assertThat(page.header("Content-Security-Policy").orElseThrow()).contains("form-action 'self' https:");
    }

    /// What an answer looks like, without what is random in it and the name that was typed.
    private static String shape(Reply reply) {
        StringBuilder shape = new StringBuilder(Integer.toString(reply.status()));
        for (String name :
                List.of("Content-Type", "Cache-Control", "Content-Security-Policy", "Retry-After", "Location")) {
            shape.append('\n').append(name).append(reply.all(name));
        }
        for (String cookie : reply.all("Set-Cookie")) shape.append('\n').append(cookie.replaceAll("=[^;]*", "="));
        return shape + "\n"
                + reply.text().replaceAll("value=\"[^\"]*\"", "").replaceAll("[a-z]+@example\\.org", "ADDRESS");
    }

    /// What a page tells; the answer to a form brings a script along besides.
    private static String said(Reply page) {
        return page.text().substring(page.text().indexOf("<main"));
    }

    private static String token(String link) {
        return link.substring(link.indexOf("token=") + "token=".length());
    }

    private static <T> List<T> atOnce(List<? extends Callable<T>> calls) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(calls)) results.add(each.get());
            return results;
        }
    }
}
