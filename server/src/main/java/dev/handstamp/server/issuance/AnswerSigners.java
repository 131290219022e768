package dev.handstamp.server.issuance;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.StoreException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// Hands out what signs for clients: ID tokens, and every answer that a client wants signed.
///
/// Keys of an algorithm are made when the first client registers it, so that they are published before they sign.
/// Should that fail, every node's rotation makes them within a minute, or the first answer that needs them.
public final class AnswerSigners implements Live.Follower {

    private static final Author SERVER = Author.named(Author.SERVER);

    private final Live live;
    private final SigningKeys keys;
    private final Audience issuer;
    private final AtomicLong seen = new AtomicLong(-1);

    public AnswerSigners(Live live, SigningKeys keys, String issuer) {
        this.live = live;
        this.keys = keys;
        this.issuer = new Audience(issuer);
        live.follow(this);
    }

    @Override
    public void learned(Snapshot known, long position, List<Revocation> revocations, boolean afresh) {
        long configuration = known.directory().position();
        if (seen.getAndSet(configuration) == configuration) return;
        Thread.ofVirtual().name("answer-keys").start(() -> prepare(known.directory()));
    }

    private void prepare(Directory directory) {
        Set<Algorithm> wanted = EnumSet.noneOf(Algorithm.class);
        for (Client client : directory.clients().values()) {
            for (ClientMember member : ClientMember.ANSWER_SIGNATURES) {
                client.metadata().algorithm(member).ifPresent(wanted::add);
            }
        }
        try {
            for (Algorithm algorithm : wanted) made(algorithm, IdTokens.TYPE);
        } catch (StoreException e) {
            Log.warn("keys for signed answers could not be made yet", "reason", e.getMessage());
        }
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
        keys.ensure(SERVER);
        return live.current()
                .keys()
                .signer(algorithm, issuer, type)
                .orElseThrow(() -> new IllegalStateException("no key signs " + algorithm.joseName()));
    }
}
