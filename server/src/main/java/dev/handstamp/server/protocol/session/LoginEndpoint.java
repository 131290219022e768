package dev.handstamp.server.protocol.session;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.JsonBody;
import dev.handstamp.server.http.MalformedJsonBody;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Earned;
import dev.handstamp.server.issuance.KnownDevices.Device;
import dev.handstamp.server.issuance.LoginOutcome;
import dev.handstamp.server.issuance.LoginOutcome.Busy;
import dev.handstamp.server.issuance.LoginOutcome.LoggedIn;
import dev.handstamp.server.issuance.LoginOutcome.NeedsSecondFactor;
import dev.handstamp.server.issuance.LoginOutcome.ScopeRefused;
import dev.handstamp.server.issuance.LoginOutcome.SecondFactorMissing;
import dev.handstamp.server.issuance.LoginOutcome.Throttled;
import dev.handstamp.server.issuance.LoginOutcome.WrongCredentials;
import dev.handstamp.server.issuance.LoginRequest;
import dev.handstamp.server.issuance.Logins;
import dev.handstamp.server.issuance.SecondFactors;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.protocol.Authentication.Anonymous;
import dev.handstamp.server.protocol.Authentication.ByApi;
import dev.handstamp.server.protocol.Authentication.ByClient;
import dev.handstamp.server.protocol.Authentication.ByPublicClient;
import dev.handstamp.server.protocol.Authentication.Refused;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ClientAuthenticator;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.Possession;
import dev.handstamp.server.protocol.TokenResponse;
import dev.handstamp.server.protocol.session.LoginBody.Login;
import dev.handstamp.server.protocol.session.LoginBody.Malformed;
import dev.handstamp.server.protocol.session.LoginBody.Password;
import dev.handstamp.server.protocol.session.LoginBody.SecondFactor;
import java.util.Optional;

/// Logs a user in with name and password: `POST /session`.
///
/// A request without client authentication is one of the issuer's own applications. A registered client that
/// authenticates gets a grant of its own, for its own APIs. Tokens in the body are bound to the key of a DPoP proof, if
/// there is one.
public final class LoginEndpoint implements Endpoint {

    private final Live live;
    private final ClientAuthenticator authenticator;
    private final Possession possession;
    private final Logins logins;
    private final RequestOrigin origin;

    public LoginEndpoint(
            Live live, ClientAuthenticator authenticator, Possession possession, Logins logins, String issuer) {
        this.live = live;
        this.authenticator = authenticator;
        this.possession = possession;
        this.logins = logins;
        this.origin = new RequestOrigin(issuer);
    }

    @Override
    public Response handle(Request request) {
        if (request.query().isPresent()) {
            return Members.invalid("Parameters belong into the body, not into the URL.")
                    .toResponse();
        }
        return switch (JsonBody.parse(request)) {
            case MalformedJsonBody malformed -> OAuthError.of(malformed).toResponse();
            case JsonBody body ->
                switch (LoginBody.parse(new Members(body.object()))) {
                    case Malformed(var error) -> error.toResponse();
                    case Login login -> authenticate(request, login);
                };
        };
    }

    private Response authenticate(Request request, Login login) {
        if (login.delivery() == Delivery.COOKIE && origin.isForeign(request)) {
            return refused(ErrorCode.CROSS_SITE_REQUEST, "A page of another origin cannot sign its visitor in here.");
        }
        Directory directory = live.current().directory();
        return switch (authenticator.authenticate(request, directory)) {
            case Anonymous _ -> bound(request, login, Client.firstParty(), directory);
            case ByClient(var client)
            when client.mayUse(GrantType.REFRESH_TOKEN) -> bound(request, login, client, directory);
            case ByClient _ -> refused(ErrorCode.UNAUTHORIZED_CLIENT, "This client may not use refresh_token.");
            case ByPublicClient _, ByApi _ -> refused(ErrorCode.INVALID_CLIENT, "Client authentication failed.");
            case Refused(var error) -> error.toResponse();
        };
    }

