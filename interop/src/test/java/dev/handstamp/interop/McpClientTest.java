package dev.handstamp.interop;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The OAuth clients of the Model Context Protocol's SDKs, the widely used one and the newest: `mcp.mjs`.
class McpClientTest {

    @TestFactory
    List<DynamicTest> the_clients_of_mcp_work_unchanged() throws Exception {
        try (ClientSite site = ClientSite.start("https://app.example/callback");
                Issuer issuer = Issuer.start(Map.of(
                        "registration",
                        "open",
                        "outbound.addresses",
                        "any",
                        "outbound.trust-anchors",
                        site.certificate().toString()));
                OrdersApi orders = OrdersApi.start(issuer)) {
            issuer.run("", List.of("api", "open", orders.audience()));
            Map<String, String> told = Map.of("API", orders.audience(), "CLIENT_DOCUMENT", site.document());
            return new NodeRun(issuer, told).run("mcp.mjs");
        }
    }
}
