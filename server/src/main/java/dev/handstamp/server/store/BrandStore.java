package dev.handstamp.server.store;

import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Brand.Colours;
import dev.handstamp.server.domain.client.Brand.ImageType;
import dev.handstamp.server.domain.client.Brand.Logo;
import dev.handstamp.server.domain.client.Brands;
import dev.handstamp.server.domain.client.ClientId;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What pages wear. Every change counts the configuration's position up.
public final class BrandStore {

    private static final String PUT = """
        INSERT INTO brand (owner, name, accent, accent_dark, logo_digest, logo_type) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (owner)
        DO UPDATE SET name = excluded.name, accent = excluded.accent, accent_dark = excluded.accent_dark,
                      logo_digest = excluded.logo_digest, logo_type = excluded.logo_type""";

    private static final String LIST = """
        SELECT owner, name, accent, accent_dark, logo_digest, logo_type FROM brand""";

    private static final String DELETE = """
        DELETE FROM brand WHERE owner = ?""";

    private static final String PUT_LOGO = """
        INSERT INTO brand_logo (digest, content) VALUES (?, ?) ON CONFLICT DO NOTHING""";

    private static final String FIND_LOGO = """
        SELECT content FROM brand_logo WHERE digest = ?""";

    private static final String FORGET_LOGOS = """
        DELETE FROM brand_logo
         WHERE NOT EXISTS (SELECT 1 FROM brand WHERE brand.logo_digest = brand_logo.digest)""";

    private record Owned(String owner, Brand brand) {}

    private final RevisionStore revisions = new RevisionStore();

    /// Gives a client a brand, or another one.
    ///
    /// @param client empty: the server itself
    public void put(Transaction tx, Optional<ClientId> client, Brand brand) {
        tx.execute(
                PUT,
                owner(client),
                brand.name(),
                brand.colours().map(Colours::accent),
                brand.colours().map(Colours::accentDark),
                brand.logo().map(Logo::digest),
                brand.logo().map(logo -> logo.type().extension()));
        tx.execute(FORGET_LOGOS);
        revisions.bumpConfiguration(tx);
    }

    /// Stores the content of a logo, before the brand that has it.
    public void putLogo(Transaction tx, Logo logo, byte[] content) {
        tx.execute(PUT_LOGO, logo.digest(), Base64.getEncoder().encodeToString(content));
    }

    public Optional<byte[]> logo(Transaction tx, Logo logo) {
        return tx.find(FIND_LOGO, row -> Base64.getDecoder().decode(row.text("content")), logo.digest());
    }

    public Brands list(Transaction tx) {
        Map<ClientId, Brand> ofClients = new HashMap<>();
        Brand server = Brand.NONE;
        for (Owned each : readable(tx)) {
            if (each.owner.isEmpty()) server = each.brand;
            else ofClients.put(new ClientId(each.owner), each.brand);
        }
        return new Brands(server, ofClients);
    }

    /// Takes a brand away.
    ///
    /// @param client empty: the server itself
    /// @return false if there was none
    public boolean delete(Transaction tx, Optional<ClientId> client) {
        int deleted = tx.execute(DELETE, owner(client));
        if (deleted == 0) return false;
        tx.execute(FORGET_LOGOS);
        revisions.bumpConfiguration(tx);
        return true;
    }

    private static String owner(Optional<ClientId> client) {
        return client.map(ClientId::value).orElse("");
    }

    private static List<Owned> readable(Transaction tx) {
        return tx.list(LIST, row -> Stored.readable("brand", row.text("owner"), () -> from(row))).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static Owned from(Row row) {
        Optional<Logo> logo = row.optionalText("logo_digest")
                .map(digest ->
                        new Logo(digest, ImageType.of(row.text("logo_type")).orElseThrow()));
        Optional<Colours> colours =
                row.optionalText("accent").map(accent -> new Colours(accent, row.text("accent_dark")));
        return new Owned(row.text("owner"), new Brand(row.text("name"), logo, colours));
    }
}
