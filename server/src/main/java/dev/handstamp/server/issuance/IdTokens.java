package dev.handstamp.server.issuance;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.json.JsonWriter;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Claims;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.crypto.Sha512;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.grant.AuthorizationCode;
import dev.handstamp.server.domain.grant.ClaimsRequest;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.session.AuthenticationContext;
import dev.handstamp.server.domain.session.AuthenticationMethod;
import dev.handstamp.server.domain.session.Proofs;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.live.Snapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Signs ID tokens: what a client, and nobody else, is told of who has signed in and how.
///
/// @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#IDToken">OpenID Connect Core §2</a>
public final class IdTokens {

    /// Never the `typ` of an access token: none is mistaken for the other (RFC 9068 §2.1).
    public static final String TYPE = "JWT";

    /// Every `acr` that an ID token may say.
    public static final List<String> LEVELS =
            Arrays.stream(AssuranceLevel.values()).map(AssuranceLevel::wireName).toList();

    /// Whom an ID token was about, whom it was for, and in which session.
    public record Hint(Subject subject, ClientId client, Optional<SessionId> session) {}

    private static final int LONGEST = 8192;

    /// No longer than the keys that have retired stay published.
    private static final Duration LIFETIME = Api.DEFAULT_TOKEN_LIFETIME;

    private final String issuer;
    private final Subjects subjects;
    private final AnswerSigners signers;

    public IdTokens(String issuer, Subjects subjects, AnswerSigners signers) {
        this.issuer = issuer;
        this.subjects = subjects;
        this.signers = signers;
    }

    /// How a grant came to be.
    ///
    /// @param session that its user is signed in with
    /// @param claims  what was asked for beside the scopes
    record Occasion(Client client, SessionId session, AuthenticationContext authentication, ClaimsRequest claims) {

        /// Of a grant that began without a code; empty if it does not know how its user signed in.
        static Optional<Occasion> of(Client client, Grant grant) {
            return grant.authentication().map(how -> new Occasion(client, grant.session(), how, ClaimsRequest.NONE));
        }

        /// The session is the browser's. Older grants do not know how their users signed in: by a password.
        static Occasion ofCode(Client client, Grant grant, AuthorizationCode code) {
            AuthenticationContext authentication = grant.authentication()
                    .orElseGet(() -> Proofs.of(AuthenticationMethod.PASSWORD, code.authenticatedAt())
                            .context());
            return new Occasion(client, code.session(), authentication, code.claims());
        }
    }

    /// Signs the ID token of a grant, with what its client has registered.
    ///
    /// @param nonce what the request asked to repeat; an ID token of a refresh repeats none (§12.2)
    String issue(
            Snapshot known,
            User user,
            Occasion occasion,
            Optional<String> nonce,
            IssuedToken accessToken,
            Instant now) {
        Algorithm algorithm = occasion.client.metadata().answerSignature(ClientMember.ID_TOKEN_SIGNED_RESPONSE_ALG);
        JwsSigner signer = signers.signer(known, algorithm, TYPE);
        JsonWriter json = new JsonWriter()
                .beginObject()
                .member("iss", issuer)
                .member(
                        "sub",
                        subjects.of(user.subject(), Optional.of(occasion.client))
                                .value())
                .member("aud", occasion.client.id().value())
                .member("iat", now.getEpochSecond())
                .member("exp", now.plus(LIFETIME).getEpochSecond())
                .member("auth_time", occasion.authentication.authenticatedAt().getEpochSecond())
                .member("acr", occasion.authentication.acr())
                .member("sid", occasion.session.value())
                .member("at_hash", halfHash(accessToken.token(), algorithm));
        json.name("amr").beginArray();
        for (String method : occasion.authentication.amr()) json.value(method);
        json.endArray();
        nonce.ifPresent(value -> json.member("nonce", value));
        for (String claim : occasion.claims.idToken()) {
            if (claim.equals("sub")) continue;
            user.identityClaim(claim).ifPresent(value -> json.name(claim).value(value));
        }
        return signer.sign(json.endObject().toByteArray());
    }

    /// Whether a hint is about this user, by the name that its client knows them by.
    public boolean isAbout(Hint hint, User user, Snapshot known) {
        return hint.subject().equals(subjects.of(user.subject(), hint.client(), known.directory()));
    }

    /// Whether a client that asks for these users means this one (OpenID Connect Core §5.5.1).
    public boolean isAmong(Set<Subject> named, User user, Client client) {
        return named.contains(subjects.of(user.subject(), Optional.of(client)));
    }

    /// What an ID token of ours says, even if it has expired by now: good as a hint, and for nothing else.
    public Optional<Hint> read(String token, Snapshot known) {
        if (token.length() > LONGEST) return Optional.empty();
        Optional<Jws> jws = Jws.parse(token)
                .filter(parsed -> TYPE.equals(parsed.unverifiedHeader().get("typ")));
        Optional<byte[]> payload = Jws.unverifiedKeyId(token)
                .flatMap(known.keys().published()::find)
                .flatMap(key -> jws.flatMap(parsed -> parsed.verify(key)));
        return payload.flatMap(this::hint);
    }

    private Optional<Hint> hint(byte[] payload) {
        try {
            Claims claims = Claims.of(Json.parseObject(payload));
            if (!claims.string("iss").equals(Optional.of(issuer))) return Optional.empty();
            return claims.string("sub")
                    .flatMap(subject -> claims.string("aud")
                            .map(client -> new Hint(
                                    new Subject(subject),
                                    new ClientId(client),
                                    claims.string("sid").map(SessionId::new))));
        } catch (JsonException _) {
            return Optional.empty();
        }
    }

    /// OpenID Connect Core §3.1.3.6: by the hash of the signature algorithm, which of Ed25519 is SHA-512.
    private static String halfHash(String token, Algorithm algorithm) {
        byte[] text = token.getBytes(StandardCharsets.US_ASCII);
        byte[] digest = algorithm == Algorithm.EDDSA ? Sha512.of(text) : Sha256.of(text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, digest.length / 2));
    }
}
