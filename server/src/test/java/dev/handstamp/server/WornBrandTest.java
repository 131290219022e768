package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Branding;
import dev.handstamp.server.administration.Branding.Change;
import jakarta.mail.internet.MimeMessage;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whose brand each page and each mail wears: that of the client on the way to which it is, else the server's.
class WornBrandTest {

    private static final String[] SERVER = {"Night &amp; Club", "--accent:#1d5c2f;--accent-dark:#8fd6a3"};
    private static final String[] SHOP = {"Corner &lt;Shop&gt;", "--accent:#a5121f;--accent-dark:#ff9ca3"};

    private static Mailbox mailbox;
    private static RunningServer server;
    private static WebClient shop;

    @BeforeAll
    static void start() {
        mailbox = new Mailbox();
        server = RunningServer.start(
                mailbox.settings("sign-in-by-mail", "link", "sign-up", "open", "mail.per-hour", "1000"));
        server.addUser("root", "administrator");
        server.addUser("mia");
        shop = WebClient.confidential(server);
        Branding branding = new Branding(server.database, InstantSource.system(), Administrator.COMMAND_LINE);
        branding.update(Optional.empty(), brand("Night & Club", "#1d5c2f", "#8fd6a3"));
        branding.update(Optional.of(shop.id()), brand("Corner <Shop>", "#a5121f", "#ff9ca3"));
    }

    @AfterAll
    static void stop() {
        server.close();
        mailbox.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/login",
                "/login?request=gone",
                "/login/passkey",
                "/login/mail",
                "/login/mail?token=gone",
                "/reset",
                "/reset?token=gone",
                "/sign-up",
                "/sign-up?token=gone",
                "/email?token=gone",
                "/device",
                "/device?request=gone",
                "/consent?request=gone",
                "/logout",
                "/logout?id_token_hint=nonsense",
                "/authorize?client_id=nobody",
                "/authorize?client_id=nobody&client_id=twice",
                "/login?to=%ff",
                "/admin/users"
            })
    void to_a_stranger_pages_that_lead_to_no_client_wear_the_server_s_brand(String path) {
        assertThat(new TestBrowser(server).open(path).text()).contains(SERVER).doesNotContain(SHOP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/account",
                "/account/security",
                "/account/password",
                "/account/authenticator",
                "/account/passkeys",
                "/account/sessions",
                "/account/applications",
                "/account/activity",
                "/account/data",
                "/account/email",
                "/email?token=gone",
                "/login",
                "/logout",
                "/admin/users",
                "/admin/users/new",
                "/admin/users/usr_nobody",
                "/admin/clients",
                "/admin/clients/shop",
                "/admin/apis",
                "/admin/keys",
                "/admin/revocations",
                "/admin/audit",
                "/admin/token",
                "/admin/health"
            })
    void pages_of_somebody_who_is_signed_in_wear_the_server_s_brand(String path) {
        assertThat(AdminForms.signedIn(server, "root").open(path).text())
                .contains(SERVER)
                .doesNotContain(SHOP[1]);
        assertThat(AdminForms.signedIn(server, "vera").open(path).text())
                .as("also what is said to somebody who may not see it")
                .contains(SERVER);
    }

    @Test
    void what_is_said_after_signing_out_wears_the_brand_too() {
        TestBrowser browser = AdminForms.signedIn(server, "vera");
        assertThat(browser.submit(browser.open("/logout"), "decision", "leave").text())
                .contains(SERVER);
    }

    @Test
    void a_reset_on_the_way_to_a_client_wears_its_brand_from_the_first_page_to_the_last() {
        TestBrowser browser = new TestBrowser(server);
        String request = request(browser);
        Reply form = browser.open("/reset?request=" + request);
        assertThat(form.text()).contains(SHOP);
        assertThat(browser.submit(form, "username", "vera").text()).contains(SHOP);

        MimeMessage mail = mailTo("vera@example.org");
        assertWears(mail, "Corner <Shop>", "#a5121f");
        Reply linked = browser.open(Mailbox.path(mail, server));
        assertThat(linked.text()).contains(SHOP).doesNotContain(request);
        assertThat(browser.submit(linked, "password", "short").text()).contains(SHOP);
        assertThat(new TestBrowser(server).open(Mailbox.path(mail, server)).text())
                .as("in another browser, too")
                .contains(SHOP);

        server.execute("UPDATE authorization_request SET expires_at = created_at");
        assertThat(browser.open(Mailbox.path(mail, server)).text())
                .as("the way is over")
                .contains(SERVER);
    }

    @Test
    void a_sign_up_on_the_way_to_a_client_wears_its_brand() {
        TestBrowser browser = new TestBrowser(server);
        Reply form = browser.open("/sign-up?request=" + request(browser));
        assertThat(form.text()).contains(SHOP);
        assertThat(browser.submit(form, "email", "nonsense").text()).contains(SHOP);
        assertThat(browser.submit(form, "email", "zora@example.org").text()).contains(SHOP);

        MimeMessage mail = mailTo("zora@example.org");
        assertWears(mail, "Corner <Shop>", "#a5121f");
        assertThat(browser.open(Mailbox.path(mail, server)).text()).contains(SHOP);
    }

    @Test
    void a_link_to_sign_in_on_the_way_to_a_client_wears_its_brand() {
        TestBrowser browser = new TestBrowser(server);
        Reply form = browser.open("/login/mail?request=" + request(browser));
        assertThat(form.text()).contains(SHOP);
        assertThat(browser.submit(form, "username", "nick").text()).contains(SHOP);

        MimeMessage mail = mailTo("nick@example.org");
        assertWears(mail, "Corner <Shop>", "#a5121f");
        assertThat(browser.open(Mailbox.path(mail, server)).text()).contains(SHOP);
    }

    @Test
    void a_mail_that_leads_to_no_client_wears_the_server_s_brand_and_loads_nothing() {
        TestBrowser browser = new TestBrowser(server);
        browser.submit(browser.open("/reset"), "username", "mia");
        MimeMessage mail = mailTo("mia@example.org");
        assertWears(mail, "Night & Club", "#1d5c2f");
        assertThat(Mailbox.html(mail))
                .doesNotContain("Corner")
                .doesNotContainPattern("<(?:img|link|script|style)|src=|url\\(");
        assertThat(browser.open(Mailbox.path(mail, server)).text()).contains(SERVER);
    }

    /// On the way to the shop.
    private static String request(TestBrowser browser) {
        Reply login = browser.open(shop.request());
        assertThat(login.text()).contains(SHOP);
        return TestBrowser.fields(login).get("request");
    }

    /// The one mail to somebody, but for those that tell of a new device.
    private static MimeMessage mailTo(String recipient) {
        for (int i = 0; i < 400; i++) {
            List<MimeMessage> mails = mailbox.all().stream()
                    .filter(mail -> Mailbox.recipient(mail).equals(recipient))
                    .toList();
            if (!mails.isEmpty()) return mails.getFirst();
            LockSupport.parkNanos(50_000_000);
        }
        throw new AssertionError("no mail to " + recipient);
    }

    private static void assertWears(MimeMessage mail, String name, String accent) {
        String escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        assertThat(Mailbox.text(mail)).contains("-- \n" + name + "\n");
        assertThat(Mailbox.html(mail)).contains(escaped, "solid " + accent, "background:" + accent);
    }

    private static Change brand(String name, String accent, String dark) {
        return new Change(Optional.of(name), Optional.empty(), Optional.of(accent), Optional.of(dark));
    }
}
