package dev.handstamp.server.domain.grant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How an answer of the authorization endpoint travels through the browser. `fragment` is not among them, signed or
/// not:
/// a code does not belong where scripts of the page read it (OAuth 2.0 Multiple Response Types §2.1, Form Post Response
/// Mode).
///
/// @see <a href="https://openid.net/specs/oauth-v2-jarm.html#name-response-encoding">JARM §2.3, response encoding</a>
public enum ResponseMode {
    QUERY("query", false),
    FORM_POST("form_post", false),
    QUERY_JWT("query.jwt", true),
    FORM_POST_JWT("form_post.jwt", true);

    /// The signed form of what is usual for the response type, which for `code` is the query (JARM §2.3.4).
    private static final String USUAL_JWT = "jwt";

    private final String wireName;
    private final boolean signed;

    ResponseMode(String wireName, boolean signed) {
        this.wireName = wireName;
        this.signed = signed;
    }

    public String wireName() {
        return wireName;
    }

    /// Whether the parameters of the answer are the claims of a JWT.
    public boolean isSigned() {
        return signed;
    }

    /// Whether a form carries it, and not the address.
    public boolean isForm() {
        return this == FORM_POST || this == FORM_POST_JWT;
    }

    public static Optional<ResponseMode> named(String wireName) {
        if (wireName.equals(USUAL_JWT)) return Optional.of(QUERY_JWT);
        for (ResponseMode mode : values()) {
            if (mode.wireName.equals(wireName)) return Optional.of(mode);
        }
        return Optional.empty();
    }

    /// Every name that a request can have.
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        for (ResponseMode mode : values()) names.add(mode.wireName);
        names.add(USUAL_JWT);
        return List.copyOf(names);
    }
}
