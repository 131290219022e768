/// What an administrator does: the operations behind the command line, on the same store as a running server.
///
/// Each checks everything that it is given, changes the store in one transaction together with its audit event and
/// its entries in the revocation log, and throws [dev.handstamp.server.administration.Refused] when it will not: then
/// nothing has changed. How a result is shown is left to the caller.
@NullMarked
package dev.handstamp.server.administration;

import org.jspecify.annotations.NullMarked;
