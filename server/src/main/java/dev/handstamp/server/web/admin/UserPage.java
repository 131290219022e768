package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.UserDetails.Detail;
import dev.handstamp.server.administration.Users.Change;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Consent;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Device;
import dev.handstamp.server.web.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One user, with everything that somebody who helps it looks at, and all that can be done about it.
public final class UserPage implements Entrance.Room {

    static final String PROFILE = "profile";
    static final String ATTRIBUTE = "attribute";
    static final String DROP_ATTRIBUTE = "drop-attribute";
    static final String GIVE_ROLE = "give-role";
    static final String TAKE_ROLE = "take-role";
    static final String DISABLE = "disable";
    static final String ENABLE = "enable";
    static final String PASSWORD = "password";
    static final String MAIL_RESET = "mail-reset";
    static final String END_SESSION = "end-session";
    static final String END_ALL = "end-all";
    static final String REMOVE_TOTP = "remove-totp";
    static final String REMOVE_PASSKEY = "remove-passkey";
    static final String REVOKE_CLIENT = "revoke-client";
    static final String DELETE = "delete";

    /// What the address shows alone, page by page; without it the page shows the beginning of each.
    private static final String SHOW = "show";

    private static final List<String> LISTS = List.of("roles", "attributes", "passkeys", "sessions", "applications");
    private static final int FEW = 3;
    private static final int SOME_EVENTS = 6;
    private static final int MOST_SUGGESTED = 50;
    private static final int MANY = 20;
    private static final int LONGEST_VALUE = 60;
    private static final int LONGEST_ACCESS = 300;

    private static final Change NO_CHANGE =
            new Change(Optional.empty(), Optional.empty(), List.of(), List.of(), Map.of(), List.of());

    /// A button: what it does something to, and the value that tells its form from forged ones.
    public record Button(String target, String form) {}

    public record Attribute(String name, String value, Button drop) {}

    public record Role(String name, Button take) {}

    public record SessionLine(String device, String address, Moment since, Moment until, Button end) {}

    public record PasskeyLine(String name, Moment since, boolean suspended, Button remove) {}

    /// An application that the user uses.
    ///
    /// @param allowed what the user has allowed for good
    public record Application(String id, String name, String access, String allowed, Button revoke) {}

    public record Event(Moment at, String type, Party by, String address) {}

    /// The beginning of a list, or a page of it.
    ///
    /// @param more where the rest is; empty if there is none
    public record Some<T>(Part<T> part, String more) {

        public List<T> lines() {
            return part.lines();
        }

        public boolean isEmpty() {
            return part.isEmpty();
        }

        public int total() {
            return part.total();
        }
    }

    /// What the page shows.
    ///
    /// @param show      the one list that is shown; empty: the whole user
    /// @param isOwn     whether it is the administrator's own account, which is never closed here
    /// @param available roles that the user does not have
    /// @param typed     what stands in the forms that ask for something, by action
    /// @param forms     the values of the forms, by action
    public record View(
            Head head,
            User user,
            String reference,
            String show,
            boolean isOwn,
            Moment since,
            @Nullable Moment totpSince,
            long recoveryCodes,
            Some<PasskeyLine> passkeys,
            Some<Attribute> attributes,
            Some<Role> roles,
            List<String> available,
            Some<SessionLine> sessions,
            Some<Application> applications,
            List<Event> events,
            String allEvents,
            Map<String, Fields> typed,
            Map<String, String> forms) {

        /// Whether a section is among what is shown.
        public boolean shows(String section) {
            return show.isEmpty() || show.equals(section);
        }
    }

    private final Live live;

    public UserPage(Live live) {
        this.live = live;
    }

    /// The address of the page about a user.
    static String path(Subject subject) {
        return AdminPlace.USERS.path() + "/" + Reference.of(subject.value());
    }

    @Override
    public Response handle(Clerk clerk) {
        return clerk.attempt(this::act, this::show);
    }

