package dev.handstamp.server.web.admin;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.administration.Apis;
import dev.handstamp.server.administration.Apis.Change;
import dev.handstamp.server.administration.Apis.NewApi;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.SetChange;
import dev.handstamp.server.administration.SharedSecrets;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.settings.Durations;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One API with every setting, or a new one.
public final class ApiPage implements Entrance.Room {

    static final String ADD = "add";
    static final String CHANGE = "change";
    static final String CHECK = "check";
    static final String SECRET = "secret";
    static final String DELETE = "delete";

    private static final String NEW = "/admin/apis/new";
    private static final List<String> FIELDS =
            List.of("apis", "scopes", "words", "algorithm", "lifetime", "claims", "status-list", "open", "acr");

    /// What is told only once.
    public record Told(String secret, String current, String next) {}

    /// What the page shows.
    ///
    /// @param audience empty for a new one
    public record View(
            Head head,
            String path,
            String audience,
            Fields fields,
            List<String> algorithms,
            List<String> levels,
            @Nullable Told told,
            Map<String, String> forms) {}

    @Override
    public Response handle(Clerk clerk) {
        return clerk.action().equals(CHECK)
                ? clerk.attemptToLook(ApiPage::check, given -> show(given, null))
                : clerk.attempt(ApiPage::act, given -> show(given, null));
    }

    /// Says what is wrong with a form that is still being filled in.
    private static Response check(Clerk clerk) {
        Apis.check(wanted(clerk));
        return show(clerk, null);
    }

    private static Response act(Clerk clerk) {
        Apis apis = clerk.desk().apis();
        return switch (clerk.action()) {
            case ADD -> {
                var added = apis.add(wanted(clerk));
                yield created(
                        clerk, added.api(), told(Optional.of(added.secret().value()), added.shared()));
            }
            case CHANGE -> {
                var changed = apis.update(clerk.named(), change(clerk));
                yield changed.shared().isEmpty()
                        ? clerk.done(clerk.path(), Clerk.Done.SAVED)
                        : stored(clerk, changed.api(), told(Optional.empty(), changed.shared()));
            }
            case SECRET -> {
                var changed = apis.update(clerk.named(), newSecret());
                yield stored(clerk, changed.api(), told(changed.secret().map(each -> each.value()), changed.shared()));
            }
            case DELETE -> {
                apis.delete(clerk.named());
                yield clerk.done(AdminPlace.APIS.path(), Clerk.Done.DELETED);
            }
            default -> throw new Refused("admin.choose");
        };
    }

    private static Response created(Clerk clerk, Api api, Told told) {
        String path = AdminPlace.APIS.path() + "/" + Reference.of(api.audience().value());
        return page(clerk.at(path), path, api.audience().value(), values(api), told);
    }

    private static Response stored(Clerk clerk, Api api, Told told) {
        return page(clerk, clerk.path(), api.audience().value(), values(api), told);
    }

    private static Response show(Clerk clerk, @Nullable Told told) {
        boolean isTyped = List.of(ADD, CHANGE, CHECK).contains(clerk.action());
        if (clerk.path().equals(NEW)) {
            Map<String, String> values = isTyped ? Fields.sent(clerk, FIELDS) : Map.of("lifetime", "5m");
            return page(clerk, NEW, "", values, told);
        }
        try {
            Api api = clerk.desk().apis().find(clerk.named());
            Map<String, String> values = isTyped ? Fields.sent(clerk, FIELDS) : values(api);
            return page(clerk, clerk.path(), api.audience().value(), values, told);
        } catch (Refused _) {
            return clerk.missing();
        }
    }

    private static Response page(
            Clerk clerk, String path, String audience, Map<String, String> values, @Nullable Told told) {
        Map<String, String> forms = new LinkedHashMap<>();
        for (String action : List.of(ADD, CHANGE, CHECK, SECRET, DELETE)) forms.put(action, clerk.form(action));
        List<String> levels = Arrays.stream(AssuranceLevel.values())
                .map(AssuranceLevel::wireName)
                .toList();
        List<String> algorithms = Arrays.stream(Algorithm.values())
                .filter(Algorithm::isAvailable)
                .map(Algorithm::joseName)
                .toList();
        View view = new View(clerk.head(), path, audience, Fields.of(clerk, values), algorithms, levels, told, forms);
        String title = audience.isEmpty() ? clerk.words().text("admin.api.new") : audience;
        return clerk.scripted("admin/Api", title, view);
    }

    private static NewApi wanted(Clerk clerk) {
        return new NewApi(
                clerk.parameter("apis").strip(),
                Fields.words(clerk.parameter("scopes")),
                Fields.some(clerk.parameter("algorithm")),
                Fields.some(clerk.parameter("lifetime")).map(Fields::duration),
                Fields.words(clerk.parameter("claims")),
                clerk.parameter("status-list").equals("on"),
                clerk.parameter("open").equals("on"),
                Fields.some(clerk.parameter("acr")),
                Fields.descriptions(clerk.parameter("words")));
    }

    private static Change change(Clerk clerk) {
        Api before = clerk.desk().apis().find(clerk.named());
        // Words that stand there no more are taken away.
        Map<String, Map<String, String>> words = Fields.descriptions(clerk.parameter("words"));
        List<String> scopes = Fields.words(clerk.parameter("scopes"));
        before.words()
                .words()
                .forEach((scope, texts) -> texts.keySet().forEach(language -> {
                    if (scopes.contains(scope)) {
                        words.computeIfAbsent(scope, _ -> new LinkedHashMap<>()).putIfAbsent(language, "");
                    }
                }));
        return new Change(
                SetChange.to(scopes),
                words,
                Fields.some(clerk.parameter("algorithm")),
                Fields.some(clerk.parameter("lifetime")).map(Fields::duration),
                SetChange.to(Fields.words(clerk.parameter("claims"))),
                Optional.of(clerk.parameter("status-list").equals("on")),
                Optional.of(clerk.parameter("open").equals("on")),
                Optional.of(Fields.some(clerk.parameter("acr")).orElse("none")),
                false);
    }

    private static Change newSecret() {
        Change none = Change.NONE;
        return new Change(
                none.scopes(),
                none.words(),
                none.algorithm(),
                none.tokenLifetime(),
                none.claims(),
                none.statusList(),
                none.open(),
                none.requiredAcr(),
                true);
    }

    private static Told told(Optional<String> secret, Optional<SharedSecrets> shared) {
        return new Told(
                secret.orElse(""),
                shared.map(SharedSecrets::current).orElse(""),
                shared.map(SharedSecrets::next).orElse(""));
    }

    private static Map<String, String> values(Api api) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("apis", api.audience().value());
        values.put("scopes", String.join("\n", api.scopes().tokens()));
        values.put("words", Fields.descriptions(api.words().words()));
        values.put("algorithm", api.algorithm().joseName());
        values.put("lifetime", Durations.text(api.tokenLifetime()));
        values.put("claims", String.join(" ", api.claims()));
        values.put("status-list", api.statusList() ? "on" : "");
        values.put("open", api.open() ? "on" : "");
        values.put("acr", api.requiredLevel().map(AssuranceLevel::wireName).orElse(""));
        return values;
    }
}
