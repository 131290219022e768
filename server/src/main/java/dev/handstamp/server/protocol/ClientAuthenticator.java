package dev.handstamp.server.protocol;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientAuthenticationMethod;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.protocol.Authentication.Anonymous;
import dev.handstamp.server.protocol.Authentication.ByApi;
import dev.handstamp.server.protocol.Authentication.ByClient;
import dev.handstamp.server.protocol.Authentication.ByPublicClient;
import dev.handstamp.server.protocol.Authentication.Refused;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Authenticates a client by `client_secret_basic`, `client_secret_post`, an assertion (`client_secret_jwt`,
/// `private_key_jwt`) or a certificate (`tls_client_auth`, `self_signed_tls_client_auth`), a public one by
/// its name alone (`none`), and an API at introspection by a secret likewise, with its audience for a name. A
/// client that has registered one way cannot take another. Two ways at once are refused, never mixed.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-2.3">RFC 6749 §2.3, client authentication</a>
public final class ClientAuthenticator {

    /// Name and secret as sent.
    private record Credentials(String name, Secret secret) {}

    /// @param wronged the client or API whose name came with a wrong secret, which is to be recorded; else empty
    private record Judgement(Authentication authentication, String wronged) {

        static Judgement of(Authentication authentication) {
            return new Judgement(authentication, "");
        }

        static Judgement wrongSecret(String name) {
            return new Judgement(refused(), name);
        }
    }

    private static final int LONGEST_HEADER = 4096;
    private static final String ASSERTION = "client_assertion";
    private static final String ASSERTION_TYPE = "client_assertion_type";

    private final AuthenticationFailures failures;
    private final ClientAssertions assertions;
    private final ClientCertificates certificates;
    private final Predicate<Client> admitted;

    /// @param admitted the clients that are let in once they have proved who they are
    public ClientAuthenticator(
            AuthenticationFailures failures,
            ClientAssertions assertions,
            ClientCertificates certificates,
            Predicate<Client> admitted) {
        this.failures = failures;
        this.assertions = assertions;
        this.certificates = certificates;
        this.admitted = admitted;
    }

    /// One that lets in only these clients of those that this one lets in.
    public ClientAuthenticator admitting(Predicate<Client> some) {
        return new ClientAuthenticator(failures, assertions, certificates, admitted.and(some));
    }

    /// Authenticates the sender of a form.
    public Authentication authenticate(Request request, Form form, Directory directory) {
        if (form.has(ASSERTION) || form.has(ASSERTION_TYPE)) {
            return reported(judgeAssertion(request, form, directory), request);
        }
        Optional<Client> certified = certified(request, form, directory);
        return certified.isPresent()
                ? reported(judgeCertificate(request, certified.get()), request)
                : reported(judge(request, form, directory), request);
    }

    /// The client that a form says it is from, by name or by what its assertion says of itself; nothing is checked.
    public static Optional<String> named(Form form) {
        return form.get("client_id").or(() -> form.get(ASSERTION).flatMap(ClientAssertions::subjectOf));
    }

    /// The sender of a form whose credentials are right, a public client having none. Never waits: of whoever else,
    /// nothing is recorded here.
    public Optional<Authentication> recognise(Request request, Form form, Directory directory) {
        if (form.has(ASSERTION) || form.has(ASSERTION_TYPE)) return Optional.empty();
        Authentication found = judge(request, form, directory).authentication;
        return switch (found) {
            case ByClient _, ByApi _ -> Optional.of(found);
            case ByPublicClient _, Anonymous _, Refused _ -> Optional.empty();
        };
    }

    /// Authenticates the sender of a body that holds no credentials: by its header, or not at all.
    public Authentication authenticate(Request request, Directory directory) {
        List<String> headers = request.headers("Authorization");
        if (headers.isEmpty()) return new Anonymous();
        if (headers.size() > 1) {
            return new Refused(new OAuthError(ErrorCode.INVALID_REQUEST, "Send one Authorization header."));
        }
        return reported(judgeBasic(headers.getFirst(), directory), request);
    }

    private Authentication reported(Judgement judgement, Request request) {
        if (!judgement.wronged.isEmpty()) failures.wrongSecret(judgement.wronged, Callers.of(request));
        return switch (judgement.authentication) {
            case ByClient(var client) when !admitted.test(client) -> notAdmitted();
            case ByPublicClient(var client) when !admitted.test(client) -> notAdmitted();
            case ByClient _, ByPublicClient _, ByApi _, Anonymous _, Refused _ -> judgement.authentication;
        };
    }

    private static Refused notAdmitted() {
        return new Refused(new OAuthError(ErrorCode.INVALID_CLIENT, "This client is not accepted here any more."));
    }

    private static Judgement judge(Request request, Form form, Directory directory) {
        List<String> headers = request.headers("Authorization");
        boolean header = !headers.isEmpty();
        boolean post = form.has("client_secret");
        if (headers.size() > 1 || (header && post)) {
            return Judgement.of(
                    new Refused(new OAuthError(ErrorCode.INVALID_REQUEST, "Authenticate in one way, not in two.")));
        }
        if (!header) return judgePost(form, directory);

        Judgement judgement = judgeBasic(headers.getFirst(), directory);
        Optional<String> repeated = form.get("client_id");
        boolean mixed = judgement.authentication instanceof ByClient(var client)
                && repeated.isPresent()
                && !repeated.get().equals(client.id().value());
        return mixed
                ? Judgement.of(new Refused(new OAuthError(
                        ErrorCode.INVALID_REQUEST, "client_id names another client than Authorization.")))
                : judgement;
    }

    /// The one way that has to ask the store, so that no assertion counts twice.
    private Judgement judgeAssertion(Request request, Form form, Directory directory) {
        if (!request.headers("Authorization").isEmpty() || form.has("client_secret")) {
            return Judgement.of(
                    new Refused(new OAuthError(ErrorCode.INVALID_REQUEST, "Authenticate in one way, not in two.")));
        }
        Optional<String> assertion = form.get(ASSERTION);
        boolean isKnownType = form.get(ASSERTION_TYPE).equals(Optional.of(ClientAssertions.TYPE));
        if (assertion.isEmpty() || !isKnownType) {
            return Judgement.of(new Refused(new OAuthError(
                    ErrorCode.INVALID_REQUEST,
                    "Send client_assertion with client_assertion_type " + ClientAssertions.TYPE + ".")));
        }
        Optional<String> named = form.get("client_id").or(() -> ClientAssertions.subjectOf(assertion.get()));
        Optional<Client> client = named.flatMap(id -> client(id, directory));
        if (client.isEmpty()) return Judgement.of(refused());
        if (!assertions.areTakenFrom(client.get())) {
            String registered = client.get().authentication().wireName();
            String reason = "the client authenticates by " + registered;
            Log.info("client assertion refused", "client", client.get().id(), "reason", reason);
            return Judgement.of(refused());
        }
        return assertions.proves(assertion.get(), client.get())
                ? Judgement.of(new ByClient(client.get()))
                : Judgement.wrongSecret(client.get().id().value());
    }

    /// The client that names itself and nothing else, if it is one that comes with a certificate (RFC 8705 §2).
    private static Optional<Client> certified(Request request, Form form, Directory directory) {
        if (!request.headers("Authorization").isEmpty() || form.has("client_secret")) return Optional.empty();
        return form.get("client_id")
                .flatMap(id -> client(id, directory))
                .filter(found -> found.authentication().isByCertificate());
    }

    private Judgement judgeCertificate(Request request, Client client) {
        return certificates.prove(request, client)
                ? Judgement.of(new ByClient(client))
                : Judgement.wrongSecret(client.id().value());
    }

    private static Judgement judgeBasic(String header, Directory directory) {
        Optional<Credentials> credentials = basic(header, directory);
        return credentials.isEmpty()
                ? Judgement.of(refused())
                : judge(credentials.get(), ClientAuthenticationMethod.CLIENT_SECRET_BASIC, directory);
    }

    private static Judgement judgePost(Form form, Directory directory) {
        Optional<String> name = form.get("client_id");
        Optional<String> secret = form.get("client_secret");
        if (name.isPresent() && !form.has("client_secret")) return judgePublic(name.get(), directory);
        if (name.isEmpty() || secret.isEmpty()) return Judgement.of(refused());
        Credentials credentials = new Credentials(name.get(), new Secret(secret.get()));
        return judge(credentials, ClientAuthenticationMethod.CLIENT_SECRET_POST, directory);
    }

    private static Judgement judgePublic(String name, Directory directory) {
        Optional<Client> client = client(name, directory)
                .filter(Client::isPublic)
                .filter(found -> found.mayAuthenticateBy(ClientAuthenticationMethod.NONE));
        return Judgement.of(client.isPresent() ? new ByPublicClient(client.get()) : refused());
    }

    private static Judgement judge(Credentials credentials, ClientAuthenticationMethod method, Directory directory) {
        Optional<Client> client = client(credentials.name, directory);
        if (client.isPresent() && client.get().secretHash().isPresent()) {
            boolean right = client.get().secretHash().get().matches(credentials.secret);
            if (!right) return Judgement.wrongSecret(credentials.name);
            return Judgement.of(client.get().mayAuthenticateBy(method) ? new ByClient(client.get()) : refused());
        }
        Optional<Api> api = api(credentials.name, directory);
        if (api.isEmpty()) return Judgement.of(refused());
        boolean right = api.get().secretHash().matches(credentials.secret);
        return right ? Judgement.of(new ByApi(api.get())) : Judgement.wrongSecret(credentials.name);
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
            if (isAscii(bytes)) return Optional.of(new String(bytes, StandardCharsets.US_ASCII));
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (IllegalArgumentException | CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) return false;
        }
        return true;
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
        // Not parsed: what has not the form of an identifier was never registered.
        return Optional.ofNullable(directory.clients().get(new ClientId(name)));
    }

    private static Optional<Api> api(String name, Directory directory) {
        return directory.api(new Audience(name));
    }

    private static Refused refused() {
        return new Refused(new OAuthError(ErrorCode.INVALID_CLIENT, "Client authentication failed."));
    }
}
