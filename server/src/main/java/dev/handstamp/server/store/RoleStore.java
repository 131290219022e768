package dev.handstamp.server.store;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The roles and what each allows. Every change counts the configuration's position up.
public final class RoleStore {

    private static final String INSERT = """
        INSERT INTO role (name) VALUES (?) ON CONFLICT DO NOTHING""";

    private static final String DELETE_SCOPES = """
        DELETE FROM role_scope WHERE role = ?""";

    private static final String INSERT_SCOPES = """
        INSERT INTO role_scope (role, audience, scopes) VALUES (?, ?, ?)""";

    private static final String FIND = """
        SELECT name, audience, scopes
          FROM role LEFT JOIN role_scope ON role_scope.role = role.name
         WHERE name = ?""";

    private static final String LIST = """
        SELECT name, audience, scopes
          FROM role LEFT JOIN role_scope ON role_scope.role = role.name
         ORDER BY name""";

    private static final String DELETE = """
        DELETE FROM role WHERE name = ?""";

    private record RoleScope(RoleName role, Optional<Audience> audience, Scopes scopes) {

        static RoleScope from(Row row) {
            return new RoleScope(
                    new RoleName(row.text("name")),
                    row.optionalText("audience").map(Audience::new),
                    row.optionalText("scopes").map(Stored::scopes).orElse(Scopes.NONE));
        }
    }

    private final RevisionStore revisions = new RevisionStore();
    private final ConfiguredStore configured = new ConfiguredStore();

    /// Stores a role, in place of the one of that name if there is one. The APIs that it names must be registered.
    public void put(Transaction tx, Role role) {
        revisions.bumpConfiguration(tx); // First, because two who put the same role must follow each other.
        tx.execute(INSERT, role.name().value());
        tx.execute(DELETE_SCOPES, role.name().value());
        role.scopes()
                .forEach((audience, scopes) ->
                        tx.execute(INSERT_SCOPES, role.name().value(), audience.value(), scopes.toString()));
    }

    public Optional<Role> find(Transaction tx, RoleName name) {
        return roles(tx.list(FIND, RoleScope::from, name.value())).stream().findFirst();
    }

    /// In the order of their names.
    public List<Role> list(Transaction tx) {
        return roles(tx.list(LIST, RoleScope::from));
    }

    /// Users keep the name of it, which then allows nothing.
    ///
    /// @return false if there was none
    public boolean delete(Transaction tx, RoleName name) {
        int deleted = tx.execute(DELETE, name.value());
        configured.forget(tx, "role", name.value());
        if (deleted > 0) revisions.bumpConfiguration(tx);
        return deleted > 0;
    }

    private static List<Role> roles(List<RoleScope> rows) {
        Map<RoleName, Map<Audience, Scopes>> roles = new TreeMap<>();
        for (RoleScope row : rows) {
            var scopes = roles.computeIfAbsent(row.role(), _ -> new HashMap<>());
            row.audience().ifPresent(audience -> scopes.put(audience, row.scopes()));
        }
        return roles.entrySet().stream()
                .map(role -> new Role(role.getKey(), role.getValue()))
                .toList();
    }
}
