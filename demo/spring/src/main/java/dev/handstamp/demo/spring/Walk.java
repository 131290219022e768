package dev.handstamp.demo.spring;

import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TokenBuilder;
import java.time.Duration;
import java.time.Instant;

/// What is printed, and a walk to paste. Its tokens live for an hour.
record Walk(String origin, TestIssuer issuer) {

    static final String AUDIENCE = "https://api.example/orders";
    static final String SUBJECT = "vera";

    private static final String COMMANDS = """
        VERA='VERAS_TOKEN'
        MIA='MIAS_TOKEN'
        ask() { curl -s -w ' %{http_code}\\n' ORIGIN"$@"; }
        ask /orders
        ask /orders -H "Authorization: Bearer $VERA"
        ask /orders -H "Authorization: Bearer $VERA" -X POST
        ask /orders -H "Authorization: Bearer $MIA" -X POST
        ask /wine -H "Authorization: Bearer $VERA"
        ask /wine -H "Authorization: Bearer $MIA"
        ask /orders -H "Cookie: __Host-handstamp=$VERA"
        ask /orders -H "Cookie: __Host-handstamp=$VERA" -H 'Sec-Fetch-Site: cross-site' -X POST
        """;

    /// The commands alone, for a shell.
    String commands() {
        return COMMANDS.replace(
                        "VERAS_TOKEN",
                        token(SUBJECT)
                                .scope("orders:read", "orders:write")
                                .claim("age", 34L)
                                .sign())
                .replace(
                        "MIAS_TOKEN",
                        token("mia").scope("orders:read").claim("age", 16L).sign())
                .replace("ORIGIN", origin);
    }

    @Override
    public String toString() {
        return "\nThe API listens on " + origin + ", its health is at " + origin
                + "/actuator/health. Two tokens, and a walk to paste into another terminal:\n\n" + commands()
                + "\nEnter revokes Vera's tokens; Ctrl-C stops it.\n";
    }

    private TokenBuilder token(String subject) {
        return issuer.token()
                .audience(AUDIENCE)
                .subject(subject)
                .expiresAt(Instant.now().plus(Duration.ofHours(1)));
    }
}
