package dev.handstamp.server.protocol.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.KeyRing;
import dev.handstamp.server.crypto.MasterKey;
import dev.handstamp.server.crypto.NewKeys;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.key.KeySchedule;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.RevocationRules;
import dev.handstamp.server.issuance.Tally;
import dev.handstamp.server.live.Snapshot;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FeedChannelTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Audience ORDERS = new Audience("https://api.example/orders");

    private final Secrets secrets = new Secrets(new SecureRandom());
    private final FeedEvents events = new FeedEvents("https://login.example", secrets, InstantSource.fixed(NOW));
    private final FeedLog log = new FeedLog(0);
    private final Snapshot known = known();
    private final Tally tally = new Tally();
    private long time = System.nanoTime();
    private final FeedChannel channel = new FeedChannel(ORDERS, events, log, tally, known, () -> time);

    @Test
    void what_is_missed_during_a_snapshot_comes_in_events_of_5000_rules_each_when_the_former_was_taken() {
        FeedReader reader = reader();
        revoke(6_000);
        channel.join(reader);
        assertThat(reader.hasWholeSnapshot()).isFalse();
        revoke(12_000);

        channel.goOn(reader);
        assertThat(reader.hasWholeSnapshot()).isTrue();
        List<Long> reached = new ArrayList<>();
        while (reader.snapshot() != null) {
            channel.goOn(reader);
            reached.add(reader.reached());
        }

        assertThat(reached).containsExactly(11_000L, 16_000L, 18_000L);
    }

    @Test
    void a_reader_that_missed_nothing_is_told_no_more_than_the_snapshot() {
        FeedReader reader = reader();
        revoke(10);
        channel.join(reader);
        channel.goOn(reader);

        assertThat(reader.snapshot()).isNull();
        assertThat(reader.reached()).isEqualTo(10);
    }

    @Test
    void what_comes_alone_is_told_at_once_and_what_follows_closely_shares_one_event() {
        revoke(1);
        assertThat(channel.hasNews()).isFalse();
        assertThat(tally.feedEventsSigned.sum()).isOne();
        long due = channel.newsDueAt();

        channel.learned(known, List.of(entry(2)));
        channel.learned(known, List.of(entry(3)));
        time = due - 1;
        channel.tellNewsDue(time);
        assertThat(channel.hasNews()).isTrue();
        assertThat(tally.feedEventsSigned.sum()).isOne();

        time = due;
        channel.tellNewsDue(time);
        assertThat(channel.hasNews()).isFalse();
        assertThat(tally.feedEventsSigned.sum()).isEqualTo(2);
        assertThat(channel.newsDueAt()).isGreaterThan(due);
    }

    @Test
    void whoever_joins_while_news_waits_knows_it_as_well() {
        revoke(1);
        revoke(2);
        FeedReader reader = reader();

        channel.join(reader);

        assertThat(channel.hasNews()).isFalse();
        assertThat(reader.reached()).isEqualTo(3);
    }

    @Test
    void how_old_a_readers_knowledge_is_counts_from_the_last_event_it_has_taken() {
        revoke(10);
        FeedReader reader = reader();
        channel.join(reader);
        channel.goOn(reader);
        assertThat(channel.seen()).singleElement().satisfies(seen -> {
            assertThat(seen.api()).isEqualTo(ORDERS);
            assertThat(seen.address()).isEqualTo("198.51.100.7");
            assertThat(seen.since()).isEqualTo(NOW);
            assertThat(seen.position()).isEqualTo(10);
            assertThat(seen.age()).isZero();
            assertThat(seen.isBroughtUp()).isTrue();
        });

        time += Duration.ofSeconds(3).toNanos();
        assertThat(channel.seen().getFirst().age()).isEqualTo(Duration.ofSeconds(3));

        log.append(List.of(), 12); // What concerns others moves this reader on with the next beat.
        channel.beat(time, 0);
        assertThat(channel.seen().getFirst().position()).isEqualTo(12);
        assertThat(channel.seen().getFirst().age()).isZero();

        channel.leave(reader);
        assertThat(channel.seen()).isEmpty();
    }

    private FeedReader reader() {
        return new FeedReader(null, api(), OptionalLong.empty(), Optional.empty(), "198.51.100.7", NOW, () -> time);
    }

    /// Appends so many to the log, and tells the channel.
    private void revoke(int count) {
        List<Revocation> appended = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Revocation revocation = entry(log.position() + i + 1);
            known.revocations().add(revocation);
            appended.add(revocation);
        }
        log.append(appended, log.position() + count);
        channel.learned(known, appended);
    }

    private static Revocation entry(long position) {
        return new Revocation(
                position,
                NOW,
                Revocation.Kind.TOKEN,
                "token-" + position,
                "test",
                Set.of(ORDERS),
                NOW,
                NOW.plusSeconds(3600));
    }

    private static Api api() {
        Secret secret = new Secret("secret");
        return new Api(ORDERS, Scopes.NONE, Algorithm.ES256, Duration.ofMinutes(5), List.of(), secret.hash(), NOW);
    }

    private Snapshot known() {
        String masterKey = Base64.getEncoder().encodeToString(new SecureRandom().generateSeed(32));
        KeyEncryption encryption = new KeyEncryption(MasterKey.parse("test", masterKey), secrets);
        NewKeys keys = new NewKeys(encryption);
        var fresh = List.of(
                keys.generate(Algorithm.ES256, Optional.empty(), NOW),
                keys.generate(Algorithm.ES256, Optional.empty(), NOW));
        var stored = new KeySchedule(List.of())
                .rotate(fresh, Duration.ofMinutes(7), NOW)
                .created();
        Directory directory = new Directory(1, Map.of(), Map.of(ORDERS, api()), Map.of());
        return new Snapshot(directory, new RevocationRules(), KeyRing.of(stored, encryption, KeyRing.EMPTY, NOW));
    }
}
