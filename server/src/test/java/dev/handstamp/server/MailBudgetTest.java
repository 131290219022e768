package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.internet.MimeMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What strangers can do with mails to others, from as many networks as they like: neither fill a mailbox, nor keep its
/// owner from getting a mail, nor delay what owners are told.
class MailBudgetTest {

    private static final String NEW_PASSWORD = "a password that nobody has had";
    private static final String HOME = "203.0.113.1";

    private Mailbox mailbox;
    private RunningServer server;
    private int networks;

    @BeforeEach
    void start() {
        mailbox = new Mailbox();
        server = RunningServer.start(mailbox.settings(
                "sign-in-by-mail", "code", "sign-up", "open", "mail.per-hour", "1000", "trusted-proxies", "127.0.0.1"));
    }

    @AfterEach
    void stop() {
        server.close();
        mailbox.close();
    }

    @Test
    @DisplayName(
            "A-04: whatever strangers ask for, the owner gets mails in a known browser and where they were signed in")
    void strangers_use_up_nothing_of_the_owners() {
        TestBrowser owner = knownBrowser().movedTo("203.0.113.200");
        for (int i = 0; i < 12; i++) {
            ask(stranger(), "/reset", "vera");
            ask(stranger(), "/login/mail", "vera");
        }
        ask(stranger(), "/reset", "nick");
        assertThat(recipientsUntil("nick@example.org"))
                .as("ten of each kind")
                .hasSize(20)
                .containsOnly("vera@example.org");

        ask(owner, "/reset", "vera");
        String link = Mailbox.path(mailbox.next(), server);
        Reply code = ask(owner, "/login/mail", "vera");
        owner.submit(code, "code", Mailbox.code(mailbox.next()));
        assertThat(owner.isAt("/account")).isTrue();
        TestBrowser elsewhere = new TestBrowser(server).movedTo("203.0.113.77");
        elsewhere.submit(elsewhere.open(link), "password", NEW_PASSWORD);
        assertThat(Mailbox.subject(mailbox.next())).isEqualTo("Your password was reset");

        ask(new TestBrowser(server).movedTo(HOME), "/reset", "vera");
        assertThat(Mailbox.recipient(mailbox.next()))
                .as("a new browser, at home")
                .isEqualTo("vera@example.org");
        ask(stranger(), "/reset", "vera");
        ask(stranger(), "/reset", "nick");
        assertThat(Mailbox.recipient(mailbox.next())).as("still no stranger").isEqualTo("nick@example.org");
    }

    @Test
    void an_address_gets_thirty_mails_of_strangers_in_a_day_whatever_they_ask_for() {
        int sent = 0;
        for (int hour = 0; hour < 4; hour++) {
            for (int i = 0; i < 12; i++) {
                ask(stranger(), "/reset", "vera");
                ask(stranger(), "/login/mail", "vera@example.org");
            }
            for (int i = 0; i < 4; i++) askForAccount(stranger(), "VERA@example.org");
            ask(stranger(), "/reset", "nick");
            sent += recipientsUntil("nick@example.org").size();
            server.execute("UPDATE mail_count SET since = since - 3601000000");
        }
        assertThat(sent).isEqualTo(30);
        server.execute("UPDATE mail_count SET since = since - 86401000000");
        ask(stranger(), "/reset", "vera");
        assertThat(Mailbox.recipient(mailbox.next())).as("tomorrow").isEqualTo("vera@example.org");
    }

    @Test
    void who_is_signed_in_fills_no_mailbox_of_a_stranger_either() {
        TestBrowser nick = new TestBrowser(server);
        nick.submit(nick.open("/login"), "username", "nick", "password", RunningServer.PASSWORD);
        for (int i = 0; i < 5; i++) nick.submit(nick.open("/account/email"), "email", "stranger@new.example");
        nick.submit(nick.open("/account/email"), "email", "nick@example.org");
        assertThat(recipientsUntil("nick@example.org")).hasSize(3).containsOnly("stranger@new.example");
    }

