package dev.handstamp.server.administration;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.Administrators;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.RoleStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The roles and the scopes that their holders have at each API.
public final class Roles {

    /// With more holders than this, one entry for everybody is less work for every verifier than one for each.
    private static final int MOST_SINGLE_CUT_OFFS = 1_000;

    private static final int PAGE = 500;

    private final Database database;
    private final InstantSource clock;
    private final Administrator administrator;
    private final Journal journal;
    private final Administrators administrators = new Administrators();
    private final RoleStore roles = new RoleStore();
    private final ApiStore apis = new ApiStore();
    private final UserStore users = new UserStore();
    private final GrantStore grants = new GrantStore();

    public Roles(Database database, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.clock = clock;
        this.administrator = administrator;
        this.journal = new Journal(administrator);
    }

    /// Makes a role, or gives more scopes to one that exists.
    ///
    /// @param audience empty for a role that is only a name to go by
    public Role add(String name, Optional<String> audience, Collection<String> scopes) {
        RoleName roleName = Parsed.role(name);
        Optional<Audience> at = audience.map(Parsed::audience);
        Scopes wanted = Parsed.scopes(scopes);
        if (at.isEmpty() && !wanted.isEmpty()) throw new Refused("refused.role.api-missing");
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            at.ifPresent(api -> refuseUnknown(tx, api, wanted));
            Optional<Role> before = roles.find(tx, roleName);
            Map<Audience, Scopes> carried =
                    new HashMap<>(before.map(Role::scopes).orElse(Map.of()));
            at.filter(_ -> !wanted.isEmpty()).ifPresent(api -> carried.merge(api, wanted, Scopes::union));
            Role role = new Role(roleName, carried);
            roles.put(tx, role);
            note(tx, before.isEmpty() ? AuditEvent.Type.ROLE_CREATED : AuditEvent.Type.ROLE_CHANGED, role, now);
            return role;
        });
    }

    /// Makes a role without scopes, which nobody has made before.
    public Role create(String name) {
        RoleName roleName = Parsed.role(name);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            if (roles.find(tx, roleName).isPresent()) {
                throw new Refused(Refused.Kind.CONFLICT, "refused.role.exists", roleName).concerning("role");
            }
            Role role = new Role(roleName, Map.of());
            roles.put(tx, role);
            note(tx, AuditEvent.Type.ROLE_CREATED, role, now);
            return role;
        });
    }

    public Role find(String name) {
        RoleName roleName = Parsed.role(name);
        return database.read(tx -> find(tx, roleName));
    }

    public List<Role> list() {
        return database.read(roles::list);
    }

    /// How many users have a role. It counts all of them: a tenth of a second for a million.
    public long holders(Role role) {
        return holders(List.of(role), Long.MAX_VALUE).getOrDefault(role.name(), 0L);
    }

    /// How many users have each of these roles; no more than `most` of each are counted.
    public Map<RoleName, Long> holders(Collection<Role> wanted, long most) {
        return database.read(tx -> {
            Map<RoleName, Long> holders = new HashMap<>();
            for (Role role : wanted) holders.put(role.name(), users.countHolders(tx, role.name(), most));
            return holders;
        });
    }

    /// Changes what a role carries at an API. What it carries less has the tokens of its holders refused that were
    /// issued
    /// until now.
    public Role update(String name, String audience, SetChange change) {
        return update(name, audience, change, _ -> {});
    }

    /// The same, if nobody objects to what the role was.
    ///
    /// @param objection may throw: then nothing is changed
    public Role update(String name, String audience, SetChange change, Consumer<Role> objection) {
        RoleName roleName = Parsed.role(name);
        Audience api = Parsed.audience(audience);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Role before = find(tx, roleName);
            objection.accept(before);
            Scopes scopes =
                    Parsed.scopes(change.from("scope", before.scopesAt(api).tokens()));
            Role after = before.withScopesAt(api, scopes);
            refuseUnknown(tx, api, scopes);
            replace(tx, Optional.of(before), after, now);
            return after;
        });
    }

    /// Makes a role what it is to be, with all that follows.
    ///
    /// @param before empty: there was none
    void replace(Transaction tx, Optional<Role> before, Role after, Instant now) {
        if (before.filter(after::equals).isPresent()) return;
        after.scopes().forEach((api, scopes) -> refuseUnknown(tx, api, scopes));
        Set<Audience> narrowed = new TreeSet<>();
        before.ifPresent(known -> known.scopes().forEach((api, scopes) -> {
            if (!after.scopesAt(api).containsAll(scopes)) narrowed.add(api);
        }));
        boolean mayEndAll = !narrowed.isEmpty() && mayEndAll(tx);
        roles.put(tx, after);
        if (mayEndAll) refuseNobody(tx, "scope");
        note(tx, before.isEmpty() ? AuditEvent.Type.ROLE_CREATED : AuditEvent.Type.ROLE_CHANGED, after, now);
        if (!narrowed.isEmpty()) cutOffHolders(tx, after.name(), narrowed, now);
    }

    /// A role that users have is taken from them first: what deletes it without asking must not touch users.
    void refuseHeld(Transaction tx, RoleName name) {
        List<User> first = users.holders(tx, name, "", 1);
        if (first.isEmpty()) return;
        throw new Refused(
                Refused.Kind.CONFLICT,
                "refused.role.held",
                name,
                users.countHolders(tx, name, Long.MAX_VALUE),
                first.getFirst().username());
    }

    private void cutOffHolders(Transaction tx, RoleName name, Set<Audience> narrowed, Instant now) {
        List<User> holders = users.holders(tx, name, "", MOST_SINGLE_CUT_OFFS + 1);
        if (holders.size() <= MOST_SINGLE_CUT_OFFS) {
            for (User holder : holders) cutOff(tx, holder, AuditEvent.Type.ROLE_CHANGED, narrowed, now);
            return;
        }
        for (Audience api : narrowed) {
            journal.cutOff(tx, Kind.API, api.value(), AuditEvent.Type.ROLE_CHANGED, Set.of(api), now);
        }
    }

    /// Takes a role away from everybody who has it, and deletes it.
    public Role delete(String name) {
        RoleName roleName = Parsed.role(name);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Role role = find(tx, roleName);
            delete(tx, role, now);
            return role;
        });
    }

    void delete(Transaction tx, Role role, Instant now) {
        RoleName name = role.name();
        boolean mayEndAll = mayEndAll(tx);
        roles.delete(tx, name);
        if (mayEndAll) refuseNobody(tx, "");
        note(tx, AuditEvent.Type.ROLE_DELETED, role, now);
        List<User> holders = users.holders(tx, name, "", MOST_SINGLE_CUT_OFFS + 1);
        takeAway(tx, name);
        if (holders.size() > MOST_SINGLE_CUT_OFFS) {
            journal.cutOff(tx, Kind.ISSUER, "", AuditEvent.Type.ROLE_DELETED, Set.of(), now);
            return;
        }
        for (User holder : holders) {
            Set<Audience> audiences = grants.audiences(tx, holder.subject());
            cutOff(tx, holder, AuditEvent.Type.ROLE_DELETED, audiences, now);
        }
    }

    /// Whether a role that carries less could leave this server without an administrator. Whoever works on the data
    /// itself can make another one.
    private boolean mayEndAll(Transaction tx) {
        return !administrator.ownsTheData() && administrators.isAny(tx);
    }

    /// To be asked when the position of the log is counted: whoever takes an administrator away otherwise has then been
    /// first and is seen, or waits.
    ///
    /// @param about what would do that; empty: the role's end
    private void refuseNobody(Transaction tx, String about) {
        if (administrators.isAny(tx)) return;
        throw new Refused(Refused.Kind.CONFLICT, "refused.role.nobody-left").concerning(about);
    }

    /// Takes scopes at one API away from a role, all of them when none is named.
    public Role narrow(String name, String audience, Collection<String> scopes) {
        RoleName roleName = Parsed.role(name);
        Audience api = Parsed.audience(audience);
        Scopes unwanted = Parsed.scopes(scopes);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Role before = find(tx, roleName);
            Scopes carried = before.scopesAt(api);
            Scopes taken = unwanted.isEmpty() ? carried : unwanted;
            if (carried.isEmpty() || !carried.containsAll(taken)) {
                throw carried.isEmpty()
                        ? new Refused("refused.role.scopes.none", roleName, api)
                        : new Refused("refused.role.scopes", roleName, carried, api);
            }
            Role after = before.withScopesAt(api, carried.minus(taken));
            replace(tx, Optional.of(before), after, now);
            return after;
        });
    }

    private Role find(Transaction tx, RoleName name) {
        return roles.find(tx, name).orElseThrow(() -> new Refused(Refused.Kind.UNKNOWN, "refused.role.unknown", name));
    }

    private void refuseUnknown(Transaction tx, Audience audience, Scopes wanted) {
        Api api = apis.find(tx, audience).orElseThrow(() -> Refused.about("API", "refused.api.unknown", audience));
        if (api.scopes().containsAll(wanted)) return;
        Scopes unknown = wanted.minus(api.scopes());
        throw api.scopes().isEmpty()
                ? Refused.about("scope", "refused.api.scope-unknown.none", audience, unknown)
                : Refused.about("scope", "refused.api.scope-unknown.known", audience, unknown, api.scopes());
    }

    private void takeAway(Transaction tx, RoleName role) {
        List<User> page = users.holders(tx, role, "", PAGE);
        while (!page.isEmpty()) {
            for (User holder : page) {
                users.lock(tx, holder.subject()).ifPresent(user -> users.update(tx, without(user, role)));
            }
            page = users.holders(tx, role, page.getLast().subject().value(), PAGE);
        }
    }

    private void cutOff(Transaction tx, User holder, AuditEvent.Type cause, Set<Audience> audiences, Instant now) {
        journal.cutOff(tx, Kind.SUBJECT, holder.subject().value(), cause, audiences, now);
    }

    private void note(Transaction tx, AuditEvent.Type type, Role role, Instant now) {
        Map<String, String> details = new HashMap<>();
        role.scopes().forEach((audience, scopes) -> details.put(audience.value(), scopes.toString()));
        journal.note(tx, type, role.name().value(), details, now);
    }

    private static User without(User user, RoleName role) {
        TreeSet<RoleName> left = new TreeSet<>(user.roles());
        left.remove(role);
        return user.withRoles(left);
    }
}
