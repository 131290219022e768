package dev.handstamp.servlet;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.verifier.Doorkeeper;
import dev.handstamp.verifier.KeysUnavailableException;
import dev.handstamp.verifier.Requirement;
import dev.handstamp.verifier.TokenVerifier;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What a `<filter>` of `web.xml` says; the names are those of [HandstampFilter#HandstampFilter()].
final class InitParameters {

    private static final Set<String> KNOWN = Set.of(
            "issuer",
            "audience",
            "algorithms",
            "clock-skew",
            "load-at-start",
            "realm",
            "cookie-origin",
            "scope",
            "role",
            "open");

    private final Map<String, String> values;

    private InitParameters(Map<String, String> values) {
        this.values = values;
    }

    static InitParameters of(FilterConfig config) throws ServletException {
        var values = new LinkedHashMap<String, String>();
        for (String name : Collections.list(config.getInitParameterNames())) {
            if (!KNOWN.contains(name)) throw new ServletException("handstamp: unknown init-param " + name);
            values.put(name, config.getInitParameter(name).strip());
        }
        return new InitParameters(values);
    }

    void applyTo(HandstampFilter filter) throws ServletException {
        TokenVerifier verifier = null;
        try {
            verifier = verifier();
            filter.open(builder(verifier).gate(), verifier);
        } catch (IllegalArgumentException | KeysUnavailableException e) {
            if (verifier != null) verifier.close();
            throw new ServletException("handstamp: " + e.getMessage(), e);
        }
    }

    private TokenVerifier verifier() {
        var verifier = TokenVerifier.builder()
                .issuer(values.getOrDefault("issuer", ""))
                .audience(words("audience").toArray(String[]::new));
        if (values.containsKey("algorithms")) {
            verifier.algorithms(
                    words("algorithms").stream().map(InitParameters::algorithm).toArray(Algorithm[]::new));
        }
        if (values.containsKey("clock-skew")) verifier.clockSkew(seconds(values.get("clock-skew")));
        if (isTrue("load-at-start")) verifier.loadAtStart();
        return verifier.build();
    }

    private HandstampFilter.Builder builder(TokenVerifier verifier) {
        Doorkeeper doorkeeper = Doorkeeper.of(verifier);
        if (values.containsKey("realm")) doorkeeper = doorkeeper.realm(values.get("realm"));
        if (values.containsKey("cookie-origin")) doorkeeper = doorkeeper.acceptCookie(values.get("cookie-origin"));

        var builder = HandstampFilter.builder(doorkeeper).elsewhere(requirement());
        words("open").forEach(builder::open);
        return builder;
    }

    private Requirement requirement() {
        Requirement requirement = Requirement.anyToken();
        List<String> scopes = words("scope");
        if (!scopes.isEmpty()) requirement = Requirement.scope(scopes.toArray(String[]::new));
        for (String role : words("role")) requirement = requirement.and(Requirement.role(role));
        return requirement;
    }

    private List<String> words(String name) {
        return Stream.of(values.getOrDefault(name, "").split("[\\s,]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private boolean isTrue(String name) {
        String value = values.getOrDefault(name, "false");
        if (value.equals("true") || value.equals("false")) return value.equals("true");
        throw new IllegalArgumentException(name + " must be true or false");
    }

    private static Algorithm algorithm(String name) {
        return Algorithm.named(name).orElseThrow(() -> new IllegalArgumentException("unknown algorithm " + name));
    }

    private static Duration seconds(String text) {
        if (text.matches("\\d{1,2}")) return Duration.ofSeconds(Integer.parseInt(text));
        throw new IllegalArgumentException("clock-skew must be 0 to 60 seconds");
    }
}
