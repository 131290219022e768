package dev.handstamp.server.html;

import java.util.List;

/// Markup. Text gets into it only escaped, for the content of an element or for an attribute in double quotes.
public final class Html {

    public static final Html NOTHING = new Html("");

    private final String markup;

    private Html(String markup) {
        this.markup = markup;
    }

    /// Puts the values into the template, one for each `{}`, in order: [Html] as it is, everything else escaped.
    ///
    /// @param template written by us, never made of what somebody sent
    public static Html of(String template, Object... values) {
        StringBuilder markup = new StringBuilder(template.length() + 64);
        int from = 0;
        for (Object value : values) {
            int place = template.indexOf("{}", from);
            if (place < 0) throw new IllegalArgumentException("more values than places");
            markup.append(template, from, place);
            if (value instanceof Html html) markup.append(html.markup);
            else escape(value.toString(), markup);
            from = place + 2;
        }
        if (template.indexOf("{}", from) >= 0) throw new IllegalArgumentException("more places than values");
        return new Html(markup.append(template, from, template.length()).toString());
    }

    public static Html join(List<Html> parts) {
        StringBuilder markup = new StringBuilder();
        for (Html part : parts) markup.append(part.markup);
        return new Html(markup.toString());
    }

    @Override
    public String toString() {
        return markup;
    }

    private static void escape(String text, StringBuilder markup) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> markup.append("&amp;");
                case '<' -> markup.append("&lt;");
                case '>' -> markup.append("&gt;");
                case '"' -> markup.append("&quot;");
                case '\'' -> markup.append("&#39;");
                case '\0' -> markup.append('\uFFFD');
                default -> markup.append(c);
            }
        }
    }
}
