/// Where a user signs in.
@NullMarked
package dev.handstamp.server.web.login;

import org.jspecify.annotations.NullMarked;
