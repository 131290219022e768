package dev.handstamp.verifier;

/// The issuer was not reached, or what it answered cannot be used. The message is one plain sentence for a log.
///
/// It carries no stack trace: an issuer that is down is an expected event.
final class UnusableAnswerException extends Exception {

    UnusableAnswerException(String message) {
        super(message, null, false, false);
    }
}
