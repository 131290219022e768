package dev.handstamp.server.crypto;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/// A bcrypt hash in the form of OpenBSD's `crypt`, `$2a$`, `$2b$` or `$2y$`. As everywhere, it counts the first 72
/// bytes
/// of a password and no more.
final class BcryptHash implements StoredHash {

    /// Twice as dear with each step: 15 takes two to three seconds.
    private static final int HIGHEST_COST = 15;

    private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(0[4-9]|[12][0-9]|3[01])\\$[./A-Za-z0-9]{53}");

    private final String text;
    private final int cost;

    private BcryptHash(String text, int cost) {
        this.text = text;
        this.cost = cost;
    }

    static Optional<BcryptHash> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) return Optional.empty();
        int cost = Integer.parseInt(form.group(1));
        return cost <= HIGHEST_COST ? Optional.of(new BcryptHash(text, cost)) : Optional.empty();
    }

    @Override
    public boolean matches(byte[] password) {
        return OpenBSDBCrypt.checkPassword(text, password);
    }

    @Override
    public boolean isWeaker(HashingCost today) {
        return true;
    }

    @Override
    public long work() {
        return 64L << cost;
    }
}
