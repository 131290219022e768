package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.administration.Rights;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.DirectoryStore;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Who can come in to administer this server: so that the last one does not shut the door from outside.
public final class Administrators {

    private final UserStore users = new UserStore();
    private final ClientStore clients = new ClientStore();
    private final DirectoryStore directories = new DirectoryStore();
    private final RevisionStore revisions = new RevisionStore();

    /// Whether nobody but this user administers. Whatever takes an administrator away counts the position of the log:
    /// it waits here for others that do, and others for this one, so that the last two do not go side by side.
    public boolean isLast(Transaction tx, User user) {
        if (!directories.loadRights(tx).isAdministrator(user)) return false;
        revisions.lock(tx);
        return !isAnyBut(tx, Optional.of(user.subject()));
    }

    /// Whether anybody administers.
    public boolean isAny(Transaction tx) {
        return isAnyBut(tx, Optional.empty());
    }

    /// Whether this user does.
    public boolean isOne(Transaction tx, User user) {
        return directories.loadRights(tx).isAdministrator(user);
    }

    /// Whether who has invited somebody may still give these roles: nobody gives what they do not have.
    ///
    /// @param inviter a subject, a client, or `cli`
    boolean mayStillGive(Transaction tx, String inviter, Collection<RoleName> roles) {
        return mayStillGive(tx, inviter, (rights, directory) -> rights.cover(roles, directory));
    }

    /// Whether who has invited clients may still give these scopes at these APIs.
    ///
    /// @param inviter a subject, a client, or `cli`
    boolean mayStillGive(Transaction tx, String inviter, Collection<Audience> apis, Scopes scopes) {
        return mayStillGive(tx, inviter, (rights, _) -> rights.cover(apis, scopes));
    }

    /// Who is gone or disabled gives nothing at all; whoever works on the data itself has everything.
    private boolean mayStillGive(Transaction tx, String inviter, BiPredicate<Rights, Directory> covers) {
        if (inviter.equals(Author.COMMAND_LINE)) return true;
        Optional<User> user = users.find(tx, new Subject(inviter));
        Optional<Client> client = clients.find(tx, new ClientId(inviter));
        if (user.map(User::disabled).orElse(client.isEmpty())) return false;
        Directory directory = directories.loadRights(tx);
        Optional<Api> own = directory.administration().flatMap(directory::api);
        if (own.isEmpty()) return true;
        Scopes held = user.map(inviting -> directory.scopesOf(inviting, Client.firstParty(), own.get()))
                .orElseGet(() -> heldBy(client.orElseThrow(), own.get(), directory));
        return covers.test(new Rights(held, own.get().audience()), directory);
    }

    /// What a client gets in its own name.
    private static Scopes heldBy(Client client, Api own, Directory directory) {
        boolean comesIn = client.mayUse(GrantType.CLIENT_CREDENTIALS) && client.mayAskFor(own.audience());
        return comesIn ? directory.scopesOf(client, own) : Scopes.NONE;
    }

    private boolean isAnyBut(Transaction tx, Optional<Subject> leaving) {
        Directory directory = directories.loadRights(tx);
        List<Role> roles = directory
                .administration()
                .map(own -> directory.roles().values().stream()
                        .filter(role -> !role.scopesAt(own).isEmpty())
                        .toList())
                .orElse(List.of());
        return roles.stream()
                .anyMatch(role -> users.hasHolder(tx, role.name(), user -> isAnother(user, leaving, directory)));
    }

    private static boolean isAnother(User user, Optional<Subject> leaving, Directory directory) {
        return directory.isAdministrator(user)
                && leaving.filter(user.subject()::equals).isEmpty();
    }
}
