package dev.handstamp.server.administration;

import dev.handstamp.server.domain.ShownText;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Brand.Colours;
import dev.handstamp.server.domain.client.Brands;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.store.BrandStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/// What pages wear: name, logo and colours of the server, and of clients.
public final class Branding {

    private static final String ACCENT = "accent";
    static final String DARK_ACCENT = "dark accent";

    /// What is to become different; empty parts stay as they are.
    ///
    /// @param name       empty text: none of its own any more
    /// @param logo       the content of a file; nothing in it: none of its own any more
    /// @param accent     `#rrggbb` on light pages, or `none` for both colours
    /// @param accentDark the same on dark pages
    public record Change(
            Optional<String> name, Optional<byte[]> logo, Optional<String> accent, Optional<String> accentDark) {}

    /// A brand that nobody has yet.
    ///
    /// @param logo the content of its logo, if that is a new one
    public record Looked(Brand brand, Optional<byte[]> logo) {}

    private final Database database;
    private final InstantSource clock;
    private final Journal journal;
    private final BrandStore brands = new BrandStore();
    private final ClientStore clients = new ClientStore();

    public Branding(Database database, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.clock = clock;
        this.journal = new Journal(administrator);
    }

    public Brands list() {
        return database.read(brands::list);
    }

    /// The brand as it was given, without what it takes from the server's.
    ///
    /// @param client empty: the server itself
    public Brand find(Optional<String> client) {
        Optional<ClientId> owner = client.map(Branding::parsed);
        return database.read(tx -> {
            refuseUnknown(tx, owner);
            return of(brands.list(tx), owner);
        });
    }

    /// Changes what pages wear: all of them, or those that lead to a client.
    ///
    /// @param client empty: the server itself
    public Brand update(Optional<String> client, Change change) {
        return update(client, change, _ -> {});
    }

