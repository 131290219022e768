package dev.handstamp.server.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.Opening;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.administration.Apis.NewApi;
import dev.handstamp.server.administration.Clients.NewClient;
import dev.handstamp.server.administration.Users.Change;
import dev.handstamp.server.administration.Users.NewUser;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.mail.Lane;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.MailStore;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.UserStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What narrows somebody's privileges, or ends something, is in the revocation log by the commit.
class TakingBackTest {

    private static final String API = "https://api.example/orders";
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00.5Z");

    private final Secrets secrets = new Secrets(new SecureRandom());
    private final InstantSource clock = InstantSource.fixed(NOW);
    private final PasswordHasher hasher = new PasswordHasher(1, 1, secrets);
    private final SessionStore sessionStore = new SessionStore();
    private final GrantStore grantStore = new GrantStore();

    @TempDir
    Path folder;

    private Opening opening;
    private Database database;
    private Users users;
    private Clients clients;
    private Apis apis;
    private Roles roles;
    private Sessions sessions;
    private Subject vera;

    @BeforeEach
    void open() {
        opening = Opening.forCommand(
                ServerConfig.of(Map.of("data", folder.resolve("data").toString())), secrets, clock);
        database = opening.database();
        Administrator administrator = Administrator.COMMAND_LINE;
        users = new Users(database, () -> hasher, secrets, clock, administrator);
        clients = new Clients(database, opening::keyEncryption, secrets, clock, administrator);
        Keys keys = new Keys(database, opening::signingKeys, opening::keyEncryption, clock, administrator);
        apis = new Apis(database, opening::signingKeys, keys, secrets, clock, administrator);
        roles = new Roles(database, clock, administrator);
        sessions = new Sessions(database, users, clock, administrator);
        apis.add(new NewApi(API, List.of("read", "write"), Optional.of("ES256"), Optional.empty(), List.of("age")));
        roles.add("clerk", Optional.of(API), List.of("read", "write"));
        vera = users.add(
                        new NewUser("vera", "Vera", "vera@example.org", List.of("clerk"), Map.of("age", "34")),
                        "right password")
                .user()
                .subject();
        signIn("s1", "g1", ClientId.FIRST_PARTY);
    }

    @AfterEach
    void close() {
        hasher.close();
        opening.close();
    }

    @Test
    void disabling_a_user_ends_sessions_grants_and_tokens() {
        users.disable("vera");
        assertEverythingOfVeraEnded();
        users.enable("vera");
        assertThat(users.find("vera").disabled()).isFalse();
        assertThat(log()).hasSize(1);
    }

    @Test
    void the_user_is_told_by_mail_what_an_administrator_did_where_mails_are_sent() {
        users.changePassword("vera", "another password");
        assertThat(told()).as("no server sends mails here").isEmpty();
        database.inTransaction(tx -> {
            new MailStore().setSending(tx, true);
            return tx;
        });
        users.changePassword("vera", "yet another password");
        users.change(
                "vera",
                new Change(
                        Optional.empty(), Optional.of("vera@new.example"), List.of(), List.of(), Map.of(), List.of()));
        users.disable("vera");
        users.delete("vera");
        assertThat(told())
                .containsExactlyInAnyOrder(
                        "vera@example.org password_changed",
                        "vera@example.org email_changed",
                        "vera@new.example account_disabled",
                        "vera@new.example account_deleted");
    }

    private List<String> told() {
        return database.inTransaction(tx -> new MailStore().take(tx, Lane.TOLD, 100, NOW, NOW)).stream()
                .map(mail -> mail.recipient() + " " + mail.parameter("notice"))
                .toList();
    }

    @Test
    void disabling_twice_is_one_event() {
        users.disable("vera");
        users.disable("vera");
        assertThat(log()).hasSize(1);
    }

    @Test
    void another_password_ends_sessions_grants_and_tokens() {
        users.changePassword("vera", "another password");
        assertEverythingOfVeraEnded();
    }

