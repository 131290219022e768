package dev.handstamp.bench.verify;

import dev.handstamp.jwt.Algorithm;
import java.util.EnumSet;
import java.util.Set;

/// The verifier and its peers, and the algorithms that each can check.
@SuppressWarnings("ImmutableEnumChecker") // Its fields are written once and never handed out to be changed.
public enum Library {
    HANDSTAMP("**Handstamp**", HandstampCheck::new, "RS256", "PS256", "ES256", "EDDSA", "HS256"),
    NIMBUS("nimbus-jose-jwt 10.10", NimbusCheck::of, "RS256", "PS256", "ES256", "EDDSA", "HS256"),
    SPRING("Spring Security 7.1.2", SpringCheck::new, "RS256", "PS256", "ES256", "HS256"),
    JJWT("jjwt 0.13.0", JjwtCheck::new, "RS256", "PS256", "ES256", "EDDSA", "HS256"),
    AUTH0("auth0 java-jwt 4.6.2", Auth0Check::new, "RS256", "PS256", "ES256", "HS256"),
    JOSE4J("jose4j 0.9.7", Jose4jCheck::new, "RS256", "PS256", "ES256", "EDDSA", "HS256"),
    FUSIONAUTH("fusionauth-jwt 6.0.0", FusionAuthCheck::new, "RS256", "PS256", "ES256", "EDDSA", "HS256"),
    VERTX("vertx-auth-jwt 5.1.1", VertxCheck::new, "RS256", "PS256", "ES256", "EDDSA", "HS256"),
    SMALLRYE("smallrye-jwt 4.6.3", SmallRyeCheck::new, "RS256", "PS256", "ES256", "EDDSA", "HS256");

    private final String title;
    private final Maker maker;
    private final Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);

    Library(String title, Maker maker, String... algorithms) {
        this.title = title;
        this.maker = maker;
        for (String name : algorithms) this.algorithms.add(Algorithm.valueOf(name));
    }

    String title() {
        return title;
    }

    boolean checks(Algorithm algorithm) {
        return algorithms.contains(algorithm);
    }

    /// The same tokens with the algorithm's name as this library knows it.
    Tokens spelt(Tokens tokens) {
        return this == FUSIONAUTH && tokens.algorithm() == Algorithm.EDDSA ? tokens.named("Ed25519") : tokens;
    }

    Check checkOf(Tokens tokens) throws Exception {
        return maker.make(tokens);
    }

    private interface Maker {
        Check make(Tokens tokens) throws Exception;
    }
}
