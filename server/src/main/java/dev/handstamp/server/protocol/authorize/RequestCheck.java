package dev.handstamp.server.protocol.authorize;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.grant.AuthorizationRequest;
import dev.handstamp.server.domain.grant.ClaimsParameter;
import dev.handstamp.server.domain.grant.CodeChallenge;
import dev.handstamp.server.domain.grant.Prompt;
import dev.handstamp.server.domain.grant.RequestedAcr;
import dev.handstamp.server.domain.grant.ResponseMode;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.authorize.CheckedRequest.Refused;
import dev.handstamp.server.protocol.authorize.CheckedRequest.Sound;
import dev.handstamp.server.protocol.authorize.CheckedRequest.Untrusted;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Checks an authorization request against what its client has registered.
///
/// First who asks and where the answer may go: until both are certain, nothing is sent anywhere. Then all the rest,
/// whose
/// problems the client is told.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1">RFC 6749 §4.1.1</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7636#section-4.4.1">RFC 7636 §4.4.1, code challenge required</a>
/// @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest">OpenID Connect Core §3.1.2.1</a>
final class RequestCheck {

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
    private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}"); // RFC 7638 §3.1 with SHA-256
    private static final int LONGEST_NONCE = 1024;

    private final Map<String, String> parameters;
    private final Directory directory;
    private final Provenance provenance;

    private RequestCheck(Map<String, String> parameters, Directory directory, Provenance provenance) {
        this.parameters = parameters;
        this.directory = directory;
        this.provenance = provenance;
    }

    static CheckedRequest check(Map<String, String> parameters, Directory directory, Provenance provenance) {
        RequestCheck check = new RequestCheck(parameters, directory, provenance);
        return check.returnAddress(to -> check.check(to.client(), to));
    }

    /// Refuses a request for a reason of its own, at the client's address if that is certain.
    static CheckedRequest refuse(
            Map<String, String> parameters, Directory directory, ErrorCode code, String description) {
        return new RequestCheck(parameters, directory, Provenance.KEPT)
                .returnAddress(to -> new Refused(to, code, description));
    }

    /// The registered client of a request, if it names one.
    static Optional<Client> client(Map<String, String> parameters, Directory directory) {
        // Not parsed: what has not the form of an identifier was never registered.
        return Optional.ofNullable(parameters.get("client_id"))
                .map(id -> directory.clients().get(new ClientId(id)));
    }

    private CheckedRequest returnAddress(Function<ReturnAddress, CheckedRequest> then) {
        Optional<Client> client = client(parameters, directory);
        if (client.isEmpty()) return new Untrusted("authorize.unknown-client", Optional.empty());
        Optional<String> home = client.get().metadata().text(ClientMember.CLIENT_URI);
        if (!client.get().mayUse(GrantType.AUTHORIZATION_CODE)) {
            return new Untrusted("authorize.no-users", home);
        }
        Optional<RedirectUri> redirectUri = redirectUri(client.get());
        if (redirectUri.isEmpty()) {
            return new Untrusted("authorize.unknown-address", home);
        }
        Optional<ResponseMode> mode =
                get("response_mode").map(ResponseMode::named).orElse(Optional.of(ResponseMode.QUERY));
        ReturnAddress to =
                new ReturnAddress(client.get(), redirectUri.get(), mode.orElse(ResponseMode.QUERY), get("state"));
        if (mode.isEmpty()) {
            return new Refused(
                    to,
                    ErrorCode.INVALID_REQUEST,
                    "response_mode can be " + String.join(", ", ResponseMode.names())
                            + ": in a fragment a code is not safe.");
        }
        return then.apply(to);
    }

    private CheckedRequest check(Client client, ReturnAddress to) {
        Optional<Refused> unsupported = unsupported(to);
        if (unsupported.isPresent()) return unsupported.get();

        boolean pushes =
                client.isHeldToFapi() || client.metadata().isSet(ClientMember.REQUIRE_PUSHED_AUTHORIZATION_REQUESTS);
        if (pushes && !provenance.pushed()) {
            return new Refused(to, ErrorCode.INVALID_REQUEST, "This client pushes its requests (RFC 9126).");
        }
        boolean signs = client.metadata().isSet(ClientMember.REQUIRE_SIGNED_REQUEST_OBJECT);
        if (signs && !provenance.signed()) {
            return new Refused(to, ErrorCode.INVALID_REQUEST, "This client signs its requests (RFC 9101).");
        }
        // FAPI 2.0 §5.3.2.2
        if (client.isHeldToFapi() && get("redirect_uri").isEmpty()) {
            return new Refused(to, ErrorCode.INVALID_REQUEST, "redirect_uri is missing.");
        }
        Optional<String> challenge = get("code_challenge");
        boolean needsPkce = client.redirection().requiresPkce() || client.isPublic() || client.isHeldToFapi();
        if (challenge.isEmpty() && needsPkce) {
            return new Refused(to, ErrorCode.INVALID_REQUEST, "code_challenge is missing (RFC 7636).");
        }
        boolean s256 = get("code_challenge_method").equals(Optional.of(CodeChallenge.METHOD));
        Optional<CodeChallenge> parsed = challenge.flatMap(CodeChallenge::parse);
        if (challenge.isPresent() && (!s256 || parsed.isEmpty())) {
            return new Refused(to, ErrorCode.INVALID_REQUEST, "code_challenge must be made with method S256.");
        }
        if (challenge.isEmpty() && get("code_challenge_method").isPresent()) {
            return new Refused(to, ErrorCode.INVALID_REQUEST, "code_challenge_method stands without code_challenge.");
        }
        Optional<Scopes> scopes = get("scope").flatMap(Scopes::parse);
        if (get("scope").isPresent() && scopes.isEmpty()) {
            return new Refused(to, ErrorCode.INVALID_SCOPE, "scope must be scope tokens with single blanks between.");
        }
        Optional<Api> api = directory.userTarget(client, get("resource"), scopes);
        if (api.isEmpty()) {
            return new Refused(to, ErrorCode.INVALID_TARGET, "Name one API that this client may ask for, as resource.");
        }
        return check(client, to, api.get(), scopes, parsed);
    }

    private CheckedRequest check(
            Client client, ReturnAddress to, Api api, Optional<Scopes> scopes, Optional<CodeChallenge> challenge) {
        Optional<Set<Prompt>> prompts = prompts();
        if (prompts.isEmpty()) {
            return new Refused(
                    to, ErrorCode.INVALID_REQUEST, "prompt can be none alone, or login, consent, select_account.");
        }
        Optional<String> maxAge = get("max_age");
        if (maxAge.isPresent() && !SECONDS.matcher(maxAge.get()).matches()) {
            return new Refused(to, ErrorCode.INVALID_REQUEST, "max_age must be a number of seconds.");
        }
        Optional<String> dpopKey = get("dpop_jkt");
        if (dpopKey.isPresent() && !THUMBPRINT.matcher(dpopKey.get()).matches()) {
            return new Refused(to, ErrorCode.INVALID_REQUEST, "dpop_jkt must be the SHA-256 thumbprint of a key.");
        }
        Optional<String> nonce = get("nonce");
        if (nonce.isPresent() && nonce.get().length() > LONGEST_NONCE) {
            return new Refused(to, ErrorCode.INVALID_REQUEST, "nonce is longer than " + LONGEST_NONCE + " characters.");
        }
        Optional<ClaimsParameter> claims =
                get("claims").map(ClaimsParameter::parse).orElse(Optional.of(ClaimsParameter.NONE));
        if (claims.isEmpty()) {
            return new Refused(
                    to, ErrorCode.INVALID_REQUEST, "claims must be a JSON object as OpenID Connect Core §5.5 says.");
        }
        return new Sound(new AuthorizationRequest(
                client,
                to.redirectUri(),
                get("redirect_uri").isPresent(),
                to.mode(),
                to.state(),
                api,
                scopes,
                challenge,
                dpopKey,
                nonce,
                claims.get().claims().within(directory.identityScopesOf(client)),
                claims.get().subjects(),
                acr(client, claims.get()),
                prompts.get(),
                maxAge.map(text -> Duration.ofSeconds(Long.parseLong(text)))
                        .or(() -> client.metadata().duration(ClientMember.DEFAULT_MAX_AGE))));
    }

    private Optional<Refused> unsupported(ReturnAddress to) {
        if (get("registration").isPresent()) {
            return refused(to, ErrorCode.REGISTRATION_NOT_SUPPORTED, "registration is not supported.");
        }
        Optional<String> type = get("response_type");
        if (type.isEmpty()) return refused(to, ErrorCode.INVALID_REQUEST, "response_type is missing.");
        return type.get().equals("code")
                ? Optional.empty()
                : refused(to, ErrorCode.UNSUPPORTED_RESPONSE_TYPE, "response_type can be code.");
    }

    /// What the `claims` parameter says goes before `acr_values`, and both before what was registered.
    private RequestedAcr acr(Client client, ClaimsParameter claims) {
        if (!claims.acr().values().isEmpty()) return claims.acr();
        return get("acr_values")
                .map(text -> RequestedAcr.wished(Arrays.stream(text.split(" ", -1))
                        .filter(value -> !value.isEmpty())
                        .toList()))
                .orElseGet(() -> RequestedAcr.wished(client.metadata().texts(ClientMember.DEFAULT_ACR_VALUES)));
    }

    private Optional<RedirectUri> redirectUri(Client client) {
        Optional<String> sent = get("redirect_uri");
        return sent.isPresent()
                ? client.redirection().find(sent.get(), client.isPublic())
                : client.redirection().only();
    }

    private Optional<Set<Prompt>> prompts() {
        Set<Prompt> prompts = EnumSet.noneOf(Prompt.class);
        for (String name : get("prompt").orElse("").split(" ", -1)) {
            if (name.isEmpty()) continue;
            Optional<Prompt> prompt = Prompt.named(name);
            if (prompt.isEmpty()) return Optional.empty();
            prompts.add(prompt.get());
        }
        boolean contradictory = prompts.contains(Prompt.NONE) && prompts.size() > 1;
        return contradictory ? Optional.empty() : Optional.of(prompts);
    }

    private Optional<String> get(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    private static Optional<Refused> refused(ReturnAddress to, ErrorCode code, String description) {
        return Optional.of(new Refused(to, code, description));
    }
}