    @Test
    void the_strangers_of_one_network_get_half_of_what_there_is_for_strangers() {
        for (int i = 0; i < 8; i++) ask(new TestBrowser(server).movedTo("198.51.100.7"), "/reset", "vera");
        for (int i = 0; i < 8; i++) ask(new TestBrowser(server).movedTo("2001:db8:7::" + i), "/reset", "nick");
        ask(new TestBrowser(server).movedTo("2001:db8:7:1::1"), "/reset", "nick");
        ask(stranger(), "/reset", "vera");
        List<String> recipients = recipientsUntil("vera@example.org", 6);
        assertThat(recipients).filteredOn("nick@example.org"::equals).hasSize(6);
    }

    @Test
    @DisplayName(
            "A-04, A-08: strangers who guess at codes end no code of the owner, and get no more than twenty guesses")
    void guesses_of_strangers_cost_the_owner_nothing() {
        TestBrowser known = knownBrowser();
        TestBrowser fresh = stranger();
        Reply waiting = ask(fresh, "/login/mail", "vera");
        String code = Mailbox.code(mailbox.next());
        int guessed = 0;
        for (int i = 0; i < 3; i++) {
            TestBrowser stranger = stranger();
            Reply page = ask(stranger, "/login/mail", "vera");
            String wrong = Mailbox.code(mailbox.next()).equals("111111") ? "222222" : "111111";
            for (int j = 0; j < 5; j++) {
                page = stranger.submit(page, "code", wrong);
                guessed++;
            }
        }
        assertThat(guessed).isEqualTo(15);

        // Five more are kept for the one that waits: everybody else who is not known gets a link, which is not guessed.
        TestBrowser stranger = stranger();
        Reply page = ask(stranger, "/login/mail", "vera");
        MimeMessage mail = mailbox.next();
        assertThat(Mailbox.text(mail)).doesNotContainPattern("(?m)^\\d{6}$");
        assertThat(page.text()).contains("If it brings a link instead");
        stranger.submit(stranger.open(Mailbox.path(mail, server)));
        assertThat(stranger.isAt("/account")).as("whoever reads the mail").isTrue();

        fresh.submit(waiting, "code", code);
        assertThat(fresh.isAt("/account")).as("the code that waited").isTrue();
        Reply own = ask(known, "/login/mail", "vera");
        known.submit(own, "code", Mailbox.code(mailbox.next()));
        assertThat(known.isAt("/account")).isTrue();
    }

    @Test
    @DisplayName(
            "A-14: a newer link ends the older in the browser that asked, and no stranger's ends that of the owner")
    void no_stranger_ends_a_link_of_the_owner() {
        TestBrowser owner = stranger();
        ask(owner, "/reset", "vera");
        String older = Mailbox.path(mailbox.next(), server);
        ask(owner, "/reset", "vera");
        String link = Mailbox.path(mailbox.next(), server);
        ask(stranger(), "/reset", "vera");
        mailbox.next();
        assertThat(owner.open(older).status()).isEqualTo(400);
        assertThat(owner.submit(owner.open(link), "password", NEW_PASSWORD).status())
                .isEqualTo(200);

        askForAccount(owner, "zora@example.org");
        String account = Mailbox.path(nextTo("zora@example.org"), server);
        askForAccount(stranger(), "zora@example.org");
        String strangers = Mailbox.path(nextTo("zora@example.org"), server);
        owner.submit(owner.open(account), "username", "zora", "password", NEW_PASSWORD);
        assertThat(server.user("zora").email()).isEqualTo("zora@example.org");
        assertThat(owner.open(strangers).status())
                .as("there is an account by now")
                .isEqualTo(400);
    }

    @Test
    @DisplayName("A-04: a network that has asked for all of its mails keeps nobody out who is known")
    void the_pace_of_a_network_is_not_that_of_a_known_browser() {
        server = server.restarted(
                mailbox.settings("mail.per-hour", "2", "trusted-proxies", "127.0.0.1", "sign-in-by-mail", "code"));
        TestBrowser owner = knownBrowser();
        for (int i = 0; i < 2; i++) ask(new TestBrowser(server).movedTo(HOME), "/reset", "nick");
        assertThat(ask(new TestBrowser(server).movedTo(HOME), "/reset", "nick").status())
                .isEqualTo(429);

        assertThat(ask(owner, "/reset", "vera").status()).isEqualTo(200);
        assertThat(nextTo("vera@example.org")).isNotNull();
        // That is bounded as well.
        Reply last = null;
        for (int i = 0; i < 20; i++) last = ask(owner, "/reset", "vera");
        assertThat(last.status()).isEqualTo(429);
    }

