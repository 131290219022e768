package dev.handstamp.server.protocol.admin;

import dev.handstamp.json.JsonNull;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.Sessions.Listed;
import dev.handstamp.server.administration.UserMails.NewInvitation;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.administration.Users.Change;
import dev.handstamp.server.administration.Users.NewUser;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The operations on users and what is theirs. Whoever writes to a user has to have whatever that user's roles carry at
/// this API: who sets an administrator's password is one.
final class UserCalls {

    private static final int MOST_SESSIONS = 200;

    private UserCalls() {}

    static Answer list(Call call) {
        return Answer.of(Views.page(
                call.desk().userSearch().find(call.query("query").orElse(""), call.query("cursor"), call.limit()),
                Views::user));
    }

    static Answer add(Call call) {
        refuseRoles(call, call.texts("roles"));
        NewUser wanted = new NewUser(
                call.text("username").orElse(""),
                call.text("name").orElse(""),
                call.text("email").orElse(""),
                call.texts("roles"),
                attributes(call));
        Users.Added added =
                call.desk().users().add(wanted, call.text("password").orElse(""));
        return Answer.tagged(Views.user(added.user()));
    }

    static Answer get(Call call) {
        return Answer.tagged(Views.user(call.desk().users().find(call.variable("user"))));
    }

    static Answer change(Call call) {
        refuseRoles(call, call.texts("roles"));
        Users.Added changed = call.desk().users().change(call.variable("user"), user -> {
            refuse(call, user);
            AdminEndpoint.refuseUnmatched(call, Views.user(user));
            return change(call, user);
        });
        return Answer.tagged(Views.user(changed.user()));
    }

    static Answer delete(Call call) {
        Optional<User> user = known(call);
        if (user.isEmpty()) return Answer.NOTHING;
        refuse(call, user.get());
        call.desk().users().delete(user.get().subject().value());
        return Answer.NOTHING;
    }

    static Answer disable(Call call) {
        return Answer.tagged(Views.user(call.desk().users().disable(writable(call))));
    }

    static Answer enable(Call call) {
        return Answer.tagged(Views.user(call.desk().users().enable(writable(call))));
    }

    static Answer setPassword(Call call) {
        call.desk().users().changePassword(writable(call), call.text("password").orElse(""));
        return Answer.NOTHING;
    }

    /// Nobody who administrates sees the link.
    static Answer sendReset(Call call) {
        call.desk().userMails().sendReset(writable(call));
        return Answer.NOTHING;
    }

    static Answer invite(Call call) {
        refuseRoles(call, call.texts("roles"));
        NewInvitation wanted = new NewInvitation(
                call.text("email").orElse(""),
                call.text("name").orElse(""),
                call.texts("roles"),
                call.text("language").orElse(""));
        return Answer.of(Views.invitation(call.desk().userMails().invite(wanted)));
    }

    static Answer invitations(Call call) {
        return Answer.of(
                Views.page(call.desk().userMails().invitations(call.query("cursor"), call.limit()), Views::invitation));
    }

    static Answer uninvite(Call call) {
        try {
            call.desk()
                    .userMails()
                    .withdraw(
                            call.variable("invitation"),
                            invitation -> refuseRoles(
                                    call,
                                    invitation.roles().stream()
                                            .map(RoleName::value)
                                            .toList()));
        } catch (Refused refused) {
            if (refused.kind() != Refused.Kind.UNKNOWN) throw refused;
        }
        return Answer.NOTHING;
    }

    static Answer sessions(Call call) {
        return Answer.of(Views.all(
                call.desk().sessions().list(Optional.of(call.variable("user")), MOST_SESSIONS), UserCalls::session));
    }

    static Answer endSessions(Call call) {
        return ended(call.desk().sessions().revokeAll(writable(call)).size());
    }

    static Answer allSessions(Call call) {
        return Answer.of(Views.all(call.desk().sessions().list(Optional.empty(), limit(call)), UserCalls::session));
    }

