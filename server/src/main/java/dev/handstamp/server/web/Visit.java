package dev.handstamp.server.web;

import dev.handstamp.server.html.Messages;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.Request;

/// One request of a browser for a page.
///
/// @param form   what was posted, or else the parameters of the address
/// @param posted whether it is a form that was sent
/// @param words  in the language that the browser likes best
public record Visit(Request request, Form form, boolean posted, Messages words) {

    /// The value of a parameter; empty if it was not sent.
    public String parameter(String name) {
        return form.get(name).orElse("");
    }

    /// This visit, answered in other words.
    public Visit in(Messages others) {
        return new Visit(request, form, posted, others);
    }
}
