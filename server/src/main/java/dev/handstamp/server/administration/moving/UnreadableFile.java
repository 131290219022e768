package dev.handstamp.server.administration.moving;

import java.io.IOException;

/// A file that is not of the form it was said to be.
public final class UnreadableFile extends IOException {

    private static final long serialVersionUID = 1;

    UnreadableFile(String problem) {
        super(problem);
    }
}
