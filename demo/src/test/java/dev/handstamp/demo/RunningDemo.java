package dev.handstamp.demo;

import static dev.handstamp.demo.Asking.post;

import dev.handstamp.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;

/// The demonstration on free ports, with the real server.
final class RunningDemo implements AutoCloseable {

    final Options options;
    final Walk walk;
    private final Demo demo;

    private RunningDemo(Options options) throws IOException {
        this.options = options;
        this.demo = Demo.start(options);
        this.walk = demo.walk(options.data());
    }

    /// In a folder whose name a shell could misread.
    static RunningDemo in(Path folder, boolean introspect) throws IOException {
        return new RunningDemo(new Options(introspect, folder.resolve("it's here"), 0, 0, 0));
    }

    String nightclub(String path) {
        return walk.nightclub() + path;
    }

    String password(String username) {
        return walk.passwords().of(username);
    }

    /// Logs in at the server itself or, as the page does, through Nightclub.
    HttpResponse<String> logIn(String origin, String username, String delivery) {
        String body = Json.text(Map.of(
                "username",
                username,
                "password",
                password(username),
                "audience",
                GuestBook.AUDIENCE,
                "delivery",
                delivery));
        return post(origin + "/session", body).sameOrigin().send();
    }

    @Override
    public void close() {
        demo.close();
    }
}
