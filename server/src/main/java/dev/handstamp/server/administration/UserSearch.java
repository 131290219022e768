package dev.handstamp.server.administration;

import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.UserQuery;
import dev.handstamp.server.domain.user.UserQuery.Place;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.UserStore;
import dev.handstamp.server.store.UserStore.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Finds users by the beginning of a user name, of a name or its last word, of an e-mail address, or of a subject. As
/// fast among a million users as among ten: every kind has its index, and a page looks at a bounded part of each.
public final class UserSearch {

    /// Looks at the indexes in one request; each look finds a page of each kind.
    private static final int LOOKS = 5;

    private final Database database;
    private final UserStore users = new UserStore();

    public UserSearch(Database database) {
        this.database = database;
    }

    /// A page of the users, in the order of what they were found by; of all users by user name, if nothing is asked
    /// for.
    ///
    /// @param cursor empty for the first page
    public Page<User> find(String text, Optional<String> cursor, int limit) {
        Page.checked(limit);
        if (text.length() > UserQuery.LONGEST) {
            throw new Refused("refused.search", UserQuery.LONGEST);
        }
        UserQuery query = UserQuery.of(text);
        Place after = cursor.map(UserSearch::place).orElse(Place.START);
        return query.isEmpty() ? all(after, limit) : matching(query, after, limit);
    }

    private Page<User> all(Place after, int limit) {
        List<User> found = database.read(tx -> users.list(tx, after.key(), limit + 1));
        if (found.size() <= limit) return new Page<>(found, Optional.empty());
        List<User> page = found.subList(0, limit);
        return new Page<>(page, Optional.of(Cursor.of(page.getLast().username().value(), "")));
    }

    private Page<User> matching(UserQuery query, Place first, int limit) {
        List<User> page = new ArrayList<>();
        Place after = first;
        for (int look = 0; look < LOOKS; look++) {
            Place from = after;
            List<Found> found = database.read(tx -> users.search(tx, query, from, limit + 1));
            found.sort(Comparator.comparing(Found::place));
            // Further than the first `limit + 1` together, some kinds have been looked at and others not.
            for (Found each : found.subList(0, Math.min(found.size(), limit + 1))) {
                if (page.size() == limit) return new Page<>(page, Optional.of(text(after)));
                after = each.place();
                // Whoever is found by several things is shown at the first of them.
                if (query.firstPlaceOf(each.user()).equals(after)) page.add(each.user());
            }
            if (found.size() <= limit) return new Page<>(page, Optional.empty());
        }
        return new Page<>(page, Optional.of(text(after)));
    }

    private static String text(Place place) {
        return Cursor.of(place.key(), place.subject());
    }

    private static Place place(String cursor) {
        String[] texts = Cursor.parse(cursor);
        return new Place(texts[0], texts[1]);
    }
}
