package dev.handstamp.forwardauth;

import dev.handstamp.verifier.Condition;
import dev.handstamp.verifier.Requirement;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What a place behind the proxy asks of a token, written as a query by whoever configures the proxy.
///
/// | parameter | asks for |
/// | --- | --- |
/// | `scope=orders:read orders:write` | all of these scopes |
/// | `role=vip,staff` | one of these roles |
/// | `claim.tier=gold` | a claim with this text, or a list that holds it |
/// | `user=true` | a user, not a client on its own account |
///
/// All parameters must be met, a repeated one each time. There is none that asks for less than the others do, so that
/// a parameter of the visitor's, should a proxy let one through, can only shut a door. An unknown one is an error: a
/// misspelled requirement must not open every door.
final class Needs {

    private static final String CLAIM = "claim.";

    private Needs() {}

    /// @param query without the question mark; empty for any valid token
    /// @throws IllegalArgumentException saying what is wrong
    static Requirement parse(String query) {
        Requirement all = Requirement.anyToken();
        if (query.isEmpty()) return all;
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals < 1) throw new IllegalArgumentException("a requirement is name=value, such as role=vip");
            all = all.and(one(decoded(parameter.substring(0, equals)), decoded(parameter.substring(equals + 1))));
        }
        return all;
    }

    private static Requirement one(String name, String value) {
        if (value.isBlank()) throw new IllegalArgumentException("the requirement " + name + " has no value");
        if (name.equals("scope")) return Requirement.scope(value.strip().split(" +"));
        if (name.equals("role")) return role(value);
        if (name.equals("user") && value.equals("true")) return Requirement.user();
        if (name.startsWith(CLAIM) && name.length() > CLAIM.length()) {
            return Requirement.claim(name.substring(CLAIM.length()), Condition.contains(value));
        }
        throw new IllegalArgumentException("a requirement is scope=, role=, claim.NAME= or user=true");
    }

    private static Requirement role(String value) {
        return Arrays.stream(value.split(",", -1))
                .map(String::strip)
                .peek(Needs::requireName)
                .map(Requirement::role)
                .reduce(Requirement::or)
                .orElseThrow();
    }

    private static void requireName(String role) {
        if (role.isEmpty()) throw new IllegalArgumentException("the requirement role has an empty name");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
