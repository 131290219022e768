package dev.handstamp.server.store;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.DeviceAuthorization;
import dev.handstamp.server.domain.grant.GrantId;
import java.time.Instant;
import java.util.Optional;

/// The devices that wait for a user, and what became of them.
public final class DeviceAuthorizationStore {

    private static final String INSERT = """
        INSERT INTO device_authorization
            (device_code_hash, user_code_hash, client_id, audience, scopes, address, user_agent, created_at, expires_at,
             poll_interval)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    private static final String FIND = """
        SELECT device_code_hash, user_code_hash, client_id, audience, scopes, address, user_agent, created_at,
               expires_at, poll_interval, polled_at, decided_at, grant_id, spent_at
          FROM device_authorization WHERE device_code_hash = ?""";

    private static final String FIND_BY_USER_CODE = """
        SELECT device_code_hash, user_code_hash, client_id, audience, scopes, address, user_agent, created_at,
               expires_at, poll_interval, polled_at, decided_at, grant_id, spent_at
          FROM device_authorization WHERE user_code_hash = ?""";

    private static final String POLL = """
        UPDATE device_authorization SET polled_at = ?
         WHERE device_code_hash = ? AND (polled_at IS NULL OR polled_at + poll_interval <= ?)""";

    private static final String SLOW_DOWN = """
        UPDATE device_authorization SET polled_at = ?, poll_interval = poll_interval + ? WHERE device_code_hash = ?""";

    private static final String DECIDE = """
        UPDATE device_authorization SET decided_at = ?, grant_id = ?
         WHERE device_code_hash = ? AND decided_at IS NULL AND expires_at > ?""";

    private static final String SPEND = """
        UPDATE device_authorization SET spent_at = ?
         WHERE device_code_hash = ? AND spent_at IS NULL AND grant_id IS NOT NULL""";

    private static final String FORGET = """
        DELETE FROM device_authorization WHERE device_code_hash IN
            (SELECT device_code_hash FROM device_authorization WHERE expires_at < ? ORDER BY expires_at LIMIT ?)""";

    /// Stores a new one.
    ///
    /// @return false if its user code is taken
    public boolean insert(Transaction tx, DeviceAuthorization device) {
        return tx.execute(
                        INSERT,
                        device.deviceCode().value(),
                        device.userCode().value(),
                        device.client().value(),
                        device.audience().value(),
                        device.scopes().map(Object::toString),
                        device.address(),
                        device.userAgent(),
                        device.createdAt(),
                        device.expiresAt(),
                        device.interval())
                > 0;
    }

    public Optional<DeviceAuthorization> find(Transaction tx, SecretHash deviceCode) {
        return tx.find(FIND, DeviceAuthorizationStore::from, deviceCode.value());
    }

    public Optional<DeviceAuthorization> findByUserCode(Transaction tx, SecretHash userCode) {
        return tx.find(FIND_BY_USER_CODE, DeviceAuthorizationStore::from, userCode.value());
    }

    /// Counts a poll.
    ///
    /// @return false if it came too early after the last one
    public boolean poll(Transaction tx, SecretHash deviceCode, Instant now) {
        return tx.execute(POLL, now, deviceCode.value(), now.plus(DeviceAuthorization.SLACK)) > 0;
    }

    /// Makes the device wait longer from here on.
    public void slowDown(Transaction tx, SecretHash deviceCode, Instant now) {
        tx.execute(SLOW_DOWN, now, DeviceAuthorization.INTERVAL_STEP, deviceCode.value());
    }

    /// Records what the user has decided.
    ///
    /// @param grant empty: the user says no
    /// @return false if somebody has decided before, or it is too late
    public boolean decide(Transaction tx, SecretHash deviceCode, Optional<GrantId> grant, Instant now) {
        return tx.execute(DECIDE, now, grant.map(GrantId::value), deviceCode.value(), now) > 0;
    }

    /// Spends what the user has allowed.
    ///
    /// @return false if it was spent already: somebody was faster
    public boolean spend(Transaction tx, SecretHash deviceCode, Instant now) {
        return tx.execute(SPEND, now, deviceCode.value()) > 0;
    }

    /// Drops those that expired, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }

    private static DeviceAuthorization from(Row row) {
        return new DeviceAuthorization(
                new SecretHash(row.text("device_code_hash")),
                new SecretHash(row.text("user_code_hash")),
                new ClientId(row.text("client_id")),
                new Audience(row.text("audience")),
                row.optionalText("scopes").map(Stored::scopes),
                row.text("address"),
                row.text("user_agent"),
                row.instant("created_at"),
                row.instant("expires_at"),
                Micros.toDuration(row.number("poll_interval")),
                row.optionalInstant("polled_at"),
                row.optionalInstant("decided_at"),
                row.optionalText("grant_id").map(GrantId::new),
                row.optionalInstant("spent_at"));
    }
}
