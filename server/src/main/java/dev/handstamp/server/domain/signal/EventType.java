package dev.handstamp.server.domain.signal;

import java.util.Arrays;
import java.util.List;

/// What a receiver can be told of.
///
/// @see <a href="https://openid.net/specs/openid-caep-1_0-final.html">CAEP 1.0 §3</a>
/// @see <a href="https://openid.net/specs/openid-sharedsignals-framework-1_0-final.html">Shared Signals Framework 1.0
///     §8.1.4, §8.1.5</a>
public enum EventType {
    SESSION_REVOKED("https://schemas.openid.net/secevent/caep/event-type/session-revoked", false),
    CREDENTIAL_CHANGE("https://schemas.openid.net/secevent/caep/event-type/credential-change", false),
    TOKEN_CLAIMS_CHANGE("https://schemas.openid.net/secevent/caep/event-type/token-claims-change", false),
    VERIFICATION("https://schemas.openid.net/secevent/ssf/event-type/verification", true),
    STREAM_UPDATED("https://schemas.openid.net/secevent/ssf/event-type/stream-updated", true);

    /// What a receiver can ask for. The others come unasked.
    public static final List<String> SUPPORTED = Arrays.stream(values())
            .filter(type -> !type.aboutStream)
            .map(EventType::uri)
            .toList();

    private final String uri;
    private final boolean aboutStream;

    EventType(String uri, boolean aboutStream) {
        this.uri = uri;
        this.aboutStream = aboutStream;
    }

    public String uri() {
        return uri;
    }
}
