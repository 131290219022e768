package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Branding;
import dev.handstamp.server.administration.Branding.Change;
import dev.handstamp.server.administration.Branding.Looked;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Brand.Colours;
import dev.handstamp.server.domain.client.Brand.Logo;
import dev.handstamp.server.html.Look;
import dev.handstamp.server.http.Response;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What pages wear: all of them, or those on the way to a client. What is typed is shown at once as a page would wear
/// it, in light and in dark.
public final class BrandPage implements Entrance.Room {

    /// The server's brand.
    public static final String PATH = "/admin/brand";

    static final String CHANGE = "change";
    static final String CHECK = "check";
    static final String DELETE = "delete";

    private static final List<String> FIELDS = List.of("name", "accent", "accent-dark", "no-logo");

    /// How a page would look.
    ///
    /// @param image of the logo: an address, or itself where it is not stored yet; empty for none
    public record Preview(Look look, String image) {}

    /// What the page shows.
    ///
    /// @param client  empty for the server
    /// @param hasLogo whether it has one of its own
    /// @param isLogoLost whether one was sent and not stored: browsers do not keep the choice of a file
    /// @param isNone  whether there is nothing to take away
    public record View(
            Head head,
            String path,
            String client,
            Fields fields,
            boolean hasLogo,
            boolean isLogoLost,
            boolean isNone,
            Preview preview,
            Map<String, String> forms) {}

    /// Where the brand of a client is; empty for that of the server.
    static String path(String client) {
        return client.isEmpty() ? PATH : AdminPlace.BRANDS.path() + "/" + Reference.of(client);
    }

    @Override
    public Response handle(Clerk clerk) {
        // Without a script, a button of the form asks for the look of it.
        boolean isOnlyLooked = clerk.action().equals(CHECK)
                || (clerk.action().equals(CHANGE) && !clerk.parameter("look").isEmpty());
        return isOnlyLooked
                ? clerk.attemptToLook(BrandPage::look, BrandPage::show)
                : clerk.attempt(BrandPage::act, BrandPage::show);
    }

    private static Response look(Clerk clerk) {
        Optional<String> owner = owner(clerk);
        Branding branding = clerk.desk().branding();
        Looked looked = branding.look(owner, change(clerk));
        return page(clerk, branding.find(owner), looked, Fields.sent(clerk, FIELDS));
    }

    private static Response act(Clerk clerk) {
        Branding branding = clerk.desk().branding();
        return switch (clerk.action()) {
            case CHANGE -> {
                branding.update(owner(clerk), change(clerk));
                yield clerk.done(clerk.path(), Clerk.Done.SAVED);
            }
            case DELETE -> {
                branding.delete(owner(clerk));
                yield clerk.done(AdminPlace.BRANDS.path(), Clerk.Done.DELETED);
            }
            default -> throw new Refused("admin.choose");
        };
    }

    /// The client whose brand it is; empty for the server.
    private static Optional<String> owner(Clerk clerk) {
        return clerk.path().equals(PATH) ? Optional.empty() : Optional.of(clerk.named());
    }

    private static Change change(Clerk clerk) {
        String accent = clerk.parameter("accent").strip();
        String accentDark = clerk.parameter("accent-dark").strip();
        boolean hasColours = !accent.isEmpty() || !accentDark.isEmpty();
        boolean losesLogo = clerk.parameter("no-logo").equals("on");
        return new Change(
                Optional.of(clerk.parameter("name")),
                clerk.file("logo").or(() -> losesLogo ? Optional.of(new byte[0]) : Optional.empty()),
                Optional.of(hasColours ? accent : "none"),
                hasColours ? Optional.of(accentDark) : Optional.empty());
    }

    private static Response show(Clerk clerk) {
        try {
            Brand brand = clerk.desk().branding().find(owner(clerk));
            boolean isTyped = List.of(CHANGE, CHECK).contains(clerk.action());
            Map<String, String> values = isTyped ? Fields.sent(clerk, FIELDS) : values(brand);
            return page(clerk, brand, new Looked(brand, Optional.empty()), values);
        } catch (Refused _) {
            return clerk.missing();
        }
    }

    private static Response page(Clerk clerk, Brand stored, Looked looked, Map<String, String> values) {
        Map<String, String> forms = new LinkedHashMap<>();
        for (String action : List.of(CHANGE, CHECK, DELETE)) forms.put(action, clerk.form(action));
        Preview preview = preview(clerk, looked);
        View view = new View(
                clerk.head(),
                clerk.path(),
                owner(clerk).orElse(""),
                Fields.of(clerk, values),
                stored.logo().isPresent(),
                clerk.action().equals(CHANGE) && clerk.file("logo").isPresent(),
                stored.equals(Brand.NONE),
                preview,
                forms);
        String title = owner(clerk)
                .map(client -> clerk.words().text("admin.brand.of-client", client))
                .orElseGet(() -> clerk.words().text("admin.brand.of-server"));
        // The script of the page that asked takes a part of this one: a style of its own would be nobody's.
        return clerk.action().equals(CHECK)
                ? clerk.scripted("admin/Brand", title, view)
                : clerk.previewing(preview.look(), "admin/Brand", title, view);
    }

    /// Where a client's brand says nothing, pages wear the server's.
    private static Preview preview(Clerk clerk, Looked looked) {
        Brand worn = owner(clerk).isEmpty()
                ? looked.brand()
                : looked.brand().or(clerk.desk().branding().list().server());
        String image = worn.logo().map(Logo::path).orElse("");
        if (looked.logo().isPresent()) {
            String type = looked.brand().logo().orElseThrow().type().mediaType();
            image = "data:" + type + ";base64,"
                    + Base64.getEncoder().encodeToString(looked.logo().get());
        }
        return new Preview(Look.of(worn), image);
    }

    private static Map<String, String> values(Brand brand) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("name", brand.name());
        values.put("accent", brand.colours().map(Colours::accent).orElse(""));
        values.put("accent-dark", brand.colours().map(Colours::accentDark).orElse(""));
        return values;
    }
}
