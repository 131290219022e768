package dev.handstamp.interop;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// openid-client for Node.js: `openid-client.mjs`.
class OpenIdClientTest {

    @TestFactory
    List<DynamicTest> openid_client_works_unchanged() throws Exception {
        try (Issuer issuer = Issuer.start(Map.of("registration", "open"));
                OrdersApi orders = OrdersApi.start(issuer)) {
            issuer.run("", List.of("api", "open", orders.audience()));
            Map<String, String> told = Map.of("API", orders.audience(), "API_SECRET", orders.secret());
            return new NodeRun(issuer, told).run("openid-client.mjs");
        }
    }
}
