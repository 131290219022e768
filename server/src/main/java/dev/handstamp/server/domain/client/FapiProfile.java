package dev.handstamp.server.domain.client;

import dev.handstamp.jwt.Algorithm;
import java.util.List;
import java.util.stream.Collectors;

/// What the FAPI 2.0 Security Profile allows to sign with, whoever signs: the client its assertions, proofs and request
/// objects, this server everything that is for the client.
///
/// @see <a href="https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.4.1">FAPI 2.0 Security Profile
///     §5.4.1</a>
public final class FapiProfile {

    public static final List<Algorithm> ALGORITHMS = List.of(Algorithm.PS256, Algorithm.ES256, Algorithm.EDDSA);

    /// Where a client has registered none: every server has such keys.
    public static final Algorithm DEFAULT = Algorithm.ES256;

    /// Their names, for messages.
    public static final String ALLOWED =
            ALGORITHMS.stream().map(Algorithm::joseName).collect(Collectors.joining(", "));

    private FapiProfile() {}
}
