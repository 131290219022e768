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
import java.util.Optional;
import java.util.stream.Stream;

/// What is before every page: reads the form or the address, finds the language and the look, and says so if it
/// cannot.
public final class Doorway implements Endpoint {

    /// A form with a file of 100 KiB.
    private static final int LONGEST_UPLOAD = 128 * 1024;

    private final Live live;
    private final Door door;
    private final boolean takesFiles;

    public Doorway(Live live, Door door) {
        this(live, door, false);
    }

    private Doorway(Live live, Door door, boolean takesFiles) {
        this.live = live;
        this.door = door;
        this.takesFiles = takesFiles;
    }

    /// Before a page whose form may hold a file.
    public static Doorway withFiles(Live live, Door door) {
        return new Doorway(live, door, true);
    }

    @Override
    public int maximumBodyBytes(String method, String path, int usual) {
        return takesFiles ? Math.max(usual, LONGEST_UPLOAD) : usual;
    }

    @Override
    public Response handle(Request request) {
        boolean posted = request.method().equals("POST");
        Messages words = words(request);
        Look look = Look.of(live.current().directory().brands().server());
        FormResult read = posted ? posted(request) : Form.parseQuery(request);
        return switch (read) {
            // What exactly is wrong with it helps those who write programs, and they are told so at their own doors.
            case MalformedForm malformed ->
                Page.linked(malformed.status(), words, look, "page.malformed", AccountPlace.PROFILE.path())
                        .toResponse();
            case Form form -> door.handle(new Visit(request, form, posted, words, look));
        };
    }

    private FormResult posted(Request request) {
        return takesFiles ? Form.parseWithFiles(request) : Form.parse(request);
    }

    /// The words of the language that the browser likes best.
    public static Messages words(Request request) {
        return Messages.of(languages(request));
    }

    /// The languages that the browser likes, the best first.
    public static List<String> languages(Request request) {
        return Messages.ranges(request.header("Accept-Language").orElse(""));
    }

    /// The same, after the language that somebody has said to read, who has shown who that is.
    public static List<String> languages(Request request, Optional<String> locale) {
        return Stream.concat(locale.stream(), languages(request).stream()).toList();
    }
}
