package dev.handstamp.server.protocol.signals;

import dev.handstamp.json.Json;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What this transmitter can do: exactly that.
///
/// @see <a href="https://openid.net/specs/openid-sharedsignals-framework-1_0-final.html">Shared Signals Framework 1.0
///     §7.1</a>
public final class TransmitterMetadataEndpoint implements Endpoint {

    private final byte[] json;

    public TransmitterMetadataEndpoint(String issuer) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("spec_version", "1_0");
        metadata.put("issuer", issuer);
        metadata.put("jwks_uri", issuer + "/jwks");
        metadata.put("delivery_methods_supported", List.of(Delivery.PUSH, Delivery.POLL));
        metadata.put("configuration_endpoint", issuer + Addresses.STREAMS);
        metadata.put("status_endpoint", issuer + Addresses.STATUS);
        metadata.put("add_subject_endpoint", issuer + Addresses.ADD_SUBJECT);
        metadata.put("remove_subject_endpoint", issuer + Addresses.REMOVE_SUBJECT);
        metadata.put("verification_endpoint", issuer + Addresses.VERIFY);
        metadata.put("authorization_schemes", List.of(Map.of("spec_urn", "urn:ietf:rfc:6749")));
        metadata.put("default_subjects", "ALL");
        this.json = Json.write(metadata);
    }

    @Override
    public Response handle(Request request) {
        return Response.json(200, json).header("Cache-Control", "public, max-age=300");
    }

    @Override
    public boolean isNonBlocking() {
        return true;
    }
}
