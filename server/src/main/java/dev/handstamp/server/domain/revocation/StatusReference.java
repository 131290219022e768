package dev.handstamp.server.domain.revocation;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the status of a token is told: one index of one list.
///
/// @see <a href="https://datatracker.ietf.org/doc/html/draft-ietf-oauth-status-list-20#section-6">Token Status List §6,
///     Referenced Token</a>
public record StatusReference(String list, long index) {

    /// What stands before the list's identifier in its address, behind the issuer.
    public static final String PATH = "/statuslists/";

    private static final Pattern LIST = Pattern.compile(".*" + PATH + "([A-Za-z0-9_-]{1,64})");

    public String uri(String issuer) {
        return issuer + PATH + list;
    }

    /// The reference in the claim `status` of a token that we have signed.
    public static Optional<StatusReference> of(Optional<Object> status) {
        if (status.isEmpty() || !(status.get() instanceof Map<?, ?> members)) return Optional.empty();
        if (!(members.get("status_list") instanceof Map<?, ?> reference)) return Optional.empty();
        if (!(reference.get("uri") instanceof String uri) || !(reference.get("idx") instanceof Long index)) {
            return Optional.empty();
        }
        Matcher list = LIST.matcher(uri);
        return list.matches() ? Optional.of(new StatusReference(list.group(1), index)) : Optional.empty();
    }
}
