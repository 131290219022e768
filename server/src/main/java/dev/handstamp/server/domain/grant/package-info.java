/// What one user has allowed one client, and the refresh tokens that descend from it (RFC 6749 §6, RFC 9700 §4.14).
@NullMarked
package dev.handstamp.server.domain.grant;

import org.jspecify.annotations.NullMarked;
