package dev.handstamp.server.protocol;

import dev.handstamp.server.domain.client.ClientAuthenticationMethod;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// That clients can connect with certificates (RFC 8705).
///
/// @param base          where they do so, if that is not the issuer (§5): an origin, and the issuer's path
/// @param isVouchedFor  whether there are authorities that vouch for certificates (§2.1)
public record MutualTls(Optional<String> base, boolean isVouchedFor) {

    /// The ways to authenticate that work here: without certificates of clients there is none by them.
    public static Set<ClientAuthenticationMethod> methods(Optional<MutualTls> mutualTls) {
        Set<ClientAuthenticationMethod> methods = EnumSet.allOf(ClientAuthenticationMethod.class);
        if (mutualTls.isEmpty()) methods.remove(ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH);
        if (mutualTls.filter(MutualTls::isVouchedFor).isEmpty()) {
            methods.remove(ClientAuthenticationMethod.TLS_CLIENT_AUTH);
        }
        return methods;
    }
}
