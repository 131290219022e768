/// One strict JSON reader and writer: the only parser that a token ever meets.
///
/// Duplicate names, invalid UTF-8 and text after the value are refused; depth, length and the size of numbers are
/// bounded.
@NullMarked
package dev.handstamp.json;

import org.jspecify.annotations.NullMarked;
