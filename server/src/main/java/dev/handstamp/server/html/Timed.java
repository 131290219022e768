package dev.handstamp.server.html;

/// A moment, as pages tell it: in UTC, for where the reader is we do not know. The script of [Asset#TIMES] tells it as
/// the reader's clock does.
public interface Timed {

    /// For the attribute `datetime`.
    String machine();

    /// For readers, with `UTC` in it.
    String text();
}
