package dev.handstamp.spring;

import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The messages application, started as `main` would, with a class path of its own: with or without the
/// starter.
final class Application implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final URLClassLoader classPath;
    private final Object context;

    private Application(Predicate<String> onClassPath, List<String> arguments) throws Exception {
        this.classPath = new URLClassLoader(urls(onClassPath), ClassLoader.getPlatformClassLoader());
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--logging.level.root=off"));
        this.context = run(all);
    }

    static Application with(String... arguments) throws Exception {
        return new Application(entry -> true, List.of(arguments));
    }

    static Application withoutStarter(String... arguments) throws Exception {
        return new Application(entry -> !isHandstamp(entry), List.of(arguments));
    }

    String decoder() throws Exception {
        Class<?> type = classPath.loadClass("org.springframework.security.oauth2.jwt.JwtDecoder");
        return invoke(context, "getBean", Class.class, type).getClass().getName();
    }

    boolean hasOnClassPath(String type) {
        try {
            classPath.loadClass(type);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    Answer get(String path, String... headers) {
        return send("GET", path, headers);
    }

    Answer send(String method, String path, String... headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                    .method(method, HttpRequest.BodyPublishers.noBody());
            for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
            HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.body(),
                    response.headers().firstValue("WWW-Authenticate"),
                    response.headers().firstValue("Retry-After"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    record Answer(int status, String body, Optional<String> challenge, Optional<String> retryAfter) {

        /// The `error` of the challenge.
        String error() {
            String written = challenge.orElse("");
            int start = written.indexOf("error=\"");
            return start < 0 ? "" : written.substring(start + 7, written.indexOf('"', start + 7));
        }
    }

    @Override
    public void close() throws Exception {
        invoke(context, "close");
        classPath.close();
    }

    private Object run(List<String> arguments) throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(classPath);
        try {
            // Tomcat wants to be the only one in a process, and here are several.
            classPath
                    .loadClass("org.apache.catalina.webresources.TomcatURLStreamHandlerFactory")
                    .getMethod("disable")
                    .invoke(null);
            Class<?> application = classPath.loadClass("com.example.messages.MessagesApplication");
            return classPath
                    .loadClass("org.springframework.boot.SpringApplication")
                    .getMethod("run", Class.class, String[].class)
                    .invoke(null, application, arguments.toArray(String[]::new));
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception failure ? failure : e;
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private String port() throws Exception {
        Object environment = invoke(context, "getEnvironment");
        return (String) invoke(environment, "getProperty", String.class, "local.server.port");
    }

    private static Object invoke(Object target, String method) throws Exception {
        return target.getClass().getMethod(method).invoke(target);
    }

    private static Object invoke(Object target, String method, Class<?> type, Object argument) throws Exception {
        return target.getClass().getMethod(method, type).invoke(target, argument);
    }

    private static URL[] urls(Predicate<String> wanted) throws MalformedURLException {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<URL> urls = new ArrayList<>();
        for (String entry : path.split(java.io.File.pathSeparator)) {
            if (wanted.test(entry)) urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    /// The starter and all that it brings; not the tests, where the application is.
    private static boolean isHandstamp(String entry) {
        boolean ofTheProject = entry.contains("handstamp-")
                || entry.endsWith("classes")
                || entry.endsWith("resources")
                || entry.endsWith("/q/main");
        return ofTheProject && !entry.endsWith("test-classes") && !entry.contains("/src/test/");
    }
}
