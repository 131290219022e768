package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Apis;
import dev.handstamp.server.administration.Branding;
import dev.handstamp.server.administration.Branding.Change;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Brand.Colours;
import dev.handstamp.server.domain.client.ClientId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What pages wear: checked when it is given, and served from here.
class BrandTest {

    private static final String SVG =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4 4\"><defs><linearGradient id=\"g\"/></defs>"
                    + "<style>.a{fill:url(#g)}</style><rect class=\"a\" width=\"4\" height=\"4\" fill=\"url('#g')\"/></svg>";

    private static RunningServer server;
    private static Branding branding;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        branding = new Branding(server.database, InstantSource.system(), Administrator.COMMAND_LINE);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_logo_is_served_for_good_in_a_page_where_nothing_runs() {
        Brand brand = branding.update(Optional.empty(), logo(bytes(SVG)));
        String path = brand.logo().orElseThrow().path();
        Reply reply = server.call("GET", path).send();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isEqualTo(SVG);
        assertThat(reply.header("content-type")).contains("image/svg+xml");
        assertThat(reply.header("x-content-type-options")).contains("nosniff");
        assertThat(reply.header("content-security-policy").orElseThrow())
                .contains("default-src 'none'", "sandbox")
                .doesNotContain("allow-scripts");
        assertThat(reply.header("cache-control").orElseThrow()).contains("immutable");

        assertThat(server.call("GET", path.replace(".svg", ".png")).send().status())
                .isEqualTo(404);
        assertThat(server.call("GET", "/brand/").send().status()).isEqualTo(404);
        assertThat(server.call("GET", "/brand/../jwks").send().status()).isNotEqualTo(200);

        Brand other = branding.update(Optional.empty(), logo(png(3, 2)));
        assertThat(server.call("GET", path).send().status())
                .as("nobody wears it any more")
                .isEqualTo(404);
        assertThat(server.call("GET", other.logo().orElseThrow().path()).send().header("content-type"))
                .contains("image/png");
        branding.delete(Optional.empty());
        assertThat(server.audit(AuditEvent.Type.BRAND_CHANGED)).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void a_client_wears_its_own_brand_and_the_server_s_where_it_has_none() {
        branding.update(
                Optional.empty(),
                new Change(Optional.of("Nightclub"), Optional.empty(), Optional.of("#4636A3"), Optional.of("#b3a8fa")));
        branding.update(Optional.of("shop"), new Change(Optional.of("Shop"), none(), none(), none()));
        assertThat(branding.list().of(new ClientId("shop")))
                .isEqualTo(new Brand("Shop", Optional.empty(), Optional.of(new Colours("#4636a3", "#b3a8fa"))));
        assertThat(branding.find(Optional.of("shop")).colours()).isEmpty();
        assertThatThrownBy(() -> branding.update(Optional.of("nobody"), new Change(none(), none(), none(), none())))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("there is no client \"nobody\"");
        branding.delete(Optional.of("shop"));
        assertThatThrownBy(() -> branding.delete(Optional.of("shop"))).hasMessageContaining("has no brand");
    }

    @Test
    void the_consent_page_wears_the_brand_and_tells_scopes_in_the_words_of_the_api() {
        WebClient web = WebClient.confidential(server);
        Apis.Change none = Apis.Change.NONE;
        server.apis()
                .update(
                        RunningServer.ORDERS,
                        new Apis.Change(
                                none.scopes(),
                                Map.of(
                                        "orders:read",
                                        Map.of("", "See your <orders>", "de", "Ihre Bestellungen sehen"),
                                        "orders:write",
                                        Map.of("en", "Place orders")),
                                none.algorithm(),
                                none.tokenLifetime(),
                                none.claims(),
                                none.statusList(),
                                none.open(),
                                none.requiredAcr(),
                                false));
        branding.update(
                Optional.of(web.id()),
                new Change(
                        Optional.of("Tom & Töchter"),
                        Optional.of(bytes(SVG)),
                        Optional.of("#1d5c2f"),
                        Optional.of("#8fd6a3")));
        String logo = branding.find(Optional.of(web.id())).logo().orElseThrow().path();

        TestBrowser browser = new TestBrowser(server);
        Reply consent = browser.signIn(
                browser.open(web.request("scope", "openid orders:read orders:write", "ui_locales", "de-CH fr")));
        assertThat(consent.text())
                .contains("Tom &amp; Töchter", "src=\"" + logo + "\"", "--accent:#1d5c2f")
                .contains("Ihre Bestellungen sehen", "Place orders")
                .doesNotContain("See your", "orders:read");
        Reply english = browser.open(web.request("scope", "openid orders:read", "ui_locales", "en"));
        assertThat(english.text()).contains("See your &lt;orders&gt;");
        branding.delete(Optional.of(web.id()));
        assertThat(browser.open(web.request("scope", "openid orders:read")).text())
                .doesNotContain("Töchter", "#1d5c2f");
    }

    @Test
    void what_the_servers_own_scopes_allow_is_told_in_the_language_of_the_page() {
        AdminClient root = AdminClient.root(server);
        Reply console = root.post(
                "/clients",
                "client_id",
                "console",
                "public",
                true,
                "grants",
                List.of("authorization_code"),
                "apis",
                List.of(AdminClient.audience(server)),
                "scopes",
                List.of("admin:users.read", "admin:keys.read"),
                "redirect_uris",
                List.of("https://console.example/back"));
        assertThat(console.status()).as(console.text()).isEqualTo(201);
        String request = "/authorize?response_type=code&client_id=console&scope=admin:users.read%20admin:keys.read"
                + "&redirect_uri=https%3A%2F%2Fconsole.example%2Fback&code_challenge_method=S256&code_challenge="
                + "A".repeat(43);

        TestBrowser browser = new TestBrowser(server);
        Reply consent = browser.submit(
                browser.open(request + "&ui_locales=de"), "username", "root", "password", RunningServer.PASSWORD);
        assertThat(consent.text())
                .contains("Alle Benutzer, ihre Sitzungen und ihre Sicherheitsereignisse sehen")
                .doesNotContain("admin:users.read", "scope.admin");
        assertThat(browser.open(request + "&ui_locales=en").text()).contains("See the signing keys and their schedule");

        Apis.Change none = Apis.Change.NONE;
        server.apis()
                .update(
                        AdminClient.audience(server),
                        new Apis.Change(
                                none.scopes(),
                                Map.of("admin:users.read", Map.of("", "Look everybody up")),
                                none.algorithm(),
                                none.tokenLifetime(),
                                none.claims(),
                                none.statusList(),
                                none.open(),
                                none.requiredAcr(),
                                false));
        assertThat(browser.open(request + "&ui_locales=en").text())
                .contains("Look everybody up", "See the signing keys")
                .doesNotContain("See all users");
    }

    @ParameterizedTest
    @CsvSource({
        "#ffee00,#b3a8fa,'the accent #ffee00 cannot be read well: its contrast on a light page is 1.0'",
        "#777777,#b3a8fa,'on a light page is 4.0'",
        "#4636a3,#4636a3,'the dark accent #4636a3 cannot be read well'",
        "red,#b3a8fa,'#rrggbb, such as #4636a3'",
        "#46a,#b3a8fa,'#rrggbb, such as #4636a3'",
        "'#4636a3;}x{',#b3a8fa,'#rrggbb, such as #4636a3'"
    })
    void colours_that_cannot_be_read_are_refused_with_the_contrast(String accent, String dark, String reason) {
        assertThatThrownBy(() -> branding.update(
                        Optional.empty(), new Change(none(), none(), Optional.of(accent), Optional.of(dark))))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GIF89a and so on",
                "<html xmlns=\"http://www.w3.org/1999/xhtml\"/>",
                "<svg/>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><SCRIPT/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><foreignObject/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"https://evil.example/x\"/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><use href=\"https://evil.example/x#y\"/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:x=\"http://www.w3.org/1999/xlink\">"
                        + "<use x:href=\"data:image/svg+xml,x\"/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><style>@import 'https://evil.example';</style></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><style>a{fill:\\75rl(//evil.example)}</style></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect style=\"fill: url( 'https://evil.example')\"/></svg>",
                "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                        + "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>&x;</text></svg>",
                "<?xml-stylesheet href=\"https://evil.example\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><h:a xmlns:h=\"http://www.w3.org/1999/xhtml\"/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><style>a{fill:ur<![CDATA[l(//evil.example)]]>}</style></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><style>a{fill:ur<!-- -->l(//evil.example)}</style></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><style>a{fill:u&#114;l(//evil.example)}</style></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><style>@im<![CDATA[port '//evil.example']]>;</style></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><style>a{background:image-set('//evil.example' 1x)}</style>"
                        + "</svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect style=\"background:src('//evil.example')\"/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect fill=\"&#x75;rl(//evil.example)\"/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:base=\"https://evil.example/\"><use href=\"#a\"/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:x=\"urn:x\" x:onload=\"alert(1)\"/>",
                "<s:svg xmlns:s=\"http://www.w3.org/2000/svg\"><s:script/></s:svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><set attributeName=\"href\" to=\"javascript:alert(1)\"/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><a href=\"#\"/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"/><?xml-stylesheet href=\"https://evil.example\"?>",
                "<?xml version=\"1.0\" encoding=\"UTF-7\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                "<?xml version=\"1.0\" encoding=\"IBM037\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                "<?xml version=\"1.0\" encoding=\"ISO-2022-JP\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                "<?xml version=\"1.1\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\">"
            })
    void what_is_no_plain_image_is_no_logo(String content) {
        assertThatThrownBy(() -> branding.update(Optional.of("shop"), logo(bytes(content))))
                .isInstanceOf(Refused.class);
        assertThat(branding.find(Optional.of("shop")).logo()).isEmpty();
    }

