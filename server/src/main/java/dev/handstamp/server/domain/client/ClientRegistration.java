package dev.handstamp.server.domain.client;

import dev.handstamp.json.JsonNull;
import dev.handstamp.jwt.Jws;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.ShownText;
import dev.handstamp.server.domain.grant.Scopes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a client says of itself, read and found possible. What it may ask for is not decided by that.
///
/// A member that this server does not heed is left out, and so is missing in the answer (RFC 7591 §2, §3.2.1).
///
/// @param scopes empty: it leaves that to the server
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7591#section-2">RFC 7591 §2, client metadata</a>
/// @see <a href="https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata">OpenID Connect Dynamic
///     Client Registration §2</a>
public record ClientRegistration(
        Set<GrantType> grants, Optional<Scopes> scopes, Redirection redirection, ClientMetadata metadata)
        implements RegistrationResult {

    private static final int MOST_URIS = 20;
    private static final int LONGEST_NAME = 256;
    private static final String NO_NAME = " has to be a text of at most " + LONGEST_NAME
            + " characters, none of which ends a line or changes the direction of what follows.";
    private static final String CODE = "code";

    /// Reads client metadata.
    public static RegistrationResult read(Map<String, Object> object, RegistrationRules rules) {
        try {
            return new Reader(object, rules).read();
        } catch (Misfit misfit) {
            return misfit.wrong;
        }
    }

    /// The client that it becomes.
    ///
    /// @param secretHash for a client that authenticates by a secret, and for no other
    public Client toClient(
            ClientId id,
            Set<Audience> apis,
            Scopes granted,
            Optional<SecretHash> secretHash,
            ClientOrigin origin,
            Instant createdAt) {
        return new Client(id, grants, apis, granted, secretHash, redirection, metadata, createdAt, origin);
    }

    /// Everything that is registered of a client by its registered name (RFC 7591 §3.2.1), without credentials.
    public static Map<String, Object> describe(Client client) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("client_id", client.id().value());
        object.put("client_id_issued_at", client.createdAt().getEpochSecond());
        object.put(
                "grant_types",
                client.grants().stream().map(GrantType::wireName).sorted().toList());
        boolean redirects = client.mayUse(GrantType.AUTHORIZATION_CODE);
        object.put("response_types", redirects ? List.of(CODE) : List.of());
        object.put("token_endpoint_auth_method", client.authentication().wireName());
        Redirection redirection = client.redirection();
        if (redirects) object.put("redirect_uris", texts(redirection.uris()));
        if (!redirection.afterLogout().isEmpty()) {
            object.put("post_logout_redirect_uris", texts(redirection.afterLogout()));
        }
        if (!redirection.name().isEmpty()) object.put("client_name", redirection.name());
        if (!client.scopes().isEmpty()) object.put("scope", client.scopes().toString());
        object.putAll(client.metadata().toObject());
        return object;
    }

    private static List<String> texts(List<RedirectUri> uris) {
        return uris.stream().map(RedirectUri::value).toList();
    }

    /// Ends the reading at the first problem. It never leaves this class.
    private static final class Misfit extends Exception {

        private static final long serialVersionUID = 1;

        private final transient WrongRegistration wrong;

        private Misfit(RegistrationProblem problem, String description) {
            super(description, null, false, false);
            this.wrong = new WrongRegistration(problem, description);
        }
    }

    private record Reader(Map<String, Object> object, RegistrationRules rules) {

        private RegistrationResult read() throws Misfit {
            refuseStatement();
            Set<GrantType> grants = grants();
            boolean redirects = grants.contains(GrantType.AUTHORIZATION_CODE);
            refuseResponseTypes(redirects);
            List<RedirectUri> uris = uris("redirect_uris", RegistrationProblem.INVALID_REDIRECT_URI);
            List<RedirectUri> afterLogout =
                    uris("post_logout_redirect_uris", RegistrationProblem.INVALID_CLIENT_METADATA);
            if (redirects && uris.isEmpty()) {
                throw new Misfit(
                        RegistrationProblem.INVALID_REDIRECT_URI, "redirect_uris is needed for authorization_code.");
            }
            ClientMetadata metadata = metadata(uris);
            boolean isPublic = metadata.text(ClientMember.TOKEN_ENDPOINT_AUTH_METHOD)
                    .equals(Optional.of(ClientAuthenticationMethod.NONE.wireName()));
            Redirection redirection =
                    new Redirection(name(), uris, afterLogout, isPublic || rules.requiresPkce(), true);
            ClientRegistration read = new ClientRegistration(grants, scopes(), redirection, metadata);
            Optional<ClientFault> fault = ClientRules.faultOf(read.example());
            if (fault.isPresent()) throw wrong(fault.get().text() + ".");
            return read;
        }

        private void refuseStatement() throws Misfit {
            Object statement = get("software_statement");
            if (statement == null) return;
            boolean isJwt = statement instanceof String text && Jws.parse(text).isPresent();
            throw isJwt
                    ? new Misfit(
                            RegistrationProblem.UNAPPROVED_SOFTWARE_STATEMENT,
                            "No issuer of software statements is trusted here.")
                    : new Misfit(
                            RegistrationProblem.INVALID_SOFTWARE_STATEMENT,
                            "software_statement has to be a signed JWT (RFC 7591 §2.3).");
        }

        private Set<GrantType> grants() throws Misfit {
            if (get("grant_types") == null) return EnumSet.of(GrantType.AUTHORIZATION_CODE);
            Set<GrantType> grants = EnumSet.noneOf(GrantType.class);
            for (String name : texts("grant_types")) {
                Optional<GrantType> type = GrantType.named(name);
                if (type.isEmpty() || !isOffered(type.get()))
                    throw wrong("grant_types can hold " + allowedGrants() + ".");
                grants.add(type.get());
            }
            if (grants.isEmpty() || grants.equals(EnumSet.of(GrantType.REFRESH_TOKEN))) {
                throw wrong("grant_types has to hold one that begins something, such as authorization_code.");
            }
            return grants;
        }

        /// Exchanging tokens, and presenting those of others, takes a policy of an administrator's.
        private boolean isOffered(GrantType type) {
            return switch (type) {
                case AUTHORIZATION_CODE, REFRESH_TOKEN, DEVICE_CODE -> true;
                case CLIENT_CREDENTIALS -> rules.actsForItself();
                case TOKEN_EXCHANGE, JWT_BEARER -> false;
            };
        }

        private String allowedGrants() {
            return Arrays.stream(GrantType.values())
                    .filter(this::isOffered)
                    .map(GrantType::wireName)
                    .collect(Collectors.joining(", "));
        }

        /// RFC 7591 §2.1: `code` goes with `authorization_code`.
        private void refuseResponseTypes(boolean redirects) throws Misfit {
            if (get("response_types") == null) return;
            List<String> expected = redirects ? List.of(CODE) : List.of();
            if (!texts("response_types").equals(expected)) {
                throw wrong(
                        redirects
                                ? "response_types can be [\"code\"]."
                                : "response_types is for the grant type authorization_code.");
            }
        }

        private List<RedirectUri> uris(String name, RegistrationProblem problem) throws Misfit {
            List<RedirectUri> uris = new ArrayList<>();
            Object value = get(name);
            if (value == null) return uris;
            if (!(value instanceof List<?> list) || list.size() > MOST_URIS) {
                throw new Misfit(problem, name + " has to be an array of at most " + MOST_URIS + " URIs.");
            }
            for (Object each : list) {
                Optional<RedirectUri> uri = each instanceof String text ? RedirectUri.parse(text) : Optional.empty();
                if (uri.isEmpty()) {
                    throw new Misfit(problem, name + ": each has to be " + RedirectUri.FORM + ".");
                }
                uris.add(uri.get());
            }
            return uris;
        }

        private ClientMetadata metadata(List<RedirectUri> uris) throws Misfit {
            Map<String, Object> known = new LinkedHashMap<>(object);
            known.putIfAbsent(ClientMember.APPLICATION_TYPE.wireName(), applicationType(uris));
            if (!rules.sharesSecrets()) {
                known.putIfAbsent(
                        ClientMember.TOKEN_ENDPOINT_AUTH_METHOD.wireName(), ClientAuthenticationMethod.NONE.wireName());
            }
            return switch (ClientMetadata.parseKnown(known)) {
                case WrongClientMetadata(var faults) ->
                    throw wrong(faults.stream().map(ClientFault::text).collect(Collectors.joining("; ")) + ".");
                case ClientMetadata metadata -> {
                    refuseNames();
                    refuseForeignScheme(metadata, uris);
                    refuseSharedSecret(metadata);
                    yield metadata;
                }
            };
        }

        /// A private-use scheme is a native application's, whether it says so or not.
        private static String applicationType(List<RedirectUri> uris) {
            return uris.stream().anyMatch(RedirectUri::isPrivateUse) ? "native" : "web";
        }

        private static void refuseForeignScheme(ClientMetadata metadata, List<RedirectUri> uris) throws Misfit {
            boolean isWeb = metadata.text(ClientMember.APPLICATION_TYPE).equals(Optional.of("web"));
            if (isWeb && uris.stream().anyMatch(RedirectUri::isPrivateUse)) {
                throw new Misfit(
                        RegistrationProblem.INVALID_REDIRECT_URI,
                        "A private-use scheme is for the application_type native.");
            }
        }

        private void refuseSharedSecret(ClientMetadata metadata) throws Misfit {
            if (rules.sharesSecrets()) return;
            boolean bySecret = metadata.text(ClientMember.TOKEN_ENDPOINT_AUTH_METHOD)
                    .flatMap(ClientAuthenticationMethod::named)
                    .map(ClientAuthenticationMethod::isBySecret)
                    .orElse(true);
            if (bySecret || get("client_secret") != null || get("client_secret_expires_at") != null) {
                throw wrong("A client that is described by a document shares no secret.");
            }
        }

        private Optional<Scopes> scopes() throws Misfit {
            Object value = get("scope");
            if (value == null) return Optional.empty();
            Optional<Scopes> scopes = value instanceof String text ? Scopes.parse(text) : Optional.empty();
            if (scopes.isEmpty()) throw wrong("scope has to be scope tokens with single blanks between.");
            return scopes;
        }

        private String name() throws Misfit {
            Object value = get("client_name");
            if (value == null) return "";
            if (!(value instanceof String name) || !isName(name)) throw wrong("client_name" + NO_NAME);
            return ShownText.isVisible(name) ? name.strip() : "";
        }

        /// Users decide by the name, in whatever language it is.
        private void refuseNames() throws Misfit {
            for (var each : object.entrySet()) {
                boolean isOther = each.getKey().startsWith("client_name#")
                        && each.getValue() instanceof String name
                        && !(isName(name) && ShownText.isVisible(name));
                if (isOther) throw wrong(each.getKey() + NO_NAME);
            }
        }

        private static boolean isName(String text) {
            return text.length() <= LONGEST_NAME && ShownText.isOneLine(text);
        }

        private List<String> texts(String name) throws Misfit {
            boolean fits = get(name) instanceof List<?> list
                    && list.size() <= MOST_URIS
                    && list.stream().allMatch(String.class::isInstance);
            if (!fits || !(get(name) instanceof List<?> texts)) throw wrong(name + " has to be an array of texts.");
            return texts.stream().map(String.class::cast).distinct().toList();
        }

        private @Nullable Object get(String name) {
            Object value = object.get(name);
            return value == JsonNull.NULL ? null : value;
        }

        private static Misfit wrong(String description) {
            return new Misfit(RegistrationProblem.INVALID_CLIENT_METADATA, description);
        }
    }

    /// A client like this one, so that the rules for all clients can be asked.
    private Client example() {
        boolean bySecret = metadata.text(ClientMember.TOKEN_ENDPOINT_AUTH_METHOD)
                .flatMap(ClientAuthenticationMethod::named)
                .map(ClientAuthenticationMethod::isBySecret)
                .orElse(true);
        Optional<SecretHash> secret = bySecret ? Optional.of(new SecretHash("")) : Optional.empty();
        return toClient(new ClientId("example"), Set.of(), Scopes.NONE, secret, ClientOrigin.REGISTERED, Instant.EPOCH);
    }
}