    @Test
    void deleting_a_user_ends_tokens_and_forgets_the_rest() {
        users.delete(vera.value());
        assertLogged(Revocation.Kind.SUBJECT, vera.value());
        assertThat(database.<Optional<Session>>read(tx -> sessionStore.find(tx, new SessionId("s1"))))
                .isEmpty();
        assertThatThrownBy(() -> users.find("vera")).isInstanceOf(Refused.class);
    }

    @Test
    void a_role_or_an_attribute_less_ends_tokens_but_no_session() {
        users.change("vera", change(List.of(), List.of("clerk"), Map.of(), List.of()));
        assertLogged(Revocation.Kind.SUBJECT, vera.value());
        assertThat(session().endedAt()).isEmpty();
    }

    @Test
    void another_attribute_ends_tokens() {
        users.change("vera", change(List.of(), List.of(), Map.of("age", "15"), List.of()));
        assertLogged(Revocation.Kind.SUBJECT, vera.value());
    }

    @Test
    void one_role_more_ends_nothing() {
        users.change("vera", change(List.of("boss"), List.of(), Map.of(), List.of()));
        assertThat(log()).isEmpty();
        assertThat(users.find("vera").roles()).hasSize(2);
    }

    @Test
    void a_refused_change_changes_nothing() {
        long before = position();
        assertThatThrownBy(() -> users.change("vera", change(List.of("boss"), List.of("nobody"), Map.of(), List.of())))
                .isInstanceOf(Refused.class)
                .hasMessage("vera does not have the role nobody");
        assertThat(users.find("vera").roles()).hasSize(1);
        assertThat(roles.list()).hasSize(1);
        assertThat(position()).isEqualTo(before);
    }

    @Test
    void deleting_a_role_ends_its_holders_tokens() {
        users.add(new NewUser("mia", "", "", List.of(), Map.of()), "right password");
        roles.delete("clerk");
        assertLogged(Revocation.Kind.SUBJECT, vera.value());
        assertThat(users.find("vera").roles()).isEmpty();
    }

    @Test
    void a_role_with_fewer_scopes_ends_its_holders_tokens() {
        roles.narrow("clerk", API, List.of("write"));
        assertLogged(Revocation.Kind.SUBJECT, vera.value());
    }

    @Test
    void a_role_of_more_than_a_thousand_costs_one_entry_for_everybody() {
        addHolders(1_000); // Vera is one more.
        roles.narrow("clerk", API, List.of("write"));
        assertLogged(Revocation.Kind.API, API);
        roles.delete("clerk");
        assertThat(log()).extracting(Revocation::kind).containsExactly(Revocation.Kind.API, Revocation.Kind.ISSUER);
        assertThat(users.find("holder999").roles()).isEmpty();
    }

    @Test
    void another_email_address_ends_tokens_and_another_full_name_does_not() {
        users.change(
                "vera",
                new Change(Optional.of("Vera Verity"), Optional.empty(), List.of(), List.of(), Map.of(), List.of()));
        assertThat(log()).isEmpty();
        users.change(
                "vera",
                new Change(
                        Optional.empty(), Optional.of("vera@example.net"), List.of(), List.of(), Map.of(), List.of()));
        assertLogged(Revocation.Kind.SUBJECT, vera.value());
    }

    @Test
    void deleting_a_client_ends_its_grants_and_tokens() {
        clients.add(new NewClient("shop", List.of("refresh_token"), List.of(API), List.of("read"), Optional.empty()));
        signIn("s2", "g2", new ClientId("shop"));
        clients.delete("shop");
        assertLogged(Revocation.Kind.CLIENT, "shop");
        assertThat(grant("g2").revokedAt()).contains(micros(NOW));
        assertThat(grant("g1").revokedAt()).isEmpty();
    }

