package dev.handstamp.server.protocol;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.protocol.Authentication.Anonymous;
import dev.handstamp.server.protocol.Authentication.ByApi;
import dev.handstamp.server.protocol.Authentication.ByClient;
import dev.handstamp.server.protocol.Authentication.Refused;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Authenticates a client by `client_secret_basic` or `client_secret_post`, and an API at introspection likewise with
/// its audience for a name. Two methods at once are refused, never mixed.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-2.3">RFC 6749 §2.3, client authentication</a>
public final class ClientAuthenticator {

    /// Name and secret as sent.
    private record Credentials(String name, Secret secret) {}

    private static final int LONGEST_HEADER = 4096;

    private final AuthenticationFailures failures;

    public ClientAuthenticator(AuthenticationFailures failures) {
        this.failures = failures;
    }

    /// Authenticates the sender of a form.
    public Authentication authenticate(Request request, Form form, Directory directory) {
        List<String> headers = request.headers("Authorization");
        boolean header = !headers.isEmpty();
        boolean assertion = form.has("client_assertion") || form.has("client_assertion_type");
        boolean post = form.has("client_secret");
        if (headers.size() > 1 || (header && post) || (assertion && (header || post))) {
            return new Refused(new OAuthError(ErrorCode.INVALID_REQUEST, "Authenticate in one way, not in two."));
        }
        if (!header) return authenticatePost(request, form, directory);

        Authentication authentication = authenticateBasic(request, headers.getFirst(), directory);
        Optional<String> repeated = form.get("client_id");
        boolean mixed = authentication instanceof ByClient(var client)
                && repeated.isPresent()
                && !repeated.get().equals(client.id().value());
        return mixed
                ? new Refused(
                        new OAuthError(ErrorCode.INVALID_REQUEST, "client_id names another client than Authorization."))
                : authentication;
    }

    /// Authenticates the sender of a body that holds no credentials: by its header, or not at all.
    public Authentication authenticate(Request request, Directory directory) {
        List<String> headers = request.headers("Authorization");
        if (headers.isEmpty()) return new Anonymous();
        if (headers.size() > 1) {
            return new Refused(new OAuthError(ErrorCode.INVALID_REQUEST, "Send one Authorization header."));
        }
        return authenticateBasic(request, headers.getFirst(), directory);
    }

    private Authentication authenticateBasic(Request request, String header, Directory directory) {
        Optional<Credentials> credentials = basic(header, directory);
        return credentials.isEmpty() ? refused() : authenticate(request, credentials.get(), directory);
    }

    private Authentication authenticatePost(Request request, Form form, Directory directory) {
        Optional<String> name = form.get("client_id");
        Optional<String> secret = form.get("client_secret");
        if (name.isEmpty() || secret.isEmpty()) return refused();
        return authenticate(request, new Credentials(name.get(), new Secret(secret.get())), directory);
    }

    private Authentication authenticate(Request request, Credentials credentials, Directory directory) {
        Optional<Client> client = client(credentials.name, directory);
        if (client.isPresent() && client.get().secretHash().isPresent()) {
            boolean right = client.get().secretHash().get().matches(credentials.secret);
            return right ? new ByClient(client.get()) : wrongSecret(request, credentials.name);
        }
        Optional<Api> api = api(credentials.name, directory);
        if (api.isEmpty()) return refused();
        boolean right = api.get().secretHash().matches(credentials.secret);
        return right ? new ByApi(api.get()) : wrongSecret(request, credentials.name);
    }

    private Authentication wrongSecret(Request request, String name) {
        failures.wrongSecret(name, Callers.of(request));
        return refused();
    }

    /// Reads `Basic` credentials: both parts were form-encoded first (RFC 6749 §2.3.1).
    ///
    /// An audience is a URI and holds colons of its own. Sent without encoding, it ends at the last colon.
    private static Optional<Credentials> basic(String header, Directory directory) {
        if (header.length() > LONGEST_HEADER || !header.regionMatches(true, 0, "Basic ", 0, 6)) return Optional.empty();
        Optional<String> decoded = base64(header.substring(6).strip());
        if (decoded.isEmpty() || decoded.get().indexOf(':') < 0) return Optional.empty();

        String text = decoded.get();
        int colon = text.indexOf(':');
        Optional<String> name = formDecoded(text.substring(0, colon));
        Optional<String> secret = formDecoded(text.substring(colon + 1));
        if (name.isEmpty() || secret.isEmpty()) return Optional.empty();
        int last = text.lastIndexOf(':');
        return last > colon && api(text.substring(0, last), directory).isPresent()
                ? Optional.of(new Credentials(text.substring(0, last), new Secret(text.substring(last + 1))))
                : Optional.of(new Credentials(name.get(), new Secret(secret.get())));
    }

    private static Optional<String> base64(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (IllegalArgumentException | CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private static Optional<String> formDecoded(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) return Optional.of(text);
        try {
            return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<Client> client(String name, Directory directory) {
        return ClientId.parse(name).map(id -> directory.clients().get(id));
    }

    private static Optional<Api> api(String name, Directory directory) {
        return Audience.parse(name).flatMap(directory::api);
    }

    private static Refused refused() {
        return new Refused(new OAuthError(ErrorCode.INVALID_CLIENT, "Client authentication failed."));
    }
}
