package dev.handstamp.server.protocol.signals;

/// Where the doors of the transmitter stand, behind the issuer.
public final class Addresses {

    /// For an issuer without a path (Shared Signals Framework 1.0 §7.2.1).
    public static final String CONFIGURATION = "/.well-known/ssf-configuration";

    public static final String STREAMS = "/ssf/streams";
    public static final String STATUS = "/ssf/status";
    public static final String ADD_SUBJECT = "/ssf/subjects/add";
    public static final String REMOVE_SUBJECT = "/ssf/subjects/remove";
    public static final String VERIFY = "/ssf/verify";

    /// Followed by a stream's identifier.
    public static final String POLL = "/ssf/poll/";

    private Addresses() {}
}
