package dev.handstamp.server.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.Opening;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.administration.Apis.NewApi;
import dev.handstamp.server.administration.Clients.NewClient;
import dev.handstamp.server.administration.Clients.NewPolicy;
import dev.handstamp.server.administration.Clients.NewRedirection;
import dev.handstamp.server.administration.Clients.RedirectionChange;
import dev.handstamp.server.administration.Users.NewUser;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.ClientOrigin;
import dev.handstamp.server.domain.client.ClientPolicy;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.SessionStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// APIs, clients and roles are changed in place; what takes something away is in the revocation log by the commit.
class ChangesTest {

    private static final String API = "https://api.example/orders";
    private static final String STOCK = "https://api.example/stock";
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    private final Secrets secrets = new Secrets(new SecureRandom());
    private final InstantSource clock = InstantSource.fixed(NOW);
    private final PasswordHasher hasher = new PasswordHasher(1, 1, secrets);

    @TempDir
    Path folder;

    private Opening opening;
    private Database database;
    private Clients clients;
    private Apis apis;
    private Roles roles;
    private Keys keys;
    private Exchanges exchanges;
    private Subject vera;

    @BeforeEach
    void open() {
        opening = Opening.forCommand(
                ServerConfig.of(Map.of("data", folder.resolve("data").toString())), secrets, clock);
        database = opening.database();
        Administrator administrator = Administrator.COMMAND_LINE;
        clients = new Clients(database, opening::keyEncryption, secrets, clock, administrator);
        keys = new Keys(database, opening::signingKeys, opening::keyEncryption, clock, administrator);
        apis = new Apis(database, opening::signingKeys, keys, secrets, clock, administrator);
        roles = new Roles(database, clock, administrator);
        exchanges = new Exchanges(database, clock, administrator);
        apis.add(new NewApi(API, List.of("read", "write"), Optional.of("ES256"), Optional.empty(), List.of("age")));
        apis.add(new NewApi(STOCK, List.of("count"), Optional.of("ES256"), Optional.empty(), List.of()));
        roles.add("clerk", Optional.of(API), List.of("read", "write"));
        clients.add(new NewClient(
                "web",
                List.of("authorization_code", "refresh_token"),
                List.of(API, STOCK),
                List.of("read", "write", "count", "openid"),
                Optional.empty(),
                false,
                new NewRedirection("Web", List.of("https://web.example/cb"), List.of(), true, true),
                Map.of("dpop_bound_access_tokens", false, "policy_uri", "https://web.example/policy")));
        vera = new Users(database, () -> hasher, secrets, clock, administrator)
                .add(new NewUser("vera", "Vera", "vera@example.org", List.of("clerk"), Map.of()), "right password")
                .user()
                .subject();
    }

    @AfterEach
    void close() {
        hasher.close();
        opening.close();
    }

    @Test
    void an_api_gets_more_and_nothing_is_taken_back() {
        Api api = apis.update(
                        API,
                        new Apis.Change(
                                new SetChange(Optional.empty(), List.of("cancel"), List.of()),
                                Map.of(
                                        "cancel",
                                        Map.of("", "cancel your orders", "de", "Ihre Bestellungen stornieren")),
                                Optional.empty(),
                                Optional.of(Duration.ofMinutes(10)),
                                new SetChange(Optional.empty(), List.of("email"), List.of()),
                                Optional.of(true),
                                Optional.of(true),
                                Optional.empty(),
                                false))
                .api();
        assertThat(apis.find(API)).isEqualTo(api);
        assertThat(api.scopes()).hasToString("cancel read write");
        assertThat(api.tokenLifetime()).isEqualTo(Duration.ofMinutes(10));
        assertThat(api.claims()).containsExactly("age", "email");
        assertThat(api.statusList()).isTrue();
        assertThat(api.open()).isTrue();
        assertThat(api.words().of("cancel", List.of("de-AT", "en"))).contains("Ihre Bestellungen stornieren");
        assertThat(api.words().of("cancel", List.of("fr"))).contains("cancel your orders");
        assertThat(api.words().of("read", List.of("de"))).isEmpty();
        assertThat(log()).isEmpty();
        assertThat(events(AuditEvent.Type.API_CHANGED))
                .singleElement()
                .satisfies(event -> assertThat(event.details())
                        .containsEntry("scope", "cancel read write")
                        .containsEntry("open", "true")
                        .doesNotContainKey("algorithm"));
    }

