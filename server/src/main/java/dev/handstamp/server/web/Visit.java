package dev.handstamp.server.web;

import dev.handstamp.server.html.Look;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.Request;
import java.util.List;

/// One request of a browser for a page.
///
/// @param form   what was posted, or else the parameters of the address
/// @param posted whether it is a form that was sent
/// @param words  in the language that the browser likes best
/// @param look   what every page that answers it wears: the server's brand, until it is known whom the page is about
/// @param origin where the form is to be had that was sent: whoever comes back to the answer gets that
/// @param scheme of the address that a client waits at for an answer; empty if none waits
public record Visit(
        Request request, Form form, boolean posted, Messages words, Look look, String origin, String scheme) {

    Visit(Request request, Form form, boolean posted, Messages words, Look look) {
        this(request, form, posted, words, look, request.path(), "");
    }

    /// The value of a parameter; empty if it was not sent.
    public String parameter(String name) {
        return form.get(name).orElse("");
    }

    /// This visit, answered in other words.
    public Visit in(Messages others) {
        return new Visit(request, form, posted, others, look, origin, scheme);
    }

    /// This visit, answered in the look of somebody else.
    public Visit wearing(Look other) {
        return new Visit(request, form, posted, words, other, origin, scheme);
    }

    /// This visit, whose form is to be had at another address than that which it was sent to.
    public Visit from(String other) {
        return new Visit(request, form, posted, words, look, other, scheme);
    }

    /// This visit on the way to a client, which the forms of a page that answers it may lead to.
    public Visit leadingTo(String other) {
        return new Visit(request, form, posted, words, look, origin, other);
    }

    /// A page that answers this visit.
    ///
    /// @param view what the template knows as `it`
    public Page page(int status, String template, String title, Object view) {
        Page page = answer(Page.of(status, words, look, template, title, view));
        return scheme.isEmpty() ? page : page.leadingTo(scheme);
    }

    /// A page that tells something and asks for nothing.
    public Page message(int status, String key, Object... values) {
        return answer(Page.message(status, words, look, key, values));
    }

    /// The same, with the way on.
    public Page linked(int status, String key, String target, Object... values) {
        return answer(Page.linked(status, words, look, key, target, values));
    }

    /// The same where it goes on elsewhere, with a way for those whom nothing reaches there.
    public Page aside(int status, String key, String target, Object... values) {
        return answer(Page.aside(status, words, look, key, target, values));
    }

    /// The same in words that are no message of their own.
    public Page saying(int status, String title, List<String> paragraphs) {
        return answer(Page.problem(status, words, look, title, paragraphs));
    }

    private Page answer(Page page) {
        return posted ? page.standingAt(origin) : page;
    }
}
