package dev.handstamp.server.protocol.session;

import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The members of a JSON request, all of them texts.
///
/// @param texts exactly those that were sent
record Members(Map<String, Object> texts) {

    private static final int LONGEST_NAME = 64;

    /// Why the members are not what is expected: one is unknown, or is no text.
    Optional<OAuthError> problem(Set<String> known) {
        for (var member : texts.entrySet()) {
            String name = member.getKey();
            if (!known.contains(name)) return Optional.of(invalid("There is no member \"" + cut(name) + "\" here."));
            if (!(member.getValue() instanceof String)) return Optional.of(invalid(name + " must be a text."));
        }
        return Optional.empty();
    }

    /// A member without characters counts as not sent.
    Optional<String> text(String name) {
        return texts.get(name) instanceof String text && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    }

    static OAuthError invalid(String description) {
        return new OAuthError(ErrorCode.INVALID_REQUEST, description);
    }

    private static String cut(String name) {
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name;
    }
}
