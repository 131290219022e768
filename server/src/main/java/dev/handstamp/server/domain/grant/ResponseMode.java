package dev.handstamp.server.domain.grant;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How an answer of the authorization endpoint travels through the browser. `fragment` is not among them: a code does
/// not belong where scripts of the page read it (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode).
public enum ResponseMode {
    QUERY,
    FORM_POST;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ResponseMode> named(String wireName) {
        return Arrays.stream(values())
                .filter(mode -> mode.wireName().equals(wireName))
                .findFirst();
    }
}