    static Answer endSession(Call call) {
        Optional<User> user = call.desk().sessions().ownerOf(call.variable("session"));
        if (user.isEmpty()) return Answer.NOTHING;
        refuse(call, user.get());
        try {
            call.desk().sessions().revoke(call.variable("session"));
        } catch (Refused refused) {
            if (refused.kind() != Refused.Kind.UNKNOWN) throw refused; // It has ended meanwhile.
        }
        return Answer.NOTHING;
    }

    static Answer grants(Call call) {
        return Answer.of(Views.all(call.desk().grants().list(call.variable("user")), Views::grant));
    }

    static Answer revokeGrant(Call call) {
        call.desk().grants().revoke(writable(call), call.variable("grant"));
        return Answer.NOTHING;
    }

    static Answer withdraw(Call call) {
        return ended(call.desk().grants().revokeAll(writable(call), call.variable("client")));
    }

    static Answer factors(Call call) {
        return Answer.of(Views.factors(call.desk().userDetails().factors(call.variable("user"))));
    }

    static Answer removeTotp(Call call) {
        String user = writable(call);
        boolean isThere = call.desk().userDetails().factors(user).totpSince().isPresent();
        if (isThere) call.desk().totp().remove(user);
        return Answer.NOTHING;
    }

    static Answer removePasskey(Call call) {
        String user = writable(call);
        try {
            call.desk().passkeys().remove(user, call.variable("passkey"));
        } catch (Refused refused) {
            if (refused.kind() != Refused.Kind.UNKNOWN) throw refused;
        }
        return Answer.NOTHING;
    }

    static Answer ended(int count) {
        return Answer.of(new LinkedHashMap<>(Map.of("ended", (long) count)));
    }

    static int limit(Call call) {
        int limit = call.limit();
        if (limit < 1 || limit > MOST_SESSIONS) throw new BadRequest("a page has 1 to " + MOST_SESSIONS + " items");
        return limit;
    }

    private static Map<String, Object> session(Listed listed) {
        Map<String, Object> json = Views.session(listed.session());
        json.put("username", listed.username().value());
        return json;
    }

    private static Optional<User> known(Call call) {
        try {
            return Optional.of(call.desk().users().find(call.variable("user")));
        } catch (Refused refused) {
            if (refused.kind() == Refused.Kind.UNKNOWN) return Optional.empty();
            throw refused;
        }
    }

    /// The subject of the user, whom this administrator may write to.
    private static String writable(Call call) {
        User user = call.desk().users().find(call.variable("user"));
        refuse(call, user);
        return user.subject().value();
    }

    static void refuse(Call call, User user) {
        if (call.rights().cover(user, call.directory())) return;
        throw new Forbidden("The user's roles carry scopes of this API that your access token does not have.");
    }

    /// Only what one has can one give.
    private static void refuseRoles(Call call, List<String> roles) {
        for (String role : roles) {
            Optional<RoleName> name = RoleName.parse(role);
            if (name.isPresent() && !call.rights().cover(List.of(name.get()), call.directory())) {
                throw new Forbidden("The role " + name.get() + " carries scopes of this API that your access token does"
                        + " not have.");
            }
        }
    }

    private static Change change(Call call, User user) {
        List<String> added = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        if (call.has("roles")) {
            added.addAll(new TreeSet<>(call.texts("roles")));
            user.roles().forEach(role -> {
                if (!added.remove(role.value())) removed.add(role.value());
            });
        }
        Map<String, Object> attributes = call.object("attributes");
        List<String> unset = attributes.keySet().stream()
                .filter(name -> attributes.get(name) == JsonNull.NULL
                        && user.attributes().containsKey(name))
                .toList();
        return new Change(call.text("name"), call.text("email"), added, removed, attributes(call), unset);
    }

    /// As an operation takes them: texts, of which those that must not be taken for anything else are quoted.
    private static Map<String, String> attributes(Call call) {
        Map<String, String> texts = new LinkedHashMap<>();
        call.object("attributes").forEach((name, value) -> {
            if (value != JsonNull.NULL) texts.put(name, text(value));
        });
        return texts;
    }

    private static String text(Object value) {
        return switch (value) {
            case String text -> '"' + text + '"';
            case BigDecimal number -> number.toPlainString();
            default -> String.valueOf(value);
        };
    }
}
