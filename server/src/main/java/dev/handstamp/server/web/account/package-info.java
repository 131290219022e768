/// Where users see and change what is their own: profile, sessions, applications with access. One class a page; what is
/// before all of them is [dev.handstamp.server.web.Lobby].
@NullMarked
package dev.handstamp.server.web.account;

import org.jspecify.annotations.NullMarked;
