package dev.handstamp.server.administration.moving;

/// A member that is missing or of the wrong kind. Ends the reading of its one user.
final class Misfit extends RuntimeException {

    private static final long serialVersionUID = 1;

    Misfit(String problem) {
        super(problem, null, false, false);
    }
}
