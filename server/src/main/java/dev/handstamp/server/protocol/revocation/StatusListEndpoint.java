package dev.handstamp.server.protocol.revocation;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.server.crypto.KeyRing;
import dev.handstamp.server.domain.revocation.StatusListRow;
import dev.handstamp.server.domain.revocation.StatusReference;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.StatusListStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Publishes status lists, for everyone's verifiers: one bit for each index, 1 if what has it was taken back.
///
/// A list is signed anew when the log has moved on, at most once a second: what was taken back is in it then, and
/// known to a verifier at most one `ttl` later.
///
/// @see <a href="https://datatracker.ietf.org/doc/html/draft-ietf-oauth-status-list-20#section-8">Token Status List
///     §8</a>
public final class StatusListEndpoint implements Endpoint {

    /// How long a verifier goes without asking again.
    private static final Duration TTL = Duration.ofSeconds(60);

    /// How long a list may be believed that was got from somebody else.
    private static final Duration LIFE = Duration.ofMinutes(10);

    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(1);
    private static final String TYPE = "statuslist+jwt";
    private static final String MEDIA_TYPE = "application/statuslist+jwt";
    private static final int MOST_KEPT = 256;

    /// A signed list, and as of which position of the log.
    private record Signed(String token, long position, KeyRing keys, long madeAt) {}

    private final Live live;
    private final Database database;
    private final String issuer;
    private final InstantSource clock;
    private final StatusListStore store = new StatusListStore();
    private final Map<String, Signed> kept = new LinkedHashMap<>(16, 0.75f, true); // Guarded by itself.

    public StatusListEndpoint(Live live, Database database, String issuer, InstantSource clock) {
        this.live = live;
        this.database = database;
        this.issuer = issuer;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request) {
        String id = request.path().substring(StatusReference.PATH.length());
        Snapshot known = live.current();
        long position = live.position();
        Optional<Signed> list =
                kept(id).filter(signed -> isGood(signed, known, position)).or(() -> sign(id, known, position));
        return list.map(signed -> Response.text(200, signed.token, MEDIA_TYPE)
                        .header("Cache-Control", "public, max-age=" + TTL.toSeconds())
                        .header("Access-Control-Allow-Origin", "*"))
                .orElseGet(() -> Response.text(404, "There is no such list.").noStore());
    }

    private static boolean isGood(Signed signed, Snapshot known, long position) {
        long age = System.nanoTime() - signed.madeAt;
        boolean same = signed.position == position && signed.keys.equals(known.keys());
        return age < SHORTEST_LIFE.toNanos() || (same && age < TTL.toNanos());
    }

    private Optional<Signed> sign(String id, Snapshot known, long position) {
        long madeAt = System.nanoTime();
        Instant now = clock.instant();
        Optional<byte[]> statuses = database.read(tx -> statuses(tx, id, now));
        if (statuses.isEmpty()) return Optional.empty();
        JwsSigner signer =
                known.keys().announcer(TYPE).orElseThrow(() -> new IllegalStateException("no key for announcements"));
        Signed signed = new Signed(signer.sign(claims(id, statuses.get(), now)), position, known.keys(), madeAt);
        keep(id, signed);
        return Optional.of(signed);
    }

    private byte[] claims(String id, byte[] statuses, Instant now) {
        return new JsonWriter()
                .beginObject()
                .member("iss", issuer)
                .member("sub", new StatusReference(id, 0).uri(issuer))
                .member("iat", now.getEpochSecond())
                .member("exp", now.plus(LIFE).getEpochSecond())
                .member("ttl", TTL.toSeconds())
                .name("status_list")
                .beginObject()
                .member("bits", 1)
                .member("lst", StatusBits.compressed(statuses))
                .endObject()
                .endObject()
                .toByteArray();
    }

    private Optional<byte[]> statuses(Transaction tx, String id, Instant now) {
        Optional<StatusListRow> list = store.find(tx, id).filter(found -> now.isBefore(found.endsAt()));
        if (list.isEmpty()) return Optional.empty();
        BitSet revoked = new BitSet(StatusListRow.SIZE);
        if (list.get().revoked()) revoked.set(0, StatusListRow.SIZE);
        else for (long index : store.bits(tx, id)) revoked.set((int) index);
        return Optional.of(StatusBits.of(revoked, StatusListRow.SIZE));
    }

    private Optional<Signed> kept(String id) {
        synchronized (kept) {
            return Optional.ofNullable(kept.get(id));
        }
    }

    /// The one that was not asked for longest goes when there are too many.
    private void keep(String id, Signed signed) {
        synchronized (kept) {
            kept.put(id, signed);
            if (kept.size() > MOST_KEPT) kept.remove(kept.keySet().iterator().next());
        }
    }
}