    @Test
    @DisplayName("A-04: what is told about accounts goes out before what strangers ask for, and so does what owners do")
    void a_flood_of_wishes_delays_no_notice() {
        TestBrowser owner = knownBrowser();
        server.define("CREATE TRIGGER later AFTER INSERT ON outgoing_mail BEGIN UPDATE outgoing_mail"
                + " SET due_at = due_at + 3600000000 WHERE mail_id = NEW.mail_id; END");
        for (int i = 0; i < 40; i++) ask(stranger(), "/reset", i % 2 == 0 ? "nick" : "nobody");
        ask(owner, "/reset", "vera");
        owner.submit(owner.open("/login"), "username", "vera", "password", RunningServer.PASSWORD);
        Reply form = owner.open("/account/password");
        owner.submit(form, "password", NEW_PASSWORD, "again", NEW_PASSWORD);
        assertThat(server.number("SELECT COUNT(*) FROM outgoing_mail")).isEqualTo(42);

        server.execute("UPDATE outgoing_mail SET due_at = 0");

        assertThat(Mailbox.subject(mailbox.next())).isEqualTo("Your password was changed");
        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("vera@example.org");
        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("nick@example.org");
    }

    @Test
    void a_full_lane_of_strangers_keeps_nobody_out_who_is_known() {
        TestBrowser owner = knownBrowser();
        server.define("CREATE TRIGGER later AFTER INSERT ON outgoing_mail BEGIN UPDATE outgoing_mail"
                + " SET due_at = due_at + 3600000000 WHERE mail_id = NEW.mail_id; END");
        ask(stranger(), "/reset", "nick");
        server.execute("INSERT INTO outgoing_mail (mail_id, kind, lane, subject, recipient, language, parameters,"
                + " attempts, due_at, created_at, expires_at) SELECT 'copy-' || value, kind, lane, subject, recipient,"
                + " language, parameters, attempts, due_at, created_at, expires_at FROM outgoing_mail,"
                + " (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 9999)"
                + " SELECT value FROM n)");
        assertThat(ask(stranger(), "/reset", "nick").status()).isEqualTo(429);
        assertThat(ask(owner, "/reset", "vera").status()).isEqualTo(200);
    }

    /// A browser at home that vera has signed in with, and out again.
    private TestBrowser knownBrowser() {
        TestBrowser browser = new TestBrowser(server).movedTo(HOME);
        browser.signIn(browser.open("/login"));
        assertThat(browser.isAt("/account")).isTrue();
        browser.signOut();
        return browser;
    }

    /// A browser in a network of its own.
    private TestBrowser stranger() {
        networks++;
        return new TestBrowser(server).movedTo("198.51." + networks / 250 + "." + (1 + networks % 250));
    }

    private static Reply ask(TestBrowser browser, String path, String name) {
        return browser.submit(browser.open(path), "username", name);
    }

    private static void askForAccount(TestBrowser browser, String email) {
        browser.submit(browser.open("/sign-up"), "email", email);
    }

    private MimeMessage nextTo(String recipient) {
        MimeMessage mail = mailbox.next();
        while (!Mailbox.recipient(mail).equals(recipient)) mail = mailbox.next();
        return mail;
    }

    /// Whom mails went to until one goes to this address.
    private List<String> recipientsUntil(String last) {
        return recipientsUntil(last, 1);
    }

    /// Whom else mails went to until so many have gone to this address.
    private List<String> recipientsUntil(String last, int times) {
        List<String> recipients = new ArrayList<>();
        for (int left = times; left > 0; ) {
            String recipient = Mailbox.recipient(mailbox.next());
            if (recipient.equals(last)) left--;
            else recipients.add(recipient);
        }
        return recipients;
    }
}