    @Test
    void an_svg_is_utf_8_whatever_it_says_of_itself() {
        String plain = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
        for (Charset other : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            assertThatThrownBy(() -> branding.update(Optional.of("shop"), logo(plain.getBytes(other))))
                    .as(other.name())
                    .isInstanceOf(Refused.class);
        }
        byte[] latin = "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>é</title></svg>"
                .getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> branding.update(Optional.of("shop"), logo(latin)))
                .isInstanceOf(Refused.class);
        String declared = "\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?><svg xmlns=\"http://www.w3.org/2000/svg\">"
                + "<title>Café (Berlin)</title></svg>";
        assertThat(branding.update(Optional.of("shop"), logo(bytes(declared))).logo())
                .isPresent();
        branding.delete(Optional.of("shop"));
    }

    @Test
    void an_svg_that_multiplies_itself_is_no_logo() {
        StringBuilder bomb = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\"><rect id=\"a0\"/>");
        for (int i = 1; i < 12; i++) {
            bomb.append("<g id=\"a").append(i).append("\">");
            for (int j = 0; j < 2; j++)
                bomb.append("<use href=\"#a").append(i - 1).append("\"/>");
            bomb.append("</g>");
        }
        assertThatThrownBy(() -> branding.update(Optional.of("shop"), logo(bytes(bomb + "</svg>"))))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("at most 20 times");
    }

    @Test
    void an_image_is_what_it_begins_like_and_small() {
        byte[] png = png(3, 2);
        byte[] damaged = png.clone();
        damaged[png.length - 20] ^= 1;
        byte[] longer = Arrays.copyOf(png, png.length + 1);
        byte[] large = Arrays.copyOf(png, 100 * 1024 + 1);
        for (byte[] wrong : new byte[][] {damaged, longer, large, png(5_000, 2), bytes("RIFF____WEBPVP8 ____")}) {
            assertThatThrownBy(() -> branding.update(Optional.of("shop"), logo(wrong)))
                    .isInstanceOf(Refused.class);
        }
        byte[] webp = ByteBuffer.allocate(22)
                .put(bytes("RIFF"))
                .putInt(Integer.reverseBytes(14))
                .put(bytes("WEBPVP8L"))
                .putInt(Integer.reverseBytes(2))
                .array();
        assertThat(branding.update(Optional.of("shop"), logo(webp))
                        .logo()
                        .orElseThrow()
                        .path())
                .endsWith(".webp");
        branding.delete(Optional.of("shop"));
    }

    private static Change logo(byte[] content) {
        return new Change(none(), Optional.of(content), none(), none());
    }

    private static <T> Optional<T> none() {
        return Optional.empty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// A grey image, written by hand.
    private static byte[] png(int width, int height) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
        byte[] header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 0, 0, 0, 0})
                .array();
        chunk(file, "IHDR", header);
        Deflater deflater = new Deflater();
        deflater.setInput(new byte[height * (width + 1)]);
        deflater.finish();
        byte[] packed = new byte[1_000];
        int length = deflater.deflate(packed);
        chunk(file, "IDAT", Arrays.copyOf(packed, length));
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
        byte[] named = ByteBuffer.allocate(4 + data.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(data)
                .array();
        CRC32 crc = new CRC32();
        crc.update(named);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(named);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
