package dev.handstamp.verifier;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a [Doorkeeper] needs to see of a request.
///
/// A token that is bound to a key (RFC 9449) needs [#at], one that is bound to a certificate (RFC 8705) needs
/// [#presenting]; without them such a token is refused, and others are not concerned.
public final class ApiRequest {

    private final String method;
    private final @Nullable String rawQuery;
    private final Function<String, List<String>> headers;
    private final @Nullable URI address;
    private final @Nullable X509Certificate clientCertificate;

    /// A request as the API's framework tells it, without address and certificate.
    ///
    /// @param method as sent
    /// @param rawQuery what stands behind the question mark, as it was sent, or null
    /// @param headers all values of a header, one element a line, whatever the case of its name; none is an empty
    ///     list
    public ApiRequest(String method, @Nullable String rawQuery, Function<String, List<String>> headers) {
        this(method, rawQuery, headers, null, null);
    }

    private ApiRequest(
            String method,
            @Nullable String rawQuery,
            Function<String, List<String>> headers,
            @Nullable URI address,
            @Nullable X509Certificate clientCertificate) {
        this.method = method;
        this.rawQuery = rawQuery;
        this.headers = headers;
        this.address = address;
        this.clientCertificate = clientCertificate;
    }

    /// The same request, with the address that it came to: scheme, host and path, as this server sees it.
    ///
    /// Behind a proxy that is not what the client sees; [Doorkeeper#reachedAt] is told the outside origin.
    ///
    /// @param address in full; query and fragment do not matter
    /// @return another request
    public ApiRequest at(URI address) {
        return new ApiRequest(method, rawQuery, headers, address, clientCertificate);
    }

    /// The same request, from a client whose certificate was seen in the TLS handshake: by this server, or by a
    /// proxy that it trusts by name and whose header no client can send.
    ///
    /// @param certificate of the client itself, not of its authority; who issued it does not matter (RFC 8705 §3)
    /// @return another request
    public ApiRequest presenting(X509Certificate certificate) {
        return new ApiRequest(method, rawQuery, headers, address, certificate);
    }

    String method() {
        return method;
    }

    @Nullable
    String rawQuery() {
        return rawQuery;
    }

    /// Every line of it; none is an empty list.
    List<String> header(String name) {
        List<String> values = headers.apply(name);
        return values == null ? List.of() : values;
    }

    @Nullable
    URI address() {
        return address;
    }

    @Nullable
    X509Certificate clientCertificate() {
        return clientCertificate;
    }

    /// {@return its method alone: the rest may hold a token}
    @Override
    public String toString() {
        return "ApiRequest[" + method + "]";
    }
}
