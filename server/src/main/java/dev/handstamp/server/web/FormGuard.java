package dev.handstamp.server.web;

import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// Tells our own forms from forged ones (CSRF).
///
/// A form carries a digest of the browser's cookie and of what the form is about. Other sites can neither read nor set
/// that cookie, and a value is worth nothing for another form. All tabs of a browser share the cookie, so that each
/// keeps
/// working. Where the browser says which site a request comes from, it must be ours as well.
public final class FormGuard {

    public static final String FIELD = "form";

    private final String origin;
    private final Secrets secrets;

    /// Guards the forms of one issuer.
    ///
    /// @param issuer whose origin our own pages have
    public FormGuard(String issuer, Secrets secrets) {
        URI address = URI.create(issuer);
        this.origin = address.getScheme() + "://" + address.getRawAuthority();
        this.secrets = secrets;
    }

    /// What the browser is known by; a new one for a browser that has none yet.
    public Secret browser(Request request) {
        return HostCookie.FORM.read(request).map(Secret::new).orElseGet(secrets::oneTime);
    }

    /// The value of the hidden field.
    ///
    /// @param subject what the form is about: a value counts for that alone
    public String value(Secret browser, String... subject) {
        return Sha256.base64Url(String.join("\n", subject) + "\n" + browser.value());
    }

    /// The response that shows a form, with the cookie that the form is bound to.
    public Response bind(Response response, Secret browser) {
        return HostCookie.FORM.set(response, browser.value());
    }

    public boolean isForged(Request request, Form form, String... subject) {
        return isForged(request, form.get(FIELD), subject);
    }

    /// The same for a value that a script of ours has sent.
    public boolean isForged(Request request, Optional<String> value, String... subject) {
        Optional<Secret> browser = HostCookie.FORM.read(request).map(Secret::new);
        Optional<Secret> sent = value.map(Secret::new);
        if (browser.isEmpty() || sent.isEmpty() || isForeign(request)) return true;
        return !new Secret(value(browser.get(), subject)).hash().matches(sent.get());
    }

    private boolean isForeign(Request request) {
        List<String> sites = request.headers("Sec-Fetch-Site");
        if (!sites.isEmpty()) return !sites.equals(List.of("same-origin")) && !sites.equals(List.of("none"));
        List<String> origins = request.headers("Origin");
        // Our pages send no referrer, and browsers then call their origin "null".
        if (origins.isEmpty() || origins.equals(List.of("null"))) return false;
        String here = (request.isSecure() ? "https://" : "http://")
                + request.header("Host").orElse("");
        return origins.size() > 1
                || !(origins.getFirst().equals(origin) || origins.getFirst().equals(here));
    }
}
