package dev.handstamp.server.domain.mail;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What a mail brings along: good once.
///
/// @param id             by the hash of the link's secret, or the keyed hash of the code
/// @param subject        whose account it opens; empty for somebody who is no user yet
/// @param email          where it was sent
/// @param passwordDigest of the user's stored hash at that time
/// @param browser        who asked for it, by the hash of what that browser holds
/// @param sealedRequest  the authorization request to go on to; empty for none
/// @param failures       wrong codes so far
public record MailTicket(
        SecretHash id,
        MailKind kind,
        Optional<Subject> subject,
        String email,
        Optional<SecretHash> passwordDigest,
        Optional<SecretHash> browser,
        String sealedRequest,
        Map<String, String> details,
        long failures,
        Instant createdAt,
        Instant expiresAt) {

    public MailTicket {
        details = Map.copyOf(details);
    }

    /// The same with other details.
    public MailTicket with(Map<String, String> others) {
        return new MailTicket(
                id,
                kind,
                subject,
                email,
                passwordDigest,
                browser,
                sealedRequest,
                others,
                failures,
                createdAt,
                expiresAt);
    }

    public boolean isGoodAt(Instant now) {
        return now.isBefore(expiresAt);
    }
}
