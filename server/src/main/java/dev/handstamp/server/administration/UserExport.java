package dev.handstamp.server.administration;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Hands out every user with everything that is known of them, password hashes too, in the form that
/// [UserImport] reads.
public final class UserExport {

    private static final int PAGE = 500;

    private final Database database;
    private final InstantSource clock;
    private final Journal journal;
    private final UserStore users = new UserStore();

    public UserExport(Database database, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.clock = clock;
        this.journal = new Journal(administrator);
    }

    /// Every user, by name, in pages: who is changed meanwhile comes as they are when their page is read.
    ///
    /// @return how many
    public long run(Consumer<Map<String, Object>> each) {
        note();
        long count = 0;
        List<User> page = page("");
        while (!page.isEmpty()) {
            page.forEach(user -> each.accept(object(user)));
            count += page.size();
            page = page(page.getLast().username().value());
        }
        return count;
    }

    /// Before the first of them leaves: password hashes do.
    private void note() {
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            journal.note(tx, AuditEvent.Type.USERS_EXPORTED, "", Map.of(), now);
            return now;
        });
    }

    private List<User> page(String after) {
        return database.read(tx -> users.list(tx, after, PAGE));
    }

    private static Map<String, Object> object(User user) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("sub", user.subject().value());
        object.put("username", user.username().value());
        if (!user.name().isEmpty()) object.put("name", user.name());
        if (!user.email().isEmpty()) object.put("email", user.email());
        object.put("roles", user.roles().stream().map(RoleName::value).toList());
        object.put("attributes", user.attributes());
        PasswordHash hash = user.passwordHash();
        if (!hash.equals(PasswordHash.NONE)) object.put("password_hash", hash.value());
        object.put("disabled", user.disabled());
        object.put("created_at", user.createdAt().toString());
        return object;
    }
}
