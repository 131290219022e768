/// Measures what others may claim: a load driver for the server, and JMH benchmarks for the verifier.
///
/// Figures are requests per CPU-second of the server process, so that the driver's own work on the same machine does
/// not count.
@NullMarked
package dev.handstamp.bench;

import org.jspecify.annotations.NullMarked;
