package dev.handstamp.server.protocol.authorize;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.json.JsonNull;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Claims;
import dev.handstamp.jwt.Jws;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.FapiProfile;
import dev.handstamp.server.issuance.Caller;
import dev.handstamp.server.issuance.ClientKeySets;
import dev.handstamp.server.issuance.Pace;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.outbound.Answer;
import dev.handstamp.server.outbound.NoAnswer;
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.authorize.GivenRequest.Plain;
import dev.handstamp.server.protocol.authorize.GivenRequest.Signed;
import dev.handstamp.server.protocol.authorize.GivenRequest.Unreadable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Reads request objects: an authorization request that its client has signed, sent along as `request` or fetched from
/// an address that it has registered.
///
/// Once there is an object, nothing outside of it counts (RFC 9101 §6.3). It has to be signed: whoever can do without a
/// signature needs no object. [Decision 15](docs/decisions/0015-request-objects.md) says what is taken and what is not.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9101">RFC 9101, JWT-Secured Authorization Request (JAR)</a>
/// @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#JWTRequests">OpenID Connect Core §6</a>
public final class RequestObjects {

    static final String REQUEST = "request";
    static final String REQUEST_URI = "request_uri";

    private static final String TYPE = "oauth-authz-req+jwt"; // RFC 9101 §10.8
    private static final String MEDIA = "application/";
    private static final String ACCEPT = "application/oauth-authz-req+jwt, application/jwt";

    private static final int LONGEST = 16_384;

    /// How far a client's clock may be off.
    private static final Duration SKEW = Duration.ofSeconds(60);

    /// One that passes through a browser is made for one request: who needs a longer life has lost it.
    private static final Duration LONGEST_LIFE = Duration.ofHours(1);

    private static final OutboundHttp.Limits LIMITS = new OutboundHttp.Limits(Duration.ofSeconds(5), 65_536);

    /// So many at once: anybody can make us ask for what a client has registered.
    private static final int MOST_FETCHES = 16;

    /// So many of them for one client: its slow site is not to keep the others waiting.
    private static final int MOST_FETCHES_OF_ONE = 2;

    /// So many for one network: an office that begins its day has room, and nobody beats at a client's site through us.
    private static final int PER_MINUTE = 300;

    /// What is said of the object, or proves who sends it, and asks nothing.
    private static final Set<String> NOT_PARAMETERS = Set.of(
            "iss",
            "aud",
            "exp",
            "nbf",
            "iat",
            "jti",
            "sub",
            "client_secret",
            "client_assertion",
            "client_assertion_type");

    private final OutboundHttp outbound;
    private final ClientKeySets keys;
    private final String issuer;
    private final InstantSource clock;
    private final Pace pace;
    private final Semaphore fetches = new Semaphore(MOST_FETCHES);
    private final Map<ClientId, Integer> fetching = new ConcurrentHashMap<>();

    /// @param nanoTime a clock that is never set, such as `System::nanoTime`
    public RequestObjects(
            OutboundHttp outbound, ClientKeySets keys, String issuer, InstantSource clock, LongSupplier nanoTime) {
        this.outbound = outbound;
        this.keys = keys;
        this.issuer = issuer;
        this.clock = clock;
        this.pace = new Pace(PER_MINUTE, Duration.ofMinutes(1), nanoTime);
    }

    /// What a client asks with these parameters. Nothing is fetched, nor checked, for a client that is not registered.
    ///
    /// @param client the one that `client_id` names
    GivenRequest read(Map<String, String> parameters, Optional<Client> client, Caller caller) {
        String object = parameters.get(REQUEST);
        String address = parameters.get(REQUEST_URI);
        if (client.isEmpty()) return new Plain(parameters);
        if (object != null && address != null) {
            return new Unreadable(ErrorCode.INVALID_REQUEST, "Send request or request_uri, not both.");
        }
        GivenRequest read;
        if (object != null) read = read(object, client.get(), false);
        else if (address != null) read = fetch(address, client.get(), caller);
        else return new Plain(parameters);
        String type = parameters.get("response_type");
        boolean differs =
                read instanceof Signed(var members) && type != null && !type.equals(members.get("response_type"));
        return differs ? wrong("response_type differs between the request and its object.") : read;
    }

