package dev.handstamp.verifier;

import dev.handstamp.jwt.AccessToken;
import java.util.List;

/// By what a token can be taken back, as hashes that stand side by side: whoever looks at a remembered token for the
/// hundredth time need not walk through all of its claims again.
///
/// A claim that is missing has the hash 0, which can only cause a closer look.
final class Marks {

    private final int token;
    private final int session;
    private final int grant;
    private final int subject;
    private final int client;
    private final int firstAudience;
    private final int[] otherAudiences;

    private Marks(AccessToken token) {
        this.token = token.jwtId().hashCode();
        this.session = hashOf(token, "sid");
        this.grant = hashOf(token, "grant_id");
        this.subject = token.subject().hashCode();
        this.client = token.clientId().hashCode();
        List<String> audience = token.audience();
        this.firstAudience = audience.isEmpty() ? 0 : audience.get(0).hashCode();
        this.otherAudiences =
                audience.stream().skip(1).mapToInt(String::hashCode).toArray();
    }

    static Marks of(AccessToken token) {
        return new Marks(token);
    }

    int token() {
        return token;
    }

    int session() {
        return session;
    }

    int grant() {
        return grant;
    }

    int subject() {
        return subject;
    }

    int client() {
        return client;
    }

    int firstAudience() {
        return firstAudience;
    }

    int[] otherAudiences() {
        return otherAudiences;
    }

    private static int hashOf(AccessToken token, String claim) {
        return token.claims().toMap().get(claim) instanceof String text ? text.hashCode() : 0;
    }
}
