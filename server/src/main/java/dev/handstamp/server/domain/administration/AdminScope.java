package dev.handstamp.server.domain.administration;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Descriptions;
import dev.handstamp.server.domain.grant.Scopes;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The scopes of the server's own API, by which users with the role `administrator`, and clients, administer it.
public enum AdminScope {
    USERS_READ(
            "admin:users.read",
            "See all users, their sessions and their security events",
            "Alle Benutzer, ihre" + " Sitzungen und ihre Sicherheitsereignisse sehen"),
    USERS_WRITE(
            "admin:users.write",
            "Add, change, block and delete users, and sign them out",
            "Benutzer anlegen," + " ändern, sperren, löschen und abmelden"),
    CLIENTS_READ("admin:clients.read", "See all applications", "Alle Anwendungen sehen"),
    CLIENTS_WRITE(
            "admin:clients.write",
            "Add, change and delete applications",
            "Anwendungen anlegen, ändern und" + " löschen"),
    APIS_READ("admin:apis.read", "See all APIs", "Alle APIs sehen"),
    APIS_WRITE("admin:apis.write", "Add, change and delete APIs", "APIs anlegen, ändern und löschen"),
    ROLES_READ("admin:roles.read", "See all roles", "Alle Rollen sehen"),
    ROLES_WRITE("admin:roles.write", "Add, change and delete roles", "Rollen anlegen, ändern und löschen"),
    BRANDS_READ("admin:brands.read", "See what pages wear", "Sehen, wie die Seiten aussehen"),
    BRANDS_WRITE("admin:brands.write", "Say what pages wear", "Bestimmen, wie die Seiten aussehen"),
    EXCHANGES_READ("admin:exchanges.read", "See who may exchange tokens", "Sehen, wer Tokens tauschen darf"),
    EXCHANGES_WRITE("admin:exchanges.write", "Say who may exchange tokens", "Bestimmen, wer Tokens tauschen darf"),
    ISSUERS_READ("admin:issuers.read", "See who may speak for users", "Sehen, wer für Benutzer sprechen darf"),
    ISSUERS_WRITE("admin:issuers.write", "Say who may speak for users", "Bestimmen, wer für Benutzer sprechen darf"),
    KEYS_READ(
            "admin:keys.read",
            "See the signing keys and their schedule",
            "Signaturschlüssel und ihren Zeitplan" + " sehen"),
    KEYS_WRITE("admin:keys.write", "Rotate and withdraw signing keys", "Signaturschlüssel wechseln und zurückziehen"),
    AUDIT_READ("admin:audit.read", "Read the audit log", "Das Ereignisprotokoll lesen"),
    SYSTEM_READ(
            "admin:system.read",
            "See how the server does, and who listens to it",
            "Sehen, wie es dem Server geht" + " und wer mithört"),
    SYSTEM_WRITE("admin:system.write", "Take everything back that was issued", "Alles Ausgestellte zurücknehmen");

    /// The role that has all of them.
    public static final String ROLE = "administrator";

    /// All of them.
    public static final Scopes ALL = Scopes.of(
                    Arrays.stream(values()).map(AdminScope::wireName).toList())
            .orElseThrow();

    private final String wireName;
    private final String english;
    private final String german;

    AdminScope(String wireName, String english, String german) {
        this.wireName = wireName;
        this.english = english;
        this.german = german;
    }

    /// The identifier of the API at this issuer.
    public static Audience audience(String issuer) {
        return new Audience(issuer + "/admin/api");
    }

    /// What they allow, in words for whoever is asked for consent.
    public static Descriptions words() {
        SortedMap<String, SortedMap<String, String>> words = new TreeMap<>();
        for (AdminScope scope : values()) {
            words.put(scope.wireName, new TreeMap<>(Map.of("", scope.english, "de", scope.german)));
        }
        return new Descriptions(words);
    }

    public String wireName() {
        return wireName;
    }
}
