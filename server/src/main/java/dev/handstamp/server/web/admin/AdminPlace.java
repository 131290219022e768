package dev.handstamp.server.web.admin;

import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The places of the administration, in the order of the way around it.
public enum AdminPlace {
    USERS("/admin/users", "admin.place.users"),
    ROLES("/admin/roles", "admin.place.roles"),
    CLIENTS("/admin/clients", "admin.place.clients"),
    APIS("/admin/apis", "admin.place.apis"),
    EXCHANGES("/admin/exchanges", "admin.place.exchanges"),
    ISSUERS("/admin/issuers", "admin.place.issuers"),
    BRANDS("/admin/brands", "admin.place.brands"),
    KEYS("/admin/keys", "admin.place.keys"),
    REVOCATIONS("/admin/revocations", "admin.place.revocations"),
    AUDIT("/admin/audit", "admin.place.audit"),
    TOKEN("/admin/token", "admin.place.token"),
    HEALTH("/admin/health", "admin.place.health");

    /// Where the administration begins.
    public static final String HOME = "/admin";

    /// The first of those that belong together.
    private static final Map<AdminPlace, String> HEADINGS =
            Map.of(USERS, "admin.places.people", CLIENTS, "admin.places.trust", KEYS, "admin.places.operation");

    private final String path;
    private final String key;

    AdminPlace(String path, String key) {
        this.path = path;
        this.key = key;
    }

    public String path() {
        return path;
    }

    /// The frame of a page that is here.
    Shell shell(String user, Messages words) {
        List<Shell.Place> places = new ArrayList<>();
        for (AdminPlace place : values()) {
            String heading = HEADINGS.containsKey(place) ? words.text(HEADINGS.get(place)) : "";
            places.add(new Shell.Place(heading, words.text(place.key), place.path, place == this));
        }
        return new Shell(words.text("admin.name"), HOME, user, places);
    }
}
