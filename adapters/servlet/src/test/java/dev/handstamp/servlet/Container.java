package dev.handstamp.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/// A real servlet container with an application that says how it sees its caller.
final class Container implements AutoCloseable {

    final AtomicInteger reached = new AtomicInteger();
    private final ExecutorService background = Executors.newCachedThreadPool();
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final HttpClient client = HttpClient.newHttpClient();

    private Container(Consumer<ServletContextHandler> filter) throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/app");
        filter.accept(context);
        serve(context, "/whoami/*", this::describe);
        serve(context, "/admin/*", this::describe);
        serve(context, "/health", this::describe);
        serve(
                context,
                "/forward",
                (request, response) ->
                        request.getRequestDispatcher("/admin/forwarded").forward(request, response));
        serve(context, "/dispatch", this::dispatchLater);
        serve(context, "/complete", this::completeLater);
        serve(context, "/broken", (request, response) -> response.sendError(418));
        serve(
                context,
                "/error",
                (request, response) -> response.getWriter().write("error page for " + request.getRemoteUser()));
        serve(context, "/*", this::describe);
        var errorPages = new ErrorPageErrorHandler();
        errorPages.addErrorPage(418, "/error");
        context.setErrorHandler(errorPages);
        server.setHandler(context);
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /// Registered as an application does it.
    static Container behind(HandstampFilter filter) throws Exception {
        return new Container(context ->
                context.addServletContainerInitializer((classes, servletContext) -> filter.register(servletContext)));
    }

    static Container behind(HandstampFilter filter, EnumSet<DispatcherType> dispatches) throws Exception {
        return new Container(context -> context.addFilter(filter, "/*", dispatches));
    }

    static Container withInitParameters(Map<String, String> parameters) throws Exception {
        var holder = new FilterHolder(HandstampFilter.class);
        holder.setInitParameters(parameters);
        return new Container(context -> context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST)));
    }

    String origin() {
        return "http://127.0.0.1:" + connector.getLocalPort();
    }

    Answer get(String path, String... headers) {
        return send("GET", path, headers);
    }

    Answer send(String method, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin() + "/app" + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.body(),
                    response.headers().firstValue("WWW-Authenticate"),
                    response.headers().map());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    record Answer(int status, String body, Optional<String> challenge, Map<String, java.util.List<String>> headers) {}

    @Override
    public void close() throws Exception {
        server.stop();
        background.shutdownNow();
    }

    private void describe(HttpServletRequest request, HttpServletResponse response) throws IOException {
        reached.incrementAndGet();
        response.getWriter()
                .write(request.getRemoteUser() + " by " + request.getAuthType() + ", vip: "
                        + request.isUserInRole("vip") + ", token: "
                        + HandstampFilter.accessToken(request)
                                .map(token -> token.subject())
                                .orElse("none")
                        + ", principal: "
                        + (request.getUserPrincipal() instanceof TokenPrincipal principal
                                ? principal.accessToken().clientId()
                                : "none"));
    }

    /// Leaves the thread, and comes back to the same path by an async dispatch.
    private void dispatchLater(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            describe(request, response);
            return;
        }
        AsyncContext async = request.startAsync();
        background.execute(async::dispatch);
    }

    /// Leaves the thread, and answers from another with the request that the container hands it.
    private void completeLater(HttpServletRequest request, HttpServletResponse response) {
        AsyncContext async = request.startAsync();
        background.execute(() -> {
            try {
                String subject = HandstampFilter.accessToken(async.getRequest())
                        .map(token -> token.subject())
                        .orElse("none");
                async.getResponse().getWriter().write("later, " + subject);
            } catch (IOException e) {
                throw new AssertionError(e);
            } finally {
                async.complete();
            }
        });
    }

    private static void serve(ServletContextHandler context, String pattern, Serving serving) {
        var holder = new ServletHolder(new HttpServlet() {
            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response)
                    throws IOException, jakarta.servlet.ServletException {
                serving.serve(request, response);
            }
        });
        holder.setAsyncSupported(true);
        context.addServlet(holder, pattern);
    }

    private interface Serving {
        void serve(HttpServletRequest request, HttpServletResponse response)
                throws IOException, jakarta.servlet.ServletException;
    }
}
