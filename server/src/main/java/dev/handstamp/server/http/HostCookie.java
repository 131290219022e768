package dev.handstamp.server.http;

import java.util.List;
import java.util.Optional;

/// A cookie of the server's own pages. The prefix lets only this host set it, over TLS, for every path of it; no script
/// reads it, and no other site's form brings it along. It ends with the browser, but for the one that names it.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6265">RFC 6265</a>, and its successor for the name prefixes
public enum HostCookie {

    /// Who is signed in.
    SESSION("__Host-handstamp-session"),

    /// Who has shown the password, and not yet the second factor.
    LOGIN("__Host-handstamp-login"),

    /// Whose password is asked for, where the name comes first.
    NAME("__Host-handstamp-name"),

    /// Which browser has asked for a mail to sign in with.
    MAIL("__Host-handstamp-mail"),

    /// Which browser was shown a form.
    FORM("__Host-handstamp-form"),

    /// Which browser it is, for those who have signed in with it. It outlives the browser's run, and opens nothing.
    DEVICE("__Host-handstamp-device", "; Max-Age=15552000"); // 180 days

    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Lax";

    private final String cookieName;
    private final String lifetime;

    HostCookie(String cookieName) {
        this(cookieName, "");
    }

    HostCookie(String cookieName, String lifetime) {
        this.cookieName = cookieName;
        this.lifetime = lifetime;
    }

    public String cookieName() {
        return cookieName;
    }

    /// The one value that was sent. Two values mean that somebody else has set one of them: neither counts.
    public Optional<String> read(Request request) {
        List<String> values = request.cookies(cookieName);
        return values.size() == 1 ? Optional.of(values.getFirst()).filter(value -> !value.isEmpty()) : Optional.empty();
    }

    public Response set(Response response, String value) {
        return response.header("Set-Cookie", cookieName + "=" + value + ATTRIBUTES + lifetime);
    }

    /// Makes the browser forget it.
    public Response clear(Response response) {
        return response.header("Set-Cookie", cookieName + "=" + ATTRIBUTES + "; Max-Age=0");
    }
}