    private GivenRequest read(String text, Client client, boolean fetched) {
        Optional<Jws> jws = text.length() > LONGEST ? Optional.empty() : Jws.parse(text);
        if (jws.isEmpty()) return wrong(problemOf(text));
        Optional<String> unfit = problemOf(jws.get().unverifiedHeader(), client);
        if (unfit.isPresent()) return wrong(unfit.get());
        Optional<Claims> claims = signed(jws.get(), client);
        if (claims.isEmpty()) return wrong("No key that the client has registered has signed this request object.");
        return problemOf(claims.get(), client)
                .or(() -> problemOfTimes(claims.get(), fetched, clock.instant()))
                .<GivenRequest>map(RequestObjects::wrong)
                .orElseGet(() -> new Signed(parameters(claims.get())));
    }

    /// Why this is no signed JWT.
    private static String problemOf(String text) {
        if (text.length() > LONGEST) return "The request object is longer than " + LONGEST + " characters.";
        return text.chars().filter(c -> c == '.').count() == 4
                ? "Encrypted request objects are not supported: sign it, and push it (RFC 9126) if it is confidential."
                : "The request object is not a signed JWT; alg none is not supported.";
    }

    private static Optional<String> problemOf(Map<String, Object> header, Client client) {
        if ("none".equals(header.get("alg"))) {
            return Optional.of("The request object has to be signed: alg cannot be none.");
        }
        if (!isType(header.get("typ"))) return Optional.of("typ of the request object has to be " + TYPE + ".");
        Optional<Algorithm> algorithm = algorithm(header);
        if (algorithm.isEmpty()) {
            return Optional.of(
                    "The request object has to be signed with a key pair, such as by ES256, PS256, EdDSA or RS256.");
        }
        if (client.isHeldToFapi() && !FapiProfile.ALGORITHMS.contains(algorithm.get())) {
            return Optional.of("FAPI 2.0 allows request objects that are signed by " + FapiProfile.ALLOWED + ".");
        }
        Optional<Algorithm> registered = client.metadata().algorithm(ClientMember.REQUEST_OBJECT_SIGNING_ALG);
        return registered
                .filter(only -> only != algorithm.get())
                .map(only -> "The client has registered " + only.joseName() + " for its request objects.");
    }

    private static Optional<Algorithm> algorithm(Map<String, Object> header) {
        return header.get("alg") instanceof String name
                ? Algorithm.named(name).filter(known -> known.isAvailable() && !known.isSymmetric())
                : Optional.empty();
    }

    /// Left out, as OpenID Connect Core knows none; or the type of its own; never that of something else.
    private static boolean isType(@Nullable Object type) {
        if (type == null) return true;
        if (!(type instanceof String text)) return false;
        String lower = text.toLowerCase(Locale.ROOT);
        String bare = lower.startsWith(MEDIA) ? lower.substring(MEDIA.length()) : lower;
        return bare.equals(TYPE) || bare.equals("jwt");
    }

    private Optional<Claims> signed(Jws jws, Client client) {
        Map<String, Object> header = jws.unverifiedHeader();
        Optional<String> keyId = header.get("kid") instanceof String kid ? Optional.of(kid) : Optional.empty();
        return keys.find(client, keyId, algorithm(header).orElseThrow())
                .flatMap(jws::verify)
                .flatMap(RequestObjects::claims);
    }

    private Optional<String> problemOf(Claims claims, Client client) {
        Optional<String> id = Optional.of(client.id().value());
        if (!claims.string("iss").equals(id)) return Optional.of("iss of the request object is not the client.");
        if (!claims.strings("aud").contains(issuer)) {
            return Optional.of("aud of the request object does not name this issuer.");
        }
        if (!claims.string("client_id").equals(id)) {
            return Optional.of("client_id has to stand in the request object, and be the one beside it.");
        }
        // It could be taken for a client assertion elsewhere (RFC 9101 §10.8).
        if (claims.string("sub").equals(id)) return Optional.of("sub of the request object must not be the client.");
        return claims.has(REQUEST) || claims.has(REQUEST_URI)
                ? Optional.of("A request object must not hold another: no request, no request_uri.")
                : Optional.empty();
    }

