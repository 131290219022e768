/// The administration in a browser: pages over the very operations that the command line and the admin API have, in the
/// room `administration`. Nothing is decided here but who may come in.
@NullMarked
package dev.handstamp.server.web.admin;

import org.jspecify.annotations.NullMarked;
