package dev.handstamp.server.domain.administration;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.grant.Scopes;
import java.util.Arrays;

/// The scopes of the server's own API, by which users with the role `administrator`, and clients, administer it.
public enum AdminScope {
    USERS_READ("admin:users.read"),
    USERS_WRITE("admin:users.write"),
    CLIENTS_READ("admin:clients.read"),
    CLIENTS_WRITE("admin:clients.write"),
    APIS_READ("admin:apis.read"),
    APIS_WRITE("admin:apis.write"),
    ROLES_READ("admin:roles.read"),
    ROLES_WRITE("admin:roles.write"),
    BRANDS_READ("admin:brands.read"),
    BRANDS_WRITE("admin:brands.write"),
    EXCHANGES_READ("admin:exchanges.read"),
    EXCHANGES_WRITE("admin:exchanges.write"),
    ISSUERS_READ("admin:issuers.read"),
    ISSUERS_WRITE("admin:issuers.write"),
    KEYS_READ("admin:keys.read"),
    KEYS_WRITE("admin:keys.write"),
    AUDIT_READ("admin:audit.read"),
    SYSTEM_READ("admin:system.read"),
    SYSTEM_WRITE("admin:system.write");

    /// The role that has all of them.
    public static final String ROLE = "administrator";

    /// All of them.
    public static final Scopes ALL = Scopes.of(
                    Arrays.stream(values()).map(AdminScope::wireName).toList())
            .orElseThrow();

    private final String wireName;

    AdminScope(String wireName) {
        this.wireName = wireName;
    }

    /// The identifier of the API at this issuer.
    public static Audience audience(String issuer) {
        return new Audience(issuer + "/admin/api");
    }

    public String wireName() {
        return wireName;
    }

    /// Where the words stand that say what it allows, for whoever is asked for consent.
    public String words() {
        return "scope." + wireName.replace(':', '.');
    }
}
