/// Who logs in: users, their roles and what a role allows at each API.
@NullMarked
package dev.handstamp.server.domain.user;

import org.jspecify.annotations.NullMarked;
