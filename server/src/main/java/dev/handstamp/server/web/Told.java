package dev.handstamp.server.web;

import dev.handstamp.server.html.Look;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;

/// What somebody is told by the server itself, whatever the browser has asked for: always the same, in their words.
public final class Told implements Endpoint {

    /// The page in the words and the look of whoever asks.
    @FunctionalInterface
    private interface Telling {

        Page in(Messages words, Look look);
    }

    private final Live live;
    private final Telling telling;

    private Told(Live live, Telling telling) {
        this.live = live;
        this.telling = telling;
    }

    /// A message.
    ///
    /// @param key of its words, with `.title` and `.text`
    public static Told message(int status, Live live, String key) {
        return new Told(live, (words, look) -> Page.message(status, words, look, key));
    }

    /// A message with a way on.
    ///
    /// @param key  of its words, with `.title`, `.text` and `.link`
    /// @param path where the way leads
    public static Told linked(int status, Live live, String key, String path) {
        return new Told(live, (words, look) -> Page.linked(status, words, look, key, path));
    }

    @Override
    public Response handle(Request request) {
        Look look = Look.of(live.latest().directory().brands().server());
        return telling.in(Doorway.words(request), look).toResponse();
    }
}
