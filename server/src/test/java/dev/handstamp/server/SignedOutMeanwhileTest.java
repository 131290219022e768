package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.key.SigningKey.State;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.MailTicket;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.MailStore;
import dev.handstamp.server.store.MailTicketStore;
import dev.handstamp.server.store.PasskeyStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.SigningKeyStore;
import dev.handstamp.server.store.UserStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Whoever holds the cookie of a session gets nothing more through once its user has signed out everywhere, not even
/// what was asked for a moment before: the page had looked, the sign-out commits, and only then comes the change.
@DisplayName("A-16: a change that was asked for in time comes too late when the session ends before it")
class SignedOutMeanwhileTest {

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final long UNTIL_IT_WAITS = 600; // milliseconds, with a password to hash in between

    private static RunningServer server;
    private static ExecutorService threads;

    private final TestBrowser browser = new TestBrowser(server);
    private User user;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        threads = Executors.newVirtualThreadPerTaskExecutor();
        server.database.inTransaction(tx -> {
            new MailStore().setSending(tx, true);
            return true;
        });
    }

    @AfterAll
    static void stop() {
        threads.close();
        server.close();
    }

    @BeforeEach
    void enter() {
        user = server.addUser("owner-" + NAMES.incrementAndGet(), "buyer");
        browser.submit(
                browser.open("/account"), "username", user.username().value(), "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/account")).isTrue();
    }

    @Test
    void a_passkey_is_not_added() throws Exception {
        PasskeyWalk walk = new PasskeyWalk(server);
        Reply page = browser.open("/account/passkeys");
        Map<String, Object> made =
                walk.authenticator().create(PasskeyWalk.ask(browser, page, "/account/passkeys/options"));

        Reply late = whileSigningOut(() -> PasskeyWalk.answer(browser, page, "/account/passkeys/add", made));

        assertThat(late.outcome()).isEqualTo("403 confirm");
        assertThat(passkeys()).isZero();
        assertThat(events(AuditEvent.Type.PASSKEY_ENROLLED)).isEmpty();
    }

    @Test
    void a_passkey_is_neither_removed_nor_renamed() throws Exception {
        new PasskeyWalk(server).add(browser, new PasskeyWalk(server).authenticator());
        Reply page = browser.open("/account/passkeys");

        whileSigningOut(() -> press(page, "rename", "name", "mine now"));
        assertThat(events(AuditEvent.Type.PASSKEY_RENAMED)).isEmpty();

        enterAgain();
        Reply again = browser.open("/account/passkeys");
        whileSigningOut(() -> press(again, "remove"));
        assertThat(passkeys()).isEqualTo(1);
        assertThat(events(AuditEvent.Type.PASSKEY_REMOVED)).isEmpty();
    }

    @Test
    void an_address_is_neither_asked_for_nor_confirmed() throws Exception {
        Reply asking = browser.open("/account/email");
        long mails = mails();
        whileSigningOut(() -> browser.submit(asking, "email", "thief@example.net"));
        assertThat(mails()).isEqualTo(mails);

        enterAgain();
        Secret token = new Secret("a token of the mail to the new address");
        Instant now = Instant.now();
        server.database.inTransaction(tx -> {
            new MailTicketStore()
                    .insert(
                            tx,
                            new MailTicket(
                                    token.hash(),
                                    MailKind.CONFIRM_EMAIL,
                                    Optional.of(user.subject()),
                                    "thief@example.net",
                                    Optional.of(new Secret(user.passwordHash().value()).hash()),
                                    Optional.empty(),
                                    "",
                                    Map.of(),
                                    0,
                                    now,
                                    now.plusSeconds(600)));
            return true;
        });
        Reply confirming = browser.open("/email?token=" + token.value().replace(' ', '+'));
        assertThat(confirming.text()).contains("thief@example.net");
        Reply late = whileSigningOut(() -> browser.submit(confirming));
        assertThat(late.status()).isEqualTo(400);
        assertThat(server.user(user.username().value()).email()).isEqualTo(user.email());
    }

    @Test
    void neither_password_nor_factors_are_changed() throws Exception {
        Reply password = browser.open("/account/password");
        String other = "seven green umbrellas at noon";
        whileSigningOut(() -> press(password, "change", "password", other, "again", other));
        assertThat(server.user(user.username().value()).passwordHash()).isEqualTo(user.passwordHash());

        enterAgain();
        Reply offer = browser.open("/account/authenticator");
        Secret key = key(offer);
        whileSigningOut(() -> press(offer, "add", "code", Totp.codeAt(key, Instant.now())));
        assertThat(events(AuditEvent.Type.TOTP_ENROLLED)).isEmpty();

        enterAgain();
        Reply second = browser.open("/account/authenticator");
        Secret kept = key(second);
        press(second, "add", "code", Totp.codeAt(kept, Instant.now()));
        Reply renewing = browser.open("/account/security");
        whileSigningOut(() -> press(renewing, "renew-codes"));
        assertThat(events(AuditEvent.Type.RECOVERY_CODES_RENEWED)).isEmpty();

        server.execute("UPDATE totp SET last_step = 0 WHERE subject = '" + user.subject() + "'");
        enterAgain();
        browser.submit(browser.open("/login/totp"), "code", Totp.codeAt(kept, Instant.now()));
        Reply removing = browser.open("/account/security");
        whileSigningOut(() -> press(removing, "remove-authenticator"));
        assertThat(events(AuditEvent.Type.TOTP_REMOVED)).isEmpty();
    }

    @Test
    void neither_profile_nor_account_is_changed_or_taken_along() throws Exception {
        Reply profile = browser.open("/account");
        whileSigningOut(() -> browser.submit(profile, "name", "Somebody Else"));
        assertThat(server.user(user.username().value()).name()).isEqualTo(user.name());

        enterAgain();
        Reply data = browser.open("/account/data");
        whileSigningOut(() -> press(data, "delete", "confirm", user.username().value()));
        assertThat(server.user(user.username().value()).subject()).isEqualTo(user.subject());
    }

    @Test
    @DisplayName("O-22: nor is a device let in, whose session would have outlived the end of all the others")
    void a_device_is_not_let_in() throws Exception {
        Redirection named = new Redirection("A Screen", List.of(), List.of(), true, true);
        Set<GrantType> grants = Set.of(GrantType.DEVICE_CODE, GrantType.REFRESH_TOKEN);
        WebClient screen = WebClient.of(server, named, false, grants, RunningServer.ORDERS);
        Reply begun = server.call("POST", "/device_authorization")
                .form("client_id", screen.id())
                .send();
        Reply decide = browser.submit(browser.open("/device"), "user_code", begun.string("user_code"));
        assertThat(decide.text()).contains("id=\"device-allow\"");

        whileSigningOut(() -> browser.allow(decide));

        Reply polled = server.call("POST", "/token")
                .form(
                        "grant_type",
                        GrantType.DEVICE_CODE.wireName(),
                        "device_code",
                        begun.string("device_code"),
                        "client_id",
                        screen.id())
                .send();
        assertThat(polled.outcome()).isEqualTo("400 authorization_pending");
        assertThat(events(AuditEvent.Type.DEVICE_ALLOWED)).isEmpty();
    }

    @Test
    @DisplayName("O-41: nor is anything administered, by whom is signed out or loses the role meanwhile")
    void nothing_is_administered() throws Exception {
        User root = server.addUser("root-" + NAMES.incrementAndGet(), "administrator");
        user = root;
        TestBrowser admin = AdminForms.signedIn(server, root.username().value());
        Reply page = admin.open("/admin/users/new");
        String name = "made-" + NAMES.incrementAndGet();
        String[] filled = {"username", name, "password", "seven green umbrellas at noon", "roles", "administrator"};

        whileSigningOut(() -> AdminForms.act(admin, page, "add", "", filled));
        assertThat(isThere(name)).isFalse();

        TestBrowser again = AdminForms.signedIn(server, root.username().value());
        Reply second = again.open("/admin/users/new");
        Future<Reply> late = server.database.inTransaction(tx -> {
            User without = new User(
                    root.subject(),
                    root.username(),
                    root.name(),
                    root.email(),
                    new TreeSet<>(),
                    root.attributes(),
                    root.passwordHash(),
                    false,
                    root.createdAt());
            new UserStore().update(tx, without);
            Future<Reply> sent = threads.submit(() -> AdminForms.act(again, second, "add", "", filled));
            pause();
            return sent;
        });
        late.get();
        assertThat(isThere(name)).isFalse();

        server.database.inTransaction(tx -> new UserStore().update(tx, root));
        AdminForms.act(again, second, "add", "", filled);
        assertThat(isThere(name)).as("an administrator does").isTrue();
    }

    @Test
    @DisplayName("O-41: nor is a key that signs turned or withdrawn")
    void no_key_is_turned_or_withdrawn() throws Exception {
        user = server.addUser("root-" + NAMES.incrementAndGet(), "administrator");
        String keys = "SELECT COUNT(*) FROM signing_key";
        for (String action : List.of("rotate", "retire")) {
            TestBrowser admin = AdminForms.signedIn(server, user.username().value());
            Reply page = admin.open("/admin/keys");
            String target = action.equals("rotate") ? "ES256" : signingKey();
            long before = server.number(keys);

            whileSigningOut(() -> AdminForms.act(admin, page, action, target));
            assertThat(server.number(keys)).as(action).isEqualTo(before);

            TestBrowser again = AdminForms.signedIn(server, user.username().value());
            AdminForms.act(again, again.open("/admin/keys"), action, target);
            assertThat(server.number(keys))
                    .as("an administrator does: " + action)
                    .isGreaterThan(before);
        }
    }

    private static String signingKey() {
        return server.database.read(tx -> new SigningKeyStore().list(tx)).stream()
                .filter(key -> key.stateAt(Instant.now()) == State.CURRENT)
                .findFirst()
                .orElseThrow()
                .keyId();
    }

    private static boolean isThere(String username) {
        return server.database
                .read(tx -> new UserStore().findByUsername(tx, new Username(username)))
                .isPresent();
    }

    /// Sends the change while a sign-out everywhere is done and not yet committed: the page still sees the session, and
    /// what it writes waits.
    private Reply whileSigningOut(Callable<Reply> change) throws Exception {
        Future<Reply> answer = server.database.inTransaction(tx -> {
            assertThat(new SessionStore().endAll(tx, user.subject(), Instant.now()))
                    .isNotEmpty();
            Future<Reply> sent = threads.submit(change);
            pause();
            assertThat(sent).as("waits for the sign-out").isNotDone();
            return sent;
        });
        return answer.get();
    }

    private static void pause() {
        try {
            Thread.sleep(UNTIL_IT_WAITS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void enterAgain() {
        browser.submit(
                browser.open("/login?another=yes"),
                "username",
                user.username().value(),
                "password",
                RunningServer.PASSWORD);
    }

    private long passkeys() {
        return server.database
                .read(tx -> new PasskeyStore().list(tx, user.subject()))
                .size();
    }

    private static long mails() {
        return server.number("SELECT COUNT(*) FROM outgoing_mail WHERE kind = 'confirm_email'");
    }

    private List<AuditEvent> events(AuditEvent.Type type) {
        return server.audit(type).stream()
                .filter(event -> event.actor().equals(user.subject().value()))
                .toList();
    }

    private static Secret key(Reply page) {
        Matcher key = Pattern.compile("id=\"authenticator-key\">([A-Z2-7 ]+)<").matcher(page.text());
        if (!key.find()) throw new AssertionError(page.text());
        return new Secret(key.group(1).replace(" ", ""));
    }

    /// Posts the form of this action with what it holds, and what is filled in.
    private Reply press(Reply page, String action, String... filled) {
        Matcher form = Pattern.compile("(?s)<form(?:(?!</form>).)*name=\"action\" value=\"" + action + "\".*?</form>")
                .matcher(page.text());
        if (!form.find()) throw new AssertionError("no form " + action + " in " + page.text());
        byte[] part = form.group().getBytes(StandardCharsets.UTF_8);
        return browser.submit(new Reply(page.status(), page.headers(), part), filled);
    }
}