    private Response act(Clerk clerk) {
        String user = clerk.named();
        var users = clerk.desk().users();
        if (!isOf(users.find(user), clerk)) return clerk.missing();
        boolean isOwn = user.equals(clerk.visitor().user().subject().value());
        String target = clerk.target();
        Clerk.Done done = switch (clerk.action()) {
            case PROFILE -> {
                users.change(user, profile(clerk));
                yield Clerk.Done.SAVED;
            }
            case ATTRIBUTE -> {
                Map<String, String> set = Map.of(clerk.parameter("name").strip(), clerk.parameter("value"));
                users.change(user, attributes(set, List.of()));
                yield Clerk.Done.SAVED;
            }
            case DROP_ATTRIBUTE -> {
                users.change(user, attributes(Map.of(), List.of(target)));
                yield Clerk.Done.SAVED;
            }
            case GIVE_ROLE -> {
                users.change(user, roles(List.of(clerk.parameter("role").strip()), List.of()));
                yield Clerk.Done.SAVED;
            }
            case TAKE_ROLE -> {
                if (isOwn && target.equals(AdminScope.ROLE)) throw ownAccount();
                users.change(user, roles(List.of(), List.of(target)));
                yield Clerk.Done.SAVED;
            }
            case DISABLE -> {
                if (isOwn) throw ownAccount();
                users.disable(user);
                yield Clerk.Done.DISABLED;
            }
            case ENABLE -> {
                users.enable(user);
                yield Clerk.Done.ENABLED;
            }
            case PASSWORD -> {
                users.changePassword(user, clerk.parameter("password"));
                yield Clerk.Done.PASSWORD;
            }
            case MAIL_RESET -> {
                clerk.desk().userMails().sendReset(user);
                yield Clerk.Done.MAILED;
            }
            case END_SESSION -> {
                clerk.desk().sessions().revoke(target);
                yield Clerk.Done.ENDED;
            }
            case END_ALL -> {
                clerk.desk().sessions().revokeAll(user);
                yield Clerk.Done.ENDED;
            }
            case REMOVE_TOTP -> {
                clerk.desk().totp().remove(user);
                yield Clerk.Done.FACTOR;
            }
            case REMOVE_PASSKEY -> {
                clerk.desk().passkeys().remove(user, target);
                yield Clerk.Done.FACTOR;
            }
            case REVOKE_CLIENT -> {
                clerk.desk().grants().revokeAll(user, target);
                yield Clerk.Done.REVOKED;
            }
            case DELETE -> {
                if (isOwn) throw ownAccount();
                users.delete(user);
                yield Clerk.Done.DELETED;
            }
            default -> throw new Refused("admin.choose");
        };
        return clerk.done(done == Clerk.Done.DELETED ? AdminPlace.USERS.path() : clerk.path(), done);
    }

    private Response show(Clerk clerk) {
        Detail detail;
        try {
            detail = clerk.desk().userDetails().find(clerk.named());
        } catch (Refused _) {
            return clerk.missing();
        }
        User user = detail.user();
        if (!isOf(user, clerk)) return clerk.missing();
        View view = new View(
                clerk.head(),
                user,
                Reference.of(user.subject().value()),
                shown(clerk),
                user.subject().equals(clerk.visitor().user().subject()),
                Moment.of(user.createdAt()),
                detail.factors().totpSince().map(Moment::of).orElse(null),
                detail.factors().recoveryCodesLeft(),
                some(clerk, "passkeys", detail.factors().passkeys(), each -> passkey(clerk, each)),
                some(clerk, "attributes", List.copyOf(user.attributes().entrySet()), each -> attribute(clerk, each)),
                some(
                        clerk,
                        "roles",
                        List.copyOf(user.roles()),
                        role -> new Role(role.value(), button(clerk, TAKE_ROLE, role.value()))),
                available(clerk, user),
                some(clerk, "sessions", detail.sessions(), each -> line(clerk, each)),
                some(
                        clerk,
                        "applications",
                        applications(clerk, detail, live.current().directory()),
                        each -> each),
                events(clerk, detail),
                AdminPlace.AUDIT.path() + "?party=" + user.subject().value(),
                typed(clerk, user),
                forms(clerk));
        return clerk.page("admin/User", user.username().value(), view);
    }

    /// Operations find users by name as well: here the address names a subject and nothing else.
    private static boolean isOf(User user, Clerk clerk) {
        return user.subject().value().equals(clerk.named());
    }

    private static Change profile(Clerk clerk) {
        return new Change(
                Optional.of(clerk.parameter("name")),
                Optional.of(clerk.parameter("email").strip()),
                List.of(),
                List.of(),
                Map.of(),
                List.of());
    }

    private static Change attributes(Map<String, String> set, List<String> unset) {
        return new Change(
                NO_CHANGE.name(), NO_CHANGE.email(), NO_CHANGE.addedRoles(), NO_CHANGE.removedRoles(), set, unset);
    }

    private static Change roles(List<String> added, List<String> removed) {
        return new Change(NO_CHANGE.name(), NO_CHANGE.email(), added, removed, Map.of(), List.of());
    }

    /// Who would then let the administrator in again?
    private static Refused ownAccount() {
        return new Refused("admin.user.own");
    }

    private static List<String> available(Clerk clerk, User user) {
        List<String> names = new ArrayList<>();
        for (var role : clerk.desk().roles().list()) {
            if (!user.roles().contains(role.name())) names.add(role.name().value());
        }
        return names.stream().sorted().limit(MOST_SUGGESTED).toList();
    }

