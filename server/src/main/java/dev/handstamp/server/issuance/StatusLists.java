package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.revocation.Issuance;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.RevocationRules;
import dev.handstamp.server.domain.revocation.RevocationRules.TokenFacts;
import dev.handstamp.server.domain.revocation.StatusListRow;
import dev.handstamp.server.domain.revocation.StatusReference;
import dev.handstamp.server.issuance.TokenHolder.ForClient;
import dev.handstamp.server.issuance.TokenHolder.ForUser;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.StatusListStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Gives access tokens their place in a status list, without a row for each.
///
/// A list has one node that counts its indices up in memory. The tokens of a client in its own name have an index each,
/// in lists of that client; the tokens of a user's grant share one, which the grant remembers. docs/decisions tells
/// why.
///
/// @see <a href="https://datatracker.ietf.org/doc/html/draft-ietf-oauth-status-list-20">Token Status List</a>
public final class StatusLists {

    /// How long a list gives indices to tokens that have one each.
    private static final Duration HOUR = Duration.ofHours(1);

    /// How long a list gives indices to grants.
    private static final Duration DAY = Duration.ofDays(1);

    /// A verifier whose clock is behind may look at a token after its end.
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

    /// Whose tokens are in a list.
    private record Owner(Audience api, Optional<ClientId> client) {}

    /// A list that gives indices.
    ///
    /// @param position of the last entry of the log when it was opened
    /// @param step     odd, so that the indices come in another order than the tokens, each once
    private record Open(String id, long position, Instant closesAt, int first, int step, AtomicInteger drawn) {

        /// The next index; empty if there is none left.
        Optional<StatusReference> next() {
            int number = drawn.getAndIncrement();
            if (number < 0 || number >= StatusListRow.SIZE) {
                drawn.set(StatusListRow.SIZE);
                return Optional.empty();
            }
            long index = Math.floorMod((long) number * step + first, (long) StatusListRow.SIZE);
            return Optional.of(new StatusReference(id, index));
        }
    }

    private final Database database;
    private final Secrets secrets;
    private final Duration grantLifetime;
    private final StatusListStore store = new StatusListStore();
    private final RevisionStore revisions = new RevisionStore();
    private final RevocationStore revocations = new RevocationStore();
    private final Map<Owner, Open> open = new ConcurrentHashMap<>();

    /// @param grantLifetime the longest that a grant's tokens can keep their index
    public StatusLists(Database database, Secrets secrets, Duration grantLifetime) {
        this.database = database;
        this.secrets = secrets;
        this.grantLifetime = grantLifetime;
    }

    /// The place of a token that is about to be signed. May wait for the database.
    StatusReference place(Snapshot known, TokenHolder holder, Api api, Issuance issuance, Instant now) {
        return switch (holder) {
            case ForClient forClient -> ofClient(known, forClient, api, issuance, now);
            case ForUser forUser -> ofGrant(known, forUser, api, issuance, now);
        };
    }

    private StatusReference ofClient(Snapshot known, ForClient holder, Api api, Issuance issuance, Instant now) {
        Owner owner = new Owner(api.audience(), Optional.of(holder.client()));
        while (true) {
            Open list = current(known, owner, api, now);
            Optional<StatusReference> reference = list.next();
            if (reference.isEmpty()) {
                open.remove(owner, list);
                continue;
            }
            // What was taken back before the list was opened did not find it.
            if (issuance.position() < list.position) {
                database.inTransaction(tx -> {
                    if (isRevokedSince(tx, issuance, "", "", holder, api)) store.set(tx, reference.get());
                    return true;
                });
            }
            return reference.get();
        }
    }

    private StatusReference ofGrant(Snapshot known, ForUser holder, Api api, Issuance issuance, Instant now) {
        Optional<StatusReference> kept = database.read(tx -> store.ofGrant(tx, holder.grant()));
        if (kept.isPresent()) return kept.get();
        Owner owner = new Owner(api.audience(), Optional.empty());
        while (true) {
            Open list = current(known, owner, api, now);
            Optional<StatusReference> drawn = list.next();
            if (drawn.isPresent()) {
                return database.inTransaction(tx -> assigned(tx, drawn.get(), holder, api, issuance));
            }
            open.remove(owner, list);
        }
    }

    /// The index is the grant's, unless somebody was faster or has taken the token back meanwhile.
    private StatusReference assigned(
            Transaction tx, StatusReference drawn, ForUser holder, Api api, Issuance issuance) {
        revisions.lock(tx);
        GrantId grant = holder.grant();
        String session = holder.session().value();
        boolean isOver = isRevokedSince(tx, issuance, session, grant.value(), holder, api);
        Optional<StatusReference> kept = store.ofGrant(tx, grant);
        if (!isOver && kept.isPresent()) return kept.get();
        if (isOver || !store.assign(tx, grant, drawn)) store.set(tx, drawn);
        return drawn;
    }

    private boolean isRevokedSince(
            Transaction tx, Issuance issuance, String session, String grant, TokenHolder holder, Api api) {
        List<Revocation> entries = revocations.after(tx, issuance.position());
        if (entries.isEmpty()) return false;
        RevocationRules rules = new RevocationRules();
        for (Revocation entry : entries) rules.add(entry);
        return rules.revoke(new TokenFacts(
                "",
                session,
                grant,
                holder.subject(),
                holder.client().value(),
                List.of(api.audience().value()),
                issuance));
    }

    /// The list that gives this owner's indices now: not one that was closed, or taken back as a whole.
    private Open current(Snapshot known, Owner owner, Api api, Instant now) {
        @Nullable Open list = open.get(owner);
        if (list != null && isGood(list, known, owner, now)) return list;
        synchronized (this) {
            list = open.get(owner);
            if (list != null && isGood(list, known, owner, now)) return list;
            Open opened = opened(owner, api, now);
            open.put(owner, opened);
            return opened;
        }
    }

    private static boolean isGood(Open list, Snapshot known, Owner owner, Instant now) {
        String client = owner.client().map(ClientId::value).orElse("");
        return now.isBefore(list.closesAt)
                && known.revocations().lastCutOff(client, owner.api().value()) <= list.position;
    }

    private Open opened(Owner owner, Api api, Instant now) {
        boolean ofUsers = owner.client().isEmpty();
        Instant closesAt = now.plus(ofUsers ? DAY : HOUR);
        Instant endsAt = closesAt.plus(ofUsers ? grantLifetime : Duration.ZERO)
                .plus(api.tokenLifetime())
                .plus(CLOCK_SKEW);
        StatusListRow row = new StatusListRow(secrets.id(), owner.api(), owner.client(), now, endsAt, false);
        long position = database.inTransaction(tx -> {
            // Whoever takes a whole API or client back comes before, and its position is lower, or after, and finds
            // the list.
            revisions.lock(tx);
            store.insert(tx, row);
            return revocations.last(tx);
        });
        return new Open(row.id(), position, closesAt, secrets.number(StatusListRow.SIZE), step(), new AtomicInteger());
    }

    private int step() {
        return secrets.number(StatusListRow.SIZE) | 1;
    }
}
