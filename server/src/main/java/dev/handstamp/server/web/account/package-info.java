/// Where users see their sessions and the applications with access, and end them.
@NullMarked
package dev.handstamp.server.web.account;

import org.jspecify.annotations.NullMarked;
