/// One strict JSON reader and writer: the only parser that a token ever meets.
///
/// Duplicate names, invalid UTF-8 and text after the value are refused; depth, length and the size of numbers are
/// bounded: see [dev.handstamp.json.Json]. Nothing here takes or answers null unless it says so (`@Nullable`);
/// the JSON value `null` is [dev.handstamp.json.JsonNull].
@NullMarked
package dev.handstamp.json;

import org.jspecify.annotations.NullMarked;
