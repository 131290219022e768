package dev.handstamp.server.web;

import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Shell;
import java.util.ArrayList;
import java.util.List;

/// The places in a user's own account, in the order of the way around it.
public enum AccountPlace {
    PROFILE("/account", "account.place.profile"),
    SECURITY("/account/security", "account.place.security"),
    PASSKEYS("/account/passkeys", "account.place.passkeys"),
    SESSIONS("/account/sessions", "account.place.sessions"),
    APPLICATIONS("/account/applications", "account.place.applications"),
    ACTIVITY("/account/activity", "account.place.activity"),
    DATA("/account/data", "account.place.data");

    private final String path;
    private final String key;

    AccountPlace(String path, String key) {
        this.path = path;
        this.key = key;
    }

    public String path() {
        return path;
    }

    String name(Messages words) {
        return words.text(key);
    }

    /// The frame of a page that is here.
    ///
    /// @param administrates whether it leads on to the administration
    public Shell shell(Visitor visitor, boolean administrates, Messages words) {
        List<Shell.Place> places = new ArrayList<>();
        for (AccountPlace place : values()) {
            places.add(new Shell.Place(place.name(words), place.path, place == this));
        }
        if (administrates) places.add(new Shell.Place(words.text("admin.name"), "/admin", false));
        return new Shell(
                words.text("account.name"),
                PROFILE.path,
                visitor.user().username().value(),
                places);
    }
}
