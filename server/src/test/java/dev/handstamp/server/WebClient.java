package dev.handstamp.server;

import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.Scopes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// A registered client of the authorization code grant, and how it asks. Each has an identifier of its own, so that one
/// test's consents are not another's.
record WebClient(RunningServer server, Client client, Optional<String> secret) {

    static final String CALLBACK = "https://app.example.com/cb";
    static final String VERIFIER = "a-verifier-of-a-test-that-is-long-enough-for-rfc-7636";
    static final String EVERYTHING = "orders:read orders:write openid profile email address phone offline_access";

    static final Set<GrantType> GRANTS = Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN);

    /// A confidential client of the API orders and of everything about the user.
    static WebClient confidential(RunningServer server) {
        return of(server, redirection(true, true, CALLBACK), true, GRANTS, RunningServer.ORDERS);
    }

    /// One of the issuer's own applications: nobody is asked for consent.
    static WebClient trusted(RunningServer server) {
        return of(server, redirection(true, false, CALLBACK), true, GRANTS, RunningServer.ORDERS);
    }

    static WebClient publicly(RunningServer server, String... redirectUris) {
        return of(server, redirection(true, true, redirectUris), false, GRANTS, RunningServer.ORDERS);
    }

    static Redirection redirection(boolean requiresPkce, boolean asksConsent, String... uris) {
        return new Redirection(
                "The <Shop> & Co",
                Arrays.stream(uris).map(RedirectUri::new).toList(),
                List.of(),
                requiresPkce,
                asksConsent);
    }

    /// A trusted client that names where its users are led when they have signed out.
    static WebClient leavingTo(RunningServer server, String afterLogout) {
        Redirection redirection = new Redirection(
                "The Shop", List.of(new RedirectUri(CALLBACK)), List.of(new RedirectUri(afterLogout)), true, false);
        return of(server, redirection, true, GRANTS, RunningServer.ORDERS);
    }

    /// A trusted client that registered this as well.
    static WebClient with(RunningServer server, Map<String, Object> metadata) {
        return of(server, redirection(true, false, CALLBACK), metadata, true, GRANTS, RunningServer.ORDERS);
    }

    static WebClient of(
            RunningServer server,
            Redirection redirection,
            boolean confidential,
            Set<GrantType> grants,
            String... apis) {
        return of(server, redirection, Map.of(), confidential, grants, apis);
    }

    static WebClient of(
            RunningServer server,
            Redirection redirection,
            Map<String, Object> metadata,
            boolean confidential,
            Set<GrantType> grants,
            String... apis) {
        String id = "web-" + UUID.randomUUID();
        Optional<String> secret = confidential ? Optional.of("the-secret-of-" + id) : Optional.empty();
        Client client = new Client(
                new ClientId(id),
                grants,
                Set.copyOf(Arrays.stream(apis).map(Audience::new).toList()),
                Scopes.parse(EVERYTHING).orElseThrow(),
                secret.map(text -> new Secret(text).hash()),
                redirection,
                (ClientMetadata) ClientMetadata.parse(metadata),
                Instant.now());
        server.addClient(client);
        return new WebClient(server, client, secret);
    }

    String id() {
        return client.id().value();
    }

    /// The address of a good authorization request, with these parameters changed; one with an empty value is left out.
    String request(String... changed) {
        return request(CALLBACK, changed);
    }

    String request(String redirectUri, String[] changed) {
        return "/authorize?" + query(parameters(redirectUri, changed));
    }

    Map<String, String> parameters(String redirectUri, String... changed) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("response_type", "code");
        parameters.put("client_id", id());
        parameters.put("redirect_uri", redirectUri);
        parameters.put("state", "a state & more");
        parameters.put("code_challenge", Sha256.base64Url(VERIFIER));
        parameters.put("code_challenge_method", "S256");
        for (int i = 0; i < changed.length; i += 2) parameters.put(changed[i], changed[i + 1]);
        parameters.values().removeIf(String::isEmpty);
        return parameters;
    }

    static String query(Map<String, String> parameters) {
        List<String> pairs = new ArrayList<>();
        parameters.forEach((name, value) -> pairs.add(Call.encode(name) + "=" + Call.encode(value)));
        return String.join("&", pairs);
    }

    /// A code that vera has given this client in a browser of her own.
    String code(String... changed) {
        return TestBrowser.answer(new TestBrowser(server).authorize(request(changed)))
                .get("code");
    }

    /// Presents a code with its verifier and its address; with these parameters changed.
    Reply redeem(String code, String... changed) {
        Map<String, String> form = new LinkedHashMap<>(Map.of(
                "grant_type", "authorization_code", "code", code, "redirect_uri", CALLBACK, "code_verifier", VERIFIER));
        return token(form, changed);
    }

    Reply refresh(String token, String... changed) {
        return token(new LinkedHashMap<>(Map.of("grant_type", "refresh_token", "refresh_token", token)), changed);
    }

    private Reply token(Map<String, String> form, String... changed) {
        if (secret.isEmpty()) form.put("client_id", id());
        for (int i = 0; i < changed.length; i += 2) form.put(changed[i], changed[i + 1]);
        form.values().removeIf(String::isEmpty);
        Call call = server.call("POST", "/token");
        secret.ifPresent(text -> call.basic(id(), text));
        List<String> pairs = new ArrayList<>();
        form.forEach((name, value) -> {
            pairs.add(name);
            pairs.add(value);
        });
        return call.form(pairs.toArray(String[]::new)).send();
    }
}
