/// Passkeys: key pairs that prove who a user is, each known by its public half (WebAuthn Level 3 §4).
@NullMarked
package dev.handstamp.server.domain.passkey;

import org.jspecify.annotations.NullMarked;
