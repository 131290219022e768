package dev.handstamp.server.domain.grant;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What a device asks of a user who sits at another one (RFC 8628 §3.2), as the store knows it: both codes by their
/// hashes.
///
/// @param audience  whom the access token is for
/// @param scopes    what was asked for; everything the user can give if it was left out
/// @param address   where the device asked from
/// @param userAgent what the device calls itself
/// @param interval  how long the device has to wait between two polls
/// @param polledAt  when it last polled
/// @param decidedAt when the user has decided
/// @param grant     what the user has allowed; empty while nobody has decided, and if the user said no
/// @param spentAt   when the device got its tokens
public record DeviceAuthorization(
        SecretHash deviceCode,
        SecretHash userCode,
        ClientId client,
        Audience audience,
        Optional<Scopes> scopes,
        String address,
        String userAgent,
        Instant createdAt,
        Instant expiresAt,
        Duration interval,
        Optional<Instant> polledAt,
        Optional<Instant> decidedAt,
        Optional<GrantId> grant,
        Optional<Instant> spentAt) {

    /// What the first poll may come after (RFC 8628 §3.2).
    public static final Duration FIRST_INTERVAL = Duration.ofSeconds(5);

    /// What each poll that comes too early adds (§3.5).
    public static final Duration INTERVAL_STEP = Duration.ofSeconds(5);

    /// The network makes a poll early that was sent in time.
    public static final Duration SLACK = Duration.ofSeconds(1);

    /// A user who decides in the last moment leaves this much time to fetch the tokens.
    public static final Duration GRACE = Duration.ofMinutes(1);

    /// What a poll comes to.
    public sealed interface Poll {}

    /// The user has allowed it, and this is the first to ask, unless somebody is faster.
    public record Granted(GrantId grant) implements Poll {}

    /// It gave its tokens before: what it gave is taken back, as with a code (RFC 6749 §4.1.2).
    public record Reused(GrantId grant) implements Poll {}

    public record Denied() implements Poll {}

    public record Expired() implements Poll {}

    public record ForeignClient() implements Poll {}

    /// Nobody has decided yet.
    public record Undecided() implements Poll {}

    public Poll poll(ClientId presenter, Instant now) {
        if (!client.equals(presenter)) return new ForeignClient();
        if (spentAt.isPresent()) return new Reused(grant.orElseThrow());
        if (grant.isPresent()) return now.isBefore(expiresAt.plus(GRACE)) ? new Granted(grant.get()) : new Expired();
        if (!now.isBefore(expiresAt)) return new Expired();
        return decidedAt.isEmpty() ? new Undecided() : new Denied();
    }

    public boolean isOpenAt(Instant now) {
        return decidedAt.isEmpty() && now.isBefore(expiresAt);
    }
}
