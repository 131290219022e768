package dev.handstamp.server.domain.client;

import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who may say for which users a client gets tokens, by a signed assertion (RFC 7523 §2.1). Whoever holds its key
/// speaks
/// for these users: an operator names the clients that may present its assertions, and the users.
///
/// @param name    the `iss` of its assertions
/// @param keys    its public keys by value; empty where they are found elsewhere
/// @param keysUri where its public keys stand; where neither is given it is a client, which signs with its own keys
/// @param naming  what the `sub` of its assertions is
/// @param clients who may present its assertions
/// @param users   for whom it may speak; empty: for every user
public record AssertionIssuer(
        String name,
        Optional<Map<String, Object>> keys,
        Optional<String> keysUri,
        Naming naming,
        Set<ClientId> clients,
        Set<Subject> users,
        Instant createdAt) {

    /// What the `sub` of an assertion is.
    public enum Naming {
        /// The user's `sub` in our tokens.
        SUBJECT,
        USERNAME;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Naming> named(String wireName) {
            return Arrays.stream(values())
                    .filter(naming -> naming.wireName().equals(wireName))
                    .findFirst();
        }
    }

    public AssertionIssuer {
        keys = keys.map(Map::copyOf);
        clients = Set.copyOf(clients);
        users = Set.copyOf(users);
    }

    public boolean speaksFor(Subject user) {
        return users.isEmpty() || users.contains(user);
    }
}
