package dev.handstamp.server.protocol.logout;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.crypto.KeyRing;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.session.PendingLogout;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.issuance.IdTokens;
import java.time.Duration;
import java.time.Instant;

/// Signs logout tokens, with the algorithm of ID tokens.
///
/// @see <a href="https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken">OpenID Connect Back-Channel
///     Logout 1.0 §2.4</a>
final class LogoutTokens {

    /// Never mistaken for another kind of token (§2.4).
    private static final String TYPE = "logout+jwt";

    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

    /// At most two minutes, says §2.4.
    private static final Duration LIFETIME = Duration.ofMinutes(2);

    private final String issuer;

    LogoutTokens(String issuer) {
        this.issuer = issuer;
    }

    /// A token that says that the session of this subject, as its client knows it, is over. There is no `nonce`, which
    /// would make it look like an ID token.
    String signed(PendingLogout logout, Subject subject, KeyRing keys, Instant now) {
        JwsSigner signer = keys.signer(IdTokens.ALGORITHM, new Audience(issuer), TYPE)
                .orElseThrow(() -> new IllegalStateException("no key signs logout tokens"));
        JsonWriter json = new JsonWriter()
                .beginObject()
                .member("iss", issuer)
                .member("sub", subject.value())
                .member("aud", logout.client().value())
                .member("iat", now.getEpochSecond())
                .member("exp", now.plus(LIFETIME).getEpochSecond())
                .member("jti", id(logout))
                .member("sid", logout.session().value());
        json.name("events").beginObject().name(EVENT).beginObject().endObject().endObject();
        return signer.sign(json.endObject().toByteArray());
    }

    /// The same with each try: a client that has heard it before can tell.
    static String id(PendingLogout logout) {
        String named = "handstamp logout\n" + logout.session().value() + "\n"
                + logout.client().value();
        return Sha256.base64Url(named);
    }
}
