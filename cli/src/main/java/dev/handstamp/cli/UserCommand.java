package dev.handstamp.cli;

import dev.handstamp.server.administration.Page;
import dev.handstamp.server.administration.TotpEnrolments.Enrolment;
import dev.handstamp.server.administration.UserMails.NewInvitation;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.administration.Users.Added;
import dev.handstamp.server.administration.Users.Change;
import dev.handstamp.server.administration.Users.NewUser;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.UserInvitation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp user`: who logs in.
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Users: who logs in, their roles and attributes.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  handstamp user add vera --name \"Vera Vale\" --email vera@example.org --role vip --attribute age=34",
            "  handstamp user change vera --add-role clerk --attribute age=35",
            "  handstamp user disable vera"
        })
final class UserCommand {

    private final Terminal terminal;

    UserCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "add",
            description = {
                "Adds a user.",
                "The password is asked for, or read from standard input. A password has at least 8 "
                        + "characters. A role that does not exist yet is made, without scopes."
            },
            footerHeading = "%nExample:%n",
            footer =
                    "  handstamp user add vera --name \"Vera Vale\" --role vip --attribute age=34 --password-stdin < secret")
    int add(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "NAME", description = "The name to log in with.") String username,
            @Option(names = "--name", paramLabel = "NAME", defaultValue = "", description = "The full name.")
                    String name,
            @Option(names = "--email", paramLabel = "ADDRESS", defaultValue = "", description = "The e-mail address.")
                    String email,
            @Option(names = "--role", paramLabel = "ROLE", description = "A role; may be repeated.") @Nullable
                    List<String> roles,
            @Option(
                            names = "--attribute",
                            paramLabel = "NAME=VALUE",
                            description = "A free attribute; may be repeated. Numbers, true and false are kept as "
                                    + "such; in quotation marks they are texts.")
                    @Nullable
                    Map<String, String> attributes,
            @Option(names = "--password-stdin", description = "Reads the password from standard input.")
                    boolean passwordFromStandardInput) {
        String password = new SecretInput(terminal).newPassword(passwordFromStandardInput);
        return store.with(office -> {
            Added added = office.users()
                    .add(new NewUser(username, name, email, Given.list(roles), Given.map(attributes)), password);
            remarkNewRoles(added, printed);
            User user = added.user();
            return printed.done(object(user), "Added the user " + user.username() + " (" + user.subject() + ").");
        });
    }

    @Command(
            name = "list",
            description = "Lists the users by name, or those of whom something begins with a text: the user name, "
                    + "the name or its last word, the e-mail address or the subject.",
            footerHeading = "%nExample:%n",
            footer = "  handstamp user list --begins val --limit 20")
    int list(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Option(names = "--begins", paramLabel = "TEXT", description = "Only those.") @Nullable String beginning,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "At most N of those that begin with the text. Default: 100")
                    int limit) {
        if (limit < 1) throw new WrongUsage("--limit is at least 1");
        return store.with(office -> {
            List<User> users = beginning == null ? office.users().list() : found(office, beginning, limit);
            Instant now = terminal.clock().instant();
            return printed.many(
                    users.stream().map(UserCommand::object).toList(),
                    List.of("USER", "NAME", "ROLES", "STATE", "SINCE"),
                    users.stream().map(user -> row(user, now)).toList(),
                    beginning == null ? "No users yet: handstamp user add NAME" : "Nobody is called so.");
        });
    }

    private static List<User> found(Office office, String beginning, int limit) {
        List<User> found = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            int rest = Math.min(Page.MOST, limit - found.size());
            Page<User> page = office.userSearch().find(beginning, cursor, rest);
            found.addAll(page.items());
            cursor = page.next();
        } while (cursor.isPresent() && found.size() < limit);
        return found;
    }

    @Command(name = "show", description = "Shows one user.")
    int show(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "USER") String user) {
        return store.with(office -> {
            User found = office.users().find(user);
            Map<String, Object> object = object(found);
            Map<String, String> shown = shown(found, terminal.clock().instant());
            Optional<Enrolment> second = office.totp().find(found);
            object.put("second_factor", second.isPresent());
            second.ifPresent(enrolment -> object.put("recovery_codes_left", enrolment.recoveryCodesLeft()));
            shown.put(
                    "second factor",
                    second.map(enrolment -> "since "
                                    + Shown.instant(
                                            enrolment.since(), terminal.clock().instant()) + ", "
                                    + enrolment.recoveryCodesLeft()
                                    + " recovery codes left")
                            .orElse("none"));
            return printed.one(object, shown);
        });
    }

    @Command(
            name = "change",
            description = {
                "Changes name, e-mail address, roles or attributes.",
                "Unless it only adds roles or corrects the name, tokens issued until now are refused at " + "once."
            },
            footerHeading = "%nExample:%n",
            footer = "  handstamp user change vera --remove-role vip --attribute age=35")
    int change(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "USER") String user,
            @Option(names = "--name", paramLabel = "NAME", description = "Another full name.") @Nullable String name,
            @Option(names = "--email", paramLabel = "ADDRESS", description = "Another e-mail address.") @Nullable
                    String email,
            @Option(names = "--add-role", paramLabel = "ROLE", description = "One more role; may be repeated.")
                    @Nullable
                    List<String> added,
            @Option(names = "--remove-role", paramLabel = "ROLE", description = "A role to lose; may be repeated.")
                    @Nullable
                    List<String> removed,
            @Option(
                            names = "--attribute",
                            paramLabel = "NAME=VALUE",
                            description = "Sets an attribute; may be repeated.")
                    @Nullable
                    Map<String, String> set,
            @Option(
                            names = "--remove-attribute",
                            paramLabel = "NAME",
                            description = "An attribute to lose; may be repeated.")
                    @Nullable
                    List<String> unset) {
        Change change = new Change(
                Optional.ofNullable(name),
                Optional.ofNullable(email),
                Given.list(added),
                Given.list(removed),
                Given.map(set),
                Given.list(unset));
        return store.with(office -> {
            Added changed = office.users().change(user, change);
            remarkNewRoles(changed, printed);
            return printed.done(
                    object(changed.user()), "Changed the user " + changed.user().username() + ".");
        });
    }

    @Command(
            name = "disable",
            description = "Lets a user in no more, and ends every session, refresh token and token at once.")
    int disable(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "USER") String user) {
        return act(store, printed, user, Users::disable, "Disabled");
    }

    @Command(name = "enable", description = "Lets a disabled user in again.")
    int enable(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "USER") String user) {
        return act(store, printed, user, Users::enable, "Enabled");
    }

    @Command(
            name = "password",
            description = "Sets another password, asked for or from standard input, and ends every session and token.")
    int password(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "USER") String user,
            @Option(names = "--password-stdin", description = "Reads the password from standard input.")
                    boolean passwordFromStandardInput) {
        String password = new SecretInput(terminal).newPassword(passwordFromStandardInput);
        return act(
                store, printed, user, (users, name) -> users.changePassword(name, password), "Changed the password of");
    }

    @Command(
            name = "invite",
            description = {
                "Invites somebody by mail to make an account with a name and a password of their own.",
                "Needs a server with mail.host, and sign-up set to invitation or open."
            },
            footerHeading = "%nExample:%n",
            footer = "  handstamp user invite --email vera@example.org --role vip")
    int invite(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Option(names = "--email", paramLabel = "ADDRESS", required = true, description = "Where the mail goes.")
                    String email,
            @Option(names = "--name", paramLabel = "NAME", defaultValue = "", description = "The full name.")
                    String name,
            @Option(names = "--role", paramLabel = "ROLE", description = "A role to have; may be repeated.") @Nullable
                    List<String> roles,
            @Option(
                            names = "--language",
                            paramLabel = "TAG",
                            defaultValue = "",
                            description = "The language of the mail, such as de. Default: English")
                    String language) {
        return store.with(office -> {
            UserInvitation invited =
                    office.userMails().invite(new NewInvitation(email, name, Given.list(roles), language));
            return printed.done(
                    object(invited),
                    "Invited " + invited.email() + ", until "
                            + Shown.instant(
                                    invited.expiresAt(), terminal.clock().instant()) + ".");
        });
    }

    @Command(name = "invitations", description = "Lists who is invited and has not made an account yet.")
    int invitations(@Mixin StoreOptions store, @Mixin Printed printed) {
        return store.with(office -> {
            List<UserInvitation> pending = new ArrayList<>();
            Optional<String> cursor = Optional.empty();
            do {
                Page<UserInvitation> page = office.userMails().invitations(cursor, Page.MOST);
                pending.addAll(page.items());
                cursor = page.next();
            } while (cursor.isPresent());
            Instant now = terminal.clock().instant();
            return printed.many(
                    pending.stream().map(UserCommand::object).toList(),
                    List.of("ADDRESS", "NAME", "ROLES", "BY", "UNTIL"),
                    pending.stream().map(each -> row(each, now)).toList(),
                    "Nobody is invited: handstamp user invite --email ADDRESS");
        });
    }

    @Command(
            name = "uninvite",
            description = {
                "Withdraws an invitation: the link of its mail leads nowhere any more.",
                "Whoever has made the account already keeps it."
            },
            footerHeading = "%nExample:%n",
            footer = "  handstamp user uninvite vera@example.org")
    int uninvite(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "ADDRESS", description = "Where the mail went, or the identifier.")
                    String address) {
        return store.with(office -> {
            UserInvitation withdrawn = office.userMails().withdraw(address);
            return printed.done(object(withdrawn), "Withdrew the invitation of " + withdrawn.email() + ".");
        });
    }

    @Command(
            name = "reset",
            description = {
                "Mails a link to a user with which to set another password.",
                "The password stays good until then: to end it at once, use handstamp user password."
            })
    int reset(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "USER") String user) {
        return store.with(office -> {
            User mailed = office.userMails().sendReset(user);
            return printed.done(object(mailed), "A mail is on its way to " + mailed.username() + ".");
        });
    }

    @Command(name = "delete", description = "Deletes a user, and ends every session, refresh token and token at once.")
    int delete(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "USER") String user) {
        return act(store, printed, user, Users::delete, "Deleted");
    }

    private static int act(
            StoreOptions store, Printed printed, String user, BiFunction<Users, String, User> act, String done) {
        return store.with(office -> {
            User changed = act.apply(office.users(), user);
            return printed.done(object(changed), done + " " + changed.username() + ".");
        });
    }

    private static void remarkNewRoles(Added added, Printed printed) {
        for (RoleName role : added.newRoles()) {
            printed.remark("The role " + role + " was not known: it is made, and has no scopes until"
                    + " handstamp role add " + role + " --api URL --scope SCOPE");
        }
    }

    private static Map<String, Object> object(User user) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("sub", user.subject().value());
        object.put("username", user.username().value());
        object.put("name", user.name());
        object.put("email", user.email());
        object.put("roles", user.roles().stream().map(RoleName::value).toList());
        object.put("attributes", user.attributes());
        object.put("disabled", user.disabled());
        object.put("created_at", Shown.utc(user.createdAt()));
        return object;
    }

    private static Map<String, Object> object(UserInvitation invitation) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("invitation_id", invitation.id());
        object.put("email", invitation.email().value());
        object.put("name", invitation.name());
        object.put("roles", invitation.roles().stream().map(RoleName::value).toList());
        object.put("inviter", invitation.inviter());
        object.put("created_at", Shown.utc(invitation.createdAt()));
        object.put("expires_at", Shown.utc(invitation.expiresAt()));
        return object;
    }

    private static List<String> row(UserInvitation invitation, Instant now) {
        String roles = invitation.roles().stream().map(RoleName::value).collect(Collectors.joining(" "));
        return List.of(
                invitation.email().value(),
                Shown.orDash(invitation.name()),
                Shown.orDash(roles),
                invitation.inviter(),
                Shown.instant(invitation.expiresAt(), now));
    }

    private static List<String> row(User user, Instant now) {
        return List.of(
                user.username().value(),
                Shown.orDash(user.name()),
                Shown.orDash(roles(user)),
                user.disabled() ? "disabled" : "active",
                Shown.instant(user.createdAt(), now));
    }

    private static Map<String, String> shown(User user, Instant now) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("user", user.username().value());
        shown.put("subject", user.subject().value());
        shown.put("name", Shown.orDash(user.name()));
        shown.put("e-mail", Shown.orDash(user.email()));
        shown.put("roles", Shown.orDash(roles(user)));
        shown.put("attributes", Shown.orDash(Shown.attributes(user.attributes())));
        shown.put("state", user.disabled() ? "disabled" : "active");
        shown.put("since", Shown.instant(user.createdAt(), now));
        return shown;
    }

    private static String roles(User user) {
        return user.roles().stream().map(RoleName::value).collect(Collectors.joining(" "));
    }
}
