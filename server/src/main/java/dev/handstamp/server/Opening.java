package dev.handstamp.server;

import dev.handstamp.server.crypto.DpopNonces;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.MasterKey;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.UnusableMasterKey;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.issuance.SigningKeys;
import dev.handstamp.server.settings.Setting;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.SigningKeyStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the server and every command stand on, opened the same way by both, the first time too: the data folder, the
/// database at today's schema, the master key.
public final class Opening implements AutoCloseable {

    private final ServerConfig config;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Database database;
    private @Nullable SigningKeys signingKeys;
    private @Nullable KeyEncryption keyEncryption;
    private @Nullable KeyEncryption knownKeyEncryption;
    private @Nullable DpopNonces dpopNonces;
    private boolean madeMasterKey;

    private Opening(ServerConfig config, Secrets secrets, InstantSource clock, boolean alone) {
        this.config = config;
        this.secrets = secrets;
        this.clock = clock;
        DataDirectory.prepare(config.data());
        try {
            if (alone) opened.push(DataDirectory.lock(config.data()));
            this.database = Database.open(location(config.database()));
            opened.push(database);
            if (alone) unlock();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /// For a server: the data folder is its own until it closes, and the master key is known to be the right one.
    ///
    /// @throws Unusable          if another server uses the folder, or it is open to others
    /// @throws UnusableMasterKey if the master key is missing, damaged or not the one that the keys are encrypted
    ///     with
    public static Opening forServer(ServerConfig config, Secrets secrets, InstantSource clock) {
        return new Opening(config, secrets, clock, true);
    }

    /// For a command, beside a running server or without one. The master key is looked at when it is needed.
    public static Opening forCommand(ServerConfig config, Secrets secrets, InstantSource clock) {
        return new Opening(config, secrets, clock, false);
    }

    public Database database() {
        return database;
    }

    public KeyEncryption keyEncryption() {
        if (keyEncryption == null) unlock();
        return Objects.requireNonNull(keyEncryption);
    }

    /// The same for whoever only opens what was sealed before: no master key is made, and nothing is written.
    ///
    /// @throws UnusableMasterKey if there is none, or another one
    public KeyEncryption knownKeyEncryption() {
        if (keyEncryption != null) return keyEncryption;
        if (knownKeyEncryption != null) return knownKeyEncryption;
        Path file = config.masterKeyFile();
        Optional<MasterKey> given = givenMasterKey();
        if (given.isEmpty() && !Files.exists(file)) throw lost("secrets of users in the database");
        KeyEncryption encryption = new KeyEncryption(given.orElseGet(() -> MasterKey.read(file)), secrets);
        new SigningKeys(database, encryption, clock).check();
        knownKeyEncryption = encryption;
        return encryption;
    }

    public DpopNonces dpopNonces() {
        if (dpopNonces == null) unlock();
        return Objects.requireNonNull(dpopNonces);
    }

    public SigningKeys signingKeys() {
        if (signingKeys == null) unlock();
        return Objects.requireNonNull(signingKeys);
    }

    /// The file of a master key that was made just now: somebody has to be told to back it up.
    public Optional<Path> madeMasterKey() {
        return madeMasterKey ? Optional.of(config.masterKeyFile()) : Optional.empty();
    }

    /// Lets go of everything, the last opened first.
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("not closed cleanly", e);
            }
        }
    }

    private void unlock() {
        MasterKey masterKey = masterKey();
        KeyEncryption encryption = new KeyEncryption(masterKey, secrets);
        SigningKeys keys = new SigningKeys(database, encryption, clock);
        keys.unlock();
        keyEncryption = encryption;
        dpopNonces = new DpopNonces(masterKey);
        signingKeys = keys;
    }

    private MasterKey masterKey() {
        Optional<MasterKey> given = givenMasterKey();
        if (given.isPresent()) return given.get();
        Path file = config.masterKeyFile();
        if (!Files.exists(file)
                && database.read(new SigningKeyStore()::checkValue).isPresent()) {
            throw lost("the signing keys in the database");
        }
        MasterKey.Found found = MasterKey.readOrMake(file, secrets);
        madeMasterKey = found.made();
        return found.key();
    }

    private Optional<MasterKey> givenMasterKey() {
        return config.masterKey().map(given -> MasterKey.parse(Setting.MASTER_KEY.variable(), given.value()));
    }

    private UnusableMasterKey lost(String encrypted) {
        return new UnusableMasterKey("the master key file " + config.masterKeyFile() + " is missing, and " + encrypted
                + " are encrypted with it: put it back from its backup, or from another node");
    }

    private static DatabaseLocation location(ServerConfig.Database database) {
        if (database.url().isEmpty()) return new DatabaseLocation.Sqlite(database.file());
        return new DatabaseLocation.Postgresql(
                database.url().get(),
                database.user().orElse(""),
                database.password().map(Secret::value).orElse(""));
    }
}
