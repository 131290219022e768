package dev.handstamp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.JWTBearerGrant;
import com.nimbusds.oauth2.sdk.PushedAuthorizationRequest;
import com.nimbusds.oauth2.sdk.PushedAuthorizationResponse;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.dpop.DPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.token.Tokens;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Nimbus oauth2-oidc-sdk as a client.
class NimbusClientTest {

    private static final URI CALLBACK = URI.create("https://app.example/callback");
    private static final URI GOODBYE = URI.create("https://app.example/goodbye");

    private static Issuer issuer;
    private static OrdersApi orders;
    private static OIDCProviderMetadata metadata;

    @BeforeAll
    static void start() throws Exception {
        issuer = Issuer.start();
        orders = OrdersApi.start(issuer);
        metadata = OIDCProviderMetadata.resolve(new com.nimbusds.oauth2.sdk.id.Issuer(issuer.uri()));
    }

    @AfterAll
    static void stop() {
        orders.close();
        issuer.close();
    }

    @Test
    void code_with_pkce_userinfo_refresh_introspection_revocation_and_logout() throws Exception {
        Issuer.Registered registered = web("nimbus", Map.of());
        ClientAuthentication client =
                new ClientSecretBasic(new ClientID(registered.id()), new Secret(registered.secret()));
        Browser browser = new Browser();

        OIDCTokens tokens = login(client, browser);
        String subject = tokens.getIDToken().getJWTClaimsSet().getSubject();
        assertThat(userInfo(tokens.getAccessToken()).getEmailAddress()).isEqualTo(Issuer.EMAIL);
        assertThat(statusAtTheApi(tokens.getAccessToken())).isEqualTo(200);

        Tokens refreshed = refresh(client, tokens).toSuccessResponse().getTokens();
        assertThat(refreshed.getRefreshToken()).isNotEqualTo(tokens.getRefreshToken());
        assertThat(userInfo(refreshed.getAccessToken()).getSubject().getValue()).isEqualTo(subject);

        TokenIntrospectionSuccessResponse good = introspect(refreshed.getAccessToken());
        assertThat(good.isActive()).isTrue();
        assertThat(good.getSubject().getValue()).isEqualTo(subject);
        revoke(client, refreshed.getAccessToken());
        assertThat(introspect(refreshed.getAccessToken()).isActive()).isFalse();

        URI leave = new LogoutRequest(
                        metadata.getEndSessionEndpointURI(), tokens.getIDToken(), GOODBYE, new State("bye"))
                .toURI();
        assertThat(browser.walk(leave).address()).isEqualTo(URI.create(GOODBYE + "?state=bye"));
        assertThat(refresh(client, refreshed).indicatesSuccess()).isFalse();
    }

    @Test
    void client_secret_post() throws Exception {
        Issuer.Registered registered = web("nimbus-post", Map.of());
        ClientAuthentication client =
                new ClientSecretPost(new ClientID(registered.id()), new Secret(registered.secret()));

        assertThat(userInfo(login(client, new Browser()).getAccessToken()).getEmailAddress())
                .isEqualTo(Issuer.EMAIL);
    }

    @Test
    void private_key_jwt_and_a_pushed_request() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("nimbus-key").generate();
        Issuer.Registered registered = web(
                "nimbus-key",
                Map.of(
                        "token_endpoint_auth_method",
                        "private_key_jwt",
                        "jwks",
                        Map.of("keys", List.of(key.toPublicJWK().toJSONObject()))));
        ClientID id = new ClientID(registered.id());
        CodeVerifier verifier = new CodeVerifier();
        Nonce nonce = new Nonce();

        PushedAuthorizationResponse pushed = PushedAuthorizationResponse.parse(new PushedAuthorizationRequest(
                        metadata.getPushedAuthorizationRequestEndpointURI(),
                        assertion(id, key),
                        request(id, new State(), nonce, verifier))
                .toHTTPRequest()
                .send());
        URI address = new AuthorizationRequest.Builder(
                        pushed.toSuccessResponse().getRequestURI(), id)
                .endpointURI(metadata.getAuthorizationEndpointURI())
                .build()
                .toURI();
        AuthorizationCode code = AuthenticationResponseParser.parse(
                        new Browser().walk(address).address())
                .toSuccessResponse()
                .getAuthorizationCode();
        OIDCTokens tokens = redeem(assertion(id, key), code, verifier);

