package dev.handstamp.server.web.admin;

import dev.handstamp.json.JsonNull;
import dev.handstamp.server.administration.Clients;
import dev.handstamp.server.administration.Clients.Change;
import dev.handstamp.server.administration.Clients.NewClient;
import dev.handstamp.server.administration.Clients.NewPolicy;
import dev.handstamp.server.administration.Clients.NewRedirection;
import dev.handstamp.server.administration.Clients.RedirectionChange;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.SetChange;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.http.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// One client with every setting, or a new one.
public final class ClientPage implements Entrance.Room {

    static final String ADD = "add";
    static final String CHANGE = "change";
    static final String CHECK = "check";
    static final String SECRET = "secret";
    static final String DELETE = "delete";

    private static final String NEW = "/admin/clients/new";
    private static final String GRANT = "grant.";
    private static final List<String> TYPES =
            Arrays.stream(GrantType.values()).map(GrantType::shortName).sorted().toList();

    private static final String GRANTS = "grants";

    /// The fields that have a name of their own.
    private static final List<String> NAMES = List.of(
            "id",
            "name",
            "public",
            "apis",
            "scopes",
            "uris",
            "after-logout",
            "pkce",
            "consent",
            "acr",
            "registers",
            "remembers");

    /// What the page shows.
    ///
    /// @param id          empty for a new one
    /// @param brand       where it says what pages wear on the way to it
    /// @param isOwn       whether somebody here registered it: else only what is asked of its users can be changed
    /// @param isSecretive whether it has a secret
    /// @param groups      the members of its metadata
    /// @param secret      its secret, for the only time; empty if it was given none just now
    public record View(
            Head head,
            String path,
            String id,
            String brand,
            boolean isOwn,
            boolean isSecretive,
            Fields fields,
            List<String> grants,
            List<String> levels,
            List<MemberFields.Group> groups,
            String secret,
            Map<String, String> forms) {}

    static String grants(Client client) {
        return client.grants().stream().map(GrantType::shortName).sorted().collect(Collectors.joining(", "));
    }

    static String apis(Client client, String between) {
        return client.apis().stream().map(Audience::value).sorted().collect(Collectors.joining(between));
    }

    @Override
    public Response handle(Clerk clerk) {
        return clerk.action().equals(CHECK)
                ? clerk.attemptToLook(ClientPage::check, ClientPage::show)
                : clerk.attempt(ClientPage::act, ClientPage::show);
    }

    /// Says what is wrong with a form that is still being filled in.
    private static Response check(Clerk clerk) {
        if (clerk.path().equals(NEW)) {
            Clients.check(wanted(clerk));
        } else {
            Clients clients = clerk.desk().clients();
            clients.check(clerk.named(), change(clerk, clients.find(clerk.named())));
        }
        return show(clerk);
    }

    private static Response act(Clerk clerk) {
        Clients clients = clerk.desk().clients();
        return switch (clerk.action()) {
            case ADD -> {
                var added = clients.add(wanted(clerk));
                yield told(clerk, added.client(), added.secret());
            }
            case CHANGE -> {
                var changed = clients.update(clerk.named(), change(clerk, clients.find(clerk.named())));
                yield changed.secret().isPresent()
                        ? told(clerk, changed.client(), changed.secret())
                        : clerk.done(clerk.path(), Clerk.Done.SAVED);
            }
            case SECRET -> {
                var changed = clients.update(clerk.named(), newSecret());
                yield told(clerk, changed.client(), changed.secret());
            }
            case DELETE -> {
                clients.delete(clerk.named());
                yield clerk.done(AdminPlace.CLIENTS.path(), Clerk.Done.DELETED);
            }
            default -> throw new Refused("admin.choose");
        };
    }

    private static Response told(Clerk clerk, Client client, Optional<Secret> secret) {
        String path = AdminPlace.CLIENTS.path() + "/" + Reference.of(client.id().value());
        return page(
                clerk.at(path),
                path,
                Optional.of(client),
                values(client),
                secret.map(Secret::value).orElse(""));
    }

    private static Response show(Clerk clerk) {
        boolean isTyped = List.of(ADD, CHANGE, CHECK).contains(clerk.action());
        if (clerk.path().equals(NEW)) {
            Map<String, String> fresh = Map.of("pkce", "on", "consent", "on", "registers", "on", "remembers", "on");
            return page(clerk, NEW, Optional.empty(), isTyped ? sent(clerk) : fresh, "");
        }
        try {
            Client client = clerk.desk().clients().find(clerk.named());
            return page(clerk, clerk.path(), Optional.of(client), isTyped ? sent(clerk) : values(client), "");
        } catch (Refused _) {
            return clerk.missing();
        }
    }

