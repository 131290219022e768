/// The authorization endpoint (RFC 6749 §3.1): checks what a client asks, decides what comes next, and answers the
/// client.
/// Users sign in and decide at the pages of `web`, which always lead back here.
@NullMarked
package dev.handstamp.server.protocol.authorize;

import org.jspecify.annotations.NullMarked;
