/// What the machines' doors share: errors, client authentication and the token response.
///
/// Imports none of its own sub-rooms, and they do not import each other.
@NullMarked
package dev.handstamp.server.protocol;

import org.jspecify.annotations.NullMarked;
