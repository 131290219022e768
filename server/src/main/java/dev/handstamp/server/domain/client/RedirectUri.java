package dev.handstamp.server.domain.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An address that answers of the authorization endpoint are sent to (RFC 6749 §3.1.2), at most 2048 characters.
///
/// Compared as a whole string. The one exception is a native application's literal loopback address, whose port the
/// application learns only when it starts (RFC 8252 §7.3).
public record RedirectUri(String value) {

    public static final String FORM = "an https URI, http on a loopback address, or a private-use scheme with a dot"
            + " such as com.example.app:/cb; without fragment, user name and wildcard";

    private static final int LONGEST = 2048;
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7E]+");
    private static final Pattern LOOPBACK =
            Pattern.compile("(http://(?:127\\.0\\.0\\.1|\\[::1]))(?::(\\d{1,5}))?(/.*)?");

    /// Reads an address that somebody registers. A star in it was meant for a wildcard, and there are none (RFC 9700
    /// §2.1): better said now than found out later.
    public static Optional<RedirectUri> parse(String text) {
        if (text.length() > LONGEST || !VISIBLE.matcher(text).matches()) return Optional.empty();
        if (text.indexOf('*') >= 0) return Optional.empty();
        try {
            URI uri = new URI(text);
            boolean plain = uri.isAbsolute() && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
            return plain && isAllowed(uri) ? Optional.of(new RedirectUri(text)) : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    /// Whether this is what was sent.
    ///
    /// @param anyPort whether the port of a literal loopback address may differ
    public boolean matches(String sent, boolean anyPort) {
        return value.equals(sent) || (anyPort && isSameLoopback(sent));
    }

    /// Whether only the owner of a domain can receive what is sent there, so that the client is who it says it is.
    public boolean isOwned() {
        return value.startsWith("https://");
    }

    /// Whether an application on a device has claimed its scheme (RFC 8252 §7.1).
    public boolean isPrivateUse() {
        String scheme = scheme().toLowerCase(Locale.ROOT);
        return !scheme.equals("https") && !scheme.equals("http");
    }

    /// The origin of a web address as browsers write it: without the port that its scheme has anyway. Empty for the
    /// scheme of an application.
    public Optional<String> origin() {
        URI uri = URI.create(value);
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        boolean isWeb = scheme.equals("https") || scheme.equals("http");
        if (!isWeb || uri.getHost() == null) return Optional.empty();
        int usual = scheme.equals("https") ? 443 : 80;
        String port = uri.getPort() < 0 || uri.getPort() == usual ? "" : ":" + uri.getPort();
        return Optional.of(scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port);
    }

    /// The scheme, without the colon.
    public String scheme() {
        return value.substring(0, value.indexOf(':'));
    }

    /// Whom a user would recognise in it: the host, or the scheme of an application.
    public String recipient() {
        String host = URI.create(value).getHost();
        return host == null ? scheme() : host;
    }

    @Override
    public String toString() {
        return value;
    }

    private boolean isSameLoopback(String sent) {
        var registered = LOOPBACK.matcher(value);
        var given = LOOPBACK.matcher(sent);
        return registered.matches()
                && given.matches()
                && registered.group(1).equals(given.group(1))
                && path(registered.group(3)).equals(path(given.group(3)))
                && (given.group(2) == null || Integer.parseInt(given.group(2)) <= 65_535)
                && parse(sent).isPresent();
    }

    private static String path(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static boolean isAllowed(URI uri) {
        return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "https" -> uri.getHost() != null;
            case "http" -> isLoopback(uri.getHost());
            default -> uri.getScheme().indexOf('.') > 0; // RFC 8252 §7.1
        };
    }

    private static boolean isLoopback(@Nullable String host) {
        return host != null && (host.equals("127.0.0.1") || host.equals("[::1]") || host.equals("localhost"));
    }
}