    /// The same, if nobody objects to what the brand was.
    ///
    /// @param objection may throw: then nothing is changed
    public Brand update(Optional<String> client, Change change, Consumer<Brand> objection) {
        Optional<ClientId> owner = client.map(Branding::parsed);
        Optional<LogoFile> file = file(change);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            refuseUnknown(tx, owner);
            Brand before = of(brands.list(tx), owner);
            objection.accept(before);
            Brand after = changed(before, change, file);
            replace(tx, owner, before, after, file, now);
            return after;
        });
    }

    /// What a change would make of a brand, found possible, and not done.
    ///
    /// @param client empty: the server itself
    public Looked look(Optional<String> client, Change change) {
        Optional<LogoFile> file = file(change);
        return new Looked(changed(find(client), change, file), file.map(LogoFile::content));
    }

    /// Takes a brand away.
    ///
    /// @param client empty: the server itself
    public Brand delete(Optional<String> client) {
        Optional<ClientId> owner = client.map(Branding::parsed);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            refuseUnknown(tx, owner);
            Brand before = of(brands.list(tx), owner);
            if (before.equals(Brand.NONE)) {
                throw client.map(id -> new Refused("refused.brand.none", id))
                        .orElseGet(() -> new Refused("refused.brand.none.server"));
            }
            replace(tx, owner, before, Brand.NONE, Optional.empty(), now);
            return before;
        });
    }

    /// The brand that is wished for.
    static Brand parsed(String name, Optional<LogoFile> file, Optional<String> accent, Optional<String> accentDark) {
        return new Brand(
                name(name),
                file.map(LogoFile::logo),
                colours(Brand.NONE, new Change(Optional.empty(), Optional.empty(), accent, accentDark)));
    }

    /// Gives an owner another brand; [Brand#NONE] takes it away.
    ///
    /// @param file the content of the logo, if that may be a new one
    void replace(
            Transaction tx, Optional<ClientId> owner, Brand before, Brand after, Optional<LogoFile> file, Instant now) {
        if (after.equals(before)) return;
        file.ifPresent(known -> brands.putLogo(tx, known.logo(), known.content()));
        if (after.equals(Brand.NONE)) brands.delete(tx, owner);
        else brands.put(tx, owner, after);
        Map<String, String> details = new TreeMap<>();
        details.put("name", after.name());
        after.logo().ifPresent(logo -> details.put("logo", logo.path()));
        after.colours().ifPresent(colours -> details.put("colours", colours.accent() + " " + colours.accentDark()));
        String target = owner.map(ClientId::value).orElse("");
        journal.note(tx, AuditEvent.Type.BRAND_CHANGED, target, details, now);
    }

    private static Optional<LogoFile> file(Change change) {
        return change.logo.filter(content -> content.length > 0).map(LogoFile::of);
    }

    private static Brand changed(Brand before, Change change, Optional<LogoFile> file) {
        return new Brand(
                change.name.map(Branding::name).orElse(before.name()),
                change.logo.isPresent() ? file.map(LogoFile::logo) : before.logo(),
                colours(before, change));
    }

    static Brand of(Brands all, Optional<ClientId> owner) {
        return owner.map(client -> all.ofClients().getOrDefault(client, Brand.NONE))
                .orElse(all.server());
    }

    private void refuseUnknown(Transaction tx, Optional<ClientId> owner) {
        if (owner.isPresent() && !clients.exists(tx, owner.get())) {
            throw new Refused(
                    Refused.Kind.UNKNOWN,
                    "refused.client.unknown",
                    Refused.quoted(owner.get().value()));
        }
    }

    private static ClientId parsed(String client) {
        return client.contains("://") ? new ClientId(client) : Parsed.clientId(client);
    }

    static String name(String text) {
        boolean fits = text.codePointCount(0, text.length()) <= Brand.LONGEST_NAME && ShownText.isOneLine(text);
        if (!fits) {
            throw Refused.about("name of a brand", "refused.form.brand-name", Refused.quoted(text), Brand.LONGEST_NAME);
        }
        return text.strip();
    }

    private static Optional<Colours> colours(Brand before, Change change) {
        if (change.accent.isEmpty() && change.accentDark.isEmpty()) return before.colours();
        if (change.accent.filter("none"::equals).isPresent()) return Optional.empty();
        Optional<String> accent = change.accent.or(() -> before.colours().map(Colours::accent));
        Optional<String> dark = change.accentDark.or(() -> before.colours().map(Colours::accentDark));
        List<Refused> faults = new ArrayList<>();
        accent.flatMap(text -> fault(ACCENT, text, "refused.brand.faint.light", Colours::contrastOnLight))
                .ifPresent(faults::add);
        dark.flatMap(text -> fault(DARK_ACCENT, text, "refused.brand.faint.dark", Colours::contrastOnDark))
                .ifPresent(faults::add);
        if (accent.isEmpty()) faults.add(Refused.about(ACCENT, "refused.brand.two-colours"));
        if (dark.isEmpty()) faults.add(Refused.about(DARK_ACCENT, "refused.brand.two-colours"));
        if (!faults.isEmpty()) throw Refused.all(faults);
        return Optional.of(new Colours(lower(accent.get()), lower(dark.get())));
    }

    private static Optional<Refused> fault(String what, String text, String faint, ToDoubleFunction<String> contrast) {
        String colour = lower(text);
        if (!Colours.isColour(colour)) return Optional.of(Parsed.refused(what, "refused.form.colour", text));
        double reached = contrast.applyAsDouble(colour);
        if (reached >= Colours.LEAST_CONTRAST) return Optional.empty();
        // Rounded down, so that what is too little never reads as enough.
        String measured = String.format(Locale.ROOT, "%.2f", Math.floor(reached * 100) / 100);
        return Optional.of(Refused.about(what, faint, colour, measured));
    }

    private static String lower(String colour) {
        return colour.toLowerCase(Locale.ROOT);
    }
}
