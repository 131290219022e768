package dev.handstamp.microprofile;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.verifier.FixedJwkSet;
import dev.handstamp.verifier.JwkSetSource;
import dev.handstamp.verifier.RemoteJwkSet;
import dev.handstamp.verifier.Silence;
import dev.handstamp.verifier.TokenVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.jwt.config.Names;

/// MicroProfile JWT's own settings (§4), and ours beside them.
final class Settings {

    static final String ORIGIN = "handstamp.origin";
    static final String API_SECRET = "handstamp.api-secret";
    static final String REVOCATION = "handstamp.revocation";
    static final String TOKEN_TYPES = "handstamp.token-types";
    static final String REALM = "handstamp.realm";

    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final int LONGEST_KEY_SET = 512 * 1024;

    private final Config config;
    private final OptionalLong tokenAge;

    Settings(Config config) {
        this.config = config;
        for (String encryption : new String[] {Names.DECRYPTOR_KEY_LOCATION, Names.DECRYPTOR_KEY_ALGORITHM}) {
            if (text(encryption).isPresent()) {
                throw wrong(encryption, "encrypted tokens are not taken");
            }
        }
        if (readsCookie() && text(ORIGIN).isEmpty()) {
            throw wrong(ORIGIN, "a token in a cookie needs it: where browsers reach this API");
        }
        tokenAge = number(Names.TOKEN_AGE);
    }

    /// A verifier after these settings.
    ///
    /// @param keys what [#keys()] has answered
    /// @throws IllegalArgumentException naming the setting that is missing or wrong
    TokenVerifier verifier(Optional<JwkSetSource> keys) {
        TokenVerifier.Builder builder = TokenVerifier.builder()
                .issuer(required(Names.ISSUER))
                .audience(required(Names.AUDIENCES).split(" *, *", -1));
        text(Names.VERIFIER_PUBLIC_KEY_ALGORITHM).ifPresent(names -> builder.algorithms(algorithms(names)));
        builder.clockSkew(Duration.ofSeconds(number(Names.CLOCK_SKEW).orElse(60)));
        text(TOKEN_TYPES).ifPresent(types -> builder.foreignTypes(types.split(" *, *", -1)));
        keys.ifPresent(builder::keys);
        revocation(builder);
        return builder.build();
    }

    /// How old a token may be, in seconds from `iat`.
    OptionalLong tokenAge() {
        return tokenAge;
    }

    boolean readsCookie() {
        String header = text(Names.TOKEN_HEADER).orElse("Authorization");
        if (header.equals("Authorization")) return false;
        if (header.equals("Cookie")) return true;
        throw wrong(Names.TOKEN_HEADER, "Authorization or Cookie");
    }

    String cookie() {
        return text(Names.TOKEN_COOKIE).orElse("Bearer");
    }

    Optional<String> origin() {
        return text(ORIGIN);
    }

    String realm() {
        return text(REALM).orElse("api");
    }

    private void revocation(TokenVerifier.Builder builder) {
        String how = text(REVOCATION).orElse("expiry");
        if (how.equals("expiry")) return;
        String secret = required(API_SECRET);
        switch (how) {
            case "refuse" -> builder.revocationFeed(secret, Silence.failClosed(SILENCE));
            case "ask" -> builder.revocationFeed(secret, Silence.introspect(SILENCE));
            case "accept" -> builder.revocationFeed(secret, Silence.accept(SILENCE));
            case "introspection" ->
                builder.introspection(required(Names.AUDIENCES).split(" *, *", -1)[0], secret);
            default -> throw wrong(REVOCATION, "expiry, refuse, ask, accept or introspection");
        }
    }

    /// What is said of keys; empty when the issuer's metadata is to say it. The caller closes it.
    Optional<JwkSetSource> keys() {
        Optional<String> inline = text(Names.VERIFIER_PUBLIC_KEY);
        Optional<String> location = text(Names.VERIFIER_PUBLIC_KEY_LOCATION);
        if (inline.isPresent() && location.isPresent()) {
            throw wrong(Names.VERIFIER_PUBLIC_KEY_LOCATION, "one of the two, not both");
        }
        if (inline.isPresent()) return Optional.of(new FixedJwkSet(keySet(Names.VERIFIER_PUBLIC_KEY, inline.get())));
        return location.map(this::at);
    }

    private JwkSetSource at(String location) {
        if (location.startsWith("https:") || location.startsWith("http:")) {
            return RemoteJwkSet.builder(required(Names.ISSUER))
                    .jwksUri(URI.create(location))
                    .build();
        }
        return new FixedJwkSet(keySet(Names.VERIFIER_PUBLIC_KEY_LOCATION, file(location)));
    }

    private static String file(String location) {
        try (InputStream in = open(location)) {
            return new String(in.readNBytes(LONGEST_KEY_SET), StandardCharsets.UTF_8);
        } catch (IOException | IllegalArgumentException e) {
            throw wrong(Names.VERIFIER_PUBLIC_KEY_LOCATION, "cannot be read: " + location);
        }
    }

    private static InputStream open(String location) throws IOException {
        if (location.startsWith("file:")) return Files.newInputStream(Path.of(URI.create(location)));
        String name = location.startsWith("classpath:") ? location.substring("classpath:".length()) : location;
        InputStream resource = Thread.currentThread()
                .getContextClassLoader()
                .getResourceAsStream(name.startsWith("/") ? name.substring(1) : name);
        return resource != null ? resource : Files.newInputStream(Path.of(location));
    }

    /// A key set or a single key, as JSON or as JSON in base64url (§9.2.3).
    private static JwkSet keySet(String setting, String text) {
        String stripped = text.strip();
        try {
            String json = stripped.startsWith("{")
                    ? stripped
                    : new String(Base64.getUrlDecoder().decode(stripped), StandardCharsets.UTF_8);
            boolean isSet = json.contains("\"keys\"");
            return JwkSet.parse((isSet ? json : "{\"keys\":[" + json + "]}").getBytes(StandardCharsets.UTF_8));
        } catch (InvalidJwkException | IllegalArgumentException e) {
            throw wrong(setting, "a JWK or a key set (RFC 7517); a PEM names no key id and is not taken");
        }
    }

    private static Algorithm[] algorithms(String names) {
        String[] each = names.split(" *, *", -1);
        Algorithm[] algorithms = new Algorithm[each.length];
        for (int i = 0; i < each.length; i++) {
            String name = each[i];
            algorithms[i] = Algorithm.named(name)
                    .filter(algorithm -> !algorithm.isSymmetric())
                    .orElseThrow(() -> wrong(Names.VERIFIER_PUBLIC_KEY_ALGORITHM, "no such algorithm: " + name));
        }
        return algorithms;
    }

    private OptionalLong number(String setting) {
        Optional<String> text = text(setting);
        if (text.isEmpty()) return OptionalLong.empty();
        if (!text.get().matches("\\d{1,9}")) throw wrong(setting, "a number of seconds");
        return OptionalLong.of(Long.parseLong(text.get()));
    }

    private String required(String setting) {
        return text(setting).orElseThrow(() -> wrong(setting, "is missing"));
    }

    private Optional<String> text(String setting) {
        return config.getOptionalValue(setting, String.class).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static IllegalArgumentException wrong(String setting, String why) {
        return new IllegalArgumentException(setting + ": " + why);
    }
}