        assertThat(validated(tokens, id, nonce).getSubject().getValue()).isNotEmpty();
        assertThat(refresh(assertion(id, key), tokens).indicatesSuccess()).isTrue();
    }

    @Test
    void client_credentials() throws Exception {
        Issuer.Registered registered = issuer.addClient(
                "nimbus-machine",
                Map.of(),
                "--grant",
                "client_credentials",
                "--api",
                orders.audience(),
                "--scope",
                OrdersApi.READ);
        ClientAuthentication client =
                new ClientSecretBasic(new ClientID(registered.id()), new Secret(registered.secret()));

        TokenRequest request = new TokenRequest.Builder(
                        metadata.getTokenEndpointURI(), client, new ClientCredentialsGrant())
                .scope(new Scope(OrdersApi.READ))
                .build();
        AccessToken token = TokenResponse.parse(request.toHTTPRequest().send())
                .toSuccessResponse()
                .getTokens()
                .getAccessToken();

        assertThat(statusAtTheApi(token)).isEqualTo(200);
    }

    @Test
    void a_backend_exchanges_a_users_token_for_one_that_says_who_acts() throws Exception {
        String stock = "https://api.example/stock";
        issuer.addApi(stock, "stock:read");
        ClientAuthentication shop = secretOf(web("nimbus-front", Map.of()));
        Issuer.Registered registered = issuer.addClient(
                "nimbus-backend", Map.of(), "--grant", "token-exchange", "--api", stock, "--scope", "stock:read");
        issuer.run(
                "",
                List.of(
                        "exchange",
                        "add",
                        registered.id(),
                        "--from",
                        orders.audience(),
                        "--to",
                        stock,
                        "--scope",
                        OrdersApi.READ + "=stock:read"));
        AccessToken token = login(shop, new Browser()).getAccessToken();

        TokenRequest request = new TokenRequest.Builder(
                        metadata.getTokenEndpointURI(),
                        secretOf(registered),
                        new TokenExchangeGrant(
                                token, TokenTypeURI.ACCESS_TOKEN, null, null, null, Audience.create(stock)))
                .build();
        AccessToken exchanged = tokens(request).getAccessToken();

        JWTClaimsSet claims = JWTParser.parse(exchanged.getValue()).getJWTClaimsSet();
        assertThat(exchanged.getIssuedTokenType()).isEqualTo(TokenTypeURI.ACCESS_TOKEN);
        assertThat(claims.getAudience()).containsExactly(stock);
        assertThat(claims.getJSONObjectClaim("act")).containsEntry("sub", registered.id());
    }

    @Test
    void an_assertion_of_a_trusted_issuer_is_a_grant() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("ci").generate();
        Issuer.Registered registered = issuer.addClient(
                "nimbus-deployer",
                Map.of(),
                "--grant",
                "jwt-bearer",
                "--api",
                orders.audience(),
                "--scope",
                OrdersApi.READ);
        issuer.run(
                new JWKSet(key.toPublicJWK()).toString(),
                List.of(
                        "issuer",
                        "add",
                        "https://ci.example",
                        "--jwks",
                        "-",
                        "--client",
                        registered.id(),
                        "--user",
                        Issuer.USER,
                        "--subject",
                        "username"));
        SignedJWT assertion = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer("https://ci.example")
                        .subject(Issuer.USER)
                        .audience(issuer.toString())
                        .jwtID("the first")
                        .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                        .build());
        assertion.sign(new ECDSASigner(key));

        TokenRequest request = new TokenRequest.Builder(
                        metadata.getTokenEndpointURI(), secretOf(registered), new JWTBearerGrant(assertion))
                .build();

        assertThat(statusAtTheApi(tokens(request).getAccessToken())).isEqualTo(200);
        assertThat(TokenResponse.parse(request.toHTTPRequest().send()).indicatesSuccess())
                .as("an assertion counts once")
                .isFalse();
    }

    @Test
    void a_token_that_is_bound_to_a_key() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        DPoPProofFactory proofs = new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256);
        Issuer.Registered registered = issuer.addClient(
                "nimbus-held",
                Map.of("dpop_bound_access_tokens", true),
                "--grant",
                "client_credentials",
                "--api",
                orders.audience(),
                "--scope",
                OrdersApi.READ);
        HTTPRequest request = new TokenRequest.Builder(
                        metadata.getTokenEndpointURI(), secretOf(registered), new ClientCredentialsGrant())
                .build()
                .toHTTPRequest();
        request.setDPoP(proofs.createDPoPJWT("POST", metadata.getTokenEndpointURI()));

        AccessToken token = TokenResponse.parse(request.send())
                .toSuccessResponse()
                .getTokens()
                .getAccessToken();
        HTTPRequest call = new HTTPRequest(HTTPRequest.Method.GET, URI.create(orders.audience()));
        call.setAuthorization(token.toAuthorizationHeader());
        assertThat(call.send().getStatusCode()).isEqualTo(401);
        call.setDPoP(proofs.createDPoPJWT("GET", URI.create(orders.audience()), token));

        assertThat(token).isInstanceOf(DPoPAccessToken.class);
        assertThat(call.send().getStatusCode()).isEqualTo(200);
    }

    private static ClientAuthentication secretOf(Issuer.Registered client) {
        return new ClientSecretBasic(new ClientID(client.id()), new Secret(client.secret()));
    }

    private static Tokens tokens(TokenRequest request) throws Exception {
        TokenResponse response = TokenResponse.parse(request.toHTTPRequest().send());
        assertThat(response.indicatesSuccess())
                .as(() -> response.toErrorResponse().getErrorObject().toString())
                .isTrue();
        return response.toSuccessResponse().getTokens();
    }

    private static Issuer.Registered web(String name, Map<String, Object> more) {
        Stream<String> arguments = Stream.of(
                "--grant",
                "authorization_code",
                "--grant",
                "refresh_token",
                "--redirect-uri",
                CALLBACK.toString(),
                "--post-logout-redirect-uri",
                GOODBYE.toString(),
                "--api",
                orders.audience(),
                "--scope",
                OrdersApi.READ,
                "--scope",
                "openid",
                "--scope",
                "email");
        return issuer.addClient(name, more, arguments.toArray(String[]::new));
    }

    private static AuthenticationRequest request(ClientID client, State state, Nonce nonce, CodeVerifier verifier) {
        Scope scope = new Scope("openid", "email", OrdersApi.READ);
        return new AuthenticationRequest.Builder(ResponseType.CODE, scope, client, CALLBACK)
                .endpointURI(metadata.getAuthorizationEndpointURI())
                .state(state)
                .nonce(nonce)
                .codeChallenge(verifier, CodeChallengeMethod.S256)
                .build();
    }

    private static OIDCTokens login(ClientAuthentication client, Browser browser) throws Exception {
        CodeVerifier verifier = new CodeVerifier();
        State state = new State();
        Nonce nonce = new Nonce();
        URI address = request(client.getClientID(), state, nonce, verifier).toURI();

        AuthenticationResponse back =
                AuthenticationResponseParser.parse(browser.walk(address).address());
        assertThat(back.getState()).isEqualTo(state);
        assertThat(back.getIssuer()).isEqualTo(metadata.getIssuer());

        OIDCTokens tokens = redeem(client, back.toSuccessResponse().getAuthorizationCode(), verifier);
        validated(tokens, client.getClientID(), nonce);
        return tokens;
    }

    private static OIDCTokens redeem(ClientAuthentication client, AuthorizationCode code, CodeVerifier verifier)
            throws Exception {
        TokenRequest request = new TokenRequest.Builder(
                        metadata.getTokenEndpointURI(), client, new AuthorizationCodeGrant(code, CALLBACK, verifier))
                .build();
        TokenResponse response =
                OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
        assertThat(response.indicatesSuccess())
                .as(() -> response.toErrorResponse().getErrorObject().toString())
                .isTrue();
        return ((OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens();
    }

    private static IDTokenClaimsSet validated(OIDCTokens tokens, ClientID client, Nonce nonce) throws Exception {
        return new IDTokenValidator(
                        metadata.getIssuer(),
                        client,
                        JWSAlgorithm.RS256,
                        metadata.getJWKSetURI().toURL())
                .validate(tokens.getIDToken(), nonce);
    }

    private static UserInfo userInfo(AccessToken token) throws Exception {
        HTTPResponse answer = new UserInfoRequest(metadata.getUserInfoEndpointURI(), token)
                .toHTTPRequest()
                .send();
        return UserInfoResponse.parse(answer).toSuccessResponse().getUserInfo();
    }

    private static TokenResponse refresh(ClientAuthentication client, Tokens tokens) throws Exception {
        TokenRequest request = new TokenRequest.Builder(
                        metadata.getTokenEndpointURI(), client, new RefreshTokenGrant(tokens.getRefreshToken()))
                .build();
        return TokenResponse.parse(request.toHTTPRequest().send());
    }

    /// As the API that the token is for.
    private static TokenIntrospectionSuccessResponse introspect(AccessToken token) throws Exception {
        ClientAuthentication api = new ClientSecretBasic(new ClientID(orders.audience()), new Secret(orders.secret()));
        HTTPResponse answer = new TokenIntrospectionRequest(metadata.getIntrospectionEndpointURI(), api, token)
                .toHTTPRequest()
                .send();
        return TokenIntrospectionResponse.parse(answer).toSuccessResponse();
    }

    private static void revoke(ClientAuthentication client, AccessToken token) throws Exception {
        HTTPResponse answer = new TokenRevocationRequest(metadata.getRevocationEndpointURI(), client, token)
                .toHTTPRequest()
                .send();
        assertThat(answer.getStatusCode()).isEqualTo(200);
    }

    private static PrivateKeyJWT assertion(ClientID client, ECKey key) throws Exception {
        return new PrivateKeyJWT(client, issuer.uri(), JWSAlgorithm.ES256, key.toECPrivateKey(), key.getKeyID(), null);
    }

    private static int statusAtTheApi(AccessToken token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(orders.audience()))
                .header("Authorization", token.toAuthorizationHeader())
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        }
    }
}
