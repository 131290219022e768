/// The five-minute tour: the server and Nightclub, a small real API behind it, in one process.
///
/// Read [Nightclub] first: it is the table of doors. [Guard] is what an engineer would copy into an API of their own.
/// [Main] starts both and prints a walk to paste. Nothing depends on this package.
@NullMarked
package dev.handstamp.demo;

import org.jspecify.annotations.NullMarked;
