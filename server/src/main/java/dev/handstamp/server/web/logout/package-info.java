/// Where a client sends its user to sign out (OpenID Connect RP-Initiated Logout 1.0), and where users come by
/// themselves.
@NullMarked
package dev.handstamp.server.web.logout;

import org.jspecify.annotations.NullMarked;
