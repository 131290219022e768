package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nothing of the administration's widest tables lies beside the window, however narrow that is.
class NarrowTablesTest {

    private static final String PASSWORD = "correct horse battery staple";

    /// The cells of folding tables that begin or end outside of their table's place.
    private static final String CUT = """
        return [...document.querySelectorAll('.fold')].flatMap(place => {
          const room = place.getBoundingClientRect();
          return [...place.querySelectorAll('tbody td, tbody th')]
            .filter(cell => cell.getBoundingClientRect().right > room.right + 1)
            .map(cell => cell.textContent);
        })""";

    @TempDir
    Path folder;

    @Test
    void every_cell_is_seen_without_scrolling_sideways() throws Exception {
        try (HandstampProcess server = new HandstampProcess(folder.resolve("data"), Map.of()).awaitReady();
                Chrome chrome = new Chrome()) {
            run(server, PASSWORD + "\n", "user", "add", "vera", "--role", "administrator", "--password-stdin");
            run(server, "", "key", "rotate");
            run(server, "", "revocations", "all");
            String orders = "https://api.example/orders-of-some-length";
            run(server, "", "api", "add", orders, "--scope", "orders:read");
            String[] client = {
                "client",
                "add",
                "backend-of-orders",
                "--grant",
                "token-exchange",
                "--grant",
                "jwt-bearer",
                "--api",
                orders,
                "--scope",
                "orders:read"
            };
            run(server, "", client);
            run(server, "", "client", "invite", "--api", orders, "--scope", "orders:read");
            run(server, "", "exchange", "add", "backend-of-orders", "--from", orders, "--to", orders);
            String keys = "https://ci.example.org/where/its/public/keys/stand";
            String[] issuer = {
                "issuer",
                "add",
                "https://ci.example.org",
                "--jwks-uri",
                keys,
                "--client",
                "backend-of-orders",
                "--user",
                "vera"
            };
            run(server, "", issuer);
            run(
                    server,
                    "",
                    "brand",
                    "update",
                    "--name",
                    "The Night Club",
                    "--accent",
                    "#1d5c2f",
                    "--accent-dark",
                    "#8fd6a3");
            chrome.look(1280, 900, false);
            chrome.open(server.issuer() + "/login?to=%2Fadmin%2Fusers");
            chrome.type("input[name=username]", "vera");
            chrome.type("input[name=password]", PASSWORD);
            chrome.enter();
            String user = chrome.one("tbody th a").getDomAttribute("href");
            for (String page : List.of(
                    "/admin/users",
                    "/admin/clients",
                    "/admin/apis",
                    "/admin/client-invitations",
                    "/admin/keys",
                    "/admin/audit",
                    "/admin/revocations",
                    "/admin/roles",
                    "/admin/exchanges",
                    "/admin/issuers",
                    "/admin/brands",
                    user)) {
                for (int width : new int[] {320, 768, 1024, 1280}) {
                    chrome.look(width, 900, false);
                    chrome.open(server.issuer() + page);
                    chrome.script("document.querySelectorAll('details').forEach(each => each.open = true)");
                    assertThat(chrome.has(".fold tbody td")).as(page).isTrue();
                    assertThat((List<?>) chrome.script(CUT))
                            .as("%s at %d", page, width)
                            .isEmpty();
                    assertThat(chrome.script("return document.documentElement.scrollWidth"))
                            .as("%s at %d", page, width)
                            .isEqualTo((long) width);
                }
            }
        }
    }

    private static void run(HandstampProcess server, String input, String... arguments)
            throws IOException, InterruptedException {
        HandstampProcess.Printed printed = server.run(input, arguments);
        assertThat(printed.exit()).as(printed.err()).isZero();
    }
}
