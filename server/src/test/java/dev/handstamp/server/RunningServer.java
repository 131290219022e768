package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Apis;
import dev.handstamp.server.administration.Keys;
import dev.handstamp.server.administration.TotpEnrolments;
import dev.handstamp.server.administration.TotpEnrolments.Enrolled;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.Hashed;
import dev.handstamp.server.crypto.HashingCost;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.domain.key.SigningKey.State;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.RoleStore;
import dev.handstamp.server.store.SigningKeyStore;
import dev.handstamp.server.store.UserStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The assembled server in this process, over real HTTP, on a real SQLite file of its own that goes with it.
///
/// Holds what tests need: the API `orders` (scopes `orders:read`, `orders:write`; claims `age`, `email`), the API
/// `stock`, the users `vera` (role `buyer`: all of orders) and `nick` (no role), the clients `shop` (orders) and
/// `depot` (stock).
final class RunningServer implements AutoCloseable {

    static final String ORDERS = "https://api.example/orders";
    static final String STOCK = "https://api.example/stock";
    static final String ORDERS_SECRET = "the secret of the API orders";
    static final String STOCK_SECRET = "the secret of the API stock";
    static final String SHOP_SECRET = "the-secret-of-the-shop";
    static final String DEPOT_SECRET = "the-secret-of-the-depot";
    static final String PASSWORD = "correct horse battery staple";

    /// Tests that are about something else than passwords need not wait for them.
    private static final HashingCost CHEAP = new HashingCost(64, 1);

    private static final PasswordHash HASH = hash(PASSWORD);

    final Handstamp handstamp;
    final Path data;
    final Database database;
    private final HashingCost cost;
    private final PasswordHash hash;
    private final Opening opening;

    private RunningServer(Handstamp handstamp, Path data, HashingCost cost, Opening opening) {
        this.handstamp = handstamp;
        this.data = data;
        this.cost = cost;
        this.hash = cost.equals(CHEAP) ? HASH : hash(PASSWORD, cost);
        this.opening = opening;
        this.database = opening.database();
    }

    static RunningServer start() {
        return start(Map.of());
    }

    /// @param settings by name, credentials by the names of their variables, over those of a test
    static RunningServer start(Map<String, String> settings) {
        return start(CHEAP, settings);
    }

    /// One that hashes passwords as every real one does: others do it as quickly as they can.
    static RunningServer startAtFullCost(Map<String, String> settings) {
        return start(HashingCost.RECOMMENDED, settings);
    }

