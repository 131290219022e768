package dev.handstamp.server.protocol.signals;

/// How events reach a receiver (Shared Signals Framework 1.0 §6.1).
final class Delivery {

    static final String PUSH = "urn:ietf:rfc:8935";
    static final String POLL = "urn:ietf:rfc:8936";

    private Delivery() {}
}