    private Response bound(Request request, Login login, Client client, Directory directory) {
        if (login.delivery() == Delivery.COOKIE && Possession.isShown(request)) {
            return refused(ErrorCode.INVALID_REQUEST, "A cookie comes without proofs: leave DPoP out, or the cookie.");
        }
        return switch (possession.of(request, client)) {
            case Possession.Held(var held) ->
                possession.answered(request, logIn(request, login, client, held, directory));
            case Possession.Refused(var response) -> response;
        };
    }

    private Response logIn(Request request, Login login, Client client, Confirmation held, Directory directory) {
        Optional<Api> api = login.audience().isPresent()
                ? directory.target(client, login.audience().get())
                : directory.onlyTarget(client);
        if (api.isEmpty()) {
            return refused(ErrorCode.INVALID_TARGET, "Name an API that tokens can be issued for, as audience.");
        }
        LoginOutcome outcome = switch (login.credentials()) {
            case Password(var username, var password) ->
                logins.logIn(asked(request, username, password, login, client, api.get(), held));
            case SecondFactor(var half, var otp) ->
                logins.prove(asked(request, "", "", login, client, api.get(), held), new Secret(half), otp);
        };
        return switch (outcome) {
            case LoggedIn(var earned, var device) -> deliver(earned, device, login.delivery());
            case WrongCredentials _ -> refused(ErrorCode.SIGN_IN_FAILED, wrong(login.credentials()));
            case NeedsSecondFactor(var step) -> halfWay(step);
            case SecondFactorMissing _ ->
                refused(
                        ErrorCode.UNMET_AUTHENTICATION_REQUIREMENTS,
                        "This API takes only users who show a second factor, and this one has none.");
            case ScopeRefused _ ->
                refused(
                        ErrorCode.INVALID_SCOPE,
                        "The API does not know one of the scopes, or the user has none of them.");
            case Throttled(var retryAfter) ->
                OAuthError.tryLater(
                        ErrorCode.TOO_MANY_ATTEMPTS, "Too many failed attempts; wait before the next.", retryAfter);
            case Busy(var retryAfter) ->
                OAuthError.tryLater(
                        ErrorCode.TEMPORARILY_UNAVAILABLE, "Too many sign in at the moment; try again.", retryAfter);
        };
    }

    private static LoginRequest asked(
            Request request, String username, String password, Login login, Client client, Api api, Confirmation held) {
        return new LoginRequest(
                username, password, client, api, login.scopes(), held, browser(request, login), Callers.of(request));
    }

    /// The browser that a page of this very host runs in (Fetch Metadata): it keeps the cookies that it is given. Any
    /// other caller may keep none, and would seem to be new at each login.
    private static Optional<Device> browser(Request request, Login login) {
        boolean isPage = login.delivery() == Delivery.COOKIE
                && request.headers("Sec-Fetch-Site").contains("same-origin");
        if (!isPage) return Optional.empty();
        return Optional.of(new Device(HostCookie.DEVICE.read(request).map(Secret::new), false));
    }

    /// Tells that the second factor has to follow, and what to send with it.
    private static Response halfWay(Secret step) {
        byte[] body = new JsonWriter()
                .beginObject()
                .member("error", ErrorCode.SECOND_FACTOR_REQUIRED.wireName())
                .member("error_description", "Send login with otp, the code of the authenticator application.")
                .member("login", step.value())
                .member("expires_in", SecondFactors.STEP_LIFETIME.toSeconds())
                .endObject()
                .toByteArray();
        return Response.json(ErrorCode.SECOND_FACTOR_REQUIRED.status(), body)
                .noStore()
                .header("WWW-Authenticate", "Bearer realm=\"handstamp\"");
    }

    private static Response deliver(Earned earned, Optional<Secret> device, Delivery delivery) {
        return switch (delivery) {
            case BODY -> TokenResponse.of(earned);
            case COOKIE -> {
                Response response = SessionCookies.deliver(earned);
                yield device.map(known -> HostCookie.DEVICE.set(response, known.value()))
                        .orElse(response);
            }
        };
    }

    private static String wrong(LoginBody.Credentials credentials) {
        return switch (credentials) {
            case Password _ -> "The user name or the password is wrong.";
            case SecondFactor _ -> "The code is wrong or was used, or the password was shown too long ago.";
        };
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
