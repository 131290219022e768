/// What users do with mails: set another password, sign in once, make an account, show that an address is theirs.
///
/// A link shows a form and spends nothing; only the form does. Whether somebody has an account is told to nobody but
/// the
/// reader of the mail.
@NullMarked
package dev.handstamp.server.web.mail;

import org.jspecify.annotations.NullMarked;
