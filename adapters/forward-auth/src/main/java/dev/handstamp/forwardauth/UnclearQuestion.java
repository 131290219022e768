package dev.handstamp.forwardauth;

/// The proxy did not say what is needed to judge a request, or said it in a way that can be read twice: it is
/// configured wrongly. The message is for the log.
final class UnclearQuestion extends Exception {

    private static final long serialVersionUID = 1L;

    UnclearQuestion(String message) {
        super(message, null, false, false);
    }
}
