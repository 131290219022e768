/// What it costs to check a token: the verifier beside its peers, each used as its own
/// documentation says, and beside the bare signature. `bench/run verify` runs it and prints a
/// table.
@NullMarked
package dev.handstamp.bench.verify;

import org.jspecify.annotations.NullMarked;
