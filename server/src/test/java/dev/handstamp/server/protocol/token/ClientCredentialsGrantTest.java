package dev.handstamp.server.protocol.token;

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
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.key.KeySchedule;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.RevocationRules;
import dev.handstamp.server.issuance.Tally;
import dev.handstamp.server.issuance.TokenIssuer;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.token.ClientCredentialsGrant.SignedAhead;
import dev.handstamp.server.protocol.token.TokenRequest.ClientCredentials;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ClientCredentialsGrantTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Audience ORDERS = new Audience("https://api.example/orders");
    private static final ClientCredentials REQUEST = new ClientCredentials(Optional.of(ORDERS), Optional.empty());

    private final Secrets secrets = new Secrets(new SecureRandom());
    private final Tally tally = new Tally();
    private final ClientCredentialsGrant grant = new ClientCredentialsGrant(
            new TokenIssuer("https://login.example", secrets), InstantSource.fixed(NOW), tally);
    private final Client shop = new Client(
            new ClientId("shop"),
            Set.of(GrantType.CLIENT_CREDENTIALS),
            Set.of(ORDERS),
            Scopes.NONE,
            Optional.of(new Secret("secret").hash()),
            NOW);

    @Test
    void a_token_signed_ahead_is_handed_out_and_counted_while_nothing_changes() {
        Snapshot known = known(Algorithm.ES256);
        SignedAhead signed = grant.signAhead(REQUEST, shop, known).orElseThrow();
        assertThat(tally.tokensIssued.sum()).isZero();
        known.revocations().add(revocation(1, Revocation.Kind.CLIENT, "another"));

        assertThat(grant.handOut(signed, known)).contains(signed.response());
        assertThat(tally.tokensIssued.sum()).isEqualTo(1);
    }

    @Test
    void a_token_signed_ahead_is_never_seen_when_a_revocation_that_refuses_it_is_known_by_then() {
        for (Revocation.Kind kind : List.of(Revocation.Kind.CLIENT, Revocation.Kind.SUBJECT)) {
            Snapshot known = known(Algorithm.ES256);
            SignedAhead signed = grant.signAhead(REQUEST, shop, known).orElseThrow();
            known.revocations().add(revocation(1, kind, "shop"));
            assertThat(grant.handOut(signed, known)).isEmpty();
        }
        Snapshot known = known(Algorithm.ES256);
        SignedAhead signed = grant.signAhead(REQUEST, shop, known).orElseThrow();
        known.revocations().add(revocation(1, Revocation.Kind.API, ORDERS.value()));
        assertThat(grant.handOut(signed, known)).isEmpty();
        assertThat(tally.tokensIssued.sum()).isZero();
    }

    @Test
    void a_token_signed_ahead_is_never_seen_when_the_client_or_the_keys_are_others_by_then() {
        Snapshot known = known(Algorithm.ES256);
        SignedAhead signed = grant.signAhead(REQUEST, shop, known).orElseThrow();
        Directory without = new Directory(2, Map.of(), known.directory().apis(), Map.of());
        assertThat(grant.handOut(signed, new Snapshot(without, known.revocations(), known.keys())))
                .isEmpty();
        KeyRing others = known(Algorithm.ES256).keys();
        assertThat(grant.handOut(signed, new Snapshot(known.directory(), known.revocations(), others)))
                .isEmpty();
    }

    @Test
    void an_rsa_signature_keeps_nobody_waiting() {
        assertThat(grant.signAhead(REQUEST, shop, known(Algorithm.RS256))).isEmpty();
    }

    private Snapshot known(Algorithm algorithm) {
        Api api = new Api(
                ORDERS, Scopes.NONE, algorithm, Duration.ofMinutes(5), List.of(), new Secret("other").hash(), NOW);
        Directory directory = new Directory(1, Map.of(shop.id(), shop), Map.of(ORDERS, api), Map.of());
        String masterKey = Base64.getEncoder().encodeToString(new SecureRandom().generateSeed(32));
        KeyEncryption encryption = new KeyEncryption(MasterKey.parse("test", masterKey), secrets);
        NewKeys newKeys = new NewKeys(encryption);
        var fresh = List.of(
                newKeys.generate(algorithm, Optional.empty(), NOW), newKeys.generate(algorithm, Optional.empty(), NOW));
        var stored = new KeySchedule(List.of())
                .rotate(fresh, Duration.ofMinutes(7), NOW)
                .created();
        return new Snapshot(directory, new RevocationRules(), KeyRing.of(stored, encryption, KeyRing.EMPTY, NOW));
    }

    private static Revocation revocation(long position, Revocation.Kind kind, String id) {
        return new Revocation(position, NOW, kind, id, "test", Set.of(), NOW.minusSeconds(60), NOW.plusSeconds(3600));
    }
}
