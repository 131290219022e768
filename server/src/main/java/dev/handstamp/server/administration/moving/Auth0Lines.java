package dev.handstamp.server.administration.moving;

import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Users as Auth0 hands them out on request: JSON Lines with `passwordHash` (bcrypt), `email` and metadata. A name to
/// log in with is the `username`, or else the e-mail address. Members of `user_metadata` and `app_metadata` that are a
/// text, number or flag become attributes; `app_metadata.roles` are the roles.
public final class Auth0Lines implements UserFile {

    @Override
    public void read(InputStream in, Consumer<UserEntry> each) throws IOException {
        Lines.read(in, Auth0Lines::user, each);
    }

    private static Newcomer user(long number, Members user) {
        Map<String, Object> attributes = new HashMap<>();
        user.members("user_metadata").ifPresent(members -> addPlain(members, attributes));
        user.members("app_metadata").ifPresent(members -> addPlain(members, attributes));
        for (String name : List.of("given_name", "family_name", "nickname", "picture", "phone_number")) {
            user.text(name).ifPresent(text -> attributes.put(name, text));
        }
        if (user.flag("email_verified", false)) attributes.put("email_verified", true);
        List<String> roles = user.members("app_metadata")
                .map(members -> members.texts("roles"))
                .orElse(List.of());
        return new Newcomer(
                number,
                user.text("username")
                        .or(() -> user.text("email"))
                        .orElseThrow(() -> new Misfit("neither username nor email is there")),
                user.text("name", ""),
                user.text("email", ""),
                roles,
                attributes,
                user.text("passwordHash").or(() -> user.text("password_hash")).map(HashForms::normal),
                user.flag("blocked", false),
                user.text("user_id").or(() -> id(user)),
                user.text("created_at").flatMap(Auth0Lines::instant));
    }

    private static void addPlain(Members members, Map<String, Object> attributes) {
        members.object().forEach((name, value) -> {
            if (Members.isPlain(value)) attributes.put((String) name, value);
        });
    }

    /// The identifier of the database's own kind: `auth0|` stands before it in tokens.
    private static Optional<String> id(Members user) {
        Optional<Object> id = user.get("_id");
        if (id.isPresent() && id.get() instanceof Map<?, ?> object && object.get("$oid") instanceof String text) {
            return Optional.of("auth0|" + text);
        }
        return Optional.empty();
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