    @Test
    void deleting_an_api_ends_its_grants_and_tokens_and_its_shared_secret() {
        apis.add(new NewApi(API + "/2", List.of(), Optional.of("HS256"), Optional.empty(), List.of()));
        apis.delete(API);
        assertLogged(Revocation.Kind.API, API);
        assertThat(grant("g1").revokedAt()).isPresent();
        apis.delete(API + "/2");
        assertThat(opening.signingKeys().inUse()).noneMatch(slot -> slot.isShared());
        assertThat(new Keys(database, opening::signingKeys, opening::keyEncryption, clock, Administrator.COMMAND_LINE)
                        .list())
                .noneMatch(listed -> listed.key().slot().isShared());
    }

    @Test
    void revoking_a_session_ends_its_grants_and_tokens() {
        signIn("s2", "g2", ClientId.FIRST_PARTY);
        sessions.revoke("s1");
        assertLogged(Revocation.Kind.SESSION, "s1");
        assertThat(grant("g1").revokedAt()).isPresent();
        assertThat(grant("g2").revokedAt()).isEmpty();
        assertThatThrownBy(() -> sessions.revoke("s1")).isInstanceOf(Refused.class);
        assertThat(sessions.revokeAll("vera")).containsExactly(new SessionId("s2"));
        assertThat(log()).extracting(Revocation::id).containsExactly("s1", "s2");
    }

    @Test
    void a_change_of_the_directory_is_seen_by_its_revision() {
        long before = position();
        roles.add("boss", Optional.empty(), List.of());
        assertThat(position()).isGreaterThan(before);
    }

    private void assertEverythingOfVeraEnded() {
        assertLogged(Revocation.Kind.SUBJECT, vera.value());
        assertThat(session().endedAt()).isPresent();
        assertThat(grant("g1").revokedAt()).isPresent();
    }

    private void assertLogged(Revocation.Kind kind, String id) {
        assertThat(log()).singleElement().satisfies(revocation -> {
            assertThat(revocation.kind()).isEqualTo(kind);
            assertThat(revocation.id()).isEqualTo(id);
            assertThat(revocation.issuedBefore()).isEqualTo(micros(NOW));
            assertThat(revocation.forgetAt()).isAfter(NOW.plus(Duration.ofHours(24)));
        });
    }

    private List<Revocation> log() {
        return database.read(tx -> new RevocationStore().after(tx, 0));
    }

    private long position() {
        return database.read(tx -> new RevisionStore().position(tx).position());
    }

    private Session session() {
        Optional<Session> found = database.read(tx -> sessionStore.find(tx, new SessionId("s1")));
        return found.orElseThrow();
    }

    private Grant grant(String id) {
        Optional<Grant> found = database.read(tx -> grantStore.find(tx, new GrantId(id)));
        return found.orElseThrow();
    }

    private void signIn(String session, String grant, ClientId client) {
        Instant end = NOW.plus(Duration.ofDays(1));
        database.inTransaction(tx -> {
            sessionStore.insert(
                    tx, new Session(new SessionId(session), vera, "127.0.0.1", "test", NOW, end, Optional.empty()));
            grantStore.insert(
                    tx,
                    new Grant(
                            new GrantId(grant),
                            vera,
                            client,
                            new SessionId(session),
                            new Audience(API),
                            Scopes.parse("read").orElseThrow(),
                            NOW,
                            end,
                            Optional.empty()));
            return true;
        });
    }

    private void addHolders(int count) {
        User like = users.find("vera");
        UserStore store = new UserStore();
        database.inTransaction(tx -> {
            for (int i = 0; i < count; i++) {
                store.insert(
                        tx,
                        new User(
                                new Subject("usr_holder" + i),
                                Username.parse("holder" + i).orElseThrow(),
                                "",
                                "",
                                like.roles(),
                                Map.of(),
                                like.passwordHash(),
                                false,
                                NOW));
            }
            return count;
        });
    }

    private static Change change(
            List<String> addedRoles, List<String> removedRoles, Map<String, String> set, List<String> unset) {
        return new Change(Optional.empty(), Optional.empty(), addedRoles, removedRoles, set, unset);
    }

    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
