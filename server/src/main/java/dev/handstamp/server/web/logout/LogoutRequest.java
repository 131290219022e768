package dev.handstamp.server.web.logout;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.issuance.IdTokens;
import dev.handstamp.server.issuance.IdTokens.Hint;
import dev.handstamp.server.live.Snapshot;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a client asks when it sends its user to sign out, checked: nobody is sent to an address that this client has
/// not
/// registered.
///
/// @see <a href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout">OpenID Connect RP-Initiated
/// Logout 1.0 §2</a>
sealed interface LogoutRequest {

    String ID_TOKEN_HINT = "id_token_hint";
    String CLIENT_ID = "client_id";
    String RETURN_ADDRESS = "post_logout_redirect_uri";
    String STATE = "state";

    /// A request that can be acted on.
    ///
    /// @param hint   whom the client means, vouched for by an ID token of ours
    /// @param client who asks, if anybody says so
    /// @param to     where the user goes afterwards
    record Sound(Optional<Hint> hint, Optional<Client> client, Optional<RedirectUri> to, Optional<String> state)
            implements LogoutRequest {

        /// The address with the client's state.
        Optional<String> target() {
            return to.map(RedirectUri::value)
                    .map(uri -> state.map(text -> uri + (uri.indexOf('?') < 0 ? '?' : '&') + STATE + "="
                                    + URLEncoder.encode(text, StandardCharsets.UTF_8))
                            .orElse(uri));
        }

        /// What the next form has to bring along, in place of the hint: the user answers for themselves then.
        Map<String, String> parameters() {
            Map<String, String> parameters = new LinkedHashMap<>();
            client.ifPresent(asking -> parameters.put(CLIENT_ID, asking.id().value()));
            to.ifPresent(uri -> parameters.put(RETURN_ADDRESS, uri.value()));
            state.ifPresent(text -> parameters.put(STATE, text));
            return parameters;
        }
    }

    /// A request that cannot be trusted.
    ///
    /// @param problem key of the words for the user, who is told in place of the client
    record Wrong(String problem) implements LogoutRequest {}

    static LogoutRequest check(Form form, IdTokens idTokens, Snapshot known) {
        Optional<String> token = form.get(ID_TOKEN_HINT);
        Optional<Hint> hint = token.flatMap(text -> idTokens.read(text, known));
        if (token.isPresent() && hint.isEmpty()) {
            return new Wrong("logout.wrong.hint");
        }
        Optional<ClientId> named = form.get(CLIENT_ID).map(ClientId::new).or(() -> hint.map(Hint::client));
        boolean contradictory = hint.isPresent() && !named.equals(hint.map(Hint::client));
        if (contradictory) return new Wrong("logout.wrong.client");

        Optional<Client> client = named.flatMap(
                id -> Optional.ofNullable(known.directory().clients().get(id)));
        if (named.isPresent() && client.isEmpty()) return new Wrong("logout.wrong.unknown");
        return address(form, hint, client);
    }

    private static LogoutRequest address(Form form, Optional<Hint> hint, Optional<Client> client) {
        Optional<String> asked = form.get(RETURN_ADDRESS);
        if (asked.isEmpty()) return new Sound(hint, client, Optional.empty(), Optional.empty());
        if (client.isEmpty()) {
            return new Wrong("logout.wrong.alone");
        }
        Optional<RedirectUri> registered = client.get().redirection().afterLogout().stream()
                .filter(uri -> uri.value().equals(asked.get()))
                .findFirst();
        return registered.isEmpty()
                ? new Wrong("logout.wrong.address")
                : new Sound(hint, client, registered, form.get(STATE));
    }
}
