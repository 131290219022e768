/// The files that users are brought along in: each form read into the same
/// [dev.handstamp.server.administration.moving.Newcomer].
///
/// Nothing here knows the store; whether a newcomer can be taken in is decided by `administration.UserImport`.
@NullMarked
package dev.handstamp.server.administration.moving;

import org.jspecify.annotations.NullMarked;
