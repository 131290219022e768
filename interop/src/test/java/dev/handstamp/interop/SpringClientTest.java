package dev.handstamp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.interop.Browser.Page;
import dev.handstamp.interop.spring.ApiApplication;
import dev.handstamp.interop.spring.ShopApplication;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/// Spring Security's OAuth2 client in a web application, and its resource server in an API.
class SpringClientTest {

    private static final String AUDIENCE = "https://api.example/orders";

    private static Issuer issuer;
    private static ConfigurableApplicationContext shop;
    private static ConfigurableApplicationContext api;
    private static URI shopAddress;

    @BeforeAll
    static void start() throws Exception {
        issuer = Issuer.start(Map.of("outbound.addresses", "any")); // The shop is told of logouts, on this machine.
        String secret = issuer.addApi(AUDIENCE, "orders:read");
        int apiPort = freePort();
        api = run(
                ApiApplication.class,
                apiPort,
                Map.of(
                        "api.issuer",
                        issuer.toString(),
                        "api.audience",
                        AUDIENCE,
                        "spring.security.oauth2.resourceserver.opaquetoken.introspection-uri",
                        issuer + "/introspect",
                        "spring.security.oauth2.resourceserver.opaquetoken.client-id",
                        AUDIENCE,
                        "spring.security.oauth2.resourceserver.opaquetoken.client-secret",
                        secret));
        int port = freePort();
        shopAddress = URI.create("http://localhost:" + port + "/");
        shop = run(ShopApplication.class, port, shopProperties("http://localhost:" + apiPort));
    }

    @AfterAll
    static void stop() {
        shop.close();
        api.close();
        issuer.close();
    }

    @Test
    void a_user_logs_in_with_code_and_pkce_and_is_described_by_userinfo() {
        Page page = new Browser().walk(shopAddress);

        assertThat(page.status()).as(page.text()).isEqualTo(200);
        assertThat(Issuer.json(page.text()))
                .containsEntry("email", Issuer.EMAIL)
                .containsEntry("name", "Vera Vale");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/local", "/remote"})
    void the_api_takes_the_users_token_checked_locally_or_by_introspection(String door) {
        Map<String, Object> seen = get(new Browser(), "/orders?door=" + door);

        assertThat(seen).containsEntry("client", "shop").containsKey("caller");
    }

    @Test
    void a_token_that_is_about_to_expire_is_refreshed_each_time() {
        Browser browser = new Browser();

        List<Object> tokens = List.of(
                get(browser, "/orders?door=/local").get("jti"),
                get(browser, "/orders?door=/local").get("jti"),
                get(browser, "/orders?door=/remote").get("jti"));

        assertThat(tokens).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/local", "/remote"})
    void the_application_calls_the_api_for_itself(String door) {
        assertThat(get(new Browser(), "/machine?door=" + door)).containsEntry("client", "machine");
    }

    @Test
    void logging_out_of_the_shop_logs_out_of_the_issuer_too() {
        Browser browser = new Browser();
        browser.walk(shopAddress);

        Page left = browser.walk(shopAddress.resolve("/logout"));
        assertThat(left.text()).isEqualTo("You have left the shop.");
        Page login = browser.open(shopAddress);

        assertThat(login.address().getPath()).isEqualTo("/login");
        assertThat(login.address().getAuthority()).isEqualTo(issuer.uri().getAuthority());
    }

    @Test
    void logging_out_of_the_issuer_logs_out_of_the_shop_too() throws Exception {
        Browser browser = new Browser();
        browser.walk(shopAddress);
        assertThat(browser.open(shopAddress).address()).isEqualTo(shopAddress);

        browser.walk(issuer.uri().resolve("/logout"));

        Instant patience = Instant.now().plusSeconds(60);
        while (browser.open(shopAddress).address().equals(shopAddress)) {
            assertThat(Instant.now()).as("the shop was never told").isBefore(patience);
            Thread.sleep(50);
        }
    }

    private static Map<String, Object> get(Browser browser, String path) {
        Page page = browser.walk(shopAddress.resolve(path));
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        return Issuer.json(page.text());
    }

    private static Map<String, Object> shopProperties(String apiAddress) {
        Issuer.Registered web = issuer.addClient(
                "shop",
                Map.of("backchannel_logout_uri", shopAddress + "logout/connect/back-channel/handstamp"),
                "--grant",
                "authorization_code",
                "--grant",
                "refresh_token",
                "--redirect-uri",
                shopAddress + "login/oauth2/code/handstamp",
                "--post-logout-redirect-uri",
                shopAddress + "goodbye",
                "--api",
                AUDIENCE,
                "--scope",
                "orders:read",
                "--scope",
                "openid",
                "--scope",
                "profile",
                "--scope",
                "email");
        Issuer.Registered machine = issuer.addClient(
                "machine", Map.of(), "--grant", "client_credentials", "--api", AUDIENCE, "--scope", "orders:read");
        String client = "spring.security.oauth2.client.registration.";
        String provider = "spring.security.oauth2.client.provider.handstamp.";
        Map<String, Object> properties = new HashMap<>();
        properties.put("shop.api", apiAddress);
        properties.put(provider + "issuer-uri", issuer.toString());
        properties.put(client + "handstamp.client-id", web.id());
        properties.put(client + "handstamp.client-secret", web.secret());
        properties.put(client + "handstamp.scope", "openid,profile,email,orders:read");
        properties.put(client + "machine.provider", "handstamp");
        properties.put(client + "machine.client-id", machine.id());
        properties.put(client + "machine.client-secret", machine.secret());
        properties.put(client + "machine.authorization-grant-type", "client_credentials");
        properties.put(client + "machine.scope", "orders:read");
        return properties;
    }

    private static ConfigurableApplicationContext run(Class<?> application, int port, Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("server.port", port);
        all.put("server.address", "127.0.0.1");
        all.put("spring.main.banner-mode", "off");
        all.put("logging.level.root", "warn");
        SpringApplication spring = new SpringApplication(application);
        spring.setDefaultProperties(all);
        return spring.run();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
