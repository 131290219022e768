package dev.handstamp.interop;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The OAuth clients of the Model Context Protocol's SDKs, the widely used one and the newest: `mcp.mjs`.
class McpClientTest {

    @TestFactory
    List<DynamicTest> the_clients_of_mcp_work_unchanged() throws Exception {
        try (Issuer issuer = Issuer.start();
                OrdersApi orders = OrdersApi.start(issuer)) {
            return new NodeRun(issuer, Map.of("API", orders.audience())).run("mcp.mjs");
        }
    }
}
