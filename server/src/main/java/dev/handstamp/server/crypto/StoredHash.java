package dev.handstamp.server.crypto;

import dev.handstamp.server.domain.user.PasswordHash;
import java.util.Optional;

/// A password hash as it is kept: one of ours, or one that a user brought along from another system.
interface StoredHash {

    /// Compares in constant time.
    boolean matches(byte[] password);

    /// Whether it is to be replaced as soon as the password is known.
    boolean isWeaker(HashingCost today);

    /// The KiB that one computation fills, or as much as takes the same time: what it costs.
    long work();

    /// Reads the text of a hash; empty if it is of no known form, or asks for more than is computed here.
    static Optional<StoredHash> parse(PasswordHash stored) {
        String text = stored.value();
        if (text.startsWith("$argon2")) return Argon2Hash.parse(stored).map(hash -> hash);
        if (text.startsWith("$2")) return BcryptHash.parse(text).map(hash -> hash);
        if (text.startsWith("$pbkdf2-")) return Pbkdf2Hash.parse(text).map(hash -> hash);
        if (text.startsWith("$scrypt$")) return ScryptHash.parse(text).map(hash -> hash);
        if (text.startsWith("$firebase-scrypt$"))
            return FirebaseScryptHash.parse(text).map(hash -> hash);
        if (text.startsWith("$5$") || text.startsWith("$6$"))
            return ShaCryptHash.parse(text).map(hash -> hash);
        return Optional.empty();
    }
}
