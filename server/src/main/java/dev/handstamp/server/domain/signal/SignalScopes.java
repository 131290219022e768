package dev.handstamp.server.domain.signal;

import dev.handstamp.server.domain.grant.Scopes;
import java.util.List;

/// What a client needs to receive signals (CAEP Interoperability Profile 1.0 §2.7.3). It asks the issuer itself for a
/// token with them.
public final class SignalScopes {

    /// To read streams and to take events.
    public static final String READ = "ssf.read";

    /// To do everything.
    public static final String MANAGE = "ssf.manage";

    public static final Scopes ALL = Scopes.of(List.of(READ, MANAGE)).orElseThrow();

    private SignalScopes() {}
}
