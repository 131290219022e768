package dev.handstamp.server.protocol.session;

import dev.handstamp.server.http.Request;
import java.net.URI;
import java.util.List;

/// Tells whether a page of our own sent a request. A browser attaches cookies whoever asks it to, so with a cookie an
/// unsafe method must prove where it comes from.
///
/// `Sec-Fetch-Site` decides where the browser sends it. Else `Origin` must be the issuer's, or that of the very host
/// that the request was sent to: a page may be served beside this door under the name of a common proxy. Neither
/// header: no browser.
final class RequestOrigin {

    private final String origin;

    /// @param issuer whose origin our own pages have
    RequestOrigin(String issuer) {
        URI address = URI.create(issuer);
        this.origin = address.getScheme() + "://" + address.getRawAuthority();
    }

    boolean isForeign(Request request) {
        List<String> sites = request.headers("Sec-Fetch-Site");
        if (!sites.isEmpty()) {
            return !sites.equals(List.of("same-origin")) && !sites.equals(List.of("none"));
        }
        List<String> origins = request.headers("Origin");
        if (origins.isEmpty()) return false;
        if (origins.size() > 1) return true;
        String scheme = request.isSecure() ? "https://" : "http://";
        String here = scheme + request.header("Host").orElse("");
        return !origins.getFirst().equals(origin) && !origins.getFirst().equals(here);
    }
}
