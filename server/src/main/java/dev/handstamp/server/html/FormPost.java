package dev.handstamp.server.html;

import dev.handstamp.server.http.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The page that carries an answer to a client in a form, which sends itself where scripts run and by its button where
/// they do not.
///
/// @see <a href="https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html">OAuth 2.0 Form Post Response
/// Mode</a>
public final class FormPost {

    private static final String SCRIPT = "document.forms[0].submit()";

    // The form leads where the answer goes, and from there the client redirects as it likes: no form-action.
    private static final String POLICY =
            "default-src 'none'; script-src " + Page.digest(SCRIPT) + "; frame-ancestors 'none'; base-uri 'none'";

    private static final String PAGE = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>One moment</title>
        </head>
        <body>
        <form method="post" action="{}">
        {}
        <noscript><p>You are done here.</p><button>Go on</button></noscript>
        </form>
        <script>{}</script>
        </body>
        </html>
        """;

    private FormPost() {}

    public static Response of(String target, Map<String, String> parameters) {
        List<Html> fields = new ArrayList<>();
        parameters.forEach((name, value) ->
                fields.add(Html.of("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", name, value)));
        String page = Html.of(PAGE, target, Html.join(fields), Html.of(SCRIPT)).toString();
        return Page.framed(Response.html(200, page), POLICY);
    }
}
