package dev.handstamp.server.web.admin;

import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Brand.Colours;
import dev.handstamp.server.domain.client.Brand.Logo;
import dev.handstamp.server.domain.client.Brands;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.web.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What pages wear: the server's brand, and those of clients.
public final class BrandsPage implements Entrance.Room {

    private static final int LINES = 25;

    /// One brand.
    ///
    /// @param client empty for the server
    /// @param logo   where it is; empty for none
    public record Line(String path, String client, String name, String logo, String accent, String accentDark) {}

    /// What the page shows.
    public record View(Head head, Part<Line> brands) {}

    @Override
    public Response handle(Clerk clerk) {
        Brands brands = clerk.desk().branding().list();
        List<Line> lines = new ArrayList<>();
        lines.add(line("", brands.server()));
        Map<String, Brand> ofClients = new TreeMap<>();
        brands.ofClients().forEach((client, brand) -> ofClients.put(client.value(), brand));
        ofClients.forEach((client, brand) -> lines.add(line(client, brand)));
        View view = new View(clerk.head(), Part.of(lines, clerk.visit(), "page", LINES));
        return clerk.page("admin/Brands", clerk.words().text("admin.brands.title"), view);
    }

    private static Line line(String client, Brand brand) {
        return new Line(
                BrandPage.path(client),
                client,
                brand.name(),
                brand.logo().map(Logo::path).orElse(""),
                brand.colours().map(Colours::accent).orElse(""),
                brand.colours().map(Colours::accentDark).orElse(""));
    }
}
