package dev.handstamp.server.store;

import static dev.handstamp.server.store.Fixtures.MENU;
import static dev.handstamp.server.store.Fixtures.NOW;
import static dev.handstamp.server.store.Fixtures.ORDERS;
import static dev.handstamp.server.store.Fixtures.api;
import static dev.handstamp.server.store.Fixtures.client;
import static dev.handstamp.server.store.Fixtures.event;
import static dev.handstamp.server.store.Fixtures.grant;
import static dev.handstamp.server.store.Fixtures.hash;
import static dev.handstamp.server.store.Fixtures.refreshToken;
import static dev.handstamp.server.store.Fixtures.rotated;
import static dev.handstamp.server.store.Fixtures.scopes;
import static dev.handstamp.server.store.Fixtures.session;
import static dev.handstamp.server.store.Fixtures.signingKey;
import static dev.handstamp.server.store.Fixtures.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.AuditEvent.Type;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Brand.Colours;
import dev.handstamp.server.domain.client.Brand.ImageType;
import dev.handstamp.server.domain.client.Brand.Logo;
import dev.handstamp.server.domain.client.Brands;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.ClientOrigin;
import dev.handstamp.server.domain.client.ClientPolicy;
import dev.handstamp.server.domain.client.Descriptions;
import dev.handstamp.server.domain.client.ExchangeRule;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.Invitation;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.AuthorizationCode;
import dev.handstamp.server.domain.grant.ClaimsRequest;
import dev.handstamp.server.domain.grant.CodeChallenge;
import dev.handstamp.server.domain.grant.DeviceAuthorization;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.grant.PendingRequest;
import dev.handstamp.server.domain.grant.RefreshToken;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.domain.mail.Lane;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.MailTicket;
import dev.handstamp.server.domain.mail.OutgoingMail;
import dev.handstamp.server.domain.passkey.CredentialId;
import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.passkey.PasskeyId;
import dev.handstamp.server.domain.passkey.PasskeyName;
import dev.handstamp.server.domain.passkey.UserHandle;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.session.AuthenticationMethod;
import dev.handstamp.server.domain.session.KnownDevice;
import dev.handstamp.server.domain.session.PasswordStep;
import dev.handstamp.server.domain.session.PendingLogout;
import dev.handstamp.server.domain.session.Proofs;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.session.TotpParameters;
import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.UserInvitation;
import dev.handstamp.server.domain.user.Username;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store promises, on whichever database.
abstract class StoreContract {

    final ClientStore clients = new ClientStore();
    final ApiStore apis = new ApiStore();
    final RoleStore roles = new RoleStore();
    final UserStore users = new UserStore();
    final SessionStore sessions = new SessionStore();
    final GrantStore grants = new GrantStore();
    final SigningKeyStore signingKeys = new SigningKeyStore();
    final RevisionStore revisions = new RevisionStore();
    final RevocationStore revocations = new RevocationStore();
    final DirectoryStore directories = new DirectoryStore();
    final AuditStore audit = new AuditStore();

    final User vera = user("vera");
    final Session session = session("session-1", vera);
    final Grant grant = grant("grant-1", session);
    final RefreshToken token = refreshToken("token-1", grant);

    DatabaseLocation location;
    Database database;

    /// An empty database of its own.
    abstract DatabaseLocation emptyDatabase() throws Exception;

    @BeforeEach
    void open() throws Exception {
        location = emptyDatabase();
        database = Database.open(location);
    }

    @AfterEach
    void close() {
        database.close();
    }

    void write(Consumer<Transaction> work) {
        database.inTransaction(tx -> {
            work.accept(tx);
            return "done";
        });
    }

    <T> Optional<T> found(Function<Transaction, Optional<T>> query) {
        return database.read(query);
    }

    <T> List<T> listed(Function<Transaction, List<T>> query) {
        return database.read(query);
    }

    boolean tells(Predicate<Transaction> question) {
        return database.read(question::test);
    }

    Revision revision() {
        return database.read(revisions::position);
    }

    void signIn() {
        write(tx -> {
            users.insert(tx, vera);
            sessions.insert(tx, session);
            grants.insert(tx, grant);
            grants.insertRefreshToken(tx, token);
        });
    }

    static <T> List<T> together(int threads, Callable<T> call) throws Exception {
        var start = new CountDownLatch(1);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(executor.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            start.countDown();
            List<T> answers = new ArrayList<>();
            for (var future : futures) answers.add(future.get());
            return answers;
        }
    }

    // Transactions

    @Test
    void a_work_that_throws_leaves_nothing_behind_and_its_exception_reaches_the_caller() {
        var bug = new IllegalArgumentException("no");
        assertThatThrownBy(() -> write(tx -> {
                    users.insert(tx, vera);
                    throw bug;
                }))
                .isSameAs(bug);
        assertThat(found(tx -> users.find(tx, vera.subject()))).isEmpty();
    }

    @Test
    void a_read_cannot_write() {
        assertThatThrownBy(() -> database.read(tx -> users.insert(tx, vera))).isInstanceOf(StoreException.class);
        assertThat(found(tx -> users.find(tx, vera.subject()))).isEmpty();
    }

    @Test
    void a_work_that_hides_a_failed_statement_is_undone_all_the_same() {
        assertThatThrownBy(() -> write(tx -> {
                    users.insert(tx, vera);
                    try {
                        sessions.insert(tx, session("s", user("nobody")));
                    } catch (StoreException hidden) {
                        assertThat(hidden).isNotInstanceOf(StoreUnavailable.class);
                    }
                }))
                .isInstanceOf(StoreException.class);
        assertThat(found(tx -> users.find(tx, vera.subject()))).isEmpty();
    }

