package dev.handstamp.server.html;

import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.http.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A whole page: the one frame around its content, and headers under which nothing but our own style and form works.
///
/// No script runs, nothing is loaded but a client's logo where the page shows one, nobody frames it, no cache keeps it.
///
/// @param formTargets the schemes beside our own origin that a form of this page may end up at. Browsers check every
///                    redirect that follows a form against it, and clients redirect further as they like: so it says
/// how
///                    far, not where
/// @param images      where the one image of the page comes from, as a directive; empty if it has none
public record Page(int status, String title, Html content, String formTargets, String images) {

    private static final String STYLE = """
        :root { color-scheme: light dark; --ink: #1c1c22; --soft: #5d5d6b; --paper: #fff; --edge: #c9c9d4;
          --field: #fff; --accent: #4a3aa7; --on-accent: #fff; --bad: #a3121f; --ground: #f2f2f6 }
        @media (prefers-color-scheme: dark) { :root { --ink: #f1f1f5; --soft: #a9a9b8; --paper: #1d1d24; --edge: #4a4a58;
          --field: #14141a; --accent: #a99cf5; --on-accent: #15102f; --bad: #ff9aa2; --ground: #101014 } }
        * { box-sizing: border-box }
        body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground);
          color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
        main { width: 100%; max-width: 25rem; padding: 2rem; background: var(--paper); border: 1px solid var(--edge);
          border-radius: .75rem; overflow-wrap: anywhere }
        h1 { margin: 0 0 .5rem; font-size: 1.4rem; line-height: 1.25 }
        h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; line-height: 1.25 } li { margin: 0 0 1rem }
        p, ul { margin: 0 0 1rem } ul { padding-left: 1.25rem } .soft { color: var(--soft) }
        label { display: block; margin: 0 0 1rem; font-weight: 600 }
        input { display: block; width: 100%; margin-top: .25rem; padding: .6rem .75rem; font: inherit; color: inherit;
          background: var(--field); border: 1px solid var(--edge); border-radius: .4rem }
        button, a.button { display: block; width: 100%; margin: .75rem 0 0; padding: .65rem; font: inherit;
          font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; border-radius: .4rem;
          border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent) }
        button.second { background: none; color: inherit; border-color: var(--edge) }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
        .logo { display: block; max-width: 6rem; max-height: 4rem; margin: 0 0 1rem }
        .host { display: block; font-size: 1.15rem; font-weight: 700 }
        .problem { padding: .6rem .75rem; border: 1px solid var(--bad); border-radius: .4rem; color: var(--bad) }
        """;

    private static final String FRAME = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{}</title>
        <style>{}</style>
        </head>
        <body>
        <main>
        {}
        </main>
        </body>
        </html>
        """;

    private static final String POLICY = "default-src 'none'; style-src " + digest(STYLE)
            + "; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    /// A page whose forms, if any, stay here.
    public static Page of(int status, String title, Html content) {
        return new Page(status, title, content, "", "");
    }

    /// A page that tells something and asks for nothing. Plain sentences, one paragraph each.
    public static Page message(int status, String title, String... paragraphs) {
        return of(status, title, heading(title, paragraphs));
    }

    /// The same, with the way on.
    public static Page message(int status, String title, String paragraph, String link, String target) {
        Html way = Html.of("<a class=\"button\" href=\"{}\">{}</a>", target, link);
        return of(status, title, Html.of("{}{}", heading(title, paragraph), way));
    }

    /// This page, whose form leads to a client.
    ///
    /// @param scheme of the address that the client is answered at
    public Page leadingTo(String scheme) {
        return new Page(status, title, content, " https: " + scheme + ":", images);
    }

    /// This page, which shows one image of somebody else.
    public Page showing(URI image) {
        String port = image.getPort() < 0 ? "" : ":" + image.getPort();
        return new Page(
                status, title, content, formTargets, "; img-src " + image.getScheme() + "://" + image.getHost() + port);
    }

    public Response toResponse() {
        String page = Html.of(FRAME, title, Html.of(STYLE), content).toString();
        return framed(Response.html(status, page), POLICY + formTargets + images);
    }

    static Response framed(Response response, String policy) {
        return response.noStore().header("Content-Security-Policy", policy).header("X-Frame-Options", "DENY");
    }

    /// A source expression of Content Security Policy for a text that stands in the page.
    static String digest(String text) {
        byte[] digest = Sha256.of(text.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }

    private static Html heading(String title, String... paragraphs) {
        StringBuilder template = new StringBuilder("<h1>{}</h1>");
        for (int i = 0; i < paragraphs.length; i++) template.append("\n<p>{}</p>");
        Object[] values = new Object[paragraphs.length + 1];
        values[0] = title;
        System.arraycopy(paragraphs, 0, values, 1, paragraphs.length);
        return Html.of(template.toString(), values);
    }
}
