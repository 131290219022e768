/// Mails to users: what they say, in the user's language, and how they reach a mail server. Who gets one, and what may
/// be done with what stands in it, is decided elsewhere.
@NullMarked
package dev.handstamp.server.mail;

import org.jspecify.annotations.NullMarked;