    @Test
    void a_transaction_within_a_transaction_is_a_bug() {
        assertThatThrownBy(() -> write(_ -> database.read(inner -> revisions.position(inner))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> database.read(_ -> database.inTransaction(inner -> revisions.bump(inner))))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_transaction_that_escapes_its_work_does_nothing_more() {
        Transaction escaped = database.inTransaction(tx -> tx);
        assertThatThrownBy(() -> users.insert(escaped, vera)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_read_sees_one_state_although_others_write() {
        signIn();
        var names = database.read(tx -> {
            String before = users.find(tx, vera.subject()).orElseThrow().name();
            atOnceElsewhere(other -> users.update(other, named("Other")));
            return List.of(before, users.find(tx, vera.subject()).orElseThrow().name());
        });
        assertThat(names).containsExactly(vera.name(), vera.name());
        assertThat(found(tx -> users.find(tx, vera.subject()))).hasValue(named("Other"));
    }

    private void atOnceElsewhere(Consumer<Transaction> work) {
        try {
            Thread.ofPlatform().start(() -> write(work)).join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void what_a_neighbour_wrote_lasts_although_this_work_failed() throws Exception {
        signIn();
        var outcomes = together(40, new Callable<Boolean>() {
            private final AtomicInteger numbers = new AtomicInteger();

            @Override
            public Boolean call() {
                int number = numbers.incrementAndGet();
                try {
                    write(tx -> {
                        sessions.insert(tx, session("s-" + number, vera));
                        if (number % 4 == 0) throw new IllegalStateException("on purpose");
                        if (number % 4 == 1) sessions.insert(tx, session("s-" + number, vera));
                    });
                    return number % 4 == 2 || number % 4 == 3;
                } catch (StoreException e) {
                    return number % 4 == 1;
                } catch (IllegalStateException e) {
                    return number % 4 == 0;
                }
            }
        });
        assertThat(outcomes).containsOnly(true);
        for (int number = 1; number <= 40; number++) {
            var id = new SessionId("s-" + number);
            boolean lasts = number % 4 >= 2;
            assertThat(found(tx -> sessions.find(tx, id)).isPresent())
                    .as(id.value())
                    .isEqualTo(lasts);
        }
    }

    @Test
    void what_was_answered_is_there_after_a_new_start() {
        signIn();
        database.close();
        database = Database.open(location);
        assertThat(found(tx -> users.find(tx, vera.subject()))).hasValue(vera);
        assertThat(found(tx -> grants.findRefreshToken(tx, token.hash()))).hasValue(token);
    }

    @Test
    void a_closed_database_is_unavailable() {
        database.close();
        assertThatThrownBy(() -> revision()).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> database.inTransaction(revisions::bump)).isInstanceOf(StoreUnavailable.class);
    }

    // Migrations

    @Test
    void one_that_starts_again_applies_nothing_again() {
        write(tx -> apis.insert(tx, api(ORDERS)));
        for (int i = 0; i < 3; i++) Database.open(location).close();
        assertThat(listed(apis::list)).hasSize(1);
    }

    @Test
    void nodes_that_start_at_once_on_an_empty_database_all_come_up() throws Exception {
        var empty = emptyDatabase();
        List<Long> positions = together(4, () -> {
            try (Database node = Database.open(empty)) {
                return node.inTransaction(revisions::bump);
            }
        });
        assertThat(positions).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
    }

    @Test
    void two_processes_that_start_at_once_on_an_empty_database_both_come_up() throws Exception {
        String url = url(emptyDatabase());
        var nodes = List.of(ChildProcess.start(StartingNode.class, url), ChildProcess.start(StartingNode.class, url));
        List<String> positions = new ArrayList<>();
        for (var node : nodes) positions.add(node.output().readLine());
        assertThat(positions).containsExactlyInAnyOrder("1", "2");
    }

    private static String url(DatabaseLocation location) {
        return switch (location) {
            case DatabaseLocation.Sqlite sqlite -> sqlite.toString();
            case DatabaseLocation.Postgresql postgresql -> postgresql.url();
        };
    }

    @Test
    void a_later_step_is_applied_to_an_older_database() {
        write(tx -> apis.insert(tx, api(ORDERS)));
        try (Database newer = Database.open(location, withStep("ALTER TABLE api ADD COLUMN note TEXT;"))) {
            var notes = newer.read(tx -> tx.list("SELECT note FROM api", row -> row.optionalText("note")));
            assertThat(notes).containsExactly(Optional.empty());
        }
    }

    @Test
    void a_step_that_fails_leaves_the_database_as_it_was() {
        var broken = withStep("CREATE TABLE extra (id BIGINT); -- first\n\nINSERT INTO nowhere VALUES (1);\n");
        assertThatThrownBy(() -> Database.open(location, broken)).isInstanceOf(StoreException.class);
        Database.open(location).close();
        assertThatThrownBy(() -> listed(tx -> tx.list("SELECT id FROM extra", row -> row.number("id"))))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void a_database_of_a_newer_version_is_refused_and_left_alone() {
        Database.open(location, withStep("CREATE TABLE extra (id BIGINT);")).close();
        assertThatThrownBy(() -> Database.open(location))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("newer version of Handstamp")
                .hasMessageContaining("9999_extra.sql")
                .hasMessageContaining(Migrations.SHIPPED.all().getLast().name());
    }

    @Test
    void a_database_whose_steps_were_other_ones_is_refused() {
        var initial = Migrations.SHIPPED.all().getFirst();
        var edited = new Migrations(List.of(new Migrations.Migration(initial.name(), initial.text() + "-- edited\n")));
        assertThatThrownBy(() -> Database.open(location, edited))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("another 0001_initial.sql");
    }

    private static Migrations withStep(String sql) {
        List<Migrations.Migration> steps = new ArrayList<>(Migrations.SHIPPED.all());
        steps.add(new Migrations.Migration("9999_extra.sql", sql));
        return new Migrations(steps);
    }

    // Clients, APIs, roles

    @Test
    void an_api_comes_back_as_it_was_stored() {
        write(tx -> assertThat(apis.insert(tx, api(ORDERS))).isTrue());
        assertThat(found(tx -> apis.find(tx, ORDERS))).hasValue(api(ORDERS));
        assertThat(found(tx -> apis.find(tx, MENU))).isEmpty();
    }

    @Test
    void an_audience_is_given_once() {
        write(tx -> {
            assertThat(apis.insert(tx, api(ORDERS))).isTrue();
            assertThat(apis.insert(tx, api(ORDERS))).isFalse();
        });
        assertThat(revision()).isEqualTo(new Revision(1, 1));
    }

    @Test
    void a_client_comes_back_as_it_was_stored() {
        var shop = client("shop", ORDERS, MENU);
        var open = new Client(new ClientId("open"), Set.of(), Set.of(), scopes(""), Optional.empty(), NOW);
        write(tx -> {
            apis.insert(tx, api(ORDERS));
            apis.insert(tx, api(MENU));
            assertThat(clients.insert(tx, shop)).isTrue();
            assertThat(clients.insert(tx, open)).isTrue();
            assertThat(clients.insert(tx, client("shop"))).isFalse();
        });
        assertThat(found(tx -> clients.find(tx, shop.id()))).hasValue(shop);
        assertThat(listed(clients::list)).containsExactly(open, shop);
        assertThat(found(tx -> clients.find(tx, new ClientId("SHOP")))).isEmpty();
    }

    @Test
    void a_client_that_registered_itself_changes_and_keeps_its_origin_and_token() {
        var before = registered("before").withInvited(scopes("orders:read"));
        var after = new Client(
                        before.id(),
                        Set.of(GrantType.AUTHORIZATION_CODE),
                        before.apis(),
                        scopes("openid"),
                        Optional.of(hash("another secret")),
                        new Redirection(
                                "After", List.of(new RedirectUri("https://a.example/cb")), List.of(), false, true),
                        (ClientMetadata) ClientMetadata.parse(
                                Map.of("tos_uri", "https://a.example/", "tos_uri#de", "https://a.example/de")),
                        before.createdAt(),
                        ClientOrigin.REGISTERED)
                .withInvited(before.invited());
        write(tx -> {
            assertThat(clients.insert(tx, before, Optional.of(hash("token")), Optional.empty()))
                    .isTrue();
            assertThat(clients.update(tx, after)).isTrue();
            assertThat(clients.update(tx, registered("nobody"))).isFalse();
        });
        assertThat(found(tx -> clients.find(tx, before.id()))).hasValue(after);
        write(tx -> {
            assertThat(clients.isRegistrationToken(tx, before.id(), new Secret("token")))
                    .isTrue();
            assertThat(clients.isRegistrationToken(tx, before.id(), new Secret("guess")))
                    .isFalse();
            assertThat(clients.isRegistrationToken(tx, new ClientId("nobody"), new Secret("token")))
                    .isFalse();
            clients.insert(tx, client("shop"));
            assertThat(clients.isRegistrationToken(tx, new ClientId("shop"), new Secret("token")))
                    .isFalse();
        });
    }

    @Test
    void a_client_that_describes_itself_is_unused_until_a_user_lets_it_in() {
        var used = registered("used");
        var unused = registered("unused");
        Instant later = NOW.plusSeconds(1);
        write(tx -> {
            users.insert(tx, vera);
            sessions.insert(tx, session);
            clients.insert(tx, used);
            clients.insert(tx, unused);
            clients.insert(tx, client("shop"));
            assertThat(clients.countUnused(tx, ClientOrigin.REGISTERED)).isEqualTo(2);
            grants.insert(tx, grant("of the used", session, used.id(), ORDERS));
            grants.insert(tx, grant("of the shop", session, new ClientId("shop"), ORDERS));
            assertThat(clients.countUnused(tx, ClientOrigin.REGISTERED)).isEqualTo(1);
            assertThat(clients.countUnused(tx, ClientOrigin.DOCUMENT)).isZero();
            assertThat(clients.unused(tx, ClientOrigin.REGISTERED, NOW, 10)).isEmpty();
            assertThat(clients.unused(tx, ClientOrigin.REGISTERED, later, 10)).containsExactly(unused.id());
            assertThat(clients.idle(tx, ClientOrigin.REGISTERED, later, 10))
                    .as("its grant is there")
                    .isEmpty();
        });
        write(tx -> grants.forget(tx, session.expiresAt().plusSeconds(1)));
        write(tx -> {
            assertThat(clients.idle(tx, ClientOrigin.REGISTERED, NOW, 10)).isEmpty();
            assertThat(clients.idle(tx, ClientOrigin.REGISTERED, later, 10)).containsExactly(used.id());
        });
    }

    @Test
    void a_document_is_fresh_until_it_is_not() {
        var id = registered("fresh").id();
        write(tx -> {
            clients.insert(tx, registered("fresh"), Optional.empty(), Optional.of(NOW));
            assertThat(clients.freshUntil(tx, id)).hasValue(NOW);
            clients.keepFresh(tx, id, NOW.plusSeconds(9));
            assertThat(clients.freshUntil(tx, id)).hasValue(NOW.plusSeconds(9));
            assertThat(clients.freshUntil(tx, new ClientId("nobody"))).isEmpty();
        });
    }

    @Test
    void an_invitation_counts_as_often_as_it_says_even_to_fifty_at_once() throws Exception {
        var invitations = new InvitationStore();
        var three = new Invitation(
                "three", Set.of(ORDERS, MENU), scopes("orders:read"), 3, "cli", NOW, NOW.plusSeconds(60));
        write(tx -> invitations.insert(tx, hash("token"), three));
        assertThat(found(tx -> invitations.find(tx, hash("token")))).hasValue(three);
        assertThat(together(50, () -> database.inTransaction(tx -> invitations.use(tx, hash("token"), NOW))))
                .filteredOn(used -> used)
                .hasSize(3);
        write(tx -> {
            var late = new Invitation("late", Set.of(), scopes(""), 3, "cli", NOW, NOW.plusSeconds(60));
            invitations.insert(tx, hash("another token"), late);
            assertThat(invitations.use(tx, hash("another token"), NOW.plusSeconds(60)))
                    .isFalse();
            assertThat(invitations.list(tx)).extracting(Invitation::id).containsExactly("late", "three");
            assertThat(invitations.delete(tx, "late")).isTrue();
            assertThat(invitations.delete(tx, "late")).isFalse();
            assertThat(invitations.forget(tx, NOW)).isZero();
            assertThat(invitations.forget(tx, NOW.plusSeconds(61))).isEqualTo(1);
        });
    }

    @Test
    void a_pairwise_name_leads_to_its_user_until_the_user_is_gone() {
        var pairwise = new PairwiseSubjectStore();
        var one = new Subject("usr_one");
        var other = new Subject("usr_other");
        write(tx -> {
            users.insert(tx, vera);
            pairwise.put(tx, one, vera.subject());
            pairwise.put(tx, one, vera.subject());
            pairwise.put(tx, other, vera.subject());
        });
        assertThat(found(tx -> pairwise.find(tx, one))).hasValue(vera.subject());
        assertThat(found(tx -> pairwise.find(tx, vera.subject()))).isEmpty();
        assertThat(listed(tx -> pairwise.list(tx, vera.subject()))).containsExactly(one, other);
        write(tx -> users.delete(tx, vera.subject()));
        assertThat(found(tx -> pairwise.find(tx, one))).isEmpty();
    }

    @Test
    void an_api_is_opened_and_closed() {
        write(tx -> {
            apis.insert(tx, api(ORDERS));
            assertThat(apis.open(tx, ORDERS, false)).isFalse();
            assertThat(apis.open(tx, ORDERS, true)).isTrue();
            assertThat(apis.open(tx, ORDERS, true)).isFalse();
            assertThat(apis.open(tx, MENU, true)).isFalse();
            assertThat(apis.find(tx, ORDERS).orElseThrow().open()).isTrue();
        });
    }

    @Test
    void an_api_is_changed_in_all_but_its_identifier() {
        var words = Descriptions.of(
                        Map.of("orders:read", Map.of("", "See your orders", "de", "Ihre Bestellungen sehen – „alle“")))
                .orElseThrow();
        var changed = new Api(
                ORDERS,
                scopes("orders:read"),
                Algorithm.EDDSA,
                Duration.ofMinutes(1),
                List.of("age"),
                hash("another"),
                true,
                true,
                Optional.of(AssuranceLevel.AAL2),
                NOW,
                words);
        write(tx -> {
            assertThat(apis.update(tx, changed)).isFalse();
            apis.insert(tx, api(ORDERS));
            assertThat(apis.update(tx, changed)).isTrue();
            assertThat(apis.find(tx, ORDERS)).contains(changed);
        });
    }

    @Test
    void a_client_is_configured_and_keeps_its_policy_when_it_speaks_for_itself() {
        Client plain = client("shop", ORDERS);
        Client strict = new Client(
                        plain.id(),
                        Set.of(GrantType.CLIENT_CREDENTIALS),
                        Set.of(MENU),
                        scopes("menu:read"),
                        Optional.of(hash("another")),
                        Redirection.NONE,
                        ClientMetadata.NONE,
                        NOW)
                .withPolicy(new ClientPolicy(Optional.of(AssuranceLevel.AAL2), false, false));
        write(tx -> {
            assertThat(clients.configure(tx, strict)).isFalse();
            apis.insert(tx, api(ORDERS));
            apis.insert(tx, api(MENU));
            clients.insert(tx, plain);
            assertThat(clients.find(tx, plain.id())).contains(plain);
            assertThat(clients.configure(tx, strict)).isTrue();
            assertThat(clients.find(tx, plain.id())).contains(strict);
            clients.update(tx, plain);
            assertThat(clients.find(tx, plain.id()).orElseThrow().policy()).isEqualTo(strict.policy());
        });
    }

    @Test
    void brands_are_kept_with_their_logos_as_long_as_somebody_wears_them() {
        var store = new BrandStore();
        var logo = new Logo("digest-1", ImageType.SVG);
        var colours = new Colours("#4636a3", "#b3a8fa");
        var server = new Brand("Nightclub – „Zürich“", Optional.of(logo), Optional.of(colours));
        var shop = new Brand("", Optional.of(logo), Optional.empty());
        var id = new ClientId("shop");
        byte[] content = {0, 1, 2, -1, 60, 115};
        write(tx -> {
            apis.insert(tx, api(ORDERS));
            clients.insert(tx, client("shop", ORDERS));
            store.putLogo(tx, logo, content);
            store.put(tx, Optional.empty(), server);
            store.put(tx, Optional.of(id), shop);
            assertThat(store.list(tx)).isEqualTo(new Brands(server, Map.of(id, shop)));
            assertThat(store.list(tx).of(id)).isEqualTo(server);
            store.put(tx, Optional.empty(), new Brand("Other", Optional.empty(), Optional.empty()));
            assertThat(store.logo(tx, logo).orElseThrow()).isEqualTo(content);
            assertThat(store.delete(tx, Optional.of(new ClientId("nobody")))).isFalse();
            clients.delete(tx, id);
            assertThat(store.list(tx).ofClients()).isEmpty();
            assertThat(store.logo(tx, logo)).isEmpty();
            assertThat(store.delete(tx, Optional.empty())).isTrue();
            assertThat(store.list(tx)).isEqualTo(Brands.NONE);
        });
    }

    @Test
    void a_row_that_cannot_be_read_takes_no_other_along() {
        var issuers = new AssertionIssuerStore();
        var rules = new ExchangeRuleStore();
        var brands = new BrandStore();
        var good = new AssertionIssuer(
                "https://good.example",
                Optional.empty(),
                Optional.of("https://good.example/keys"),
                AssertionIssuer.Naming.USERNAME,
                Set.of(new ClientId("shop")),
                Set.of(),
                NOW);
        var rule = new ExchangeRule(new ClientId("shop"), MENU, ORDERS, Map.of("a", "b"), false, NOW);
        write(tx -> {
            apis.insert(tx, api(ORDERS));
            apis.insert(tx, api(MENU));
            clients.insert(tx, client("shop", ORDERS));
            clients.insert(tx, client("bad", ORDERS));
            issuers.insert(tx, good);
            tx.execute("INSERT INTO assertion_issuer (name, jwks_uri, naming, clients, users, created_at)"
                    + " VALUES ('https://bad.example', 'https://bad.example/keys', 'gibberish', '', '', 0)");
            rules.put(tx, rule);
            rules.put(tx, new ExchangeRule(new ClientId("bad"), MENU, ORDERS, Map.of(), false, NOW));
            tx.execute("UPDATE exchange_rule SET scopes = '{' WHERE client_id = 'bad'");
            brands.put(tx, Optional.of(new ClientId("shop")), new Brand("Shop", Optional.empty(), Optional.empty()));
            tx.execute("INSERT INTO brand (owner, name, accent) VALUES ('bad', 'Bad', 'red')");
        });
        assertThat(listed(issuers::list)).containsExactly(good);
        assertThat(listed(rules::list)).containsExactly(rule);
        write(tx -> {
            assertThat(brands.list(tx).ofClients()).containsOnlyKeys(new ClientId("shop"));
            assertThat(new DirectoryStore().load(tx).clients()).hasSize(2);
        });
    }

    private static Client registered(String id) {
        return new Client(
                new ClientId(id),
                Set.of(GrantType.REFRESH_TOKEN),
                Set.of(),
                scopes("openid"),
                Optional.of(hash(id)),
                Redirection.NONE,
                ClientMetadata.NONE,
                NOW,
                ClientOrigin.REGISTERED);
    }

    @Test
    void a_client_of_an_api_that_is_not_registered_is_not_stored() {
        assertThatThrownBy(() -> write(tx -> clients.insert(tx, client("shop", ORDERS))))
                .isInstanceOf(StoreException.class);
        assertThat(listed(clients::list)).isEmpty();
    }

    @Test
    void a_deleted_client_is_gone() {
        write(tx -> {
            apis.insert(tx, api(ORDERS));
            clients.insert(tx, client("shop", ORDERS));
            assertThat(clients.delete(tx, new ClientId("shop"))).isTrue();
            assertThat(clients.delete(tx, new ClientId("shop"))).isFalse();
        });
        assertThat(listed(clients::list)).isEmpty();
    }

    @Test
    void a_deleted_api_is_taken_from_clients_and_roles() {
        var vip = new RoleName("vip");
        write(tx -> {
            apis.insert(tx, api(ORDERS));
            apis.insert(tx, api(MENU));
            clients.insert(tx, client("shop", ORDERS, MENU));
            roles.put(tx, new Role(vip, Map.of(ORDERS, scopes("a"), MENU, scopes("b"))));
            assertThat(apis.delete(tx, ORDERS)).isTrue();
            assertThat(apis.delete(tx, ORDERS)).isFalse();
        });
        assertThat(listed(apis::list)).containsExactly(api(MENU));
        assertThat(listed(clients::list)).containsExactly(client("shop", MENU));
        assertThat(listed(roles::list)).containsExactly(new Role(vip, Map.of(MENU, scopes("b"))));
    }

    @Test
    void a_role_replaces_the_one_of_its_name() {
        var vip = new RoleName("vip");
        var bare = new Role(new RoleName("bare"), Map.of());
        var first = new Role(vip, Map.of(ORDERS, scopes("a b")));
        var second = new Role(vip, Map.of(MENU, scopes("c")));
        write(tx -> {
            apis.insert(tx, api(ORDERS));
            apis.insert(tx, api(MENU));
            roles.put(tx, first);
            roles.put(tx, bare);
        });
        assertThat(found(tx -> roles.find(tx, vip))).hasValue(first);
        write(tx -> roles.put(tx, second));
        assertThat(found(tx -> roles.find(tx, vip))).hasValue(second);
        assertThat(listed(roles::list)).containsExactly(bare, second);
        write(tx -> {
            assertThat(roles.delete(tx, vip)).isTrue();
            assertThat(roles.delete(tx, vip)).isFalse();
        });
        assertThat(found(tx -> roles.find(tx, vip))).isEmpty();
    }

    @Test
    void roles_put_at_once_follow_each_other() throws Exception {
        write(tx -> {
            apis.insert(tx, api(ORDERS));
            apis.insert(tx, api(MENU));
        });
        var role = new Role(new RoleName("vip"), Map.of(ORDERS, scopes("a"), MENU, scopes("b")));
        together(20, () -> {
            write(tx -> roles.put(tx, role));
            return true;
        });
        assertThat(listed(roles::list)).containsExactly(role);
    }

    @Test
    void the_directory_holds_everything_at_the_position_of_its_last_change() {
        write(tx -> {
            apis.insert(tx, api(ORDERS));
            clients.insert(tx, client("shop", ORDERS));
            roles.put(tx, new Role(new RoleName("vip"), Map.of(ORDERS, scopes("a"))));
        });
        write(tx -> revisions.bump(tx));
        Directory directory = database.read(directories::load);
        assertThat(directory.position()).isEqualTo(3);
        assertThat(directory.client(new ClientId("shop"))).hasValue(client("shop", ORDERS));
        assertThat(directory.api(ORDERS)).hasValue(api(ORDERS));
        assertThat(directory.role(new RoleName("vip")).orElseThrow().scopesAt(ORDERS))
                .isEqualTo(scopes("a"));
    }

    // Users

    @Test
    void a_user_comes_back_as_stored() {
        write(tx -> assertThat(users.insert(tx, vera)).isTrue());
        assertThat(found(tx -> users.find(tx, vera.subject()))).hasValue(vera);
        assertThat(found(tx -> users.findByUsername(tx, vera.username()))).hasValue(vera);
        assertThat(found(tx -> users.find(tx, new Subject("usr_nobody")))).isEmpty();
        assertThat(found(tx -> users.findByUsername(tx, new Username("nobody"))))
                .isEmpty();
    }

    @Test
    void a_username_is_given_once_even_to_fifty_at_once() throws Exception {
        var numbers = new AtomicInteger();
        List<Boolean> inserted = together(50, () -> {
            var twin = withSubject(vera, "usr_" + numbers.incrementAndGet());
            return database.inTransaction(tx -> users.insert(tx, twin));
        });
        assertThat(inserted).filteredOn(first -> first).hasSize(1);
    }

    @Test
    void an_update_changes_every_column_of_one_user() {
        var nick = user("nick");
        var changed = new User(
                vera.subject(),
                new Username("vera2"),
                "",
                "",
                new TreeSet<>(),
                Map.of(),
                new PasswordHash("other"),
                true,
                NOW.plusSeconds(1));
        write(tx -> {
            users.insert(tx, vera);
            users.insert(tx, nick);
            assertThat(users.update(tx, changed)).isTrue();
            assertThat(users.update(tx, user("nobody"))).isFalse();
        });
        assertThat(found(tx -> users.find(tx, vera.subject()))).hasValue(changed);
        assertThat(found(tx -> users.find(tx, nick.subject()))).hasValue(nick);
    }

    @Test
    void users_are_listed_page_by_page_in_the_order_of_their_names() {
        List<String> names = List.of("zoe", "b.b", "a_a", "b", "b-c", "äon", "0day");
        write(tx -> names.forEach(name -> users.insert(tx, user(name))));
        List<String> seen = new ArrayList<>();
        String after = "";
        for (var page = page(after); !page.isEmpty(); page = page(after)) {
            assertThat(page).hasSizeLessThanOrEqualTo(2);
            page.forEach(user -> seen.add(user.username().value()));
            after = seen.getLast();
        }
        assertThat(seen).containsExactly("0day", "a_a", "b", "b-c", "b.b", "zoe", "äon");
    }

    private List<User> page(String after) {
        return listed(tx -> users.list(tx, after, 2));
    }

    @Test
    void holders_of_a_role_are_found_page_by_page_and_follow_every_write() {
        List<String> names = List.of("a", "b", "c", "d", "e");
        write(tx -> names.forEach(name -> users.insert(tx, holder(name, "buyer", "buyers"))));
        write(tx -> {
            users.insert(tx, holder("f", "buyers"));
            users.update(tx, holder("b", "buyers", "keeper"));
            users.update(tx, holder("c"));
            users.delete(tx, holder("d").subject());
        });
        assertHolders("buyer", "a", "e");
        assertHolders("buyers", "a", "b", "e", "f");
        assertHolders("keeper", "b");
        assertHolders("nobody");

        write(tx -> users.insert(tx, holder("a", "keeper"))); // Taken: nothing is written.
        write(tx -> users.update(tx, holder("nobody", "keeper")));
        assertHolders("keeper", "b");
        assertThat(listed(tx -> tx.list("SELECT role FROM role_holder", row -> row.text("role"))))
                .hasSize(7);
    }

    @Test
    void holders_of_roles_in_an_older_database_are_found_after_the_step_that_notes_them() throws Exception {
        var empty = emptyDatabase();
        List<User> all = List.of(holder("a", "buyer"), holder("b"), holder("c", "buyer", "buyers", "keeper"));
        try (Database before = Database.open(empty, stepsBefore(59))) {
            for (User user : all) {
                before.inTransaction(tx ->
                        tx.execute("""
                        INSERT INTO app_user
                            (subject, username, name, email, roles, attributes, password_hash, disabled, created_at)
                        VALUES (?, ?, '', '', ?, '{}', 'none', 0, 0)""", user.subject().value(), user.username().value(), Stored.names(user.roles())));
            }
        }
        try (Database after = Database.open(empty)) {
            List<String> noted = after.read(tx -> tx.list(
                    "SELECT role, subject FROM role_holder ORDER BY role, subject",
                    row -> row.text("role") + " " + row.text("subject")));
            assertThat(noted).containsExactly("buyer usr_a", "buyer usr_c", "buyers usr_c", "keeper usr_c");
        }
    }

    private void assertHolders(String role, String... names) {
        RoleName wanted = new RoleName(role);
        List<String> found = new ArrayList<>();
        String after = "";
        for (var page = holders(wanted, after); !page.isEmpty(); page = holders(wanted, after)) {
            page.forEach(user -> found.add(user.username().value()));
            after = page.getLast().subject().value();
        }
        assertThat(found).containsExactly(names);
        long counted = database.read(tx -> users.countHolders(tx, wanted, 100));
        assertThat(counted).isEqualTo(names.length);
        long few = database.read(tx -> users.countHolders(tx, wanted, 3));
        assertThat(few).isEqualTo(Math.min(3, names.length));
        boolean isLastFound = database.read(tx -> users.hasHolder(
                tx, wanted, user -> found.indexOf(user.username().value()) == names.length - 1));
        assertThat(isLastFound).isEqualTo(names.length > 0);
    }

    private List<User> holders(RoleName role, String after) {
        return listed(tx -> users.holders(tx, role, after, 2));
    }

    private static User holder(String name, String... roles) {
        var named = new TreeSet<RoleName>();
        for (String role : roles) named.add(new RoleName(role));
        return user(name).withRoles(named);
    }

    @Test
    void a_deleted_user_leaves_no_session_grant_or_refresh_token() {
        signIn();
        write(tx -> {
            assertThat(users.delete(tx, vera.subject())).isTrue();
            assertThat(users.delete(tx, vera.subject())).isFalse();
        });
        assertThat(found(tx -> sessions.find(tx, session.id()))).isEmpty();
        assertThat(found(tx -> grants.find(tx, grant.id()))).isEmpty();
        assertThat(found(tx -> grants.findRefreshToken(tx, token.hash()))).isEmpty();
        assertThat(listed(tx -> tx.list("SELECT token_hash FROM refresh_token", row -> row.text("token_hash"))))
                .isEmpty();
    }

    User named(String name) {
        return new User(
                vera.subject(),
                vera.username(),
                name,
                vera.email(),
                vera.roles(),
                vera.attributes(),
                vera.passwordHash(),
                vera.disabled(),
                vera.createdAt());
    }

    private static User withSubject(User user, String subject) {
        return new User(
                new Subject(subject),
                user.username(),
                user.name(),
                user.email(),
                user.roles(),
                user.attributes(),
                user.passwordHash(),
                user.disabled(),
                user.createdAt());
    }

    // Sessions

    @Test
    void a_session_comes_back_as_stored_until_it_is_ended_once() {
        signIn();
        assertThat(found(tx -> sessions.find(tx, session.id()))).hasValue(session);
        Instant end = NOW.plusSeconds(5);
        write(tx -> {
            assertThat(sessions.end(tx, session.id(), end)).isTrue();
            assertThat(sessions.end(tx, session.id(), end.plusSeconds(1))).isFalse();
            assertThat(sessions.end(tx, new SessionId("none"), end)).isFalse();
        });
        assertThat(found(tx -> sessions.find(tx, session.id())).flatMap(Session::endedAt))
                .hasValue(end);
    }

    @Test
    void an_expired_session_cannot_be_ended() {
        signIn();
        write(tx ->
                assertThat(sessions.end(tx, session.id(), session.expiresAt())).isFalse());
    }

    @Test
    void live_sessions_are_those_neither_ended_nor_expired() {
        signIn();
        var nick = user("nick");
        var later = session("later", vera, session.expiresAt().plusSeconds(9));
        var brief = session("brief", vera, NOW.plusSeconds(1));
        var other = session("other", nick);
        write(tx -> {
            users.insert(tx, nick);
            for (var each : List.of(later, brief, other)) sessions.insert(tx, each);
            sessions.insert(tx, session("ended", vera));
            sessions.end(tx, new SessionId("ended"), NOW);
        });
        Instant now = NOW.plusSeconds(1);
        assertThat(listed(tx -> sessions.listLive(tx, vera.subject(), now, 10))).containsExactly(later, session);
        assertThat(listed(tx -> sessions.listLive(tx, now, 10))).containsExactlyInAnyOrder(later, session, other);
        assertThat(listed(tx -> sessions.listLive(tx, now, 1))).containsExactly(later);
    }

    @Test
    void ending_all_sessions_of_a_user_names_those_that_it_ended() {
        signIn();
        var nick = user("nick");
        write(tx -> {
            users.insert(tx, nick);
            sessions.insert(tx, session("second", vera));
            sessions.insert(tx, session("expired", vera, NOW.plusSeconds(1)));
            sessions.insert(tx, session("foreign", nick));
            sessions.insert(tx, session("ended", vera));
            sessions.end(tx, new SessionId("ended"), NOW);
        });
        var ended = database.inTransaction(tx -> sessions.endAll(tx, vera.subject(), NOW.plusSeconds(2)));
        assertThat(ended).containsExactlyInAnyOrder(session.id(), new SessionId("second"));
        assertThat(listed(tx -> sessions.listLive(tx, NOW.plusSeconds(2), 10))).hasSize(1);
    }

    @Test
    void an_address_is_known_for_a_user_who_signed_in_from_it() {
        signIn();
        assertThat(tells(tx -> sessions.hasSignedInFrom(tx, vera.subject(), "198.51.100.7")))
                .isTrue();
        assertThat(tells(tx -> sessions.hasSignedInFrom(tx, vera.subject(), "198.51.100.8")))
                .isFalse();
        assertThat(tells(tx -> sessions.hasSignedInFrom(tx, new Subject("usr_x"), "198.51.100.7")))
                .isFalse();
    }

    @Test
    void a_forgotten_session_takes_its_grants_along() {
        signIn();
        write(tx -> assertThat(sessions.forget(tx, session.expiresAt())).isZero());
        write(tx -> assertThat(sessions.forget(tx, session.expiresAt().plusSeconds(1)))
                .isOne());
        assertThat(found(tx -> sessions.find(tx, session.id()))).isEmpty();
        assertThat(found(tx -> grants.find(tx, grant.id()))).isEmpty();
    }

    @Test
    void forgetting_goes_in_portions() {
        signIn();
        write(tx -> {
            for (int i = 0; i < Housekeeping.PORTION + 5; i++) sessions.insert(tx, session("x" + i, vera, NOW));
        });
        var gone = List.of(
                database.inTransaction(tx -> sessions.forget(tx, NOW.plusSeconds(1))),
                database.inTransaction(tx -> sessions.forget(tx, NOW.plusSeconds(1))));
        assertThat(gone).containsExactly(Housekeeping.PORTION, 5);
        assertThat(found(tx -> sessions.find(tx, session.id()))).hasValue(session);
    }

    // Grants and refresh tokens

    @Test
    void a_grant_comes_back_as_stored_until_it_is_revoked_once() {
        signIn();
        assertThat(found(tx -> grants.find(tx, grant.id()))).hasValue(grant);
        Instant at = NOW.plusSeconds(5);
        write(tx -> {
            assertThat(grants.revoke(tx, grant.id(), at)).isTrue();
            assertThat(grants.revoke(tx, grant.id(), at.plusSeconds(1))).isFalse();
            assertThat(grants.revoke(tx, new GrantId("none"), at)).isFalse();
        });
        assertThat(found(tx -> grants.find(tx, grant.id())).flatMap(Grant::revokedAt))
                .hasValue(at);
    }

    @Test
    void grants_are_revoked_by_session_user_client_and_api() {
        signIn();
        var nick = user("nick");
        var shop = new ClientId("shop");
        var second = session("second", vera);
        var foreign = session("foreign", nick);
        write(tx -> {
            users.insert(tx, nick);
            sessions.insert(tx, second);
            sessions.insert(tx, foreign);
            grants.insert(tx, grant("second", second));
            grants.insert(tx, grant("menu", foreign, ClientId.FIRST_PARTY, MENU));
            grants.insert(tx, grant("shop", foreign, shop, ORDERS));
            grants.insert(tx, grant("left", foreign));
        });
        write(tx -> {
            assertThat(grants.revokeAll(tx, session.id(), NOW)).isOne();
            assertThat(grants.revokeAll(tx, vera.subject(), NOW)).isOne();
            assertThat(grants.revokeAll(tx, MENU, NOW)).isOne();
            assertThat(grants.revokeAll(tx, shop, NOW)).isOne();
            assertThat(grants.find(tx, new GrantId("left")).orElseThrow().revokedAt())
                    .isEmpty();
            assertThat(grants.revokeAll(tx, ORDERS, NOW)).isOne();
            assertThat(grants.revokeAll(tx, nick.subject(), NOW)).isZero();
        });
    }

    @Test
    void a_refresh_token_is_found_with_its_grants_client() {
        signIn();
        assertThat(found(tx -> grants.findRefreshToken(tx, token.hash()))).hasValue(token);
        assertThat(found(tx -> grants.findRefreshToken(tx, hash("unknown")))).isEmpty();
    }

    @Test
    void a_rotation_spends_the_predecessor_and_stores_the_successor() {
        signIn();
        var rotated = rotated(token, "token-2");
        boolean first = database.inTransaction(tx -> grants.apply(tx, rotated, token.hash()));
        assertThat(first).isTrue();
        assertThat(found(tx -> grants.findRefreshToken(tx, token.hash())).flatMap(RefreshToken::spending))
                .hasValue(rotated.spending());
        assertThat(found(tx -> grants.findRefreshToken(tx, hash("token-2")))).hasValue(rotated.successor());
    }

    @Test
    void a_spent_token_tells_when_its_successor_was_used_too() {
        signIn();
        var first = rotated(token, "token-2");
        write(tx -> {
            grants.apply(tx, first, token.hash());
            grants.apply(tx, rotated(first.successor(), "token-3"), hash("token-2"));
        });
        assertThat(successorSpent("token-1")).isTrue();
        assertThat(successorSpent("token-2")).isFalse();
    }

    @Test
    void a_successor_that_is_gone_counts_as_used() {
        signIn();
        write(tx -> {
            grants.apply(tx, rotated(token, "token-2"), token.hash());
            tx.execute(
                    "DELETE FROM refresh_token WHERE token_hash = ?",
                    hash("token-2").value());
        });
        assertThat(successorSpent("token-1")).isTrue();
    }

    private boolean successorSpent(String word) {
        return found(tx -> grants.findRefreshToken(tx, hash(word)))
                .flatMap(RefreshToken::spending)
                .orElseThrow()
                .successorSpent();
    }

    @Test
    void a_rotation_of_a_spent_or_unknown_token_changes_nothing() {
        signIn();
        write(tx -> grants.apply(tx, rotated(token, "token-2"), token.hash()));
        var before = found(tx -> grants.findRefreshToken(tx, token.hash()));
        write(tx -> {
            assertThat(grants.apply(tx, rotated(token, "token-3"), token.hash()))
                    .isFalse();
            assertThat(grants.apply(tx, rotated(token, "token-4"), hash("unknown")))
                    .isFalse();
        });
        assertThat(found(tx -> grants.findRefreshToken(tx, token.hash()))).isEqualTo(before);
        assertThat(found(tx -> grants.findRefreshToken(tx, hash("token-3")))).isEmpty();
        assertThat(found(tx -> grants.findRefreshToken(tx, hash("token-4")))).isEmpty();
    }

    @Test
    void fifty_parallel_rotations_of_one_token_give_one_successor() throws Exception {
        signIn();
        var numbers = new AtomicInteger();
        List<Boolean> first = together(50, () -> {
            var rotated = rotated(token, "successor-" + numbers.incrementAndGet());
            return database.inTransaction(tx -> {
                assertThat(grants.findRefreshToken(tx, token.hash())).isPresent();
                boolean won = grants.apply(tx, rotated, token.hash());
                var now = grants.findRefreshToken(tx, token.hash()).orElseThrow();
                assertThat(now.spending())
                        .as("even the slower sees who was first")
                        .isPresent();
                return won;
            });
        });
        assertThat(first).filteredOn(won -> won).hasSize(1);
        assertThat(listed(tx -> tx.list("SELECT COUNT(*) AS n FROM refresh_token", row -> row.number("n"))))
                .containsExactly(2L);
    }

    @Test
    void expired_refresh_tokens_and_grants_are_forgotten_and_spent_ones_are_not() {
        signIn();
        write(tx -> grants.apply(tx, rotated(token, "token-2"), token.hash()));
        write(tx -> assertThat(grants.forget(tx, token.expiresAt())).isZero());
        write(tx ->
                assertThat(grants.forget(tx, token.expiresAt().plusSeconds(1))).isOne());
        assertThat(found(tx -> grants.findRefreshToken(tx, token.hash()))).isEmpty();
        assertThat(found(tx -> grants.findRefreshToken(tx, hash("token-2")))).isPresent();
        write(tx -> grants.forget(tx, grant.expiresAt().plusSeconds(1)));
        assertThat(found(tx -> grants.find(tx, grant.id()))).isEmpty();
    }

    // Keys

    @Test
    void a_signing_key_comes_back_as_stored_and_as_updated() {
        var key = signingKey("k1");
        var shared = new SigningKey(
                "k2",
                Algorithm.HS256,
                Optional.of(ORDERS),
                "sealed",
                NOW.plusSeconds(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        write(tx -> {
            signingKeys.insert(tx, shared);
            signingKeys.insert(tx, key);
        });
        assertThat(listed(signingKeys::list)).containsExactly(key, shared);
        var removed = removed(key, NOW.plusSeconds(60));
        write(tx -> {
            assertThat(signingKeys.update(tx, removed)).isTrue();
            assertThat(signingKeys.update(tx, signingKey("none"))).isFalse();
        });
        assertThat(listed(signingKeys::list)).containsExactly(removed, shared);
        assertThat(revision()).isEqualTo(new Revision(3, 3));
    }

    @Test
    void keys_removed_long_ago_are_forgotten() {
        write(tx -> {
            signingKeys.insert(tx, signingKey("kept"));
            signingKeys.insert(tx, removed(signingKey("old"), NOW));
        });
        write(tx -> assertThat(signingKeys.forget(tx, NOW)).isZero());
        write(tx -> assertThat(signingKeys.forget(tx, NOW.plusSeconds(1))).isOne());
        assertThat(listed(signingKeys::list)).extracting(SigningKey::keyId).containsExactly("kept");
    }

    private static SigningKey removed(SigningKey key, Instant at) {
        return new SigningKey(
                key.keyId(),
                key.algorithm(),
                key.api(),
                key.encryptedKey(),
                key.createdAt(),
                key.activatedAt(),
                Optional.of(at),
                Optional.of(at));
    }

    @Test
    void the_master_keys_check_value_is_set_once() {
        assertThat(found(signingKeys::checkValue)).isEmpty();
        write(tx -> {
            assertThat(signingKeys.setCheckValue(tx, "right")).isTrue();
            assertThat(signingKeys.setCheckValue(tx, "wrong")).isFalse();
        });
        assertThat(found(signingKeys::checkValue)).hasValue("right");
    }

    // Revision and revocation

    @Test
    void every_change_of_configuration_counts_the_revision_up() {
        var vip = new RoleName("vip");
        List<Consumer<Transaction>> changes = List.of(
                tx -> apis.insert(tx, api(ORDERS)),
                tx -> clients.insert(tx, client("shop", ORDERS)),
                tx -> roles.put(tx, new Role(vip, Map.of())),
                tx -> signingKeys.insert(tx, signingKey("k1")),
                tx -> signingKeys.update(tx, removed(signingKey("k1"), NOW)),
                tx -> signingKeys.forget(tx, NOW.plusSeconds(1)),
                tx -> roles.delete(tx, vip),
                tx -> clients.delete(tx, new ClientId("shop")),
                tx -> apis.delete(tx, ORDERS),
                tx -> revisions.bumpConfiguration(tx));
        long position = 0;
        for (var change : changes) {
            write(change);
            position++;
            assertThat(revision()).isEqualTo(new Revision(position, position));
        }
    }

    @Test
    void logins_and_refreshes_do_not_touch_the_revision() {
        signIn();
        write(tx -> grants.apply(tx, rotated(token, "token-2"), token.hash()));
        write(tx -> audit.append(tx, event(Type.LOGIN_SUCCEEDED, "usr_vera", "", NOW)));
        assertThat(revision()).isEqualTo(new Revision(0, 0));
    }

    @Test
    void locking_the_revision_changes_nothing() {
        write(tx -> revisions.bump(tx));
        Revision locked = database.inTransaction(revisions::lock);
        assertThat(locked).isEqualTo(new Revision(1, 0));
        assertThat(revision()).isEqualTo(new Revision(1, 0));
    }

    @Test
    void two_that_lock_the_revision_follow_each_other() throws Exception {
        List<Boolean> first = together(
                20,
                () -> database.inTransaction(tx -> {
                    revisions.lock(tx);
                    if (!signingKeys.list(tx).isEmpty()) return false;
                    signingKeys.insert(tx, signingKey("only"));
                    return true;
                }));
        assertThat(first).filteredOn(won -> won).hasSize(1);
    }

    @Test
    void the_revocation_log_is_read_forward_and_forgotten_when_it_concerns_nothing() {
        Instant forget = NOW.plusSeconds(300);
        Set<Audience> concerned = Set.of(ORDERS, MENU);
        var first = database.inTransaction(
                tx -> revocations.append(tx, Kind.SESSION, "session-1", Type.LOGGED_OUT, concerned, NOW, forget));
        var second = database.inTransaction(
                tx -> revocations.append(tx, Kind.ISSUER, "", Type.ROLE_DELETED, Set.of(), NOW, forget.plusSeconds(1)));
        assertThat(first)
                .isEqualTo(new Revocation(1, NOW, Kind.SESSION, "session-1", "logged_out", concerned, NOW, forget));
        assertThat(listed(tx -> revocations.after(tx, 0))).containsExactly(first, second);
        assertThat(listed(tx -> revocations.after(tx, 1))).containsExactly(second);
        assertThat(revision()).isEqualTo(new Revision(2, 0));
        write(tx -> assertThat(revocations.forget(tx, forget.plusSeconds(1))).isOne());
        assertThat(listed(tx -> revocations.after(tx, 0))).containsExactly(second);
    }

    @Test
    void whoever_sees_a_position_sees_every_entry_below_it() throws Exception {
        int entries = 400;
        var done = new AtomicBoolean();
        var watcher = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> watched = watcher.submit(() -> {
                int looks = 0;
                for (boolean last = false; !last; looks++) {
                    last = done.get();
                    database.read(tx -> {
                        long position = revisions.position(tx).position();
                        var seen = revocations.after(tx, 0).stream()
                                .map(Revocation::position)
                                .toList();
                        assertThat(seen).hasSize((int) position);
                        assertThat(seen.isEmpty() ? 0 : seen.getLast()).isEqualTo(position);
                        return position;
                    });
                }
                return looks;
            });
            var numbers = new AtomicInteger();
            together(8, () -> {
                for (int n = numbers.incrementAndGet(); n <= entries; n = numbers.incrementAndGet()) {
                    String id = "jti-" + n;
                    write(tx -> {
                        audit.append(tx, event(Type.TOKEN_REVOKED, "shop", id, NOW));
                        revocations.append(tx, Kind.TOKEN, id, Type.TOKEN_REVOKED, Set.of(), NOW, NOW.plusSeconds(300));
                    });
                }
                return true;
            });
            done.set(true);
            assertThat(watched.get()).isPositive();
        } finally {
            watcher.shutdownNow();
        }
        var ids = listed(tx -> revocations.after(tx, 0)).stream()
                .map(Revocation::id)
                .toList();
        assertThat(ids).doesNotHaveDuplicates().hasSize(entries);
    }

    @Test
    void whoever_takes_everything_back_from_a_user_finds_every_grant_that_was_given_before() throws Exception {
        int rounds = 8;
        for (int round = 0; round < rounds; round++) {
            User user = user("user-" + round);
            write(tx -> users.insert(tx, user));
            Map<Audience, Long> given = new ConcurrentHashMap<>();
            var numbers = new AtomicInteger();
            together(6, () -> {
                int number = numbers.getAndIncrement();
                if (number % 3 == 2) takeBack(user.subject(), "password-" + number);
                else give(user.subject(), new Audience("https://api.example/" + number), given);
                return true;
            });
            List<Revocation> entries = listed(tx -> revocations.after(tx, 0)).stream()
                    .filter(entry -> entry.id().equals(user.subject().value()))
                    .toList();
            assertThat(entries).hasSize(2);
            given.forEach((audience, known) -> assertThat(entries)
                    .filteredOn(entry -> entry.position() > known)
                    .allMatch(entry -> entry.concerns(audience)));
        }
    }

    /// As a login does: the grant counts only if the user is still whom the password was checked for.
    private void give(Subject subject, Audience audience, Map<Audience, Long> given) {
        User checked = database.read(tx -> users.find(tx, subject)).orElseThrow();
        long known = revision().position();
        boolean isGiven = database.inTransaction(tx -> {
            User held = users.hold(tx, subject).orElseThrow();
            if (!held.equals(checked)) return false;
            String id = subject.value() + audience.value();
            Session session = session("session " + id, held);
            sessions.insert(tx, session);
            grants.insert(tx, grant("grant " + id, session, ClientId.FIRST_PARTY, audience));
            return true;
        });
        if (isGiven) given.put(audience, known);
    }

    /// As a new password does.
    private void takeBack(Subject subject, String password) {
        write(tx -> {
            User locked = users.lock(tx, subject).orElseThrow();
            users.update(tx, locked.withPasswordHash(new PasswordHash(password)));
            Set<Audience> audiences = grants.audiences(tx, subject);
            revocations.append(
                    tx, Kind.SUBJECT, subject.value(), Type.PASSWORD_CHANGED, audiences, NOW, NOW.plusSeconds(300));
        });
    }

    @Test
    void the_newest_entries_are_listed_and_the_next_ones_followed() {
        for (int i = 1; i <= 5; i++) {
            String id = "jti-" + i;
            write(tx -> revocations.append(
                    tx, Kind.TOKEN, id, Type.TOKEN_REVOKED, Set.of(ORDERS), NOW, NOW.plusSeconds(300)));
        }
        assertThat(listed(tx -> revocations.newest(tx, 0, 2)))
                .extracting(Revocation::position)
                .containsExactly(4L, 5L);
        assertThat(listed(tx -> revocations.after(tx, 1, 2)))
                .extracting(Revocation::position)
                .containsExactly(2L, 3L);
    }

    @Test
    void a_commit_that_counts_the_revision_up_wakes_whoever_follows() {
        var woken = new AtomicInteger();
        database.onRevision(woken::incrementAndGet);
        write(tx -> audit.append(tx, event(Type.TOKEN_REVOKED, "shop", "jti", NOW)));
        int before = woken.get();
        write(tx -> revocations.append(tx, Kind.TOKEN, "jti", Type.TOKEN_REVOKED, Set.of(), NOW, NOW.plusSeconds(300)));
        assertThat(woken).hasValueGreaterThan(before);
    }

    // Audit

    @Test
    void an_audit_event_comes_back_as_stored_without_its_nul_bytes() {
        var event = new AuditEvent(
                NOW,
                Type.LOGIN_FAILED,
                "ghost\u0000",
                "",
                "",
                "::1",
                "req",
                Map.of("username", "g\u0000host", "n", ""));
        write(tx -> audit.append(tx, event));
        var stored = listed(tx -> audit.list(tx, NOW, 10)).getFirst();
        assertThat(stored.actor()).isEqualTo("ghost\uFFFD");
        assertThat(stored.details()).isEqualTo(event.details());
        assertThat(stored.type()).isEqualTo(Type.LOGIN_FAILED);
        assertThat(stored.address()).isEqualTo("::1");
    }

    @Test
    void every_type_of_event_can_be_stored() {
        write(tx -> {
            for (Type type : Type.values()) audit.append(tx, event(type, "a", "b", NOW));
        });
        assertThat(listed(tx -> audit.list(tx, NOW, 100)))
                .extracting(AuditEvent::type)
                .containsExactly(Type.values());
    }

    @Test
    void the_audit_log_lists_the_newest_in_the_order_of_time() {
        write(tx -> {
            for (int i = 0; i < 10; i++) audit.append(tx, event(Type.TOKEN_ISSUED, "a" + i, "", NOW.plusSeconds(i)));
        });
        assertThat(actors(listed(tx -> audit.list(tx, Instant.EPOCH, 3)))).containsExactly("a7", "a8", "a9");
        assertThat(actors(listed(tx -> audit.list(tx, NOW.plusSeconds(8), 100))))
                .containsExactly("a8", "a9");
    }

    @Test
    void the_audit_log_tells_what_someone_caused_and_what_happened_to_them() {
        write(tx -> {
            audit.append(tx, event(Type.USER_CREATED, "cli", "usr_vera", NOW));
            audit.append(tx, event(Type.LOGIN_SUCCEEDED, "usr_vera", "usr_vera", NOW.plusSeconds(1)));
            audit.append(tx, event(Type.LOGIN_SUCCEEDED, "usr_nick", "usr_nick", NOW.plusSeconds(2)));
            audit.append(tx, event(Type.LOGGED_OUT, "usr_vera", "session-1", NOW.plusSeconds(3)));
        });
        assertThat(listed(tx -> audit.listAbout(tx, "usr_vera", Instant.EPOCH, 10)))
                .extracting(AuditEvent::type)
                .containsExactly(Type.USER_CREATED, Type.LOGIN_SUCCEEDED, Type.LOGGED_OUT);
        assertThat(listed(tx -> audit.listAbout(tx, "usr_vera", NOW.plusSeconds(1), 1)))
                .extracting(AuditEvent::type)
                .containsExactly(Type.LOGGED_OUT);
    }

    @Test
    void old_events_are_forgotten() {
        write(tx -> {
            audit.append(tx, event(Type.TOKEN_ISSUED, "old", "", NOW));
            audit.append(tx, event(Type.TOKEN_ISSUED, "new", "", NOW.plusSeconds(1)));
            assertThat(audit.forget(tx, NOW.plusSeconds(1))).isOne();
        });
        assertThat(actors(listed(tx -> audit.list(tx, Instant.EPOCH, 10)))).containsExactly("new");
    }

    private static List<String> actors(List<AuditEvent> events) {
        return events.stream().map(AuditEvent::actor).toList();
    }

    // Authorization

    @Test
    void a_client_comes_back_with_its_addresses_and_metadata() {
        var metadata = (ClientMetadata) ClientMetadata.parse(Map.of("tos_uri", "https://a.example/terms"));
        Client web = new Client(
                new ClientId("web"),
                Set.of(GrantType.AUTHORIZATION_CODE),
                Set.of(),
                scopes("openid"),
                Optional.empty(),
                new Redirection(
                        "The Shop",
                        List.of(new RedirectUri("https://a.example/cb"), new RedirectUri("https://a.example/cb?t=1")),
                        List.of(new RedirectUri("https://a.example/bye")),
                        false,
                        false),
                metadata,
                NOW);
        write(tx -> assertThat(clients.insert(tx, web)).isTrue());
        assertThat(found(tx -> clients.find(tx, web.id()))).contains(web);
    }

    @Test
    void a_pushed_request_begins_once_and_in_time_and_is_used_up_once() {
        var requests = new AuthorizationRequestStore();
        var pushed = new PendingRequest(
                hash("pushed"),
                new ClientId("web"),
                Map.of(),
                PendingRequest.Origin.PUSHED,
                NOW,
                NOW.plusSeconds(60),
                Optional.empty(),
                Optional.empty());
        write(tx -> {
            requests.insert(tx, pushed);
            assertThat(requests.begin(tx, pushed.id(), NOW.plusSeconds(60), NOW.plusSeconds(600)))
                    .isFalse();
            assertThat(requests.begin(tx, pushed.id(), NOW.plusSeconds(59), NOW.plusSeconds(600)))
                    .isTrue();
            assertThat(requests.begin(tx, pushed.id(), NOW.plusSeconds(59), NOW.plusSeconds(900)))
                    .isFalse();
        });
        PendingRequest begun = found(tx -> requests.find(tx, pushed.id())).orElseThrow();
        assertThat(begun.origin()).isEqualTo(PendingRequest.Origin.PUSHED_AND_BEGUN);
        assertThat(begun.expiresAt()).isEqualTo(NOW.plusSeconds(600));
        write(tx -> {
            assertThat(requests.spend(tx, pushed.id())).isTrue();
            assertThat(requests.spend(tx, pushed.id())).isFalse();
        });
    }

    @Test
    void what_counts_once_counts_once_until_it_is_forgotten() {
        var used = new UsedOnceStore();
        write(tx -> {
            assertThat(used.use(tx, hash("assertion"), NOW.plusSeconds(60))).isTrue();
            assertThat(used.use(tx, hash("assertion"), NOW.plusSeconds(60))).isFalse();
            assertThat(used.forget(tx, NOW.plusSeconds(60))).isZero();
            assertThat(used.forget(tx, NOW.plusSeconds(61))).isOne();
            assertThat(used.use(tx, hash("assertion"), NOW.plusSeconds(60))).isTrue();
        });
    }

    @Test
    void a_request_comes_back_as_kept_with_what_was_said_to_it() {
        var requests = new AuthorizationRequestStore();
        var kept = new PendingRequest(
                hash("request"),
                new ClientId("web"),
                Map.of("state", "\"\u0001 ü", "scope", "a b"),
                PendingRequest.Origin.BROWSER,
                NOW,
                NOW.plusSeconds(60),
                Optional.empty(),
                Optional.empty());
        write(tx -> requests.insert(tx, kept));
        assertThat(found(tx -> requests.find(tx, kept.id()))).contains(kept);

        var allowed = new PendingRequest.Allowed(new SessionId("session"), scopes("a"));
        write(tx -> {
            assertThat(requests.ask(tx, kept.id(), scopes(""))).isTrue();
            assertThat(requests.decide(tx, kept.id(), allowed)).isTrue();
            assertThat(requests.decide(tx, hash("other"), allowed)).isFalse();
        });
        PendingRequest decided =
                database.read(tx -> requests.find(tx, kept.id())).orElseThrow();
        assertThat(decided.asked()).contains(scopes(""));
        assertThat(decided.decision()).contains(allowed);

        write(tx -> requests.decide(tx, kept.id(), new PendingRequest.Denied()));
        assertThat(database.read(tx -> requests.find(tx, kept.id()))
                        .orElseThrow()
                        .decision())
                .contains(new PendingRequest.Denied());
        write(tx -> assertThat(requests.forget(tx, NOW.plusSeconds(60))).isZero());
        write(tx -> assertThat(requests.forget(tx, NOW.plusSeconds(61))).isEqualTo(1));
    }

    @Test
    void a_code_is_spent_once_and_goes_with_its_grant() {
        var codes = new AuthorizationCodeStore();
        User vera = user("vera");
        Session session = session("session", vera);
        Grant grant = grant("grant", session, new ClientId("web"), ORDERS);
        var code = new AuthorizationCode(
                hash("code"),
                grant.id(),
                grant.client(),
                new RedirectUri("https://a.example/cb"),
                true,
                Optional.of(new CodeChallenge("challenge")),
                Optional.of("a thumbprint"),
                session.id(),
                NOW,
                Optional.of("a nonce"),
                new ClaimsRequest(Set.of("name"), Set.of("email", "birthdate")),
                NOW,
                NOW.plusSeconds(60),
                Optional.empty());
        write(tx -> {
            users.insert(tx, vera);
            sessions.insert(tx, session);
            grants.insert(tx, grant);
            codes.insert(tx, code);
        });
        assertThat(found(tx -> codes.find(tx, code.hash()))).contains(code);
        assertThat(found(tx -> codes.findByGrant(tx, grant.id()))).contains(code);

        write(tx -> {
            assertThat(codes.spend(tx, code.hash(), NOW.plusSeconds(1))).isTrue();
            assertThat(codes.spend(tx, code.hash(), NOW.plusSeconds(2))).isFalse();
        });
        assertThat(database.read(tx -> codes.find(tx, code.hash()))
                        .orElseThrow()
                        .spentAt())
                .contains(NOW.plusSeconds(1));

        write(tx -> users.delete(tx, vera.subject()));
        assertThat(found(tx -> codes.find(tx, code.hash()))).isEmpty();
    }

    @Test
    void consents_add_up_until_the_client_is_forgotten() {
        var consents = new ConsentStore();
        User vera = user("vera");
        ClientId web = new ClientId("web");
        write(tx -> {
            users.insert(tx, vera);
            consents.add(tx, vera.subject(), web, ORDERS, scopes("a b"), NOW);
            consents.add(tx, vera.subject(), web, ORDERS, scopes("c"), NOW.plusSeconds(1));
            consents.add(tx, vera.subject(), new ClientId("other"), ORDERS, scopes("x"), NOW);
        });
        assertThat(found(tx -> consents.find(tx, vera.subject(), web, ORDERS))).contains(scopes("a b c"));
        assertThat(found(tx -> consents.find(tx, vera.subject(), web, MENU))).isEmpty();

        write(tx -> consents.deleteAll(tx, web));
        assertThat(found(tx -> consents.find(tx, vera.subject(), web, ORDERS))).isEmpty();
        assertThat(found(tx -> consents.find(tx, vera.subject(), new ClientId("other"), ORDERS)))
                .isPresent();
    }

    @Test
    void a_browser_is_known_by_its_cookie_as_long_as_its_session_is_kept() {
        var browsers = new BrowserSessionStore();
        User vera = user("vera");
        Session session = session("session", vera);
        Proofs both = Proofs.of(AuthenticationMethod.PASSWORD, NOW)
                .and(AuthenticationMethod.ONE_TIME_PASSWORD, NOW.plusSeconds(3));
        var known = new BrowserSessionStore.BrowserSession(session.id(), both);
        write(tx -> {
            users.insert(tx, vera);
            sessions.insert(tx, session);
            browsers.insert(tx, hash("old"), known);
            browsers.insert(tx, hash("new"), known);
            browsers.delete(tx, hash("old"));
        });
        assertThat(found(tx -> browsers.find(tx, hash("old")))).isEmpty();
        assertThat(found(tx -> browsers.find(tx, hash("new")))).contains(known);

        Instant later = session.expiresAt().plusSeconds(5);
        write(tx -> assertThat(sessions.extend(tx, session.id(), later, NOW)).isTrue());
        assertThat(database.read(tx -> sessions.find(tx, session.id()))
                        .orElseThrow()
                        .expiresAt())
                .isEqualTo(later);
        write(tx -> {
            sessions.end(tx, session.id(), NOW);
            assertThat(sessions.extend(tx, session.id(), later, NOW)).isFalse();
            sessions.forget(tx, later.plusSeconds(1));
        });
        assertThat(found(tx -> browsers.find(tx, hash("new")))).isEmpty();
    }

    @Test
    void a_session_that_is_held_ends_after_the_commit_and_one_that_is_ending_is_found_over() throws Exception {
        var browsers = new BrowserSessionStore();
        Proofs password = Proofs.of(AuthenticationMethod.PASSWORD, NOW);
        write(tx -> {
            users.insert(tx, vera);
            sessions.insert(tx, session);
            browsers.insert(tx, hash("cookie"), new BrowserSessionStore.BrowserSession(session.id(), password));
        });
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        meanwhile(
                tx -> {
                    assertThat(browsers.hold(tx, hash("cookie"))).isPresent();
                    assertThat(sessions.hold(tx, session.id()))
                            .hasValueSatisfying(
                                    found -> assertThat(found.isLiveAt(NOW)).isTrue());
                },
                tx -> sessions.end(tx, session.id(), NOW),
                order);
        assertThat(order).containsExactly("first", "second");

        write(tx -> sessions.insert(tx, session("session-2", vera)));
        SessionId other = new SessionId("session-2");
        meanwhile(
                tx -> sessions.end(tx, other, NOW),
                tx -> assertThat(sessions.hold(tx, other))
                        .hasValueSatisfying(
                                found -> assertThat(found.isLiveAt(NOW)).isFalse()),
                order);
        assertThat(order).containsExactly("first", "second", "first", "second");
    }

    /// Runs the second work while the first one is done and not yet committed.
    private void meanwhile(Consumer<Transaction> first, Consumer<Transaction> second, List<String> order)
            throws Exception {
        var done = new CountDownLatch(1);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> before = executor.submit(() -> write(tx -> {
                first.accept(tx);
                done.countDown();
                pause();
                order.add("first");
            }));
            done.await();
            write(tx -> {
                second.accept(tx);
                order.add("second");
            });
            before.get();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_device_polls_is_decided_and_spent_once() {
        var devices = new DeviceAuthorizationStore();
        var device = new DeviceAuthorization(
                hash("device"),
                hash("user"),
                new ClientId("tv"),
                ORDERS,
                Optional.of(scopes("a b")),
                "198.51.100.7",
                "TV",
                NOW,
                NOW.plusSeconds(600),
                DeviceAuthorization.FIRST_INTERVAL,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        write(tx -> {
            assertThat(devices.insert(tx, device)).isTrue();
            assertThat(devices.insert(tx, device)).isFalse();
        });
        assertThat(found(tx -> devices.find(tx, hash("device")))).contains(device);
        assertThat(found(tx -> devices.findByUserCode(tx, hash("user")))).contains(device);
        assertThat(found(tx -> devices.findByUserCode(tx, hash("device")))).isEmpty();
        write(tx -> {
            assertThat(devices.poll(tx, hash("device"), NOW)).isTrue();
            assertThat(devices.poll(tx, hash("device"), NOW.plusSeconds(3))).isFalse();
            assertThat(devices.poll(tx, hash("device"), NOW.plusSeconds(4))).isTrue();
            devices.slowDown(tx, hash("device"), NOW.plusSeconds(5));
            assertThat(devices.poll(tx, hash("device"), NOW.plusSeconds(13))).isFalse();
            assertThat(devices.spend(tx, hash("device"), NOW)).isFalse();
            assertThat(devices.decide(tx, hash("device"), Optional.of(new GrantId("g")), NOW.plusSeconds(600)))
                    .isFalse();
            assertThat(devices.decide(tx, hash("device"), Optional.of(new GrantId("g")), NOW))
                    .isTrue();
            assertThat(devices.decide(tx, hash("device"), Optional.empty(), NOW))
                    .isFalse();
            assertThat(devices.spend(tx, hash("device"), NOW)).isTrue();
            assertThat(devices.spend(tx, hash("device"), NOW)).isFalse();
        });
        assertThat(found(tx -> devices.find(tx, hash("device"))))
                .get()
                .satisfies(spent -> assertThat(spent.poll(new ClientId("tv"), NOW))
                        .isEqualTo(new DeviceAuthorization.Reused(new GrantId("g"))));
        write(tx -> assertThat(devices.forget(tx, NOW.plusSeconds(601))).isEqualTo(1));
        assertThat(found(tx -> devices.find(tx, hash("device")))).isEmpty();
    }

    @Test
    void a_known_device_is_its_users_alone_and_trusted_until_something_ends_that() {
        var devices = new KnownDeviceStore();
        User vera = user("vera");
        User nick = user("nick");
        var trust = new KnownDevice.Trust(NOW.plusSeconds(60), hash("password"));
        write(tx -> {
            users.insert(tx, vera);
            users.insert(tx, nick);
            assertThat(devices.hasAny(tx, vera.subject())).isFalse();
            devices.meet(tx, device("one", vera, NOW));
            devices.meet(tx, device("two", nick, NOW));
            // Met again: the same one, used later.
            devices.meet(tx, device("three", vera, NOW.plusSeconds(1)));
            devices.trust(tx, hash("browser"), vera.subject(), trust);
        });
        var found =
                found(tx -> devices.find(tx, hash("browser"), vera.subject())).orElseThrow();
        assertThat(found.id()).isEqualTo("one");
        assertThat(found.usedAt()).isEqualTo(NOW.plusSeconds(1));
        assertThat(found.trust()).contains(trust);
        assertThat(found.isTrustedAt(NOW, hash("password"))).isTrue();
        assertThat(found.isTrustedAt(NOW, hash("another password"))).isFalse();
        assertThat(found.isTrustedAt(NOW.plusSeconds(60), hash("password"))).isFalse();
        assertThat(found(tx -> devices.find(tx, hash("browser"), nick.subject()))
                        .orElseThrow()
                        .trust())
                .isEmpty();

        write(tx -> {
            devices.rename(tx, hash("browser"), hash("renamed"));
            assertThat(devices.find(tx, hash("browser"), nick.subject())).isEmpty();
            assertThat(devices.find(tx, hash("renamed"), nick.subject())).isPresent();
            assertThat(devices.lastUser(tx, hash("renamed"))).contains(vera.subject());
            assertThat(devices.lastUser(tx, hash("browser"))).isEmpty();
            assertThat(devices.find(tx, hash("renamed"), vera.subject()))
                    .hasValueSatisfying(renamed -> assertThat(renamed.trust()).contains(trust));
            devices.rename(tx, hash("renamed"), hash("browser"));
        });

        write(tx -> {
            devices.trust(tx, hash("browser"), nick.subject(), trust);
            sessions.endAll(tx, NOW);
        });
        assertThat(found(tx -> devices.find(tx, hash("browser"), nick.subject()))
                        .orElseThrow()
                        .trust())
                .isEmpty();
        write(tx -> {
            devices.trust(tx, hash("browser"), vera.subject(), trust);
            sessions.endAll(tx, vera.subject(), NOW);
            assertThat(devices.remove(tx, "two", vera.subject(), NOW)).isFalse();
            assertThat(devices.remove(tx, "two", nick.subject(), NOW)).isTrue();
            assertThat(devices.remove(tx, "two", nick.subject(), NOW)).isFalse();
        });
        assertThat(listed(tx -> devices.list(tx, vera.subject())))
                .singleElement()
                .satisfies(device -> assertThat(device.trust()).isEmpty());
        assertThat(listed(tx -> devices.list(tx, nick.subject()))).isEmpty();
        write(tx -> assertThat(devices.hasAny(tx, nick.subject())).isTrue());

        write(tx -> {
            for (int i = 0; i < KnownDeviceStore.MOST + 5; i++) {
                devices.meet(
                        tx,
                        new KnownDevice(
                                "id-" + i,
                                hash("browser-" + i),
                                vera.subject(),
                                "",
                                "",
                                NOW,
                                NOW.plusSeconds(9 + i),
                                Optional.empty()));
            }
        });
        assertThat(listed(tx -> devices.list(tx, vera.subject()))).hasSize(KnownDeviceStore.MOST);
        assertThat(found(tx -> devices.find(tx, hash("browser"), vera.subject())))
                .isEmpty();
        write(tx -> assertThat(devices.forget(tx, NOW.plusSeconds(15))).isEqualTo(2));
    }

    private static KnownDevice device(String id, User user, Instant usedAt) {
        return new KnownDevice(
                id, hash("browser"), user.subject(), "192.0.2.1", "Firefox", NOW, usedAt, Optional.empty());
    }

    @Test
    void a_grant_tells_how_its_user_was_authenticated_and_can_last_longer_until_it_is_revoked() {
        User vera = user("vera");
        Session session = session("session", vera);
        var context = Proofs.of(AuthenticationMethod.PASSWORD, NOW)
                .and(AuthenticationMethod.ONE_TIME_PASSWORD, NOW.plusSeconds(1))
                .context();
        var grant = new Grant(
                new GrantId("g"),
                vera.subject(),
                new ClientId("tv"),
                session.id(),
                ORDERS,
                scopes("a"),
                NOW,
                NOW.plusSeconds(60),
                Optional.empty(),
                Optional.of(context));
        Instant later = NOW.plusSeconds(3600);
        write(tx -> {
            users.insert(tx, vera);
            sessions.insert(tx, session);
            grants.insert(tx, grant);
        });
        assertThat(found(tx -> grants.find(tx, grant.id()))).contains(grant);
        assertThat(context.amr()).containsExactly("pwd", "otp", "mfa");
        write(tx -> {
            assertThat(grants.extend(tx, grant.id(), later)).isTrue();
            grants.revoke(tx, grant.id(), NOW);
            assertThat(grants.extend(tx, grant.id(), later.plusSeconds(1))).isFalse();
        });
        assertThat(found(tx -> grants.find(tx, grant.id())).orElseThrow().expiresAt())
                .isEqualTo(later);
    }

    @Test
    void rules_of_exchange_lead_from_api_to_api_and_go_with_their_client() {
        var rules = new ExchangeRuleStore();
        var there = new Audience("https://api.example/there");
        var rule = new ExchangeRule(new ClientId("backend"), ORDERS, MENU, Map.of("a", "b"), true, NOW);
        var further = new ExchangeRule(new ClientId("backend"), MENU, there, Map.of(), false, NOW);
        write(tx -> {
            for (Audience each : List.of(ORDERS, MENU, there)) apis.insert(tx, api(each));
            clients.insert(tx, client("backend", MENU, there));
            rules.put(tx, new ExchangeRule(rule.client(), ORDERS, MENU, Map.of(), false, NOW));
            rules.put(tx, rule);
            rules.put(tx, further);
        });
        assertThat(database.read(rules::list)).containsExactlyInAnyOrder(rule, further);
        Set<Audience> all = database.read(tx -> rules.reachable(tx, Set.of(ORDERS)));
        Set<Audience> some = database.read(tx -> rules.reachable(tx, Set.of(MENU)));
        assertThat(all).containsExactlyInAnyOrder(ORDERS, MENU, there);
        assertThat(some).containsExactlyInAnyOrder(MENU, there);
        write(tx -> {
            assertThat(rules.delete(tx, rule.client(), MENU, there)).isTrue();
            assertThat(rules.delete(tx, rule.client(), MENU, there)).isFalse();
            clients.delete(tx, rule.client());
        });
        assertThat(database.read(rules::list)).isEmpty();
    }

    @Test
    void a_second_factor_takes_no_step_twice() {
        var factors = new SecondFactorStore();
        User vera = user("vera");
        write(tx -> {
            users.insert(tx, vera);
            assertThat(factors.insert(tx, vera.subject(), "sealed", NOW)).isTrue();
            assertThat(factors.insert(tx, vera.subject(), "other", NOW)).isFalse();
            assertThat(factors.accept(tx, vera.subject(), 7)).isTrue();
            assertThat(factors.accept(tx, vera.subject(), 7)).isFalse();
            assertThat(factors.accept(tx, vera.subject(), 6)).isFalse();
        });
        assertThat(found(tx -> factors.find(tx, vera.subject())))
                .contains(new SecondFactorStore.Authenticator("sealed", TotpParameters.USUAL, 7, NOW));
    }

    @Test
    void wrong_codes_count_by_place_for_a_day() {
        var wrong = new WrongCodeStore();
        var factors = new SecondFactorStore();
        User vera = user("vera");
        Subject subject = vera.subject();
        Instant day = NOW.plus(WrongCodeStore.SPAN);
        write(tx -> {
            users.insert(tx, vera);
            factors.insert(tx, subject, "sealed", NOW);
            assertThat(wrong.admit(tx, subject, "here", NOW)).contains(1L);
            assertThat(wrong.admit(tx, subject, "here", NOW)).contains(2L);
            assertThat(wrong.admit(tx, subject, "there", NOW)).contains(1L);
            wrong.takeBack(tx, subject, "here");
            assertThat(wrong.admit(tx, subject, "here", day.minusMillis(1))).contains(2L);
            assertThat(wrong.admit(tx, subject, "here", day)).contains(1L);
            wrong.block(tx, subject, "here", day.plusSeconds(30));
            assertThat(wrong.blockedUntil(tx, subject, "here")).contains(day.plusSeconds(30));
            assertThat(wrong.admit(tx, subject, "here", day.plusSeconds(29))).isEmpty();
            assertThat(wrong.admit(tx, subject, "there", NOW)).contains(2L);
            assertThat(wrong.admit(tx, subject, "here", day.plusSeconds(30))).contains(2L);
            wrong.forgive(tx, subject, "here");
            assertThat(wrong.admit(tx, subject, "here", day.plusSeconds(30))).contains(1L);
            assertThat(wrong.forget(tx, NOW.plusMillis(1))).isEqualTo(1);
            assertThat(wrong.admit(tx, subject, "there", NOW)).contains(1L);
        });
        write(tx -> factors.delete(tx, subject));
        assertThat(listed(tx -> tx.list("SELECT place FROM wrong_code", row -> row.text("place"))))
                .isEmpty();
    }

    @Test
    void wrong_codes_in_an_older_database_count_on_elsewhere() throws Exception {
        var empty = emptyDatabase();
        User vera = user("vera");
        try (Database before = Database.open(empty, stepsBefore(60))) {
            before.inTransaction(tx -> {
                users.insert(tx, vera);
                return tx.execute("""
                        INSERT INTO totp (subject, sealed_secret, last_step, failures, blocked_until, created_at)
                        VALUES (?, 'sealed', 3, 8, ?, ?)""", vera.subject().value(), NOW, NOW);
            });
        }
        try (Database after = Database.open(empty)) {
            var wrong = new WrongCodeStore();
            Optional<Long> early =
                    after.inTransaction(tx -> wrong.admit(tx, vera.subject(), "elsewhere", NOW.minusSeconds(1)));
            Optional<Long> inTime = after.inTransaction(tx -> wrong.admit(tx, vera.subject(), "elsewhere", NOW));
            assertThat(early).isEmpty();
            assertThat(inTime).contains(9L);
        }
    }

    @Test
    void invitations_of_an_older_database_are_of_whoever_the_audit_log_says() throws Exception {
        var empty = emptyDatabase();
        try (Database before = Database.open(empty, stepsBefore(61))) {
            before.inTransaction(tx -> {
                for (String id : List.of("noted", "forgotten")) {
                    tx.execute("""
                            INSERT INTO invitation
                                (token_hash, invitation_id, apis, scopes, uses_left, created_at, expires_at)
                            VALUES (?, ?, '', '', 1, ?, ?)""", id, id, NOW, NOW.plusSeconds(9));
                }
                return tx.execute("""
                        INSERT INTO audit_event
                            (happened_at, type, actor, target, client, address, request_id, details)
                        VALUES (?, 'clients_invited', 'usr_inviter', 'noted', '', '', '', '{}')""", NOW);
            });
        }
        try (Database after = Database.open(empty)) {
            List<Invitation> kept = after.read(tx -> new InvitationStore().list(tx));
            assertThat(kept)
                    .extracting(Invitation::id, Invitation::inviter)
                    .containsExactlyInAnyOrder(tuple("noted", "usr_inviter"), tuple("forgotten", "cli"));
        }
    }

    private static Migrations stepsBefore(long number) {
        return new Migrations(Migrations.SHIPPED.all().stream()
                .filter(step -> step.number() < number)
                .toList());
    }

    @Test
    void a_browser_keeps_what_was_proved_in_it_whatever_that_was() {
        var browsers = new BrowserSessionStore();
        User vera = user("vera");
        Session session = session("session", vera);
        write(tx -> {
            users.insert(tx, vera);
            sessions.insert(tx, session);
        });
        Proofs device = Proofs.of(AuthenticationMethod.DEVICE_PASSKEY, NOW.plusSeconds(1));
        Proofs synced = Proofs.of(AuthenticationMethod.SYNCED_PASSKEY, NOW.plusSeconds(2));
        Proofs all = device.and(AuthenticationMethod.SYNCED_PASSKEY, NOW.plusSeconds(2))
                .and(AuthenticationMethod.PASSWORD, NOW.plusSeconds(3))
                .and(AuthenticationMethod.ONE_TIME_PASSWORD, NOW.plusSeconds(4));
        for (Proofs proofs : List.of(device, synced, all)) {
            var known = new BrowserSessionStore.BrowserSession(session.id(), proofs);
            write(tx -> browsers.insert(tx, hash(proofs.toString()), known));
            assertThat(found(tx -> browsers.find(tx, hash(proofs.toString())))).contains(known);
        }
    }

    @Test
    void passkeys_belong_to_one_user_each_and_go_with_them() {
        var passkeys = new PasskeyStore();
        User vera = user("vera");
        User nick = user("nick");
        Passkey first = passkey("first", vera);
        Passkey second = passkey("second", vera);
        write(tx -> {
            users.insert(tx, vera);
            users.insert(tx, nick);
            UserHandle handle = new UserHandle("handle of vera");
            assertThat(passkeys.handle(tx, vera.subject(), handle)).isEqualTo(handle);
            assertThat(passkeys.handle(tx, vera.subject(), new UserHandle("another")))
                    .as("never another one")
                    .isEqualTo(handle);
            passkeys.handle(tx, nick.subject(), new UserHandle("handle of nick"));
            assertThat(passkeys.insert(tx, first)).isTrue();
            assertThat(passkeys.insert(tx, second)).isTrue();
            assertThat(passkeys.insert(tx, ofSameCredential(first, nick)))
                    .as("A-12: the credential of somebody else")
                    .isFalse();
            assertThat(passkeys.rename(tx, nick.subject(), first.id(), new PasskeyName("mine")))
                    .isFalse();
            assertThat(passkeys.delete(tx, nick.subject(), first.id())).isFalse();
            assertThat(passkeys.rename(tx, vera.subject(), first.id(), new PasskeyName("Köln 🪩")))
                    .isTrue();
        });
        List<Passkey> kept = database.read(tx -> passkeys.list(tx, vera.subject()));
        assertThat(kept).containsExactly(first.named(new PasskeyName("Köln 🪩")), second);
        assertThat(found(tx -> passkeys.find(tx, second.credential()))).contains(second);
        assertThat(isUsable(passkeys, vera)).isTrue();
        assertThat(isUsable(passkeys, nick)).isFalse();

        write(tx -> {
            assertThat(passkeys.delete(tx, vera.subject(), second.id())).isTrue();
            assertThat(passkeys.delete(tx, vera.subject(), second.id())).isFalse();
            users.delete(tx, vera.subject());
        });
        assertThat(found(tx -> passkeys.find(tx, first.credential()))).isEmpty();
        assertThat(found(tx -> passkeys.handle(tx, vera.subject()))).isEmpty();
    }

    @Test
    void a_passkey_of_elsewhere_learns_by_its_first_use_whether_it_may_be_on_several_devices() {
        var passkeys = new PasskeyStore();
        User vera = user("vera");
        Passkey moved = ofSameCredential(passkey("passkey", vera), vera);
        Passkey used = ((Passkey.Counts) moved.use(8, false, false, NOW.plusSeconds(1))).used();
        write(tx -> {
            users.insert(tx, vera);
            assertThat(passkeys.adopt(tx, vera.subject(), new UserHandle("of elsewhere")))
                    .isTrue();
            passkeys.insert(tx, moved);
            assertThat(passkeys.find(tx, moved.credential())).contains(moved);
            assertThat(passkeys.handle(tx, vera.subject(), new UserHandle("fresh")))
                    .isEqualTo(new UserHandle("of elsewhere"));
            assertThat(passkeys.use(tx, moved, used)).isTrue();
            assertThat(passkeys.find(tx, moved.credential())).contains(used);
        });
        assertThat(moved.backupEligible()).isEmpty();
        assertThat(used.backupEligible()).contains(false);
        assertThat(used.use(9, true, false, NOW)).isInstanceOf(Passkey.Refused.class);
        User nick = user("nick");
        write(tx -> {
            users.insert(tx, nick);
            assertThat(passkeys.adopt(tx, nick.subject(), new UserHandle("of elsewhere")))
                    .isFalse();
        });
    }

    @Test
    void a_second_factor_of_elsewhere_is_kept_as_it_was_made() {
        var factors = new SecondFactorStore();
        User vera = user("vera");
        TotpParameters parameters =
                TotpParameters.of(TotpParameters.Algorithm.SHA512, 8, 60).orElseThrow();
        write(tx -> {
            users.insert(tx, vera);
            factors.insert(tx, vera.subject(), "sealed", parameters, 5, NOW);
            factors.insertRecoveryKey(tx, vera.subject(), "sealed key");
            factors.insertRecoveryCode(tx, vera.subject(), hash("two"));
            factors.insertRecoveryCode(tx, vera.subject(), hash("one"));
            factors.insertRecoveryCode(tx, vera.subject(), hash("spent"));
            factors.spendRecoveryCode(tx, vera.subject(), hash("spent"), NOW);
        });
        assertThat(found(tx -> factors.find(tx, vera.subject())))
                .contains(new SecondFactorStore.Authenticator("sealed", parameters, 5, NOW));
        Map<Subject, List<SecretHash>> left = database.read(tx -> factors.listRecoveryCodesByUser(tx, ""));
        assertThat(left.get(vera.subject())).containsExactlyInAnyOrder(hash("one"), hash("two"));
        assertThat(found(tx -> factors.findRecoveryKey(tx, vera.subject()))).contains("sealed key");
        write(tx -> factors.deleteRecoveryCodes(tx, vera.subject()));
        assertThat(found(tx -> factors.findRecoveryKey(tx, vera.subject()))).isEmpty();
    }

    @Test
    void of_two_uses_of_one_passkey_at_the_same_moment_one_is_looked_at_anew() {
        var passkeys = new PasskeyStore();
        User vera = user("vera");
        Passkey passkey = passkey("passkey", vera);
        Passkey used = ((Passkey.Counts) passkey.use(8, true, true, NOW.plusSeconds(1))).used();
        Passkey suspended = ((Passkey.Cloned) used.use(8, true, true, NOW.plusSeconds(2))).suspended();
        write(tx -> {
            users.insert(tx, vera);
            passkeys.handle(tx, vera.subject(), new UserHandle("handle"));
            passkeys.insert(tx, passkey);
            assertThat(passkeys.use(tx, passkey, used)).isTrue();
            assertThat(passkeys.use(tx, passkey, used)).isFalse();
            assertThat(passkeys.find(tx, passkey.credential())).contains(used);
            assertThat(passkeys.use(tx, used, suspended)).isTrue();
            assertThat(passkeys.use(tx, suspended, used)).as("suspended").isFalse();
        });
        assertThat(found(tx -> passkeys.find(tx, passkey.credential()))).contains(suspended);
        assertThat(isUsable(passkeys, vera)).isFalse();
    }

    private boolean isUsable(PasskeyStore passkeys, User user) {
        return database.read(tx -> passkeys.isUsable(tx, user.subject()));
    }

    private static Passkey passkey(String word, User user) {
        return new Passkey(
                new PasskeyId(word),
                user.subject(),
                new CredentialId("credential " + word),
                "key",
                7,
                Optional.of(true),
                false,
                new TreeSet<>(Set.of("internal", "hybrid")),
                "00000000-0000-0000-0000-000000000000",
                new PasskeyName(word),
                NOW,
                Optional.empty(),
                Optional.empty());
    }

    private static Passkey ofSameCredential(Passkey passkey, User user) {
        return new Passkey(
                new PasskeyId("another"),
                user.subject(),
                passkey.credential(),
                "another key",
                0,
                Optional.empty(),
                false,
                new TreeSet<>(),
                passkey.aaguid(),
                passkey.name(),
                NOW,
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void recovery_codes_and_password_steps_count_once_and_go_with_their_user() {
        var factors = new SecondFactorStore();
        User vera = user("vera");
        User nick = user("nick");
        var step = new PasswordStep(
                hash("step"), vera.subject(), hash("password"), AuthenticationMethod.MAIL, NOW, NOW.plusSeconds(300));
        write(tx -> {
            users.insert(tx, vera);
            users.insert(tx, nick);
            factors.insert(tx, vera.subject(), "sealed", NOW);
            factors.insertRecoveryCode(tx, vera.subject(), hash("one"));
            factors.insertRecoveryCode(tx, vera.subject(), hash("two"));
            assertThat(factors.spendRecoveryCode(tx, nick.subject(), hash("one"), NOW))
                    .isFalse();
            assertThat(factors.spendRecoveryCode(tx, vera.subject(), hash("one"), NOW))
                    .isTrue();
            assertThat(factors.spendRecoveryCode(tx, vera.subject(), hash("one"), NOW))
                    .isFalse();
            assertThat(factors.countRecoveryCodes(tx, vera.subject())).isEqualTo(1);
            factors.insert(tx, step);
        });
        assertThat(found(tx -> factors.findStep(tx, step.id(), NOW.plusSeconds(299))))
                .contains(step);
        assertThat(found(tx -> factors.findStep(tx, step.id(), NOW.plusSeconds(300))))
                .isEmpty();
        write(tx -> {
            assertThat(factors.spendStep(tx, step.id())).isTrue();
            assertThat(factors.spendStep(tx, step.id())).isFalse();
            factors.insert(tx, step);
            assertThat(factors.forget(tx, NOW.plusSeconds(301))).isEqualTo(1);
            assertThat(factors.delete(tx, vera.subject())).isTrue();
            assertThat(factors.delete(tx, vera.subject())).isFalse();
            assertThat(factors.countRecoveryCodes(tx, vera.subject())).isZero();
        });
    }

    @Test
    void issuers_of_assertions_and_their_standing_grants_are_kept() {
        var issuers = new AssertionIssuerStore();
        User vera = user("vera");
        Session session = session("session", vera);
        Grant standing = grant("standing", session, new ClientId("deployer"), ORDERS);
        var issuer = new AssertionIssuer(
                "https://ci.example.org",
                Optional.of(Map.of("keys", List.of())),
                Optional.empty(),
                AssertionIssuer.Naming.USERNAME,
                Set.of(new ClientId("deployer"), new ClientId("other")),
                Set.of(vera.subject()),
                NOW);
        write(tx -> {
            users.insert(tx, vera);
            sessions.insert(tx, session);
            assertThat(issuers.insert(tx, issuer)).isTrue();
            assertThat(issuers.insert(tx, issuer)).isFalse();
            grants.insert(tx, grant("ordinary", session, standing.client(), ORDERS));
            grants.insertStanding(tx, standing, issuer.name());
        });
        assertThat(database.read(issuers::list)).containsExactly(issuer);
        Optional<Grant> found = database.read(tx -> grants.findStanding(
                tx, issuer.name(), vera.subject(), standing.client(), ORDERS, standing.scopes(), NOW));
        assertThat(found).contains(standing);
        Optional<Grant> narrower = database.read(tx -> grants.findStanding(
                tx, issuer.name(), vera.subject(), standing.client(), ORDERS, scopes("orders:read"), NOW));
        assertThat(narrower).isEmpty();
        write(tx -> {
            assertThat(grants.revokeStanding(tx, issuer.name(), NOW)).isEqualTo(1);
            assertThat(issuers.delete(tx, issuer.name())).isTrue();
            assertThat(issuers.delete(tx, issuer.name())).isFalse();
        });
    }

    @Test
    void a_logout_is_told_by_one_node_at_a_time_and_by_another_when_that_one_dies() {
        var logouts = new PendingLogoutStore();
        Client rp = told("rp");
        write(tx -> {
            users.insert(tx, vera);
            apis.insert(tx, api(ORDERS));
            clients.insert(tx, rp);
            clients.insert(tx, client("silent", ORDERS));
            sessions.insert(tx, session);
            grants.insert(tx, grant("g-1", session, rp.id(), ORDERS));
            grants.insert(tx, grant("g-2", session, rp.id(), ORDERS));
            grants.insert(tx, grant("g-3", session, new ClientId("silent"), ORDERS));
            assertThat(sessions.end(tx, session.id(), NOW)).isTrue();
            assertThat(sessions.end(tx, session.id(), NOW)).isFalse();
        });
        assertThat(listed(tx -> logouts.dueClients(tx, NOW))).containsExactly(rp.id());
        PendingLogout logout = listed(tx -> logouts.due(tx, rp.id(), NOW, 10)).getFirst();
        assertThat(logout).isEqualTo(new PendingLogout(session.id(), rp.id(), vera.subject(), NOW, 0));

        Instant lease = NOW.plusSeconds(30);
        write(tx -> {
            assertThat(logouts.begin(tx, logout, lease, NOW)).isTrue();
            assertThat(logouts.begin(tx, logout, lease, NOW.plusSeconds(29))).isFalse();
        });
        assertThat(listed(tx -> logouts.dueClients(tx, NOW.plusSeconds(29)))).isEmpty();
        assertThat(found(logouts::nextTry)).contains(lease);
        // The one that took it was killed: nothing says so, and the time is over.
        write(tx -> assertThat(logouts.begin(tx, logout, lease.plusSeconds(30), lease))
                .isTrue());
        write(tx -> logouts.failed(tx, logout, lease.plusSeconds(1)));
        assertThat(listed(tx -> logouts.due(tx, rp.id(), lease.plusSeconds(1), 10)))
                .extracting(PendingLogout::failures)
                .containsExactly(1);
        write(tx -> {
            logouts.pause(tx, rp.id(), lease.plusSeconds(9));
            logouts.pause(tx, rp.id(), lease.plusSeconds(2));
        });
        assertThat(found(logouts::nextTry)).contains(lease.plusSeconds(9));
        write(tx -> {
            assertThat(logouts.done(tx, logout)).isTrue();
            assertThat(logouts.done(tx, logout)).isFalse();
        });
        assertThat(found(logouts::nextTry)).isEmpty();
    }

    @Test
    void the_end_of_everybodys_sessions_is_noted_for_those_that_lived() {
        var logouts = new PendingLogoutStore();
        Client rp = told("rp");
        User nick = user("nick");
        Session gone = session("gone", nick, NOW.minusSeconds(1));
        write(tx -> {
            users.insert(tx, vera);
            users.insert(tx, nick);
            apis.insert(tx, api(ORDERS));
            clients.insert(tx, rp);
            for (Session each : List.of(session, gone)) {
                sessions.insert(tx, each);
                grants.insert(tx, grant("g-" + each.id(), each, rp.id(), ORDERS));
            }
            assertThat(sessions.endAll(tx, NOW)).isEqualTo(1);
        });
        assertThat(listed(tx -> logouts.due(tx, rp.id(), NOW, 10)))
                .extracting(PendingLogout::session)
                .containsExactly(session.id());
        write(tx -> clients.delete(tx, rp.id()));
        assertThat(found(logouts::nextTry)).isEmpty();
    }

    @Test
    void a_mail_that_is_due_is_taken_by_one_node_alone_until_it_is_due_again() throws Exception {
        var mails = new MailStore();
        OutgoingMail mail = mail("mail-1");
        AtomicInteger woken = new AtomicInteger();
        database.onMail(woken::incrementAndGet);
        write(tx -> mails.insert(tx, mail));
        write(tx -> mails.insert(tx, mail("mail-2")));
        assertThat(woken).hasValue(2);
        Instant again = NOW.plusSeconds(60);
        AtomicInteger taken = new AtomicInteger();
        together(8, () -> {
            List<OutgoingMail> mine = database.inTransaction(tx -> mails.take(tx, Lane.TOLD, 10, again, NOW));
            taken.addAndGet(mine.size());
            return true;
        });
        assertThat(taken).hasValue(2);
        assertThat(woken).as("nothing new was queued").hasValue(2);

        write(tx -> mails.delete(tx, "mail-2"));
        List<OutgoingMail> left =
                database.inTransaction(tx -> mails.take(tx, Lane.TOLD, 10, again.plusSeconds(1), again));
        assertThat(left).singleElement().satisfies(found -> {
            assertThat(found.recipient()).isEqualTo(mail.recipient());
            assertThat(found.parameters()).isEqualTo(mail.parameters());
            assertThat(found.subject()).isEqualTo(mail.subject());
            assertThat(found.attempts()).isEqualTo(2);
        });
        write(tx -> mails.postpone(tx, "mail-1", NOW.plusSeconds(900)));
        left = database.inTransaction(tx -> mails.take(tx, Lane.TOLD, 10, NOW.plusSeconds(999), NOW.plusSeconds(899)));
        assertThat(left).isEmpty();
        write(tx -> assertThat(mails.forget(tx, mail.expiresAt())).isZero());
        write(tx -> assertThat(mails.forget(tx, mail.expiresAt().plusMillis(1))).isEqualTo(1));
    }

    @Test
    void mails_are_due_by_their_lanes_however_long_those_of_the_next_have_waited() {
        var mails = new MailStore();
        OutgoingMail strangers =
                OutgoingMail.of("wish", MailKind.RESET, Optional.empty(), "", "", Map.of(), NOW.minusSeconds(500));
        OutgoingMail known = OutgoingMail.of(
                        "known", MailKind.RESET, Optional.empty(), "", "", Map.of(), NOW.minusSeconds(60))
                .ofSomebodyKnown();
        write(tx -> mails.insert(tx, strangers));
        assertThat(found(tx -> mails.due(tx, NOW))).contains(Lane.STRANGERS);
        write(tx -> mails.insert(tx, known));
        assertThat(found(tx -> mails.due(tx, NOW))).contains(Lane.KNOWN);
        write(tx -> mails.insert(tx, mail("told")));
        assertThat(found(tx -> mails.due(tx, NOW))).contains(Lane.TOLD);
        assertThat(found(tx -> mails.due(tx, NOW.minusSeconds(1)))).contains(Lane.KNOWN);
        assertThat(found(tx -> mails.due(tx, NOW.minusSeconds(501)))).isEmpty();
        for (Lane lane : Lane.values()) {
            List<OutgoingMail> taken = database.inTransaction(tx -> mails.take(tx, lane, 10, NOW.plusSeconds(60), NOW));
            assertThat(taken).singleElement().extracting(OutgoingMail::lane).isEqualTo(lane);
        }
        assertThat(found(tx -> mails.due(tx, NOW))).isEmpty();
    }

    @Test
    void of_the_tickets_of_a_user_those_of_one_browser_can_be_ended() {
        var tickets = new MailTicketStore();
        MailTicket ticket = ticket("one", MailKind.RESET, Optional.of(vera.subject()));
        write(tx -> {
            users.insert(tx, vera);
            tickets.insert(tx, ticket);
            tickets.delete(tx, vera.subject(), hash("another browser"), MailKind.RESET);
        });
        assertThat(listed(tx -> tickets.list(tx, vera.subject(), MailKind.RESET, NOW)))
                .containsExactly(ticket);
        assertThat(listed(tx -> tickets.list(tx, vera.subject(), MailKind.SIGN_IN, NOW)))
                .isEmpty();
        assertThat(listed(tx -> tickets.list(tx, vera.subject(), MailKind.RESET, ticket.expiresAt())))
                .isEmpty();
        write(tx -> tickets.delete(tx, vera.subject(), hash("browser"), MailKind.RESET));
        assertThat(found(tx -> tickets.find(tx, ticket.id()))).isEmpty();

        MailTicket nobodys = ticket("two", MailKind.REGISTER, Optional.empty());
        write(tx -> {
            tickets.insert(tx, nobodys);
            tickets.delete(tx, "zora@example.org", hash("another browser"), MailKind.REGISTER);
        });
        assertThat(found(tx -> tickets.find(tx, nobodys.id()))).isPresent();
        write(tx -> tickets.delete(tx, "zora@example.org", hash("browser"), MailKind.REGISTER));
        assertThat(found(tx -> tickets.find(tx, nobodys.id()))).isEmpty();
    }

    @Test
    void whether_mails_are_sent_is_known_to_all_who_share_the_database() {
        var mails = new MailStore();
        assertThat(tells(mails::isSending)).isFalse();
        write(tx -> mails.setSending(tx, true));
        assertThat(tells(mails::isSending)).isTrue();
        write(tx -> mails.setSending(tx, false));
        assertThat(tells(mails::isSending)).isFalse();
        assertThat(tells(tx -> mails.isFull(tx, Lane.STRANGERS))).isFalse();
    }

    @Test
    void a_ticket_is_spent_once_and_not_after_its_time() throws Exception {
        var tickets = new MailTicketStore();
        MailTicket ticket = ticket("link", MailKind.RESET, Optional.of(vera.subject()));
        write(tx -> {
            users.insert(tx, vera);
            tickets.insert(tx, ticket);
        });
        assertThat(found(tx -> tickets.find(tx, ticket.id()))).contains(ticket);
        write(tx ->
                assertThat(tickets.spend(tx, ticket.id(), ticket.expiresAt())).isFalse());
        AtomicInteger spent = new AtomicInteger();
        together(8, () -> {
            boolean mine = database.inTransaction(tx -> tickets.spend(tx, ticket.id(), NOW));
            if (mine) spent.incrementAndGet();
            return true;
        });
        assertThat(spent).hasValue(1);
        assertThat(found(tx -> tickets.find(tx, ticket.id()))).isEmpty();

        write(tx -> tickets.insert(tx, ticket));
        write(tx -> tickets.delete(tx, vera.subject(), MailKind.SIGN_IN));
        assertThat(found(tx -> tickets.find(tx, ticket.id()))).isPresent();
        write(tx -> users.delete(tx, vera.subject()));
        assertThat(found(tx -> tickets.find(tx, ticket.id())))
                .as("goes with its user")
                .isEmpty();
    }

    @Test
    void guesses_at_a_code_are_counted_side_by_side() throws Exception {
        var tickets = new MailTicketStore();
        MailTicket ticket = ticket("code", MailKind.SIGN_IN, Optional.empty());
        write(tx -> tickets.insert(tx, ticket));
        AtomicInteger looked = new AtomicInteger();
        together(8, () -> {
            boolean mine = database.inTransaction(tx ->
                    tickets.guess(tx, hash("browser"), MailKind.SIGN_IN, 5, NOW).isPresent());
            if (mine) looked.incrementAndGet();
            return true;
        });
        assertThat(looked).hasValue(5);
        write(tx -> assertThat(tickets.guess(tx, hash("browser"), MailKind.RESET, 99, NOW))
                .isEmpty());
        write(tx -> assertThat(tickets.guess(tx, hash("browser"), MailKind.SIGN_IN, 99, ticket.expiresAt()))
                .isEmpty());
        write(tx -> tickets.delete(tx, "zora@example.org", MailKind.SIGN_IN));
        assertThat(found(tx -> tickets.find(tx, ticket.id()))).isEmpty();
    }

    @Test
    void what_is_counted_begins_anew_after_its_span() throws Exception {
        var tickets = new MailTicketStore();
        Instant hourAgo = NOW.minusSeconds(3600);
        together(8, () -> database.inTransaction(tx -> tickets.count(tx, hash("vera"), hourAgo, NOW)) > 0);
        write(tx -> assertThat(tickets.count(tx, hash("vera"), hourAgo, NOW)).isEqualTo(9));
        write(tx -> assertThat(tickets.number(tx, hash("vera"), hourAgo)).isEqualTo(9));
        Instant later = NOW.plusSeconds(3601);
        write(tx -> assertThat(tickets.number(tx, hash("vera"), later.minusSeconds(3600)))
                .isZero());
        write(tx -> assertThat(tickets.count(tx, hash("vera"), later.minusSeconds(3600), later))
                .isEqualTo(1));
        write(tx -> assertThat(tickets.forgetCounts(tx, later)).isZero());
        write(tx -> assertThat(tickets.forgetCounts(tx, later.plusSeconds(1))).isEqualTo(1));
    }

    @Test
    void nobody_is_stored_with_an_address_that_another_has_shown_to_read() {
        User verified = vera.withVerifiedEmail("VERA@Example.org");
        User other = user("nick").withProfile("Nick", "vera@example.org", Map.of());
        write(tx -> {
            assertThat(users.insert(tx, verified)).isTrue();
            assertThat(users.insert(tx, other)).isTrue();
            assertThat(users.insert(tx, user("zora").withVerifiedEmail("vera@EXAMPLE.org")))
                    .isFalse();
        });
        assertThat(found(tx -> users.findByVerifiedEmail(tx, "vera@example.org")))
                .contains(verified);
        assertThat(listed(tx -> users.listByEmail(tx, "vera@example.org"))).containsExactlyInAnyOrder(verified, other);
        assertThatThrownBy(() -> write(tx -> users.update(tx, other.withVerifiedEmail("vera@example.org"))))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void an_invitation_is_good_once_and_a_later_one_to_the_address_replaces_it() throws Exception {
        var invitations = new UserInvitationStore();
        UserInvitation first = invitation("one", "Zora@Example.org", NOW.plusSeconds(60));
        UserInvitation second = invitation("two", "zora@example.ORG", NOW.plusSeconds(90));
        write(tx -> {
            invitations.put(tx, first);
            invitations.put(tx, second);
        });
        assertThat(found(tx -> invitations.find(tx, "one"))).isEmpty();
        assertThat(found(tx -> invitations.find(tx, "two"))).contains(second);
        assertThat(found(tx -> invitations.findByEmail(tx, "zora@example.org"))).contains(second);
        AtomicInteger used = new AtomicInteger();
        together(8, () -> {
            boolean mine = database.inTransaction(tx -> invitations.delete(tx, "two"));
            if (mine) used.incrementAndGet();
            return true;
        });
        assertThat(used).hasValue(1);
        assertThat(found(tx -> invitations.findByEmail(tx, "zora@example.org"))).isEmpty();
        write(tx -> invitations.deleteByEmail(tx, "zora@example.org"));
    }

    @Test
    void invitations_are_listed_by_address_page_by_page_and_taken_back_together() {
        var invitations = new UserInvitationStore();
        List<UserInvitation> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) all.add(invitation("inv-" + i, i + "@example.org", NOW.plusSeconds(60 + i)));
        UserInvitation expired = invitation("expired", "0x@example.org", NOW);
        write(tx -> {
            for (UserInvitation each : all.reversed()) invitations.put(tx, each);
            invitations.put(tx, expired);
        });
        assertThat(listed(tx -> invitations.list(tx, "", NOW, 3))).isEqualTo(all.subList(0, 3));
        assertThat(listed(tx -> invitations.list(tx, "2@example.org", NOW, 3))).isEqualTo(all.subList(3, 5));
        write(tx -> assertThat(invitations.forget(tx, NOW)).isZero());
        write(tx -> assertThat(invitations.forget(tx, NOW.plusSeconds(1))).isEqualTo(1));
        write(tx -> assertThat(invitations.deleteAll(tx, NOW.plusSeconds(60))).isEqualTo(4));
        assertThat(listed(tx -> invitations.list(tx, "", NOW, 9))).containsExactly(all.getFirst());
    }

    @Test
    void whatever_was_mailed_becomes_worthless_at_once() {
        var tickets = new MailTicketStore();
        var clients = new InvitationStore();
        write(tx -> {
            users.insert(tx, vera);
            tickets.insert(tx, ticket("link", MailKind.RESET, Optional.of(vera.subject())));
            tickets.insert(tx, ticket("other", MailKind.REGISTER, Optional.empty()));
            clients.insert(
                    tx,
                    hash("token"),
                    new Invitation("inv", Set.of(ORDERS), scopes("orders:read"), 3, "cli", NOW, NOW.plusSeconds(60)));
        });
        write(tx -> {
            assertThat(tickets.deleteAll(tx, NOW)).isEqualTo(2);
            assertThat(tickets.deleteAll(tx, NOW)).isZero();
            assertThat(clients.deleteAll(tx, NOW)).isEqualTo(1);
        });
        assertThat(found(tx -> clients.find(tx, hash("token")))).isEmpty();
    }

    private static UserInvitation invitation(String id, String email, Instant until) {
        return new UserInvitation(
                id,
                new EmailAddress(email),
                "Zora \u2028",
                new TreeSet<>(Set.of(new RoleName("vip"), new RoleName("buyer"))),
                "cli",
                NOW,
                until);
    }

    private static MailTicket ticket(String word, MailKind kind, Optional<Subject> subject) {
        return new MailTicket(
                hash(word),
                kind,
                subject,
                "Zora@example.org",
                Optional.of(hash("password")),
                Optional.of(hash("browser")),
                "sealed",
                Map.of("roles", "vip"),
                0,
                NOW,
                NOW.plusSeconds(900));
    }

    private OutgoingMail mail(String id) {
        return OutgoingMail.of(
                id,
                MailKind.NOTICE,
                Optional.of(vera.subject()),
                "vera@example.org",
                "de",
                Map.of("notice", "password_changed", "name", "Vera \"Vale\" \u2028"),
                NOW);
    }

    private static Client told(String id) {
        Client plain = client(id, ORDERS);
        Map<String, Object> metadata = Map.of("backchannel_logout_uri", "https://rp.example/logout");
        return new Client(
                plain.id(),
                plain.grants(),
                plain.apis(),
                plain.scopes(),
                plain.secretHash(),
                plain.redirection(),
                (ClientMetadata) ClientMetadata.parse(metadata),
                plain.createdAt());
    }
}
