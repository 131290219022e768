package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.audit.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What pages wear, said by an administrator in a browser, with a preview of it that the server makes.
class AdminBrandTest {

    private static final byte[] SVG = bytes("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4 4\"/>");
    private static final byte[] NO_FILE = {};

    private RunningServer server;
    private TestBrowser root;

    @BeforeEach
    void start() {
        server = RunningServer.start();
        server.addUser("root", "administrator");
        root = AdminForms.signedIn(server, "root");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_brand_is_given_to_the_server_worn_by_its_pages_and_taken_away() {
        AdminClient api = AdminClient.as(server, "root");
        Reply page = root.open("/admin/brand");
        assertThat(page.text()).contains("<h1>Brand of the server</h1>").doesNotContain("Remove the brand");

        Reply saved = send(page, SVG, "name", "Nightclub", "accent", "#1D5C2F", "accent-dark", "#8fd6a3");

        assertThat(saved.text()).contains("Saved.", "value=\"Nightclub\"", "value=\"#1d5c2f\"");
        Reply known = api.get("/brand");
        assertThat(known.json())
                .containsEntry("name", "Nightclub")
                .containsEntry("accent", "#1d5c2f")
                .containsEntry("accent_dark", "#8fd6a3");
        assertThat(server.call("GET", known.string("logo")).send().body()).isEqualTo(SVG);
        assertThat(server.call("GET", "/login").send().text())
                .contains("Nightclub", known.string("logo"), "--accent:#1d5c2f");
        AuditEvent event = server.audit(AuditEvent.Type.BRAND_CHANGED).getLast();
        assertThat(event.actor()).isEqualTo(server.user("root").subject().value());

        Reply renamed = send(saved, NO_FILE, "name", "Daylight", "accent", "#1d5c2f", "accent-dark", "#8fd6a3");
        assertThat(renamed.text()).contains("Saved.");
        assertThat(api.get("/brand").json()).as("the logo stays").containsEntry("logo", known.string("logo"));
        Reply plain = send(renamed, NO_FILE, "name", "Daylight", "no-logo", "on");
        assertThat(plain.text()).contains("Saved.");
        assertThat(api.get("/brand").json()).containsOnly(Map.entry("name", "Daylight"));
        assertThat(root.open("/admin/brands").text()).contains("href=\"/admin/brand\"", "Daylight");

        Reply gone = AdminForms.act(root, plain, "delete", "");
        assertThat(gone.text()).contains("Deleted.");
        assertThat(api.get("/brand").json()).containsOnly(Map.entry("name", ""));
        assertThat(AdminForms.act(root, plain, "delete", "").text()).contains("has no brand");
    }

    @Test
    void a_client_has_a_brand_of_its_own_over_that_of_the_server() {
        AdminClient api = AdminClient.as(server, "root");
        send(root.open("/admin/brand"), NO_FILE, "name", "Nightclub", "accent", "#1d5c2f", "accent-dark", "#8fd6a3");
        Reply client = root.open("/admin/clients/shop");
        assertThat(client.text()).contains("href=\"/admin/brands/shop\"");

        Reply page = root.open("/admin/brands/shop");
        assertThat(page.text()).contains("Brand of shop");
        assertThat(preview(page)).as("as long as it says nothing").contains("Nightclub", "data-accent=\"#1d5c2f\"");
        Reply saved = send(page, NO_FILE, "name", "Corner Shop");

        assertThat(saved.text()).contains("Saved.");
        assertThat(preview(saved))
                .contains("Corner Shop", "data-accent=\"#1d5c2f\"")
                .doesNotContain("Nightclub");
        assertThat(api.get("/clients/shop/brand").json())
                .containsOnly(Map.entry("client_id", "shop"), Map.entry("name", "Corner Shop"));
        assertThat(api.get("/brand").json()).containsEntry("name", "Nightclub");
        assertThat(root.open("/admin/brands").text()).contains("href=\"/admin/brands/shop\"", "Corner Shop");
        AdminForms.act(root, saved, "delete", "");
        assertThat(api.get("/clients/shop/brand").json()).containsEntry("name", "");
    }

    @Test
    void what_is_wrong_is_said_at_its_field_and_nothing_is_changed() {
        Reply page = root.open("/admin/brand");
        int events = server.audit().size();

        assertThat(problem(send(page, NO_FILE, "accent", "#ffff00", "accent-dark", "#8fd6a3"), "accent"))
                .contains("its contrast on a light page is");
        assertThat(problem(send(page, NO_FILE, "accent", "#1d5c2f", "accent-dark", "#1d5c2f"), "accent-dark"))
                .contains("on a dark page");
        Reply both = send(page, NO_FILE, "accent", "#ffff00", "accent-dark", "#1d5c2f");
        assertThat(problem(both, "accent")).contains("on a light page");
        assertThat(problem(both, "accent-dark")).contains("on a dark page");
        assertThat(problem(send(page, NO_FILE, "accent", "#1d5c2f"), "accent-dark"))
                .contains("not a colour");
        assertThat(problem(send(page, NO_FILE, "accent-dark", "#8fd6a3"), "accent"))
                .contains("not a colour");
        assertThat(problem(send(page, NO_FILE, "accent", "red", "accent-dark", "#8fd6a3"), "accent"))
                .contains("not a colour");
        assertThat(problem(send(page, bytes("GIF89a"), "name", "x"), "logo")).contains("a PNG, a WebP or an SVG");
        byte[] script = bytes("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>");
        assertThat(problem(send(page, script, "name", "x"), "logo")).contains("nothing but shapes");
        assertThat(problem(send(page, Arrays.copyOf(SVG, 100 * 1024 + 1), "name", "x"), "logo"))
                .contains("at most 100 KiB");
        Reply typed = send(page, NO_FILE, "name", "x".repeat(101), "accent", "#1d5c2f", "accent-dark", "#8fd6a3");
        assertThat(problem(typed, "name")).contains("up to 100 characters");
        assertThat(typed.status()).isEqualTo(400);
        assertThat(typed.text()).contains("value=\"" + "x".repeat(101) + "\"", "value=\"#8fd6a3\"");

        assertThat(server.audit()).hasSize(events);
    }

    @Test
    @DisplayName("S-08: a file that is far too long is not kept, and a page says so")
    void a_file_that_is_far_too_long_is_not_kept() {
        Reply page = root.open("/admin/brand");
        for (int length : List.of(200_000, 3_000_000)) {
            Reply huge = send(page, new byte[length], "name", "x");
            assertThat(huge.status()).as("%d bytes", length).isEqualTo(413);
            assertThat(huge.text()).contains("That was too much", "such as a smaller file");
        }
        assertThat(root.send(server.call("POST", "/admin/roles/new").form("x", "y".repeat(70_000)))
                        .status())
                .as("elsewhere less is taken")
                .isEqualTo(413);
        assertThat(root.send(server.call("POST", "/admin/roles/new").upload("x", SVG))
                        .status())
                .as("elsewhere nothing comes in parts")
                .isEqualTo(415);
    }

    @Test
    void a_preview_shows_what_is_typed_and_changes_nothing() {
        Reply page = root.open("/admin/brand");
        int events = server.audit().size();
        String check = page.text().replaceAll("(?s).*data-check=\"([^\"]+)\".*", "$1");

        Reply looked = root.upload(
                "/admin/brand",
                "logo",
                SVG,
                "action",
                "check",
                "form",
                check,
                "name",
                "Night & Day",
                "accent",
                "#1d5c2f",
                "accent-dark",
                "#8fd6a3");
        assertThat(looked.status()).isEqualTo(200);
        assertThat(preview(looked))
                .contains("Night &amp; Day", "data-accent=\"#1d5c2f\"", "data-on-accent-dark=\"#111116\"")
                .contains(
                        "src=\"data:image/svg+xml;base64," + Base64.getEncoder().encodeToString(SVG));
        assertThat(looked.text()).as("the script of the page sets it").doesNotContain("<style>");

        // Without a script, a button of the form does the same.
        String change = AdminForms.form(page, "change", "");
        Reply pressed = root.upload(
                "/admin/brand",
                "logo",
                SVG,
                "action",
                "change",
                "form",
                change,
                "look",
                "on",
                "name",
                "Pressed",
                "accent",
                "#1d5c2f",
                "accent-dark",
                "#8fd6a3");
        assertThat(preview(pressed)).contains("Pressed", "src=\"data:image/svg+xml;base64,");
        assertThat(pressed.text())
                .contains("value=\"Pressed\"", "<style>#preview{--accent:#1d5c2f;")
                .doesNotContain("Saved.");
        String policy = pressed.header("Content-Security-Policy").orElseThrow();
        assertThat(policy)
                .contains("img-src 'self' data:;", "style-src 'self' 'sha256-")
                .doesNotContain("unsafe");

        assertThat(server.audit()).hasSize(events);
        assertThat(server.call("GET", "/login").send().text()).doesNotContain("Night", "Pressed");
        server.execute("UPDATE browser_session SET authenticated_at = authenticated_at - 601000000");
        assertThat(preview(
                        root.upload("/admin/brand", "logo", NO_FILE, "action", "check", "form", check, "name", "Late")))
                .as("looking needs no new sign-in")
                .contains("Late");
        Reply stale = root.upload("/admin/brand", "logo", NO_FILE, "action", "change", "form", change, "name", "Late");
        assertThat(stale.status()).isEqualTo(403);
        assertThat(stale.text()).contains("You signed in a while ago", "value=\"Late\"");
    }

    @Test
    @DisplayName("CSRF: a form in parts counts for its session, its page and its action alone, too")
    void forged_forms_change_nothing() {
        server.addUser("rosa", "administrator");
        Reply page = root.open("/admin/brand");
        String change = AdminForms.form(page, "change", "");
        String check = page.text().replaceAll("(?s).*data-check=\"([^\"]+)\".*", "$1");
        String[] own = {"action", "change", "form", change, "name", "Forged"};

        assertThat(root.upload("/admin/brands/shop", "logo", NO_FILE, own).status())
                .as("another page")
                .isEqualTo(403);
        assertThat(root.upload("/admin/brand", "logo", NO_FILE, "action", "change", "form", check, "name", "Forged")
                        .status())
                .as("another action")
                .isEqualTo(403);
        assertThat(AdminForms.signedIn(server, "rosa")
                        .upload("/admin/brand", "logo", NO_FILE, own)
                        .status())
                .as("another session")
                .isEqualTo(403);
        assertThat(root.send(server.call("POST", "/admin/brand")
                                .header("Sec-Fetch-Site", "cross-site")
                                .upload("logo", NO_FILE, own))
                        .status())
                .as("another site")
                .isEqualTo(403);
        assertThat(root.upload("/admin/brand", "logo", NO_FILE, "action", "change", "name", "Forged")
                        .status())
                .as("none")
                .isEqualTo(403);
        assertThat(server.audit(AuditEvent.Type.BRAND_CHANGED)).isEmpty();
    }

    @Test
    @DisplayName("A-17: a name is shown and never run, in the preview neither")
    void hostile_names_are_text() {
        String hostile = "<script>alert('\"&</script>";
        Reply saved = send(root.open("/admin/brand"), NO_FILE, "name", hostile);
        for (Reply page : List.of(saved, root.open("/admin/brands"), root.open("/admin/brand"))) {
            assertThat(page.text()).doesNotContain("<script>alert").contains("&lt;script");
        }
        Reply colours = send(
                saved, NO_FILE, "name", "x", "accent", "red}</style><script>", "accent-dark", "\"><script>alert(1)");
        assertThat(colours.text()).doesNotContain("</style><script>", "\"><script>alert");
    }

    private Reply send(Reply page, byte[] logo, String... filled) {
        String path = AdminForms.path(page, "change");
        String[] all = new String[4 + filled.length];
        String[] own = {"action", "change", "form", AdminForms.form(page, "change", "")};
        System.arraycopy(own, 0, all, 0, own.length);
        System.arraycopy(filled, 0, all, own.length, filled.length);
        return root.upload(path, "logo", logo, all);
    }

    private static String preview(Reply page) {
        String text = page.text();
        int at = text.indexOf("<div id=\"preview\"");
        assertThat(at).as(text).isPositive();
        return text.substring(at, text.indexOf("</section>", at));
    }

    private static String problem(Reply page, String field) {
        Matcher problem = Pattern.compile("<span id=\"problem-" + field + "\"[^>]*>([^<]*)</span>")
                .matcher(page.text());
        assertThat(problem.find()).as(page.text()).isTrue();
        return problem.group(1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
