package dev.handstamp.server.domain.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A client's identifier that is the address of the document which describes it: `https`, with a path, without dot
/// segments, fragment and user name; at most 512 characters. Compared as a whole string, as it was sent.
///
/// @see <a href="https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/">OAuth Client ID
///     Metadata Document §3</a>
public record DocumentAddress(URI uri) {

    private static final int LONGEST = 512;
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7E]+");
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "[::1]", "localhost");

    /// Reads a client's identifier; empty for every other kind.
    ///
    /// @param plainHere whether plain http on this machine will do, where an application is being written
    public static Optional<DocumentAddress> parse(String id, boolean plainHere) {
        if (id.length() > LONGEST || !VISIBLE.matcher(id).matches() || !id.startsWith("http")) return Optional.empty();
        try {
            URI uri = new URI(id);
            return isAddress(uri, plainHere) ? Optional.of(new DocumentAddress(uri)) : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    public String host() {
        return uri.getHost().toLowerCase(Locale.ROOT);
    }

    public ClientId clientId() {
        return new ClientId(uri.toString());
    }

    private static boolean isAddress(URI uri, boolean plainHere) {
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) return false;
        boolean isPlain = "http".equals(uri.getScheme()) && plainHere && LOOPBACK.contains(uri.getHost());
        if (!isPlain && !"https".equals(uri.getScheme())) return false;
        String path = uri.getRawPath();
        return !path.isEmpty()
                && Arrays.stream(path.split("/", -1))
                        .map(segment -> segment.toLowerCase(Locale.ROOT).replace("%2e", "."))
                        .noneMatch(segment -> segment.equals(".") || segment.equals(".."));
    }
}
