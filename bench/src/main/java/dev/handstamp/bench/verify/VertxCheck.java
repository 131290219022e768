package dev.handstamp.bench.verify;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.Base64;

/// As its page says: a provider with keys and options; the answer is there when the call returns.
/// The type is not looked at.
final class VertxCheck implements Check {

    private final Vertx vertx = Vertx.vertx();
    private final JWTAuth provider;

    VertxCheck(Tokens tokens) {
        var options = new JWTAuthOptions()
                .setJWTOptions(new JWTOptions().setIssuer(Tokens.ISSUER).addAudience(Tokens.AUDIENCE));
        this.provider = JWTAuth.create(vertx, options.addJwk(jwk(tokens)));
    }

    @Override
    public User check(String token) {
        Future<User> answer = provider.authenticate(new TokenCredentials(token));
        if (answer.failed()) throw new IllegalArgumentException(answer.cause());
        return answer.result();
    }

    @Override
    public void close() {
        vertx.close();
    }

    private static JsonObject jwk(Tokens tokens) {
        if (!tokens.isSymmetric()) {
            return new JsonObject(tokens.keySet()).getJsonArray("keys").getJsonObject(0);
        }
        return new JsonObject()
                .put("kty", "oct")
                .put("kid", tokens.key().keyId())
                .put("alg", "HS256")
                .put("k", Base64.getUrlEncoder().withoutPadding().encodeToString(tokens.secret()));
    }
}
