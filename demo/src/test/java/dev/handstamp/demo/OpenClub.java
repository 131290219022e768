package dev.handstamp.demo;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TokenBuilder;
import dev.handstamp.verifier.TokenVerifier;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A real Nightclub behind a real issuer of test tokens, on free ports.
final class OpenClub implements AutoCloseable {

    static final String AUDIENCE = "http://localhost:9001";

    enum Checking {
        LOCAL,
        INTROSPECTION
    }

    final TestIssuer issuer = TestIssuer.start();
    final String origin;
    private final TestIssuer stranger = TestIssuer.start();
    private final TokenVerifier verifier;
    private final Nightclub nightclub;

    OpenClub(Checking checking) {
        var builder = TokenVerifier.builder()
                .issuer(issuer.issuer())
                .audience(AUDIENCE)
                .clockSkew(Duration.ZERO);
        if (checking == Checking.INTROSPECTION) {
            issuer.introspectionClient(AUDIENCE, "a secret of this test");
            builder.introspection(AUDIENCE, "a secret of this test");
        }
        this.verifier = builder.build();
        try {
            this.nightclub = new Nightclub(
                            0,
                            URI.create(issuer.issuer()),
                            AUDIENCE,
                            verifier,
                            "in a test",
                            this::endSessions,
                            InstantSource.system())
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        this.origin = nightclub.origin();
    }

    TokenBuilder vera() {
        return token().subject("vera")
                .role("vip")
                .scope("guestlist:read", "guestlist:write")
                .claim("age", 34)
                .claim("name", "Vera Vale");
    }

    TokenBuilder nick() {
        return token().subject("nick").role("guest").scope("guestlist:read").claim("age", 25);
    }

    TokenBuilder mia() {
        return token().subject("mia").claim("age", 16);
    }

    /// What each kind of caller holds; empty for nobody.
    String tokenOf(String caller) {
        return switch (caller) {
            case "vera" -> vera().sign();
            case "nick" -> nick().sign();
            case "mia" -> mia().sign();
            case "just 18" -> mia().claim("age", 18).sign();
            case "almost 18" -> mia().claim("age", 17).sign();
            case "an age in words" -> mia().claim("age", "34").sign();
            case "vip in the wrong case" -> vera().role("VIP").sign();
            case "a client on its own" ->
                token().client("jukebox").scope("guestlist:write").sign();
            case "a little changed" -> changed(vera().sign());
            case "of another key" ->
                vera().signedBy(PrivateJwk.generate(Algorithm.ES256)).sign();
            case "expired" -> vera().issuedAt(ago(301)).expiresAt(ago(1)).sign();
            case "for another API" -> vera().audience("https://api.example").sign();
            case "of another issuer" ->
                stranger.token().audience(AUDIENCE).role("vip").claim("age", 34).sign();
            case "an ID token" -> vera().header("typ", "JWT").sign();
            case "no token at all" -> "open sesame";
            default -> throw new IllegalArgumentException(caller);
        };
    }

    private TokenBuilder token() {
        return issuer.token().audience(AUDIENCE);
    }

    private static Instant ago(int seconds) {
        return Instant.now().minusSeconds(seconds);
    }

    /// Another signature of the right length.
    private static String changed(String token) {
        int middle = token.lastIndexOf('.') + 20;
        char other = token.charAt(middle) == 'A' ? 'B' : 'A';
        return token.substring(0, middle) + other + token.substring(middle + 1);
    }

    /// Of guests of this club the subject is the name.
    private int endSessions(String username, String operator) {
        issuer.revokeSubject(username);
        return 1;
    }

    @Override
    public void close() {
        nightclub.close();
        verifier.close();
        stranger.close();
        issuer.close();
    }
}
