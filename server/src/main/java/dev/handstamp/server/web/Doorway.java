package dev.handstamp.server.web;

import dev.handstamp.server.html.Look;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.FormResult;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import java.util.List;

/// What is before every page: reads the form or the address, finds the language and the look, and says so if it
/// cannot.
public final class Doorway implements Endpoint {

    private final Live live;
    private final Door door;

    public Doorway(Live live, Door door) {
        this.live = live;
        this.door = door;
    }

    @Override
    public Response handle(Request request) {
        boolean posted = request.method().equals("POST");
        Messages words = words(request);
        Look look = Look.of(live.current().directory().brands().server());
        FormResult read = posted ? Form.parse(request) : Form.parseQuery(request);
        return switch (read) {
            case MalformedForm malformed ->
                Page.problem(
                                malformed.status(),
                                words,
                                look,
                                words.text("page.malformed.title"),
                                List.of(malformed.problem()))
                        .toResponse();
            case Form form -> door.handle(new Visit(request, form, posted, words, look));
        };
    }

    /// The words of the language that the browser likes best.
    public static Messages words(Request request) {
        return Messages.of(languages(request));
    }

    /// The languages that the browser likes, the best first.
    public static List<String> languages(Request request) {
        return Messages.ranges(request.header("Accept-Language").orElse(""));
    }
}
