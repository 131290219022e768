/// Mails that wait to be sent.
@NullMarked
package dev.handstamp.server.domain.mail;

import org.jspecify.annotations.NullMarked;