    private static Optional<String> problemOfTimes(Claims claims, boolean fetched, Instant now) {
        for (String name : List.of("exp", "nbf", "iat")) {
            if (claims.has(name) && claims.instant(name).isEmpty()) {
                return Optional.of(name + " of the request object is not a time.");
            }
        }
        Instant end = claims.instant("exp").orElse(Instant.MAX);
        if (end.isBefore(now.minus(SKEW))) return Optional.of("The request object has expired.");
        Instant begin = claims.instant("nbf").orElse(now);
        boolean isAhead = begin.isAfter(now.plus(SKEW))
                || claims.instant("iat").orElse(now).isAfter(now.plus(SKEW));
        if (isAhead) return Optional.of("The time of the request object lies ahead (nbf, iat).");
        // The client can change what stands at its own address; what passes through a browser has to end by itself.
        if (fetched) return Optional.empty();
        if (!claims.has("exp")) return Optional.of("exp is missing in the request object.");
        Duration longest = LONGEST_LIFE.plus(SKEW);
        return end.isAfter(now.plus(longest)) || begin.isBefore(now.minus(longest))
                ? Optional.of("A request object is good for an hour at most (exp, nbf).")
                : Optional.empty();
    }

    private static Map<String, String> parameters(Claims claims) {
        Map<String, String> parameters = new HashMap<>();
        claims.toMap().forEach((name, value) -> {
            String text = NOT_PARAMETERS.contains(name) ? "" : text(name, value);
            if (!text.isEmpty()) parameters.put(name, text);
        });
        return parameters;
    }

    /// A parameter is text; a number is written as JSON writes it, and `claims` is an object (OpenID Connect Core
    /// §6.1).
    /// A null is a member left out.
    private static String text(String name, Object value) {
        return switch (value) {
            case String text -> text;
            case Map<?, ?> object -> Json.text(members(object));
            case List<?> list when list.size() == 1 && list.getFirst() instanceof String only -> only;
            case List<?> list -> Json.text(Map.of(name, list));
            case JsonNull _ -> "";
            default -> value.toString();
        };
    }

    private static Map<String, Object> members(Map<?, ?> object) {
        Map<String, Object> members = new LinkedHashMap<>();
        object.forEach((name, value) -> members.put((String) name, value));
        return members;
    }

    /// Asks for the object at an address, if it is one that the client has registered, letter by letter.
    private GivenRequest fetch(String address, Client client, Caller caller) {
        if (!client.metadata().texts(ClientMember.REQUEST_URIS).contains(address)) {
            return new Unreadable(
                    ErrorCode.INVALID_REQUEST_URI, "The client has not registered this request_uri (request_uris).");
        }
        if (pace.exceeded(caller).isPresent()) {
            return new Unreadable(
                    ErrorCode.TEMPORARILY_UNAVAILABLE,
                    "Too many request objects are fetched for your network; try again in a minute.");
        }
        if (!begin(client.id())) {
            return new Unreadable(
                    ErrorCode.TEMPORARILY_UNAVAILABLE, "Too many request objects are being fetched; try again.");
        }
        try {
            // The fragment tells caches that the content is another one (OpenID Connect Core §6.2), and here is none.
            String document = address.split("#", 2)[0];
            return switch (outbound.get(URI.create(document), ACCEPT, LIMITS)) {
                case Answer answer
                when answer.status() == 200 ->
                    read(new String(answer.body(), StandardCharsets.ISO_8859_1).strip(), client, true);
                case Answer answer -> unfetched(client, "status " + answer.status());
                case NoAnswer(var reason) -> unfetched(client, reason);
            };
        } finally {
            fetches.release();
            leave(client.id());
        }
    }

    private boolean begin(ClientId client) {
        boolean fits = fetching.merge(client, 1, Integer::sum) <= MOST_FETCHES_OF_ONE && fetches.tryAcquire();
        if (!fits) leave(client);
        return fits;
    }

    private void leave(ClientId client) {
        fetching.computeIfPresent(client, (_, number) -> number == 1 ? null : number - 1);
    }

    /// The reason is for the operator: told to the browser, it would tell of our network.
    private static GivenRequest unfetched(Client client, String reason) {
        Log.warn("request object not fetched", "client", client.id(), "reason", reason);
        return new Unreadable(ErrorCode.INVALID_REQUEST_URI, "There is no request object at this request_uri.");
    }

    private static GivenRequest wrong(String description) {
        return new Unreadable(ErrorCode.INVALID_REQUEST_OBJECT, description);
    }

    private static Optional<Claims> claims(byte[] payload) {
        try {
            return Optional.of(Claims.of(Json.parseObject(payload)));
        } catch (JsonException _) {
            return Optional.empty();
        }
    }
}
