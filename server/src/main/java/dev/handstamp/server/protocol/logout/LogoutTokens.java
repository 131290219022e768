package dev.handstamp.server.protocol.logout;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.domain.client.AnswerSignature;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.session.PendingLogout;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.issuance.AnswerSigners;
import dev.handstamp.server.live.Snapshot;
import java.time.Duration;
import java.time.Instant;

/// Signs logout tokens, with the algorithm of the client's ID tokens (§2.6).
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
    private final AnswerSigners signers;

    LogoutTokens(String issuer, AnswerSigners signers) {
        this.issuer = issuer;
        this.signers = signers;
    }

    /// A token that says that the session of this subject, as its client knows it, is over. There is no `nonce`, which
    /// would make it look like an ID token.
    String signed(PendingLogout logout, Subject subject, Snapshot known, Instant now) {
        Algorithm algorithm = known.directory()
                .client(logout.client())
                .map(client -> client.metadata().answerSignature(ClientMember.ID_TOKEN_SIGNED_RESPONSE_ALG))
                .orElse(AnswerSignature.DEFAULT);
        JwsSigner signer = signers.signer(known, algorithm, TYPE);
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
