package dev.handstamp.server.html;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What every template is given beside its own content: the words, the look, and what the page is called. Templates
/// name it `f`.
///
/// @param scripts of ours that the page runs
/// @param address of a page that answers a form; empty for one that has been opened by its address
/// @param shown   another look, which a part of the page shows
public record Frame(
        Messages words, Look look, String title, List<Script> scripts, String address, Optional<Look> shown) {

    Frame(Messages words, Look look, String title) {
        this(words, look, title, List.of(), "", Optional.empty());
    }

    /// The text of a key in the language of the page.
    public String text(String key, Object... values) {
        return words.text(key, values);
    }

    /// The same in pieces, for `parts/Sentence`.
    public List<Object> pieces(String key, Object... values) {
        return words.pieces(key, values);
    }

    /// The text for a number of things.
    public String count(String key, long number) {
        return words.count(key, number);
    }

    public String style() {
        return Asset.STYLE.path();
    }

    public String icon() {
        return Asset.ICON.path();
    }

    /// The title of the document: the page, and whose it is.
    public String documentTitle() {
        return look.name().isEmpty() ? title : title + " · " + look.name();
    }

    /// The colours of a brand, as a style for the head; null if there are none to set. Made of checked colours alone.
    public @Nullable String colours() {
        String own = look.hasOwnColours() ? look.style() : "";
        String style = own + shown.map(Look::styleOfPreview).orElse("");
        return style.isEmpty() ? null : style;
    }
}
