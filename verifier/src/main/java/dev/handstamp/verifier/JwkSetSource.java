package dev.handstamp.verifier;

import dev.handstamp.jwt.JwkSet;
import java.util.Optional;

/// Where the keys of an issuer come from. Safe for any number of threads.
public interface JwkSetSource extends AutoCloseable {

    /// Answers the newest keys known, at once: it never waits, and costs next to nothing.
    ///
    /// @return a set without keys when none are known; the same object for as long as the keys are the same, for
    ///     what was checked with another is forgotten
    JwkSet current();

    /// Looks for a key that [#current()] did not have. May wait, but only for a bounded time, and must not let a
    /// flood of identifiers become a flood of requests.
    ///
    /// @param keyId from a token that nobody has checked: it may only be compared; empty for whatever key there
    ///     is
    /// @return the newest set, with or without that key
    JwkSet lookFor(String keyId);

    /// Hears that a valid token was signed by this key. Called for every such token; takes no notice by default.
    ///
    /// @param keyId the `kid` of the key
    default void used(String keyId) {}

    /// Takes the whole set that the issuer has announced by other means than an answer to us, such as a
    /// revocation feed: a key is then known before it first signs, and one that left is no longer trusted.
    ///
    /// Only for a set of which the caller has checked that this issuer, and nobody else, said it just now. A
    /// source that does not fetch takes no notice.
    ///
    /// @param keys public keys only
    default void announced(JwkSet keys) {}

    /// Says where the keys come from and how old that knowledge is.
    ///
    /// @return words for an [Explanation]
    default String knowledge() {
        return "keys that were handed over";
    }

    /// Says why there are no keys.
    ///
    /// @return words for a log; empty when there are some
    default Optional<String> problem() {
        return Optional.empty();
    }

    /// Ends what runs in the background; nothing by default.
    @Override
    default void close() {}
}
