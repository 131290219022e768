package dev.handstamp.server.protocol;

import java.util.Optional;

/// That clients can connect with certificates (RFC 8705).
///
/// @param base          where they do so, if that is not the issuer (§5): an origin, and the issuer's path
/// @param isVouchedFor  whether there are authorities that vouch for certificates (§2.1)
public record MutualTls(Optional<String> base, boolean isVouchedFor) {}
