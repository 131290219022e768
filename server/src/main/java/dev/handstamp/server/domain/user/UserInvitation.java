package dev.handstamp.server.domain.user;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// What lets somebody who is no user yet make an account, by the link of a mail.
///
/// @param email   where the mail goes
/// @param name    the full name, if it is known; empty for none
/// @param roles   what the account will have
/// @param inviter who has invited: a subject, a client, or `cli`
public record UserInvitation(
        String id,
        EmailAddress email,
        String name,
        SortedSet<RoleName> roles,
        String inviter,
        Instant createdAt,
        Instant expiresAt) {

    public UserInvitation {
        roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
    }

    public boolean isGoodAt(Instant now) {
        return now.isBefore(expiresAt);
    }
}