    @Test
    void each_thing_that_an_api_loses_has_its_tokens_refused() {
        assertNarrowing(() -> api(change -> change.scopes = SetChange.to(List.of("read"))));
        assertNarrowing(() -> api(change -> change.algorithm = Optional.of("PS256")));
        assertNarrowing(() -> api(change -> change.lifetime = Optional.of(Duration.ofMinutes(1))));
        assertNarrowing(() -> api(change -> change.claims = SetChange.to(List.of())));
        assertNarrowing(() -> api(change -> change.acr = Optional.of("aal2")));
        api(change -> change.open = Optional.of(true));
        assertNarrowing(() -> api(change -> change.open = Optional.of(false)));
    }

    @Test
    void what_an_api_was_before_is_no_change() {
        Api before = apis.find(API);
        api(change -> {
            change.scopes = SetChange.to(List.of("write", "read"));
            change.algorithm = Optional.of("ES256");
            change.acr = Optional.of("none");
        });
        assertThat(apis.find(API)).isEqualTo(before);
        assertThat(events(AuditEvent.Type.API_CHANGED)).isEmpty();
    }

    @Test
    void a_scope_that_an_api_loses_is_lost_by_roles_and_clients_and_does_not_come_back() {
        apis.update(STOCK, scopes(List.of("write"), List.of()));
        api(change -> change.scopes = new SetChange(Optional.empty(), List.of(), List.of("read", "write")));
        assertThat(roles.list())
                .singleElement()
                .satisfies(role -> assertThat(role.scopes()).isEmpty());
        // The other API has a write of its own.
        assertThat(clients.find("web").scopes()).hasToString("count openid write");
        api(change -> change.scopes = new SetChange(Optional.empty(), List.of("read"), List.of()));
        assertThat(roles.list())
                .singleElement()
                .satisfies(role -> assertThat(role.scopes()).isEmpty());
        assertThat(clients.find("web").scopes()).hasToString("count openid write");
    }

    @Test
    void another_algorithm_has_keys_of_its_own_and_the_shared_secret_goes() {
        Apis.Changed shared = api(change -> change.algorithm = Optional.of("HS256"));
        assertThat(shared.shared()).isPresent();
        assertThat(opening.signingKeys().inUse()).anyMatch(slot -> slot.isShared());
        Apis.Changed other = api(change -> change.algorithm = Optional.of("HS512"));
        assertThat(other.shared().orElseThrow().current())
                .isNotEqualTo(shared.shared().orElseThrow().current());
        Apis.Changed pair = api(change -> change.algorithm = Optional.of("EdDSA"));
        assertThat(pair.shared()).isEmpty();
        assertThat(keys.list()).noneMatch(listed -> listed.key().slot().isShared());
        assertThat(keys.list()).anyMatch(listed -> listed.key().algorithm() == Algorithm.EDDSA);
    }

