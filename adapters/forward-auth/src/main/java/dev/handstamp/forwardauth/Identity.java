package dev.handstamp.forwardauth;

import dev.handstamp.jwt.AccessToken;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Who stands behind a token, in the headers by which an upstream is told.
///
/// A header value is a line of text that may be trimmed, split at commas and cut at control characters on its way. A
/// claim that would then say something else is not passed on; a user name of that kind is refused as a whole.
///
/// @param userClaim what names the user; `sub` never changes and is never given to another
record Identity(
        String userHeader,
        String groupsHeader,
        String nameHeader,
        String emailHeader,
        String userClaim,
        String nameClaim,
        String emailClaim) {

    private static final int LONGEST = 1_024;

    /// The headers of one token; empty when its user cannot be named in one.
    ///
    /// A client's own token names nobody: its id must not be taken for a user of the same name (RFC 9068 §5).
    Optional<Map<String, String>> headers(AccessToken token) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (!token.isForUser()) return Optional.of(headers);
        Optional<String> user = token.claims().string(userClaim).filter(Identity::survives);
        if (user.isEmpty()) return Optional.empty();
        headers.put(userHeader, user.get());
        String groups = token.roles().stream()
                .filter(role -> survives(role) && role.indexOf(',') < 0)
                .collect(Collectors.joining(","));
        if (!groups.isEmpty()) headers.put(groupsHeader, groups);
        token.claims().string(nameClaim).filter(Identity::survives).ifPresent(name -> headers.put(nameHeader, name));
        verifiedEmail(token).ifPresent(email -> headers.put(emailHeader, email));
        return Optional.of(headers);
    }

    /// Whether a header from outside would be taken for one of ours, here or behind a server that turns `_` into `-`
    /// and capitals into small letters, as CGI does.
    boolean isNamedLike(String header) {
        String folded = folded(header);
        return names().stream().anyMatch(own -> folded(own).equals(folded));
    }

    List<String> names() {
        return List.of(userHeader, groupsHeader, nameHeader, emailHeader);
    }

    /// An address that the issuer says it has not verified may be somebody else's (OIDC Core §5.7).
    private Optional<String> verifiedEmail(AccessToken token) {
        boolean isDoubtful = token.claims()
                .get("email_verified")
                .filter(Boolean.FALSE::equals)
                .isPresent();
        return isDoubtful ? Optional.empty() : token.claims().string(emailClaim).filter(Identity::survives);
    }

    private static boolean survives(String value) {
        return !value.isEmpty()
                && value.length() <= LONGEST
                && value.equals(value.strip())
                && value.codePoints().noneMatch(c -> Character.isISOControl(c) || isHalf(c));
    }

    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private static String folded(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "-").toLowerCase(Locale.ROOT);
    }
}