    private static Response page(
            Clerk clerk, String path, Optional<Client> client, Map<String, String> values, String secret) {
        Map<String, String> forms = new LinkedHashMap<>();
        for (String action : List.of(ADD, CHANGE, CHECK, SECRET, DELETE)) forms.put(action, clerk.form(action));
        Fields fields = fields(clerk, values);
        ClientMetadata metadata = client.map(Client::metadata).orElse(ClientMetadata.NONE);
        View view = new View(
                clerk.head(),
                path,
                client.map(each -> each.id().value()).orElse(""),
                client.map(each -> BrandPage.path(each.id().value())).orElse(""),
                client.map(each -> !each.isSelfDescribed()).orElse(true),
                client.map(each -> each.secretHash().isPresent()).orElse(false),
                fields,
                TYPES,
                Arrays.stream(AssuranceLevel.values())
                        .map(AssuranceLevel::wireName)
                        .toList(),
                MemberFields.groups(clerk.words(), fields, metadata),
                secret,
                forms);
        String title = client.map(Client::name).orElseGet(() -> clerk.words().text("admin.client.new"));
        return clerk.scripted("admin/Client", title, view);
    }

    /// What is wrong with a member that has no field, or was typed as JSON, is said where such members are.
    private static Fields fields(Clerk clerk, Map<String, String> values) {
        Set<String> own = new HashSet<>(NAMES);
        own.addAll(MemberFields.names());
        for (String name : MemberFields.typedAsJson(clerk)) own.remove(Fields.BY_SUBJECT.getOrDefault(name, name));
        own.add(GRANTS);
        return Fields.of(clerk, values).gathered(own, MemberFields.OTHERS);
    }

    private static NewClient wanted(Clerk clerk) {
        return new NewClient(
                clerk.parameter("id").strip(),
                grants(clerk),
                Fields.words(clerk.parameter("apis")),
                Fields.words(clerk.parameter("scopes")),
                Optional.empty(),
                isOn(clerk, "public"),
                new NewRedirection(
                        clerk.parameter("name"),
                        Fields.words(clerk.parameter("uris")),
                        Fields.words(clerk.parameter("after-logout")),
                        isOn(clerk, "pkce"),
                        isOn(clerk, "consent")),
                MemberFields.typed(clerk, ClientMetadata.NONE),
                policy(clerk));
    }

    private static Change change(Clerk clerk, Client before) {
        Change none = Change.NONE;
        if (before.isSelfDescribed()) {
            return new Change(
                    none.grants(),
                    none.apis(),
                    none.scopes(),
                    none.redirection(),
                    none.metadata(),
                    policy(clerk),
                    none.secret(),
                    false);
        }
        Map<String, Object> members = new LinkedHashMap<>();
        // Members that stand there no more are taken away.
        before.metadata().toObject().keySet().forEach(name -> members.put(name, JsonNull.NULL));
        members.putAll(MemberFields.typed(clerk, before.metadata()));
        return new Change(
                SetChange.to(grants(clerk)),
                SetChange.to(Fields.words(clerk.parameter("apis"))),
                SetChange.to(Fields.words(clerk.parameter("scopes"))),
                new RedirectionChange(
                        Optional.of(clerk.parameter("name")),
                        SetChange.to(Fields.words(clerk.parameter("uris"))),
                        SetChange.to(Fields.words(clerk.parameter("after-logout"))),
                        Optional.of(isOn(clerk, "pkce")),
                        Optional.of(isOn(clerk, "consent"))),
                members,
                policy(clerk),
                Optional.empty(),
                false);
    }

    private static Change newSecret() {
        Change none = Change.NONE;
        return new Change(
                none.grants(),
                none.apis(),
                none.scopes(),
                none.redirection(),
                none.metadata(),
                none.policy(),
                none.secret(),
                true);
    }

    private static NewPolicy policy(Clerk clerk) {
        return new NewPolicy(
                Optional.of(Fields.some(clerk.parameter("acr")).orElse("none")),
                Optional.of(isOn(clerk, "registers")),
                Optional.of(isOn(clerk, "remembers")));
    }

    private static List<String> grants(Clerk clerk) {
        return TYPES.stream().filter(type -> isOn(clerk, GRANT + type)).toList();
    }

    private static boolean isOn(Clerk clerk, String name) {
        return clerk.parameter(name).equals("on");
    }

    private static Map<String, String> sent(Clerk clerk) {
        List<String> names = new ArrayList<>(NAMES);
        for (String type : TYPES) names.add(GRANT + type);
        names.addAll(MemberFields.names());
        return Fields.sent(clerk, names);
    }

    private static Map<String, String> values(Client client) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("id", client.id().value());
        values.put("name", client.redirection().name());
        values.put("public", client.isPublic() ? "on" : "");
        for (GrantType type : client.grants()) values.put(GRANT + type.shortName(), "on");
        values.put("apis", apis(client, "\n"));
        values.put("scopes", String.join("\n", client.scopes().tokens()));
        values.put("uris", uris(client.redirection().uris()));
        values.put("after-logout", uris(client.redirection().afterLogout()));
        values.put("pkce", client.redirection().requiresPkce() ? "on" : "");
        values.put("consent", client.redirection().asksConsent() ? "on" : "");
        values.put(
                "acr",
                client.policy().requiredLevel().map(AssuranceLevel::wireName).orElse(""));
        values.put("registers", client.policy().registersUsers() ? "on" : "");
        values.put("remembers", client.policy().remembersDevices() ? "on" : "");
        values.putAll(MemberFields.values(client.metadata()));
        return values;
    }

    private static String uris(List<RedirectUri> uris) {
        return uris.stream().map(RedirectUri::value).collect(Collectors.joining("\n"));
    }
}
