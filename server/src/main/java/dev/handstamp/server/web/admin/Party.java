package dev.handstamp.server.web.admin;

import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.Username;
import java.util.Map;

/// Who caused an event, or whom or what it happened to: a user by name, as long as there is one; anything else as the
/// event calls it.
///
/// @param path of the page about the user, which tells the identifier; empty if nothing leads there
public record Party(String text, String path) {

    /// @param names of the users whom the events of a page are about
    /// @param here  the page where it stands, which leads to others
    static Party of(String id, Map<Subject, Username> names, String here) {
        Subject subject = new Subject(id);
        Username name = names.get(subject);
        if (name == null) return new Party(id, "");
        String path = UserPage.path(subject);
        return new Party(name.value(), path.equals(here) ? "" : path);
    }

    /// The same, where all of it would take too much room.
    Party brief(int longest) {
        return new Party(Brief.of(text, longest), path);
    }
}
