package dev.handstamp.server.web.admin;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.administration.AssertionIssuers;
import dev.handstamp.server.administration.AssertionIssuers.Change;
import dev.handstamp.server.administration.AssertionIssuers.NewIssuer;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.SetChange;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One issuer of assertions, or a new one.
public final class IssuerPage implements Entrance.Room {

    static final String ADD = "add";
    static final String CHANGE = "change";
    static final String CHECK = "check";
    static final String DELETE = "delete";

    private static final String NEW = "/admin/issuers/new";
    private static final List<String> NAMINGS = List.of("subject", "username");
    private static final List<String> FIELDS =
            List.of("issuer", "keys-uri", "keys", "subject", "clients", "all-users", "users");

    /// What the page shows.
    ///
    /// @param name empty for a new one
    public record View(
            Head head, String path, String name, Fields fields, List<String> namings, Map<String, String> forms) {}

    @Override
    public Response handle(Clerk clerk) {
        return clerk.action().equals(CHECK)
                ? clerk.attemptToLook(IssuerPage::check, IssuerPage::show)
                : clerk.attempt(IssuerPage::act, IssuerPage::show);
    }

    /// Says what is wrong with a form that is still being filled in.
    private static Response check(Clerk clerk) {
        AssertionIssuers.check(wanted(clerk));
        return show(clerk);
    }

    private static Response act(Clerk clerk) {
        AssertionIssuers issuers = clerk.desk().issuers();
        return switch (clerk.action()) {
            case ADD -> {
                AssertionIssuer added = issuers.add(wanted(clerk));
                yield clerk.done(AdminPlace.ISSUERS.path() + "/" + Reference.of(added.name()), Clerk.Done.ADDED);
            }
            case CHANGE -> {
                issuers.update(clerk.named(), change(clerk), (_, _) -> {});
                yield clerk.done(clerk.path(), Clerk.Done.SAVED);
            }
            case DELETE -> {
                issuers.delete(clerk.named());
                yield clerk.done(AdminPlace.ISSUERS.path(), Clerk.Done.DELETED);
            }
            default -> throw new Refused("admin.choose");
        };
    }

    private static NewIssuer wanted(Clerk clerk) {
        boolean isNew = clerk.path().equals(NEW);
        return new NewIssuer(
                isNew ? clerk.parameter("issuer").strip() : clerk.named(),
                keys(clerk),
                Fields.some(clerk.parameter("keys-uri")),
                clerk.parameter("subject"),
                Fields.words(clerk.parameter("clients")),
                Fields.words(clerk.parameter("users")),
                clerk.parameter("all-users").equals("on"));
    }

    private static Change change(Clerk clerk) {
        NewIssuer wanted = wanted(clerk);
        AssertionIssuers.check(wanted);
        return new Change(
                wanted.keys(),
                Optional.of(wanted.keysUri().orElse("")),
                Optional.of(wanted.naming()),
                SetChange.to(wanted.clients()),
                wanted.allUsers() ? SetChange.NONE : SetChange.to(wanted.users()),
                Optional.of(wanted.allUsers()));
    }

    private static Optional<Map<String, Object>> keys(Clerk clerk) {
        Optional<String> text = Fields.some(clerk.parameter("keys"));
        if (text.isEmpty()) return Optional.empty();
        try {
            return Optional.of(Json.parseObject(text.get().getBytes(StandardCharsets.UTF_8)));
        } catch (JsonException e) {
            throw Refused.about("keys", "refused.issuer.no-object");
        }
    }

    private static Response show(Clerk clerk) {
        boolean isTyped = List.of(ADD, CHANGE, CHECK).contains(clerk.action());
        if (clerk.path().equals(NEW)) {
            return page(clerk, "", isTyped ? Fields.sent(clerk, FIELDS) : Map.of("subject", "subject"));
        }
        try {
            AssertionIssuer issuer = clerk.desk().issuers().find(clerk.named());
            return page(clerk, issuer.name(), isTyped ? Fields.sent(clerk, FIELDS) : values(clerk, issuer));
        } catch (Refused _) {
            return clerk.missing();
        }
    }

    private static Response page(Clerk clerk, String name, Map<String, String> values) {
        Map<String, String> forms = new LinkedHashMap<>();
        for (String action : List.of(ADD, CHANGE, CHECK, DELETE)) forms.put(action, clerk.form(action));
        View view = new View(clerk.head(), clerk.path(), name, Fields.of(clerk, values), NAMINGS, forms);
        return clerk.scripted("admin/Issuer", name.isEmpty() ? clerk.words().text("admin.issuer.new") : name, view);
    }

    private static Map<String, String> values(Clerk clerk, AssertionIssuer issuer) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("issuer", issuer.name());
        values.put("keys-uri", issuer.keysUri().orElse(""));
        values.put("keys", issuer.keys().map(Json::text).orElse(""));
        values.put("subject", issuer.naming().wireName());
        values.put("clients", IssuersPage.clients(issuer, "\n"));
        values.put("all-users", issuer.users().isEmpty() ? "on" : "");
        values.put("users", String.join("\n", clerk.desk().issuers().users(issuer)));
        return values;
    }
}