    private static RunningServer start(HashingCost cost, Map<String, String> settings) {
        try {
            Path data = Files.createTempDirectory("handstamp-test");
            return start(data, cost, settings).seeded();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Another node on a database that the first one has filled, with a data folder of its own.
    ///
    /// @param settings those of the first node
    static RunningServer startBeside(Map<String, String> settings) {
        try {
            return start(Files.createTempDirectory("handstamp-test"), CHEAP, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RunningServer start(Path data, HashingCost cost, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "data", data.toString(),
                "port", "0",
                "management.port", "0",
                "log.level", "error"));
        all.putAll(settings);
        Map<String, String> environment = new HashMap<>(all);
        environment.keySet().removeIf(name -> !name.startsWith("HANDSTAMP_"));
        all.keySet().removeAll(environment.keySet());
        ServerConfig config = switch (ServerConfig.read(Optional.empty(), environment, all)) {
            case ServerConfig.Valid(var valid) -> valid;
            case ServerConfig.Invalid(var problems) -> throw new IllegalArgumentException(String.join("\n", problems));
        };
        Handstamp handstamp = Handstamp.start(config, cost);
        // As the command line does, beside the running server.
        Secrets secrets = new Secrets(new SecureRandom());
        return new RunningServer(handstamp, data, cost, Opening.forCommand(config, secrets, InstantSource.system()));
    }

    /// The same data under a server that was stopped and started again.
    RunningServer restarted(Map<String, String> settings) {
        opening.close();
        handstamp.stop();
        return start(data, cost, settings);
    }

    String issuer() {
        return handstamp.issuer().toString();
    }

    Call call(String method, String path) {
        return new Call(method, URI.create("http://127.0.0.1:" + handstamp.port() + path));
    }

    Call management(String path) {
        return new Call("GET", URI.create("http://127.0.0.1:" + handstamp.managementPort() + path));
    }

    Reply logIn(String username, String password) {
        return call("POST", "/session")
                .json(Json.text(Map.of("username", username, "password", password, "audience", ORDERS)))
                .send();
    }

    Reply logIn() {
        return logIn("vera", PASSWORD);
    }

    Reply logInWithCookies() {
        return call("POST", "/session")
                .json(Json.text(
                        Map.of("username", "vera", "password", PASSWORD, "audience", ORDERS, "delivery", "cookie")))
                .send();
    }

    /// A login whose grant belongs to the registered client `shop`.
    Reply logInAtShop() {
        return call("POST", "/session")
                .basic("shop", SHOP_SECRET)
                .json(Json.text(Map.of("username", "vera", "password", PASSWORD)))
                .send();
    }

    Reply refresh(String refreshToken) {
        return call("POST", "/session/refresh")
                .json(Json.text(Map.of("refresh_token", refreshToken)))
                .send();
    }

    Reply clientCredentials() {
        return call("POST", "/token")
                .basic("shop", SHOP_SECRET)
                .form("grant_type", "client_credentials")
                .send();
    }

    /// What the API `orders` is told.
    Reply introspect(String token) {
        return call("POST", "/introspect")
                .basic(ORDERS, ORDERS_SECRET)
                .form("token", token)
                .send();
    }

    boolean isActive(String token) {
        return introspect(token).json().get("active").equals(true);
    }

    Reply revoke(String token) {
        return call("POST", "/revoke")
                .basic("shop", SHOP_SECRET)
                .form("token", token)
                .send();
    }

    /// The private key that signs for the API `orders`.
    PrivateJwk signingKey() {
        List<SigningKey> keys = database.read(tx -> new SigningKeyStore().list(tx));
        return keys.stream()
                .filter(key -> key.algorithm() == Algorithm.RS256 && key.stateAt(Instant.now()) == State.CURRENT)
                .findFirst()
                .map(opening.keyEncryption()::decrypt)
                .orElseThrow();
    }

    /// What an API makes of a token with the secret that it shares: the same, but for these claims.
    String forgedBy(String audience, String token, Map<String, Object> changes) {
        Map<String, Object> claims = new LinkedHashMap<>(claims(token));
        claims.put("aud", audience);
        claims.putAll(changes);
        PrivateJwk shared = database.read(tx -> new SigningKeyStore().list(tx)).stream()
                .filter(key -> key.api().equals(Optional.of(new Audience(audience))))
                .map(opening.keyEncryption()::decrypt)
                .findFirst()
                .orElseThrow();
        return new JwsSigner(shared, "at+jwt").sign(Json.write(claims));
    }

    /// What short codes and second factors are kept under.
    KeyEncryption keyEncryption() {
        return opening.keyEncryption();
    }

    User user(String username) {
        return database.read(tx -> new UserStore().findByUsername(tx, new Username(username)))
                .orElseThrow();
    }

    List<AuditEvent> audit() {
        return database.read(tx -> new AuditStore().list(tx, Instant.EPOCH, 10_000));
    }

    List<AuditEvent> audit(AuditEvent.Type type) {
        return audit().stream().filter(event -> event.type() == type).toList();
    }

    /// Changes what is stored, behind the server's back: time that has passed, for instance.
    void execute(String sql) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("handstamp.db"));
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 20000");
            assertThat(statement.executeUpdate(sql)).isPositive();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// Changes the schema, behind the server's back.
    void define(String sql) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("handstamp.db"));
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 20000");
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// A number out of what is stored.
    long number(String sql) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("handstamp.db"));
                var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            return result.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// Every byte that is kept on disk.
    String everythingStored() {
        try (var files = Files.walk(data)) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
            return all.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void addApi(String audience, String secret, Algorithm algorithm, Duration lifetime, String... scopes) {
        Api api = new Api(
                new Audience(audience),
                scopes(scopes),
                algorithm,
                lifetime,
                List.of("age", "email"),
                new Secret(secret).hash(),
                Instant.now());
        database.inTransaction(tx -> {
            new ApiStore().insert(tx, api);
            return new RevisionStore().bumpConfiguration(tx);
        });
        opening.signingKeys().ensure(Author.named("test"));
    }

    /// An API whose tokens name their place in a status list.
    void addApiWithStatusList(String audience, String secret, String... scopes) {
        Api api = new Api(
                new Audience(audience),
                scopes(scopes),
                Algorithm.ES256,
                Api.DEFAULT_TOKEN_LIFETIME,
                List.of(),
                new Secret(secret).hash(),
                true,
                Instant.now());
        database.inTransaction(tx -> new ApiStore().insert(tx, api));
    }

    /// An API whose users show two factors.
    void addApiOfTwoFactors(String audience, String secret, String... scopes) {
        Api api = new Api(
                new Audience(audience),
                scopes(scopes),
                Algorithm.RS256,
                Api.DEFAULT_TOKEN_LIFETIME,
                List.of(),
                new Secret(secret).hash(),
                false,
                false,
                Optional.of(AssuranceLevel.AAL2),
                Instant.now());
        database.inTransaction(tx -> new ApiStore().insert(tx, api));
    }

    /// What an administrator does with APIs while the server runs.
    Apis apis() {
        Secrets secrets = new Secrets(new SecureRandom());
        InstantSource clock = InstantSource.system();
        return new Apis(database, opening::signingKeys, keys(), secrets, clock, Administrator.COMMAND_LINE);
    }

    Keys keys() {
        InstantSource clock = InstantSource.system();
        return new Keys(database, opening::signingKeys, opening::keyEncryption, clock, Administrator.COMMAND_LINE);
    }

    /// The authenticators of users, as an operator enrols them.
    TotpEnrolments totpEnrolments() {
        Secrets secrets = new Secrets(new SecureRandom());
        InstantSource clock = InstantSource.system();
        Users users = new Users(
                database,
                () -> {
                    throw new AssertionError("no password is hashed here");
                },
                secrets,
                clock,
                Administrator.COMMAND_LINE);
        return new TotpEnrolments(database, users, opening::keyEncryption, secrets, clock, Administrator.COMMAND_LINE);
    }

    /// What the application keeps, and makes codes of.
    static Secret seed(Enrolled enrolled) {
        return new Secret(enrolled.uri().replaceAll(".*secret=([A-Z2-7]+).*", "$1"));
    }

    /// Whether a token is good, as its API is told.
    boolean isActiveAt(String audience, String secret, String token) {
        return call("POST", "/introspect")
                .basic(audience, secret)
                .form("token", token)
                .send()
                .json()
                .get("active")
                .equals(true);
    }

    void removeApi(String audience) {
        database.inTransaction(tx -> {
            new ApiStore().delete(tx, new Audience(audience));
            return new RevisionStore().bumpConfiguration(tx);
        });
    }

    void addClient(String id, String secret, Set<GrantType> grants, Collection<String> apis, String... scopes) {
        Client client = new Client(
                new ClientId(id),
                grants,
                apis.stream().map(Audience::new).collect(Collectors.toSet()),
                scopes(scopes),
                Optional.of(new Secret(secret).hash()),
                Instant.now());
        database.inTransaction(tx -> {
            new ClientStore().insert(tx, client);
            return new RevisionStore().bumpConfiguration(tx);
        });
    }

    /// A client that asks for tokens of its own at the API orders, and has registered this (RFC 7591 §2).
    void addClient(String id, Map<String, Object> metadata) {
        addClient(new Client(
                new ClientId(id),
                Set.of(GrantType.CLIENT_CREDENTIALS),
                Set.of(new Audience(ORDERS)),
                scopes("orders:read"),
                Optional.empty(),
                Redirection.NONE,
                (ClientMetadata) ClientMetadata.parse(metadata),
                Instant.now()));
    }

    void addClient(Client client) {
        database.inTransaction(tx -> {
            new ClientStore().insert(tx, client);
            return new RevisionStore().bumpConfiguration(tx);
        });
    }

    void addRole(String name, String audience, String... scopes) {
        Role role = new Role(new RoleName(name), Map.of(new Audience(audience), scopes(scopes)));
        database.inTransaction(tx -> {
            new RoleStore().put(tx, role);
            return new RevisionStore().bumpConfiguration(tx);
        });
    }

    User addUser(String username, PasswordHash hash, Map<String, Object> attributes, String... roles) {
        User user = new User(
                new Secrets(new SecureRandom()).subject(),
                new Username(username),
                "Vera Vale",
                username + "@example.org",
                new TreeSet<>(Arrays.stream(roles).map(RoleName::new).toList()),
                attributes,
                hash,
                false,
                Instant.now());
        database.inTransaction(tx -> new UserStore().insert(tx, user));
        return user;
    }

    User addUser(String username, String... roles) {
        return addUser(username, hash, Map.of(), roles);
    }

    static User disabled(User user) {
        return new User(
                user.subject(),
                user.username(),
                user.name(),
                user.email(),
                user.roles(),
                user.attributes(),
                user.passwordHash(),
                true,
                user.createdAt());
    }

    void rotateKeys() {
        opening.signingKeys().rotate(opening.signingKeys().inUse(), Author.named("test"));
    }

    void retireKey(String keyId) {
        opening.signingKeys().retire(keyId, Author.named("test"));
    }

    static PasswordHash hash(String password) {
        return hash(password, CHEAP);
    }

    private static PasswordHash hash(String password, HashingCost cost) {
        try (var hasher = new PasswordHasher(1, 1, cost, new Secrets(new SecureRandom()))) {
            if (hasher.hash(password) instanceof Hashed(var hash)) return hash;
            throw new IllegalArgumentException("not to be hashed");
        }
    }

    static Map<String, Object> claims(String token) {
        return part(token, 1);
    }

    static Map<String, Object> header(String token) {
        return part(token, 0);
    }

    private static Map<String, Object> part(String token, int index) {
        try {
            return Json.parseObject(Base64.getUrlDecoder().decode(token.split("\\.", -1)[index]));
        } catch (JsonException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        opening.close();
        handstamp.stop();
        try (var files = Files.walk(data)) {
            List<Path> all = new ArrayList<>(files.toList());
            for (Path path : all.reversed()) Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RunningServer seeded() {
        addApi(ORDERS, ORDERS_SECRET, Algorithm.RS256, Api.DEFAULT_TOKEN_LIFETIME, "orders:read", "orders:write");
        addApi(STOCK, STOCK_SECRET, Algorithm.RS256, Api.DEFAULT_TOKEN_LIFETIME, "stock:read");
        addRole("buyer", ORDERS, "orders:read", "orders:write");
        addUser("vera", hash, Map.of("age", 34L), "buyer");
        addUser("nick");
        Set<GrantType> both = Set.of(GrantType.CLIENT_CREDENTIALS, GrantType.REFRESH_TOKEN);
        addClient("shop", SHOP_SECRET, both, List.of(ORDERS), "orders:read", "orders:write");
        addClient("depot", DEPOT_SECRET, both, List.of(STOCK), "stock:read");
        return this;
    }

    private static Scopes scopes(String... tokens) {
        return Scopes.of(List.of(tokens)).orElseThrow();
    }
}
