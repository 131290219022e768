package dev.handstamp.server.html;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;

/// The templates of `src/main/jte`, compiled with the program.
final class Templates {

    private static final int USUAL_LENGTH = 8192;

    private Templates() {}

    /// Renders a template, which has the parameters `f` ([Frame]) and `it` (what it shows).
    static String render(String name, Frame frame, Object it) {
        StringOutput output = new StringOutput(USUAL_LENGTH);
        Engine.PRECOMPILED.render(name + ".jte", Map.of("f", frame, "it", it), output);
        return output.toString();
    }

    /// Made when the first page is asked for, not when the server starts.
    private static final class Engine {
        static final TemplateEngine PRECOMPILED =
                TemplateEngine.createPrecompiled(null, ContentType.Html, Templates.class.getClassLoader());
    }
}
