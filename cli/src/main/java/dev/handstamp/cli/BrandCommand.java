package dev.handstamp.cli;

import dev.handstamp.server.administration.Branding.Change;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Brands;
import dev.handstamp.server.domain.client.ClientId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `handstamp brand`: what pages wear.
@Command(
        name = "brand",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Brands: the name, the logo and the two colours that pages wear, for all or per client.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  handstamp brand update --name Nightclub --logo logo.svg --accent \"#4636a3\" --accent-dark \"#b3a8fa\"",
            "  handstamp brand update --client shop --name \"The shop\""
        })
final class BrandCommand {

    private static final long LARGEST_FILE = 10 * 1024 * 1024L;

    @Command(
            name = "update",
            description = {
                "Changes what pages wear; what is not named stays.",
                "Colours that cannot be read well are refused with the contrast that was measured (WCAG 2.2 AA)."
            })
    int update(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Option(
                            names = "--client",
                            paramLabel = "ID",
                            description = "Only on the way to this client. Default: everywhere")
                    @Nullable
                    String client,
            @Option(names = "--name", paramLabel = "NAME", description = "What stands at the top; empty for none.")
                    @Nullable
                    String name,
            @Option(
                            names = "--logo",
                            paramLabel = "FILE",
                            description = "A PNG, WebP or SVG of at most 100 KiB; none takes it away.")
                    @Nullable
                    String logo,
            @Option(
                            names = "--accent",
                            paramLabel = "#RRGGBB",
                            description = "The colour of links and buttons on light pages; none takes both away.")
                    @Nullable
                    String accent,
            @Option(names = "--accent-dark", paramLabel = "#RRGGBB", description = "The same on dark pages.") @Nullable
                    String accentDark) {
        if (name == null && logo == null && accent == null && accentDark == null) {
            throw new WrongUsage("nothing to change: say what is to be different");
        }
        Change change = new Change(
                Optional.ofNullable(name),
                Optional.ofNullable(logo).map(BrandCommand::content),
                Optional.ofNullable(accent),
                Optional.ofNullable(accentDark));
        return store.with(office -> {
            Brand brand = office.branding().update(Optional.ofNullable(client), change);
            String owner = client == null ? "" : client;
            return printed.one(object(owner, brand), shown(owner, brand));
        });
    }

    @Command(name = "list", description = "Lists what pages wear: the server's brand first, then those of clients.")
    int list(@Mixin StoreOptions store, @Mixin Printed printed) {
        return store.with(office -> {
            Brands brands = office.branding().list();
            Map<String, Brand> all = new TreeMap<>();
            if (!brands.server().equals(Brand.NONE)) all.put("", brands.server());
            brands.ofClients().forEach((client, brand) -> all.put(client.value(), brand));
            List<Map<String, Object>> objects = new ArrayList<>();
            List<List<String>> rows = new ArrayList<>();
            all.forEach((owner, brand) -> {
                objects.add(object(owner, brand));
                Map<String, String> shown = shown(owner, brand);
                rows.add(List.copyOf(shown.values()));
            });
            return printed.many(
                    objects,
                    List.of("OF", "NAME", "LOGO", "COLOURS"),
                    rows,
                    "No brands: handstamp brand update --name NAME");
        });
    }

    @Command(name = "delete", description = "Takes a brand away: the server's, or that of a client.")
    int delete(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Option(names = "--client", paramLabel = "ID", description = "That of this client.") @Nullable
                    String client) {
        return store.with(office -> {
            office.branding().delete(Optional.ofNullable(client));
            String owner = client == null ? "the server" : client;
            return printed.done(
                    Map.of("client_id", client == null ? "" : client), "Took the brand of " + owner + " away.");
        });
    }

    private static byte[] content(String file) {
        if (file.equals("none")) return new byte[0];
        try {
            Path path = Path.of(file);
            if (Files.size(path) > LARGEST_FILE) throw new WrongUsage(file + " is no logo: it is too large");
            byte[] content = Files.readAllBytes(path);
            if (content.length == 0) throw new WrongUsage(file + " is empty");
            return content;
        } catch (IOException | InvalidPathException e) {
            throw new WrongUsage(file + " cannot be read");
        }
    }

    private static Map<String, Object> object(String owner, Brand brand) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (!owner.isEmpty()) object.put("client_id", new ClientId(owner).value());
        object.put("name", brand.name());
        brand.logo().ifPresent(logo -> object.put("logo", logo.path()));
        brand.colours().ifPresent(colours -> {
            object.put("accent", colours.accent());
            object.put("accent_dark", colours.accentDark());
        });
        return object;
    }

    private static Map<String, String> shown(String owner, Brand brand) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("brand of", owner.isEmpty() ? "the server" : owner);
        shown.put("name", Shown.orDash(brand.name()));
        shown.put("logo", brand.logo().map(Brand.Logo::path).orElse("-"));
        shown.put(
                "colours",
                brand.colours()
                        .map(colours -> colours.accent() + " on light, " + colours.accentDark() + " on dark")
                        .orElse("-"));
        return shown;
    }
}
