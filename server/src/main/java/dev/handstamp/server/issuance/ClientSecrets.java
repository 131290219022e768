package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.store.ClientSecretStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.Transaction;
import java.util.Optional;
import java.util.function.Supplier;

/// The secrets that clients sign with (`client_secret_jwt`): an HMAC is checked with the secret itself, so
/// that a hash is not enough. They are encrypted under the master key, each for its client; every other
/// secret stays a hash.
public final class ClientSecrets {

    private final Database database;
    private final Supplier<KeyEncryption> encryption;
    private final ClientSecretStore store = new ClientSecretStore();

    /// @param encryption asked for when the first such secret comes
    public ClientSecrets(Database database, Supplier<KeyEncryption> encryption) {
        this.database = database;
        this.encryption = encryption;
    }

    /// The secret as it is stored. Not to be called within a transaction: the master key may have to be
    /// opened first.
    public String seal(ClientId client, Secret secret) {
        return encryption.get().seal(secret, purpose(client));
    }

    /// Keeps the secret of a client that is stored already; a former one is forgotten.
    ///
    /// @param sealed from [#seal], for this client
    public void keep(Transaction tx, ClientId client, String sealed) {
        store.put(tx, client, sealed);
    }

    public void forget(Transaction tx, ClientId client) {
        store.delete(tx, client);
    }

    public Optional<Secret> find(ClientId client) {
        Optional<String> stored = database.read(tx -> store.find(tx, client));
        return stored.flatMap(text -> encryption.get().open(text, purpose(client)));
    }

    private static String purpose(ClientId client) {
        return "handstamp client secret\n" + client.value();
    }
}
