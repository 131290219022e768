package dev.handstamp.demo.servlet;

import dev.handstamp.servlet.HandstampFilter;
import dev.handstamp.verifier.Doorkeeper;
import dev.handstamp.verifier.Requirement;
import dev.handstamp.verifier.TokenVerifier;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/// Orders: anybody may ask for its health, with the right scope orders are read, and only clerks see the till.
final class Api implements AutoCloseable {

    static final String AUDIENCE = "https://api.example/orders";

    private final TokenVerifier verifier;
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    Api(String issuer, int port) {
        this.verifier =
                TokenVerifier.builder().issuer(issuer).audience(AUDIENCE).build();
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        var context = new ServletContextHandler("/");
        context.addServletContainerInitializer((classes, servletContext) -> register(servletContext));
        server.setHandler(context);
    }

    /// What an application does in a `ServletContextListener`.
    private void register(ServletContext context) {
        HandstampFilter.builder(Doorkeeper.of(verifier))
                .open("/health")
                .require("/orders/*", Requirement.scope("orders:read"))
                .require("/till", Requirement.role("clerk"))
                .build()
                .register(context);
        context.addServlet("api", new Answers()).addMapping("/*");
    }

    Api start() throws Exception {
        server.start();
        return this;
    }

    String origin() {
        return "http://127.0.0.1:" + connector.getLocalPort();
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
        verifier.close();
    }

    private static final class Answers extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String answer = switch (request.getPathInfo()) {
                case "/health" -> "fine";
                case "/orders" -> "the orders of " + request.getRemoteUser();
                case "/till" -> "42.00, for a clerk: " + request.isUserInRole("clerk");
                default -> "nothing here, " + request.getRemoteUser();
            };
            response.setContentType("text/plain");
            response.getWriter().print(answer);
        }
    }
}
