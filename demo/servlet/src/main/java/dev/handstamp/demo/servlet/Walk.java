package dev.handstamp.demo.servlet;

import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TokenBuilder;
import java.time.Duration;
import java.time.Instant;

/// What is printed, and a walk to paste. Its tokens live for an hour.
record Walk(String origin, TestIssuer issuer) {

    private static final String COMMANDS = """
        VERA='VERAS_TOKEN'
        CLERK='CLERKS_TOKEN'
        OTHER='OTHER_TOKEN'
        ask() { curl -s -w ' %{http_code}\\n' ORIGIN"$@"; }
        ask /health
        ask /orders
        ask /orders -H "Authorization: Bearer $VERA"
        ask /till -H "Authorization: Bearer $VERA"
        ask /till -H "Authorization: Bearer $CLERK"
        ask /orders -H "Authorization: Bearer $OTHER"
        """;

    /// The commands alone, for a shell.
    String commands() {
        return COMMANDS.replace(
                        "VERAS_TOKEN", token("vera").scope("orders:read").sign())
                .replace("CLERKS_TOKEN", token("carl").role("clerk").sign())
                .replace(
                        "OTHER_TOKEN",
                        token("vera").audience("https://api.example/other").sign())
                .replace("ORIGIN", origin);
    }

    @Override
    public String toString() {
        return "\nThe API listens on " + origin + ". Three tokens, and a walk to paste into another terminal:\n\n"
                + commands() + "\nCtrl-C stops it.\n";
    }

    private TokenBuilder token(String subject) {
        return issuer.token()
                .audience(Api.AUDIENCE)
                .subject(subject)
                .expiresAt(Instant.now().plus(Duration.ofHours(1)));
    }
}