    /// What was sent and not taken stays where it was typed; a password does not.
    private static Map<String, Fields> typed(Clerk clerk, User user) {
        Map<String, Fields> typed = new TreeMap<>();
        for (String action : List.of(PROFILE, GIVE_ROLE, ATTRIBUTE, PASSWORD)) {
            Map<String, String> values = Fields.sent(
                    clerk, clerk.action().equals(action) ? List.of("name", "email", "role", "value") : List.of());
            typed.put(action, Fields.of(clerk, values, action).with("claims", "name"));
        }
        if (!clerk.action().equals(PROFILE)) {
            Map<String, String> stored = Map.of("name", user.name(), "email", user.email());
            typed.put(PROFILE, Fields.of(clerk, stored, PROFILE));
        }
        return typed;
    }

    /// Which of the lists is asked for alone.
    private static String shown(Clerk clerk) {
        String asked = clerk.visit().posted() ? "" : clerk.parameter(SHOW);
        return LISTS.contains(asked) ? asked : "";
    }

    private static <T, U> Some<U> some(Clerk clerk, String name, List<T> all, Function<T, U> words) {
        boolean isAlone = shown(clerk).equals(name);
        Part<T> part = isAlone ? Part.of(all, clerk.visit(), "page", MANY) : Part.first(all, FEW);
        return new Some<>(part.map(words), isAlone || part.isLast() ? "" : clerk.path() + "?" + SHOW + "=" + name);
    }

    private static Attribute attribute(Clerk clerk, Map.Entry<String, Object> attribute) {
        String value = attribute.getValue().toString();
        return new Attribute(
                attribute.getKey(),
                shown(clerk).isEmpty() ? Brief.of(value, LONGEST_VALUE) : value,
                button(clerk, DROP_ATTRIBUTE, attribute.getKey()));
    }

    private static PasskeyLine passkey(Clerk clerk, Passkey passkey) {
        return new PasskeyLine(
                passkey.name().value(),
                Moment.of(passkey.createdAt()),
                passkey.suspendedAt().isPresent(),
                button(clerk, REMOVE_PASSKEY, passkey.id().value()));
    }

    private static SessionLine line(Clerk clerk, Session session) {
        return new SessionLine(
                Device.of(session.userAgent()).in(clerk.words()),
                session.address(),
                Moment.of(session.createdAt()),
                Moment.of(session.expiresAt()),
                button(clerk, END_SESSION, session.id().value()));
    }

    private static List<Application> applications(Clerk clerk, Detail detail, Directory directory) {
        SortedMap<String, List<String>> access = new TreeMap<>();
        for (Grant grant : detail.grants()) {
            access.computeIfAbsent(grant.client().value(), _ -> new ArrayList<>())
                    .add(grant.audience() + ": " + grant.scopes());
        }
        SortedMap<String, List<String>> allowed = new TreeMap<>();
        for (Consent consent : detail.consents()) {
            allowed.computeIfAbsent(consent.client().value(), _ -> new ArrayList<>())
                    .add(consent.audience() + ": " + consent.scopes());
            access.computeIfAbsent(consent.client().value(), _ -> new ArrayList<>());
        }
        List<Application> applications = new ArrayList<>();
        access.forEach((id, grants) -> applications.add(new Application(
                id,
                directory.client(new ClientId(id)).map(Client::name).orElse(id),
                Brief.of(String.join("; ", grants.stream().distinct().toList()), LONGEST_ACCESS),
                Brief.of(String.join("; ", allowed.getOrDefault(id, List.of())), LONGEST_ACCESS),
                button(clerk, REVOKE_CLIENT, id))));
        return applications;
    }

    private static List<Event> events(Clerk clerk, Detail detail) {
        List<AuditEvent> newest = detail.events().stream().limit(SOME_EVENTS).toList();
        Map<Subject, Username> names = clerk.desk().auditLog().names(newest);
        return newest.stream()
                .map(event -> new Event(
                        Moment.of(event.at()),
                        event.type().wireName(),
                        Party.of(event.actor(), names, clerk.path()),
                        event.address()))
                .toList();
    }

    private static Button button(Clerk clerk, String action, String target) {
        return new Button(target, clerk.form(action, target));
    }

    private static Map<String, String> forms(Clerk clerk) {
        Map<String, String> forms = new TreeMap<>();
        for (String action : List.of(
                PROFILE, ATTRIBUTE, GIVE_ROLE, DISABLE, ENABLE, PASSWORD, MAIL_RESET, END_ALL, REMOVE_TOTP, DELETE)) {
            forms.put(action, clerk.form(action));
        }
        return forms;
    }
}
