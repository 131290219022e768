package dev.handstamp.server.protocol.admin;

import dev.handstamp.server.administration.Branding;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.ClientId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The operations on what pages wear: the server's, and those of the client that the path names. Whoever writes to a
/// client's has to have what that can get at this API.
final class BrandCalls {

    private BrandCalls() {}

    static Answer list(Call call) {
        var brands = call.desk().branding().list();
        List<Map<String, Object>> items = new ArrayList<>();
        if (!brands.server().equals(Brand.NONE)) items.add(Views.brand(Optional.empty(), brands.server()));
        Map<String, Brand> ofClients = new TreeMap<>();
        brands.ofClients().forEach((client, brand) -> ofClients.put(client.value(), brand));
        ofClients.forEach((client, brand) -> items.add(Views.brand(Optional.of(new ClientId(client)), brand)));
        return Answer.of(new LinkedHashMap<>(Map.of("items", items)));
    }

    static Answer get(Call call) {
        return Answer.tagged(view(call, call.desk().branding().find(owner(call))));
    }

    static Answer change(Call call) {
        refuseForeign(call);
        Branding.Change change = new Branding.Change(
                call.text("name"),
                call.text("logo").map(BrandCalls::content),
                call.text("accent"),
                call.text("accent_dark"));
        Brand changed = call.desk()
                .branding()
                .update(owner(call), change, before -> AdminEndpoint.refuseUnmatched(call, view(call, before)));
        return Answer.tagged(view(call, changed));
    }

    static Answer delete(Call call) {
        try {
            refuseForeign(call);
            Branding branding = call.desk().branding();
            if (!branding.find(owner(call)).equals(Brand.NONE)) branding.delete(owner(call));
        } catch (Refused refused) {
            if (refused.kind() != Refused.Kind.UNKNOWN) throw refused;
        }
        return Answer.NOTHING;
    }

    private static void refuseForeign(Call call) {
        owner(call)
                .ifPresent(client ->
                        ConfigurationCalls.refuse(call, call.desk().clients().find(client)));
    }

    /// The client that the path names; empty for the server itself.
    private static Optional<String> owner(Call call) {
        return Optional.ofNullable(call.variables().get("client"));
    }

    private static Map<String, Object> view(Call call, Brand brand) {
        return Views.brand(owner(call).map(ClientId::new), brand);
    }

    private static byte[] content(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            throw new BadRequest("the logo is not in base64");
        }
    }
}
