/// What a client may know of the user who let it in (OpenID Connect Core §5.3).
@NullMarked
package dev.handstamp.server.protocol.userinfo;

import org.jspecify.annotations.NullMarked;
