package dev.handstamp.server.administration.moving;

import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Our own form, which `handstamp export` writes and which is easily made of anything: JSON Lines with `username`,
/// and if wished `name`, `email`, `roles`, `attributes`, `password_hash`, `disabled`, `sub` and `created_at`.
public final class HandstampLines implements UserFile {

    private static final Set<String> KNOWN = Set.of(
            "username", "name", "email", "roles", "attributes", "password_hash", "disabled", "sub", "created_at");

    @Override
    public void read(InputStream in, Consumer<UserEntry> each) throws IOException {
        Lines.read(in, HandstampLines::user, each);
    }

    private static Newcomer user(long number, Members user) {
        for (Object name : user.object().keySet()) {
            if (!KNOWN.contains(name)) throw new Misfit("there is no member " + name + "; known are " + known());
        }
        return new Newcomer(
                number,
                user.text("username").orElseThrow(() -> new Misfit("username is missing")),
                user.text("name", ""),
                user.text("email", ""),
                user.texts("roles"),
                attributes(user),
                user.text("password_hash").map(HashForms::normal),
                user.flag("disabled", false),
                user.text("sub"),
                user.text("created_at").map(HandstampLines::instant));
    }

    private static Map<String, Object> attributes(Members user) {
        Map<String, Object> attributes = new HashMap<>();
        Optional<Members> given = user.members("attributes");
        if (given.isEmpty()) return attributes;
        given.get().object().forEach((name, value) -> {
            if (!Members.isPlain(value)) throw new Misfit("the attribute " + name + " is no text, number or flag");
            attributes.put((String) name, value);
        });
        return attributes;
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw new Misfit("created_at is no time such as 2026-01-31T12:00:00Z");
        }
    }

    private static String known() {
        return String.join(", ", KNOWN.stream().sorted().toList());
    }
}
