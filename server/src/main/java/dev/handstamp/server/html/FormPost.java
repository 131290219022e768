package dev.handstamp.server.html;

import dev.handstamp.server.http.Response;
import java.util.Map;

/// The page that carries an answer to a client in a form, which sends itself where scripts run and by its button where
/// they do not. Nothing is loaded but our style, and that only where the button is seen.
///
/// @see <a href="https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html">OAuth 2.0 Form Post Response
/// Mode</a>
public final class FormPost {

    private static final String SCRIPT = "document.forms[0].submit()";

    // The form leads where the answer goes, and from there the client redirects as it likes: no form-action.
    private static final String POLICY = "default-src 'none'; style-src 'self'; script-src " + Page.digest(SCRIPT)
            + "; frame-ancestors 'none'; base-uri 'none'";

    /// What the page holds.
    ///
    /// @param script this text and no other runs
    public record View(String target, Map<String, String> parameters, String script) {}

    private FormPost() {}

    public static Response of(Messages words, String target, Map<String, String> parameters) {
        Frame frame = new Frame(words, Look.PLAIN, words.text("page.moment.title"));
        String page = Templates.render("layout/FormPost", frame, new View(target, parameters, SCRIPT));
        return Page.framed(Response.html(200, page), POLICY);
    }
}
