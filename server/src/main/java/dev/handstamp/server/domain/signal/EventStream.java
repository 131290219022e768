package dev.handstamp.server.domain.signal;

import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// A stream of events to one receiver.
///
/// @param authorization what is sent along with each push, sealed
/// @param reason        why it has this status; empty if nobody said
/// @param position      what lies behind it in the revocation log has become events, or never will
/// @param verifiedAt    when its receiver last asked for a verification
/// @param failures      pushes that failed, one after the other
/// @param nextPushAt    before then nothing is pushed: somebody is at it, or it failed a moment ago
public record EventStream(
        String id,
        ClientId client,
        StreamConfiguration configuration,
        Optional<String> authorization,
        StreamStatus status,
        String reason,
        long position,
        Instant verifiedAt,
        int failures,
        Instant nextPushAt,
        Instant createdAt) {

    /// What a user is called whom a receiver does not want to hear of: by subject, or by e-mail address.
    public static String nameOf(Subject subject) {
        return subject.value();
    }

    public static String nameOf(String email) {
        return "mailto:" + email.toLowerCase(Locale.ROOT);
    }

    public EventStream withConfiguration(StreamConfiguration newOne, Optional<String> newAuthorization) {
        return new EventStream(
                id,
                client,
                newOne,
                newAuthorization,
                status,
                reason,
                position,
                verifiedAt,
                failures,
                nextPushAt,
                createdAt);
    }
}
