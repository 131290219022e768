package dev.handstamp.verifier;

import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.JwkSet;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Where the keys of an issuer stand and how they are read. For one thread at a time.
final class KeyPublication implements AutoCloseable {

    private final Issuer issuer;
    private final @Nullable URI fixedAddress;
    private final IssuerConnection connection = new IssuerConnection();
    private @Nullable URI found;

    KeyPublication(Issuer issuer, @Nullable URI fixedAddress) {
        this.issuer = issuer;
        this.fixedAddress = fixedAddress;
    }

    Issuer issuer() {
        return issuer;
    }

    JwkSet fetch(Deadline deadline) throws UnusableAnswerException {
        URI address = address(deadline);
        found = null; // Looked up anew unless all goes well: it may have moved.
        byte[] json = connection.get(address, "application/jwk-set+json, application/json", deadline.remaining());
        JwkSet fetched = parse(address, json);
        found = address;
        return fetched;
    }

    private URI address(Deadline deadline) throws UnusableAnswerException {
        if (fixedAddress != null) return fixedAddress;
        if (found != null) return found;
        return issuer.endpoint(issuer.metadata(connection, deadline), "jwks_uri");
    }

    private static JwkSet parse(URI address, byte[] json) throws UnusableAnswerException {
        JwkSet fetched;
        try {
            fetched = JwkSet.parse(json);
        } catch (InvalidJwkException e) {
            throw new UnusableAnswerException(address + " answered no key set: " + e.getMessage());
        }
        if (fetched.keys().isEmpty()) throw new UnusableAnswerException(address + " answered no key that is of use");
        return fetched;
    }

    @Override
    public void close() {
        connection.close();
    }
}
