package dev.handstamp.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/// What stands outside: the page for a browser, a few words for everyone else, and the page's own files.
final class FrontPage {

    // Everything comes from this origin, nothing stands inline, nothing frames the page, no form leaves it by itself,
    // and a
    // text that was meant to become markup is refused by the browser (Trusted Types).
    private static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'");

    private final Answer page = file("index.html", "text/html; charset=utf-8")
            .with("Content-Security-Policy", CONTENT_SECURITY_POLICY)
            .with("Cross-Origin-Opener-Policy", "same-origin")
            .with("X-Frame-Options", "DENY")
            .with("Vary", "Accept");
    private final Answer greeting;

    /// @param checking how tokens are checked, in words that follow "are checked"
    FrontPage(String issuer, String audience, String checking) {
        this.greeting = Answer.json(
                        200,
                        Map.of(
                                "message", "This is Nightclub. The street is open to all; the doors want a stamp.",
                                "issuer", issuer,
                                "audience", audience,
                                "checking", checking))
                .with("Vary", "Accept");
    }

    List<Door> doors() {
        return List.of(
                Door.get("/", visit -> visit.accepts("text/html") ? page : greeting),
                asset("nightclub.js", "text/javascript; charset=utf-8"),
                asset("nightclub.css", "text/css; charset=utf-8"),
                asset("stamp.svg", "image/svg+xml"));
    }

    private static Door asset(String name, String type) {
        Answer file = file(name, type);
        return Door.get("/assets/" + name, _ -> file);
    }

    private static Answer file(String name, String type) {
        try (InputStream in = FrontPage.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("missing on the class path: " + name);
            return new Answer(200, List.of(), new String(in.readAllBytes(), UTF_8))
                    .with("Content-Type", type)
                    .with("Cache-Control", "no-cache")
                    .with("Cross-Origin-Resource-Policy", "same-origin");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
