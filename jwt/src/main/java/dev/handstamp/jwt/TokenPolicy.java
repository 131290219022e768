package dev.handstamp.jwt;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an API expects of an access token, and the one path from a token's text to an [AccessToken].
///
/// The order is fixed: length, form, header, signature, claims, time. Before the signature is known
/// to be right, only `alg`, `typ` and `kid` are looked at.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9068#section-4">RFC 9068 §4, validation</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8725#section-3">RFC 8725 §3, JWT best current
///     practices</a>
public final class TokenPolicy {

    /// The most that clocks may be allowed to differ: 60 seconds.
    public static final Duration MAXIMUM_CLOCK_SKEW = Duration.ofSeconds(60);

    /// RFC 9068 §2.2
    private static final String[] REQUIRED = {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"};
    private static final String[] TEXTS = {"iss", "sub", "client_id", "jti", "sid"};
    private static final String[] DATES = {"exp", "iat", "nbf"};

    /// Where issuers that do not follow RFC 9068 name the client.
    private static final String[] CLIENT_NAMES = {"client_id", "azp", "appid", "cid"};

    /// Claims that only an ID token (OpenID Connect Core §3.1.3.6, §3.3.2.11) or a security event
    /// token (RFC 8417 §2.2) has.
    private static final String[] NEVER_IN_ACCESS_TOKENS = {"at_hash", "c_hash", "events"};

    private final String issuer;
    private final Expected issuerText;
    private final boolean anyIssuer;
    private final Set<String> audience;
    private final Expected[] audienceTexts;
    private final boolean anyAudience;
    private final Set<Algorithm> algorithms;
    private final String type;
    private final Set<String> foreignTypes;
    private final long clockSkew;
    private final long maximumLifetime;
    private final int maximumLength;

    private TokenPolicy(Builder builder, String issuer) {
        this.issuer = issuer;
        this.issuerText = new Expected(issuer);
        this.anyIssuer = builder.anyIssuer;
        this.audience = Set.copyOf(builder.audience);
        this.audienceTexts = audience.stream().map(Expected::new).toArray(Expected[]::new);
        this.anyAudience = builder.anyAudience;
        this.algorithms = Collections.unmodifiableSet(EnumSet.copyOf(builder.algorithms));
        this.type = JoseHeader.mediaType(builder.type);
        this.foreignTypes = foreignTypes(builder.foreignTypes, type);
        this.clockSkew = builder.clockSkew.toSeconds();
        this.maximumLifetime = builder.maximumLifetime.toSeconds();
        this.maximumLength = builder.maximumLength;
    }

    /// Starts with RS256, ES256, EdDSA and PS256, `at+jwt`, a clock skew of 60 seconds, a life of 24 hours and
    /// 16,384 characters; issuer and audience are to be said.
    ///
    /// @return a builder
    public static Builder builder() {
        return new Builder();
    }

    /// Checks a token at an instant against the keys of the issuer. Never throws for what a token holds.
    ///
    /// @param token its text, from anybody
    /// @param keys of the issuer, from the issuer itself or somebody it trusts; others let anybody in
    /// @param now the instant to check at
    /// @return a [Verified] that says what the token says, or a [Rejected] that says why not
    public Verification check(String token, JwkSet keys, Instant now) {
        if (token.length() > maximumLength) {
            return new Rejected(Reason.TOO_LONG, token.length() + " characters");
        }
        Workspace workspace = Workspace.POOL.take();
        try {
            Compact compact = Compact.split(token, workspace);
            return compact == null
                    ? new Rejected(Reason.MALFORMED, "not three parts")
                    : checkSigned(compact, keys, now);
        } finally {
            Workspace.POOL.give(workspace);
        }
    }

    /// Checks anew what changes with time: whether a token that was found good is still, or already, in its life.
    ///
    /// The answer is the one that [#check] would give to the same token with the same keys: form, signature and
    /// claims do not change, and were checked by this policy.
    ///
    /// @param verified what this policy answered
    /// @param now the instant to check at
    /// @return `verified` itself, or a [Rejected] for the times alone
    public Verification checkAgain(Verified verified, Instant now) {
        AccessToken token = verified.accessToken();
        Rejected problem =
                timeProblem(token.notBefore(), token.issuedAtSecond(), token.expiresAtSecond(), now.getEpochSecond());
        return problem == null ? verified : problem;
    }

    /// Tells why a token is refused whatever its signature is, so that its issuer need not be asked about it.
    ///
    /// @param token its text, from anybody
    /// @param now the instant to check at
    /// @return empty if nothing but the signature can refuse it. That does not mean that it is good: nothing was
    ///     verified
    public Optional<Rejected> refuseUnverified(String token, Instant now) {
        return checkUnverified(token, now) instanceof Rejected rejected ? Optional.of(rejected) : Optional.empty();
    }

    /// Checks a token whose issuer was asked about it, in place of its signature (RFC 7662 §2.2).
    ///
    /// Form, header, claims and times are checked as [#check] does, of the token and again of what the issuer
    /// says about it, and both must be about the same token. Only what the issuer says goes into the
    /// [AccessToken], for it is newer.
    ///
    /// @param token its text, from anybody
    /// @param answer the whole introspection answer to exactly this token, from the issuer itself over a
    ///     connection that nobody else can write to; it takes the place of the signature
    /// @param now the instant to check at
    /// @return a [Verified] with what the issuer says, or a [Rejected]: [Reason#INACTIVE] if it does not vouch
    ///     for it
    public Verification checkIntrospected(String token, Map<String, Object> answer, Instant now) {
        if (!Boolean.TRUE.equals(answer.get("active"))) {
            return new Rejected(Reason.INACTIVE);
        }
        if (!(checkUnverified(token, now) instanceof Verified own)) {
            return refuseUnverified(token, now).orElseThrow();
        }
        AccessToken written = own.accessToken();
        var said = new LinkedHashMap<>(answer);
        said.remove("active");
        Verification verification =
                checkClaims(JsonObject.of(said), false, written.keyId(), written.algorithm(), now.getEpochSecond());
        return verification instanceof Verified verified && !isSame(written, verified.accessToken())
                ? new Rejected(Reason.INACTIVE, "the answer is about another token")
                : verification;
    }

    /// {@return the `iss` of every token; empty when any issuer will do}
    public String issuer() {
        return issuer;
    }

    /// {@return the names of this API; empty when any audience will do}
    public Set<String> audience() {
        return audience;
    }

    /// {@return the only algorithms that are taken}
    public Set<Algorithm> algorithms() {
        return algorithms;
    }

    /// {@return how far clocks may differ, in whole seconds}
    public Duration clockSkew() {
        return Duration.ofSeconds(clockSkew);
    }

    /// {@return the most characters of a token that is looked at}
    public int maximumLength() {
        return maximumLength;
    }

    private Verification checkSigned(Compact compact, JwkSet keys, Instant now) {
        KnownHeaders.Known known = keys.knownHeaders().find(compact.text(), compact.firstDot());
        if (known != null) {
            Rejected problem = headerProblem(known.header());
            return problem != null ? problem : checkSigned(compact, known.header(), known.key(), now);
        }
        return checkUnknownHeader(compact, keys, now);
    }

    private Verification checkUnknownHeader(Compact compact, JwkSet keys, Instant now) {
        byte[] decoded = compact.header();
        if (decoded == null) {
            return new Rejected(Reason.MALFORMED, "the header is not base64url");
        }
        Map<String, Object> members;
        try {
            members = Json.parseObject(decoded);
        } catch (JsonException e) {
            return new Rejected(Reason.MALFORMED, "header: " + e.getMessage());
        }
        Rejected problem = JoseHeader.problemOf(members);
        if (problem != null) {
            return problem;
        }
        JoseHeader header = JoseHeader.of(members);
        problem = headerProblem(header);
        if (problem != null) {
            return problem;
        }
        Optional<VerificationKey> key = keys.keyFor(header);
        if (key.isEmpty()) {
            return new Rejected(Reason.UNKNOWN_KEY, header.keyId() == null ? "no kid" : "kid " + header.keyId());
        }
        if (key.get().algorithm() != header.algorithm()) {
            return new Rejected(
                    Reason.UNSUPPORTED_ALGORITHM,
                    "the key is for " + key.get().algorithm().joseName());
        }
        Verification verification = checkSigned(compact, header, key.get(), now);
        if (verification instanceof Verified) {
            keys.knownHeaders().remember(compact.text(), compact.firstDot(), header, key.get());
        }
        return verification;
    }

    /// Everything but the signature. What it answers never leaves this class as it is.
    private Verification checkUnverified(String token, Instant now) {
        if (token.length() > maximumLength) {
            return new Rejected(Reason.TOO_LONG, token.length() + " characters");
        }
        Compact compact = Compact.split(token);
        byte[] header = compact == null ? null : compact.header();
        byte[] payload = compact == null ? null : compact.payload();
        if (compact == null || header == null || payload == null || compact.signature() == null) {
            return new Rejected(Reason.MALFORMED, "not three parts of base64url");
        }
        try {
            return checkUnverified(Json.parseObject(header), payload, now);
        } catch (JsonException e) {
            return new Rejected(Reason.MALFORMED, "header: " + e.getMessage());
        }
    }

    private Verification checkUnverified(Map<String, Object> members, byte[] payload, Instant now) {
        Rejected problem = JoseHeader.problemOf(members);
        if (problem != null) {
            return problem;
        }
        JoseHeader header = JoseHeader.of(members);
        problem = headerProblem(header);
        if (problem != null) {
            return problem;
        }
        String keyId = header.keyId() == null ? "" : header.keyId();
        try {
            return checkClaims(
                    JsonObject.over(payload), isForeign(header), keyId, header.algorithm(), now.getEpochSecond());
        } catch (JsonException e) {
            return new Rejected(Reason.MALFORMED_CLAIMS, String.valueOf(e.getMessage()));
        }
    }

    private static boolean isSame(AccessToken written, AccessToken said) {
        return written.jwtId().equals(said.jwtId())
                && written.subject().equals(said.subject())
                && written.clientId().equals(said.clientId());
    }

    /// Of a type that is taken beside the access tokens of RFC 9068.
    private boolean isForeign(JoseHeader header) {
        return foreignTypes.contains(header.type() == null ? "" : header.type());
    }

    private static Set<String> foreignTypes(Set<String> given, String own) {
        var types = new HashSet<String>();
        for (String type : given) {
            types.add(JoseHeader.mediaType(type));
        }
        types.remove(own);
        return Set.copyOf(types);
    }

    private @Nullable Rejected headerProblem(JoseHeader header) {
        if (!algorithms.contains(header.algorithm())) {
            return new Rejected(
                    Reason.UNSUPPORTED_ALGORITHM, "alg is " + header.algorithm().joseName());
        }
        if (!type.equals(header.type()) && !isForeign(header)) {
            return new Rejected(Reason.WRONG_TYPE, "typ is " + header.type());
        }
        return null;
    }

    /// The payload is not even decoded before the signature was found right.
    private Verification checkSigned(Compact compact, JoseHeader header, VerificationKey key, Instant now) {
        byte[] signature = compact.signature();
        if (signature == null) {
            return new Rejected(Reason.MALFORMED, "the signature is not base64url");
        }
        if (!compact.isSignedBy(key, signature)) {
            return new Rejected(Reason.BAD_SIGNATURE);
        }
        byte[] payload = compact.payload();
        if (payload == null) {
            return new Rejected(Reason.MALFORMED, "the payload is not base64url");
        }
        try {
            return checkClaims(
                    JsonObject.over(payload), isForeign(header), key.keyId(), key.algorithm(), now.getEpochSecond());
        } catch (JsonException e) {
            return new Rejected(Reason.MALFORMED_CLAIMS, String.valueOf(e.getMessage()));
        }
    }

    private Verification checkClaims(JsonObject members, boolean foreign, String keyId, Algorithm algorithm, long now) {
        // Only a token that is not what most are is gone through name by name.
        long issuedAt = Claims.numericDate(members.get("iat"));
        long expiresAt = Claims.numericDate(members.get("exp"));
        Object nbf = members.get("nbf");
        long notBefore = Claims.numericDate(nbf);
        boolean dates = issuedAt >= 0 && expiresAt >= 0 && (nbf == null || notBefore >= 0);
        if (foreign || !dates || !hasUsualTexts(members)) {
            Rejected problem = foreign ? foreignFormProblem(members) : formProblem(members, REQUIRED);
            if (problem != null) {
                return problem;
            }
        }
        Object aud = members.hasText("aud") ? null : members.get("aud");
        List<String> several = aud == null ? List.of() : Claims.stringsOrNull(aud);
        if (several == null || (several.isEmpty() && aud != null) || several.contains("")) {
            return new Rejected(Reason.MALFORMED_CLAIMS, "aud is not text or a list of texts");
        }
        if (expiresAt <= issuedAt) {
            return new Rejected(Reason.MALFORMED_CLAIMS, "exp is not after iat");
        }
        if (!anyIssuer && !issuerText.isIn(members, "iss")) {
            return new Rejected(Reason.WRONG_ISSUER, "iss is " + members.get("iss"));
        }
        if (!anyAudience && !isNamedIn(members, several)) {
            return new Rejected(Reason.WRONG_AUDIENCE, "aud is " + new Claims(members).strings("aud"));
        }
        Rejected problem = timeProblem(notBefore, issuedAt, expiresAt, now);
        if (problem != null) {
            return problem;
        }
        return new Verified(new AccessToken(
                new Claims(members),
                keyId,
                algorithm,
                anyIssuer ? textOf(members.get("iss")) : issuer,
                foreign ? nameOfClient(members) : "client_id",
                issuedAt,
                expiresAt,
                notBefore));
    }

    /// Tells whether all texts that an access token of RFC 9068 has are there and in form; of the audience, whether
    /// there is one.
    private static boolean hasUsualTexts(JsonObject members) {
        return members.hasText("iss")
                && members.hasText("sub")
                && members.hasText("client_id")
                && members.hasText("jti")
                && members.containsKey("aud")
                && (members.hasText("sid") || !members.containsKey("sid"))
                && (members.hasText("scope") || !members.containsKey("scope"));
    }

    private static boolean isText(@Nullable Object value) {
        return value instanceof String text && !text.isEmpty();
    }

    /// Empty for what is not there: only a claim that is not required can be missing here.
    private static String textOf(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    /// @param several the audiences of a token that does not name one alone
    private boolean isNamedIn(JsonObject members, List<String> several) {
        for (Expected name : audienceTexts) {
            if (name.isIn(members, "aud") || several.contains(name.text)) return true;
        }
        return false;
    }

    private static String nameOfClient(Map<String, Object> members) {
        for (String name : CLIENT_NAMES) {
            if (members.containsKey(name)) return name;
        }
        return "client_id";
    }

    /// A text that a claim is compared with: nearly always it stands there in the very same bytes.
    private static final class Expected {
        private final String text;

        /// Empty when it is beyond ASCII.
        private final byte[] ascii;

        private Expected(String text) {
            boolean isAscii = text.chars().allMatch(character -> character < 0x80);
            this.text = text;
            this.ascii = isAscii ? text.getBytes(StandardCharsets.US_ASCII) : new byte[0];
        }

        boolean isIn(JsonObject members, String name) {
            return members.isWritten(name, ascii) || text.equals(members.get(name));
        }
    }

    private @Nullable Rejected foreignFormProblem(Map<String, Object> members) {
        for (String name : NEVER_IN_ACCESS_TOKENS) {
            if (members.containsKey(name)) {
                return new Rejected(Reason.WRONG_TYPE, "has " + name + ", so it is no access token");
            }
        }
        var required = new ArrayList<String>(List.of("exp"));
        if (!anyIssuer) {
            required.add("iss");
        }
        if (!anyAudience) {
            required.add("aud");
        }
        return formProblem(members, required.toArray(String[]::new));
    }

    /// What must be there (RFC 9068 §2.2), and of which type.
    private static @Nullable Rejected formProblem(Map<String, Object> members, String... required) {
        for (String name : required) {
            if (!members.containsKey(name)) {
                return new Rejected(Reason.MISSING_CLAIM, name);
            }
        }
        for (String name : TEXTS) {
            Object value = members.get(name);
            if (value != null && !isText(value)) {
                return new Rejected(Reason.MALFORMED_CLAIMS, name + " is not text");
            }
        }
        for (String name : DATES) {
            Object value = members.get(name);
            if (value != null && Claims.numericDate(value) < 0) {
                return new Rejected(Reason.MALFORMED_CLAIMS, name + " is not a date");
            }
        }
        Object scope = members.get("scope");
        return scope == null || scope instanceof String
                ? null
                : new Rejected(Reason.MALFORMED_CLAIMS, "scope is not text");
    }

    private @Nullable Rejected timeProblem(long notBefore, long issuedAt, long expiresAt, long now) {
        if (expiresAt + clockSkew <= now) {
            return new Rejected(Reason.EXPIRED, (now - expiresAt) + " s ago");
        }
        if (issuedAt - clockSkew > now) {
            return new Rejected(Reason.ISSUED_IN_THE_FUTURE, "in " + (issuedAt - now) + " s");
        }
        if (notBefore - clockSkew > now) {
            return new Rejected(Reason.NOT_YET_VALID, "in " + (notBefore - now) + " s");
        }
        long lifetime = expiresAt - (issuedAt < 0 ? now : issuedAt);
        if (lifetime > maximumLifetime) {
            return new Rejected(Reason.LIFETIME_TOO_LONG, lifetime + " s");
        }
        return null;
    }

    /// Collects what is expected; a policy without issuer or audience is not built. Bounds are looked at by
    /// [#build].
    public static final class Builder {

        private @Nullable String issuer;
        private boolean anyIssuer;
        private Set<String> audience = Set.of();
        private boolean anyAudience;
        private Set<Algorithm> algorithms =
                EnumSet.of(Algorithm.RS256, Algorithm.ES256, Algorithm.EDDSA, Algorithm.PS256);
        private String type = "at+jwt";
        private Set<String> foreignTypes = Set.of();
        private Duration clockSkew = MAXIMUM_CLOCK_SKEW;
        private Duration maximumLifetime = Duration.ofHours(24);
        private int maximumLength = 16_384;

        private Builder() {}

        /// The `iss` of every token (RFC 9068 §4).
        ///
        /// @param issuer compared character by character
        /// @return this builder
        public Builder issuer(String issuer) {
            this.issuer = issuer;
            this.anyIssuer = false;
            return this;
        }

        /// Takes tokens whatever issuer they name: only where the keys are known to be one issuer's alone.
        ///
        /// @return this builder
        public Builder anyIssuer() {
            this.issuer = "";
            this.anyIssuer = true;
            return this;
        }

        /// The names of this API, one of which must be in `aud` (RFC 9068 §4).
        ///
        /// @param audience at least one, none of them empty, each once; compared character by character
        /// @return this builder
        /// @throws IllegalArgumentException if one is there twice
        public Builder audience(String... audience) {
            this.audience = Set.of(audience);
            this.anyAudience = false;
            return this;
        }

        /// Takes tokens for whatever API: for the issuer itself, when it is asked about a token.
        ///
        /// @return this builder
        public Builder anyAudience() {
            this.audience = Set.of();
            this.anyAudience = true;
            return this;
        }

        /// The only algorithms that are taken (RFC 8725 §3.1); RS256, ES256, EdDSA and PS256 by default.
        ///
        /// @param algorithms at least one, each once
        /// @return this builder
        /// @throws IllegalArgumentException if one is there twice
        public Builder algorithms(Algorithm... algorithms) {
            this.algorithms = Set.of(algorithms);
            return this;
        }

        /// The `typ` that tokens must have (RFC 8725 §3.11); `at+jwt` by default.
        ///
        /// @param type a media type in any case, with `application/` or without (RFC 7515 §4.1.9)
        /// @return this builder
        public Builder type(String type) {
            this.type = type;
            return this;
        }

        /// Takes tokens of these types too, from issuers that do not follow RFC 9068; none by default.
        ///
        /// Of them only `iss`, `aud` and `exp` are required. What is missing reads as empty, a missing
        /// `iat` as the year 1970; the client may be named by `azp`, `appid` or `cid`. One that holds
        /// `at_hash`, `c_hash` or `events` is refused: it is an ID token or a security event. Whoever takes
        /// `JWT` relies on the audience to tell access tokens from the issuer's others (RFC 8725 §3.11).
        ///
        /// @param types media types like that of [#type], each once; an empty text stands for a token
        ///     without `typ`
        /// @return this builder
        /// @throws IllegalArgumentException if one is there twice
        public Builder foreignTypes(String... types) {
            this.foreignTypes = Set.of(types);
            return this;
        }

        /// How far the clocks of the issuer and of this machine may differ; 60 seconds by default.
        ///
        /// @param clockSkew 0 to 60 seconds, cut to whole seconds
        /// @return this builder
        public Builder clockSkew(Duration clockSkew) {
            this.clockSkew = clockSkew;
            return this;
        }

        /// The longest time from `iat` to `exp`, or from now to `exp` of a token without `iat`; 24 hours by
        /// default.
        ///
        /// @param maximumLifetime 1 second or more, cut to whole seconds
        /// @return this builder
        public Builder maximumLifetime(Duration maximumLifetime) {
            this.maximumLifetime = maximumLifetime;
            return this;
        }

        /// The most characters of a token that is looked at; 16,384 by default.
        ///
        /// @param maximumLength 1 to 1,048,576
        /// @return this builder
        public Builder maximumLength(int maximumLength) {
            this.maximumLength = maximumLength;
            return this;
        }

        /// Builds the policy, if it is whole.
        ///
        /// @return the policy
        /// @throws IllegalArgumentException naming the setting that is missing or out of bounds
        public TokenPolicy build() {
            String expected = issuer;
            if (expected == null || (expected.isEmpty() && !anyIssuer)) {
                throw new IllegalArgumentException("issuer is missing");
            }
            if ((audience.isEmpty() && !anyAudience) || audience.contains("")) {
                throw new IllegalArgumentException("audience is missing; anyAudience() says that any will do");
            }
            if (algorithms.isEmpty()) {
                throw new IllegalArgumentException("algorithms is empty");
            }
            if (clockSkew.isNegative() || clockSkew.compareTo(MAXIMUM_CLOCK_SKEW) > 0) {
                throw new IllegalArgumentException("clockSkew must be 0 to 60 seconds");
            }
            if (maximumLifetime.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("maximumLifetime must be 1 second or more");
            }
            if (maximumLength < 1 || maximumLength > Json.DEFAULT_MAXIMUM_BYTES) {
                throw new IllegalArgumentException("maximumLength must be 1 to " + Json.DEFAULT_MAXIMUM_BYTES);
            }
            return new TokenPolicy(this, expected);
        }
    }
}
