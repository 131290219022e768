package dev.handstamp.server.html;

import java.util.List;

/// What a mail says, as HTML of its own that loads nothing.
///
/// @param paragraphs what comes before the code and the link
/// @param code       to be typed in; empty for none
/// @param button     the words of the link
/// @param link       empty for none
/// @param closing    what comes after
/// @param foot       why one gets it
public record MailBody(
        List<String> paragraphs, String code, String button, String link, List<String> closing, String foot) {

    public MailBody {
        paragraphs = List.copyOf(paragraphs);
        closing = List.copyOf(closing);
    }

    /// The document.
    ///
    /// @param look whose name and colour it wears; its logo would have to be loaded
    public String toHtml(Messages words, Look look, String title) {
        return Templates.render("mail/Letter", new Frame(words, look, title), this);
    }

    /// Leaves the secrets out.
    @Override
    public String toString() {
        return "MailBody[]";
    }
}
