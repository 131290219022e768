package dev.handstamp.server.html;

import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.html.Script.Moment;
import dev.handstamp.server.http.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// A whole page: a template with what it shows, and headers under which nothing but our own style, scripts and forms
/// works.
///
/// Nothing is loaded from elsewhere but a client's logo where the page shows one, nobody frames it, no cache keeps it.
public final class Page {

    /// What a page says that asks for nothing: one paragraph each, and the way on.
    ///
    /// @param target  where the link leads; empty if there is none
    /// @param isAside whether it is for the few for whom it does not go on by itself
    public record Message(List<String> paragraphs, String link, String target, boolean isAside) {}

    private final int status;
    private final Messages words;
    private final Look look;
    private final String template;
    private final String title;
    private final Object view;
    private final String formTargets;
    private final String images;
    private final List<Script> scripts;
    private final String address;
    private final Optional<Look> shown;

    private Page(
            int status,
            Messages words,
            Look look,
            String template,
            String title,
            Object view,
            String formTargets,
            String images,
            List<Script> scripts,
            String address,
            Optional<Look> shown) {
        this.status = status;
        this.words = words;
        this.look = look;
        this.template = template;
        this.title = title;
        this.view = view;
        this.formTargets = formTargets;
        this.images = images;
        this.scripts = List.copyOf(scripts);
        this.address = address;
        this.shown = shown;
    }

    /// A page whose forms, if any, stay here.
    ///
    /// @param look     of whoever it is about
    /// @param template name below `src/main/jte`, without its ending
    /// @param title    in the language of the page
    /// @param view     what the template knows as `it`
    public static Page of(int status, Messages words, Look look, String template, String title, Object view) {
        return new Page(status, words, look, template, title, view, "", "", List.of(), "", Optional.empty());
    }

    /// A page that tells something and asks for nothing.
    ///
    /// @param key of the title `key.title` and the paragraphs `key.text`, which end at a line break
    public static Page message(int status, Messages words, Look look, String key, Object... values) {
        return told(status, words, look, key, "", false, values);
    }

    /// The same, with the way on: `key.link` leads to the target.
    public static Page linked(int status, Messages words, Look look, String key, String target, Object... values) {
        return told(status, words, look, key, target, false, values);
    }

    /// The same where it goes on elsewhere, such as in a mailbox: `key.link` is for those whom nothing reaches there.
    public static Page aside(int status, Messages words, Look look, String key, String target, Object... values) {
        return told(status, words, look, key, target, true, values);
    }

    private static Page told(
            int status, Messages words, Look look, String key, String target, boolean isAside, Object... values) {
        List<String> paragraphs = words.text(key + ".text", values).lines().toList();
        String link = target.isEmpty() ? "" : words.text(key + ".link", values);
        return of(
                status,
                words,
                look,
                "layout/Message",
                words.text(key + ".title", values),
                new Message(paragraphs, link, target, isAside));
    }

    /// A page that says what was wrong with a request, in the words of whoever found it.
    public static Page problem(int status, Messages words, Look look, String title, List<String> paragraphs) {
        return of(status, words, look, "layout/Message", title, new Message(paragraphs, "", "", false));
    }

    /// This page, whose form leads to a client: browsers check every redirect that follows a form, and clients redirect
    /// further as they like, so this says how far, not where.
    ///
    /// @param scheme of the address that the client is answered at
    public Page leadingTo(String scheme) {
        return new Page(
                status, words, look, template, title, view, " https: " + scheme + ":", images, scripts, address, shown);
    }

    /// This page, which shows one image of somebody else.
    public Page showing(URI image) {
        String port = image.getPort() < 0 ? "" : ":" + image.getPort();
        String source = " " + image.getScheme() + "://" + image.getHost() + port;
        return new Page(status, words, look, template, title, view, formTargets, source, scripts, address, shown);
    }

    /// This page, which runs a script of ours; the script may ask this server, and nobody else.
    public Page running(Asset script) {
        return running(script, script == Asset.TIMES ? Moment.BEFORE_PAINT : Moment.WITH_PAGE);
    }

    /// The same, with a script that may come once the page is seen.
    public Page runningAfterPaint(Asset script) {
        return running(script, Moment.AFTER_PAINT);
    }

    private Page running(Asset script, Moment moment) {
        List<Script> more = with(script, moment);
        return new Page(status, words, look, template, title, view, formTargets, images, more, address, shown);
    }

    /// This page, which answers a form: whoever comes back to it gets what stands at that address, and is not asked
    /// whether to send the form again. That takes a script; without one the browser does as it always does.
    public Page standingAt(String other) {
        return new Page(status, words, look, template, title, view, formTargets, images, scripts, other, shown);
    }

    /// This page, which shows how others look or would look, with a logo that is not stored yet.
    public Page previewing(Look other) {
        return new Page(
                status,
                words,
                look,
                template,
                title,
                view,
                formTargets,
                " data:",
                scripts,
                address,
                Optional.of(other));
    }

    public Response toResponse() {
        Frame frame = new Frame(words, look, title, withAnswer(), address, shown);
        return framed(Response.html(status, Templates.render(template, frame, view)), policy(frame));
    }

    private List<Script> withAnswer() {
        return address.isEmpty() ? scripts : with(Asset.ANSWER, Moment.WITH_PAGE);
    }

    private List<Script> with(Asset script, Moment moment) {
        List<Script> all = new ArrayList<>(scripts);
        all.add(new Script(script.path(), moment));
        return all;
    }

    /// Whether a script asks the server for something.
    private boolean isAsking() {
        return !scripts.stream().map(Script::path).allMatch(Asset.TIMES.path()::equals);
    }

    private String policy(Frame frame) {
        String colours = frame.colours();
        return "default-src 'none'; style-src 'self'" + (colours == null ? "" : " " + digest(colours))
                + "; img-src 'self'" + images
                + (frame.scripts().isEmpty() ? "" : "; script-src 'self'")
                + (frame.scripts().stream().anyMatch(Script::isAfterPaint) ? " " + digest(Script.FETCH) : "")
                + (isAsking() ? "; connect-src 'self'" : "")
                + "; frame-ancestors 'none'; base-uri 'none'; form-action 'self'" + formTargets;
    }

    static Response framed(Response response, String policy) {
        return response.noStore().header("Content-Security-Policy", policy).header("X-Frame-Options", "DENY");
    }

    /// A source expression of Content Security Policy for a text that stands in the page.
    static String digest(String text) {
        byte[] digest = Sha256.of(text.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }
}
