package dev.handstamp.server.issuance;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;

/// Hands out what signs for clients: ID tokens, and every answer that a client wants signed.
///
/// Keys of an algorithm are made when the first client registers it, by every node's rotation within a minute, or here
/// by the first answer that needs them.
public final class AnswerSigners {

    private static final String ACTOR = "server";

    private final Live live;
    private final SigningKeys keys;
    private final Audience issuer;

    public AnswerSigners(Live live, SigningKeys keys, String issuer) {
        this.live = live;
        this.keys = keys;
        this.issuer = new Audience(issuer);
    }

    /// Waits only for keys that are still to be made.
    ///
    /// @param algorithm one that a registered client asks for, or one of the two that every server has
    /// @param type      the `typ` of what is signed
    public JwsSigner signer(Snapshot known, Algorithm algorithm, String type) {
        return known.keys().signer(algorithm, issuer, type).orElseGet(() -> made(algorithm, type));
    }

    /// With the keys of this moment.
    public JwsSigner signer(Algorithm algorithm, String type) {
        return signer(live.current(), algorithm, type);
    }

    /// One at a time: making keys is work.
    private synchronized JwsSigner made(Algorithm algorithm, String type) {
        var before = live.current().keys().signer(algorithm, issuer, type);
        if (before.isPresent()) return before.get();
        keys.ensure(ACTOR);
        return live.current()
                .keys()
                .signer(algorithm, issuer, type)
                .orElseThrow(() -> new IllegalStateException("no key signs " + algorithm.joseName()));
    }
}
