package dev.handstamp.server.administration;

import java.util.HashSet;
import java.util.Set;

/// What the users of a file have claimed so far, each claim a text.
final class Claims {

    private final Set<String> before = new HashSet<>();
    private final Set<String> pending = new HashSet<>();

    /// Begins a batch, or begins it again.
    void begin() {
        pending.clear();
    }

    boolean has(String claim) {
        return pending.contains(claim) || before.contains(claim);
    }

    void add(String claim) {
        pending.add(claim);
    }

    /// The batch does not begin again: what it claimed is kept.
    void settle() {
        before.addAll(pending);
        pending.clear();
    }
}