    @Test
    void an_api_whose_tokens_are_exchanged_cannot_share_a_secret() {
        clients.add(new NewClient(
                "backend", List.of("token-exchange"), List.of(STOCK), List.of("count"), Optional.empty()));
        exchanges.add(new Exchanges.NewRule("backend", API, STOCK, Map.of("read", "count"), false));
        assertThatThrownBy(() -> api(change -> change.algorithm = Optional.of("HS256")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("as long as backend may exchange them");
        api(change -> change.scopes = SetChange.to(List.of("read")));
        assertThat(log()).extracting(Revocation::kind).containsExactly(Kind.API, Kind.CLIENT);
    }

    @Test
    void what_cannot_be_is_refused_by_name_and_changes_nothing() {
        Api before = apis.find(API);
        assertRefused(() -> api(change -> change.acr = Optional.of("aal9")), "aal1 or aal2");
        assertRefused(() -> api(change -> change.algorithm = Optional.of("none")), "not a signature algorithm");
        assertRefused(() -> api(change -> change.lifetime = Optional.of(Duration.ofDays(2))), "10s to 24h");
        assertRefused(() -> api(change -> change.claims = SetChange.to(List.of("sub"))), "the claim sub");
        assertRefused(
                () -> api(change -> change.scopes = new SetChange(Optional.empty(), List.of(), List.of("x"))),
                "there is no scope \"x\" to take away: there is read, write");
        assertRefused(
                () -> api(change -> change.words = Map.of("cancel", Map.of("", "cancel"))),
                "has no scope \"cancel\" to describe; it has read write");
        assertRefused(
                () -> api(change -> change.words = Map.of("read", Map.of("german", "x"))), "a language such as en");
        assertRefused(
                () -> api(change -> change.words = Map.of("read", Map.of("de", "x".repeat(201)))),
                "1 to 200 characters");
        assertRefused(
                () -> client(change -> change.apis = SetChange.to(List.of("https://api.example/none"))),
                "there is no API");
        assertRefused(
                () -> client(change -> change.scopes = new SetChange(Optional.empty(), List.of("fly"), List.of())),
                "none of the client's APIs has the scope fly");
        assertRefused(() -> client(change -> change.grants = SetChange.to(List.of("magic"))), "not a grant type");
        assertRefused(
                () -> client(change -> change.redirection =
                        redirection(new SetChange(Optional.empty(), List.of("http://evil.example"), List.of()))),
                "not a redirect URI");
        assertRefused(
                () -> client(change -> change.metadata = Map.of("policy_url", "https://web.example")),
                "there is no client metadata policy_url");
        assertRefused(() -> roles.update("boss", API, SetChange.to(List.of())), "there is no role boss");
        assertRefused(() -> roles.update("clerk", API, SetChange.to(List.of("fly"))), "has no scope fly");
        assertThat(apis.find(API)).isEqualTo(before);
        assertThat(log()).isEmpty();
    }

    @Test
    void a_client_gets_more_and_nothing_is_taken_back() {
        clients.update(
                "web",
                new Clients.Change(
                        new SetChange(Optional.empty(), List.of("client_credentials"), List.of()),
                        SetChange.NONE,
                        SetChange.NONE,
                        new RedirectionChange(
                                Optional.of("The new web"),
                                new SetChange(Optional.empty(), List.of("https://web.example/cb2"), List.of()),
                                SetChange.to(List.of("https://web.example/bye")),
                                Optional.of(false),
                                Optional.of(false)),
                        Map.of("default_max_age", 60L),
                        new NewPolicy(Optional.empty(), Optional.of(false), Optional.of(false)),
                        Optional.empty(),
                        false));
        Client web = clients.find("web");
        assertThat(web.name()).isEqualTo("The new web");
        assertThat(web.redirection().uris()).hasSize(2);
        assertThat(web.redirection().requiresPkce()).isFalse();
        assertThat(web.redirection().asksConsent()).isFalse();
        assertThat(web.mayUse(GrantType.CLIENT_CREDENTIALS)).isTrue();
        assertThat(web.metadata().text(ClientMember.POLICY_URI)).isPresent();
        assertThat(web.metadata().duration(ClientMember.DEFAULT_MAX_AGE)).contains(Duration.ofMinutes(1));
        assertThat(web.policy()).isEqualTo(new ClientPolicy(Optional.empty(), false, false));
        assertThat(log()).isEmpty();
    }

    @Test
    void each_thing_that_a_client_loses_has_its_tokens_refused() {
        signIn("s1", "g1", API);
        signIn("s2", "g2", STOCK);
        assertNarrowing(() -> client(change -> change.scopes = scopesLess("write")));
        assertThat(revoked("g1")).isFalse();
        assertNarrowing(() -> client(change -> change.acr = Optional.of("aal2")));
        assertNarrowing(() -> client(change -> change.metadata = Map.of("dpop_bound_access_tokens", true)));
        assertNarrowing(() -> client(change -> change.apis = SetChange.to(List.of(API))));
        assertThat(clients.find("web").scopes()).hasToString("openid read");
        assertThat(revoked("g1")).isFalse();
        assertThat(revoked("g2")).isTrue();
        assertNarrowing(() -> client(change -> change.grants = SetChange.to(List.of("authorization_code"))));
        assertThat(revoked("g1")).isTrue();
        assertThat(clients.find("web").policy().requiredLevel()).contains(AssuranceLevel.AAL2);
    }

    @Test
    void another_secret_takes_the_place_of_the_one_that_was() {
        Client before = clients.find("web");
        Clients.Changed changed = client(change -> change.newSecret = true);
        assertThat(changed.client().secretHash()).isNotEqualTo(before.secretHash());
        assertThat(clients.find("web")
                        .secretHash()
                        .orElseThrow()
                        .matches(changed.secret().orElseThrow()))
                .isTrue();
        Clients.Changed signing =
                client(change -> change.metadata = Map.of("token_endpoint_auth_method", "client_secret_jwt"));
        assertThat(signing.secret()).as("of the old one only a hash is known").isPresent();
        assertRefused(
                () -> client(change -> change.metadata = Map.of("token_endpoint_auth_method", "private_key_jwt")),
                "needs the client's public keys");
        clients.add(new NewClient(
                "app",
                List.of("authorization_code"),
                List.of(API),
                List.of("read"),
                Optional.empty(),
                true,
                new NewRedirection("", List.of("http://127.0.0.1/cb"), List.of(), true, true),
                Map.of()));
        assertRefused(
                () -> clients.update("app", new ClientChange().with(change -> change.newSecret = true)),
                "has no secret");
        assertThat(clients.update("app", new ClientChange().with(change -> change.acr = Optional.of("aal2")))
                        .client()
                        .isPublic())
                .isTrue();
    }

    @Test
    void of_a_client_that_describes_itself_only_the_policy_can_be_said() {
        Client itself = new Client(
                new ClientId("dyn_1"),
                Set.of(GrantType.AUTHORIZATION_CODE),
                Set.of(),
                Scopes.NONE,
                Optional.empty(),
                Redirection.NONE,
                ClientMetadata.NONE,
                NOW,
                ClientOrigin.REGISTERED);
        database.inTransaction(tx -> new ClientStore().insert(tx, itself));
        assertRefused(
                () -> clients.update("dyn_1", new ClientChange().with(change -> change.newSecret = true)),
                "describes itself");
        clients.update("dyn_1", new ClientChange().with(change -> change.acr = Optional.of("aal2")));
        assertThat(clients.find("dyn_1"))
                .isEqualTo(itself.withPolicy(new ClientPolicy(Optional.of(AssuranceLevel.AAL2), true, true)));
        database.inTransaction(tx -> new ClientStore().update(tx, itself));
        assertThat(clients.find("dyn_1").policy().requiredLevel()).contains(AssuranceLevel.AAL2);
    }

    @Test
    void a_role_that_carries_less_has_the_tokens_of_its_holders_refused() {
        roles.update("clerk", STOCK, SetChange.to(List.of("count")));
        assertThat(log()).isEmpty();
        roles.update("clerk", API, SetChange.to(List.of("read")));
        assertThat(log()).singleElement().satisfies(entry -> {
            assertThat(entry.kind()).isEqualTo(Kind.SUBJECT);
            assertThat(entry.id()).isEqualTo(vera.value());
            assertThat(entry.audiences()).containsExactly(new Audience(API));
        });
        assertThat(roles.list())
                .singleElement()
                .satisfies(role -> assertThat(role.scopes()).hasSize(2));
    }

    private static SetChange scopesLess(String scope) {
        return new SetChange(Optional.empty(), List.of(), List.of(scope));
    }

    private static Apis.Change scopes(List<String> more, List<String> less) {
        return new ApiChange().with(change -> change.scopes = new SetChange(Optional.empty(), more, less));
    }

    private static RedirectionChange redirection(SetChange uris) {
        return new RedirectionChange(Optional.empty(), uris, SetChange.NONE, Optional.empty(), Optional.empty());
    }

    private Apis.Changed api(Consumer<ApiChange> different) {
        return apis.update(API, new ApiChange().with(different));
    }

    private Clients.Changed client(Consumer<ClientChange> different) {
        return clients.update("web", new ClientChange().with(different));
    }

    private void assertRefused(Runnable action, String reason) {
        assertThatThrownBy(action::run).isInstanceOf(Refused.class).hasMessageContaining(reason);
    }

    private void assertNarrowing(Runnable action) {
        int before = log().size();
        action.run();
        assertThat(log()).hasSize(before + 1);
    }

    private List<Revocation> log() {
        return database.read(tx -> new RevocationStore().after(tx, 0));
    }

    private List<AuditEvent> events(AuditEvent.Type type) {
        List<AuditEvent> all = new AuditLog(database).since(Instant.EPOCH, 1_000);
        return all.stream().filter(event -> event.type() == type).toList();
    }

    private boolean revoked(String grant) {
        Optional<Grant> found = database.read(tx -> new GrantStore().find(tx, new GrantId(grant)));
        return found.orElseThrow().revokedAt().isPresent();
    }

    private void signIn(String session, String grant, String api) {
        Instant end = NOW.plus(Duration.ofDays(1));
        database.inTransaction(tx -> {
            new SessionStore()
                    .insert(
                            tx,
                            new Session(new SessionId(session), vera, "127.0.0.1", "test", NOW, end, Optional.empty()));
            new GrantStore()
                    .insert(
                            tx,
                            new Grant(
                                    new GrantId(grant),
                                    vera,
                                    new ClientId("web"),
                                    new SessionId(session),
                                    new Audience(api),
                                    Scopes.NONE,
                                    NOW,
                                    end,
                                    Optional.empty()));
            return true;
        });
    }

    /// A change, part by part.
    private static final class ApiChange {

        private SetChange scopes = SetChange.NONE;
        private Map<String, Map<String, String>> words = Map.of();
        private Optional<String> algorithm = Optional.empty();
        private Optional<Duration> lifetime = Optional.empty();
        private SetChange claims = SetChange.NONE;
        private Optional<Boolean> open = Optional.empty();
        private Optional<String> acr = Optional.empty();

        private Apis.Change with(Consumer<ApiChange> different) {
            different.accept(this);
            return new Apis.Change(scopes, words, algorithm, lifetime, claims, Optional.empty(), open, acr, false);
        }
    }

    private static final class ClientChange {

        private SetChange grants = SetChange.NONE;
        private SetChange apis = SetChange.NONE;
        private SetChange scopes = SetChange.NONE;
        private RedirectionChange redirection = RedirectionChange.NONE;
        private Map<String, Object> metadata = Map.of();
        private Optional<String> acr = Optional.empty();
        private boolean newSecret;

        private Clients.Change with(Consumer<ClientChange> different) {
            different.accept(this);
            NewPolicy policy = new NewPolicy(acr, Optional.empty(), Optional.empty());
            return new Clients.Change(grants, apis, scopes, redirection, metadata, policy, Optional.empty(), newSecret);
        }
    }
}
