/// The command line: reads arguments, calls the server's administration, shows what came of it.
///
/// Exit status 0 is done, 1 refused with a reason on standard error, 2 wrong usage. Nothing is decided here.
@NullMarked
package dev.handstamp.cli;

import org.jspecify.annotations.NullMarked;
