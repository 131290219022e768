package dev.handstamp.server.store;

/// How the stores forget: in portions, a transaction each, so that nobody waits long behind one. Ask again until
/// fewer go.
public final class Housekeeping {

    /// The most rows that one call of a `forget` takes away.
    public static final int PORTION = 1_000;

    private Housekeeping() {}
}
