package dev.handstamp.server.administration.moving;

/// A member that is missing or of the wrong kind. Ends the reading of its one user.
final class Misfit extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String problem;

    Misfit(String problem) {
        super(problem, null, false, false);
        this.problem = problem;
    }

    String problem() {
        return problem;
    }
}
