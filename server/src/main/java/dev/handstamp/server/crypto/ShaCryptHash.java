package dev.handstamp.server.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Sha2Crypt;

/// A hash of glibc's `crypt` made with SHA-256 (`$5$`) or SHA-512 (`$6$`), as in `/etc/shadow`.
final class ShaCryptHash implements StoredHash {

    private static final int USUAL_ROUNDS = 5_000;
    private static final int MOST_ROUNDS = 1_000_000;

    private static final Pattern FORM =
            Pattern.compile("(\\$([56])\\$(?:rounds=([1-9][0-9]{3,6})\\$)?[./A-Za-z0-9]{1,16})"
                    + "\\$([./A-Za-z0-9]{43}|[./A-Za-z0-9]{86})");

    private final String text;
    private final String salt;
    private final boolean sha512;
    private final int rounds;

    private ShaCryptHash(String text, String salt, boolean sha512, int rounds) {
        this.text = text;
        this.salt = salt;
        this.sha512 = sha512;
        this.rounds = rounds;
    }

    static Optional<ShaCryptHash> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) return Optional.empty();
        boolean sha512 = form.group(2).equals("6");
        int rounds = form.group(3) == null ? USUAL_ROUNDS : Integer.parseInt(form.group(3));
        boolean fits = form.group(4).length() == (sha512 ? 86 : 43) && rounds <= MOST_ROUNDS;
        return fits ? Optional.of(new ShaCryptHash(text, form.group(1), sha512, rounds)) : Optional.empty();
    }

    @Override
    public boolean matches(byte[] password) {
        byte[] wiped = password.clone(); // The library wipes what it is given.
        String computed = sha512 ? Sha2Crypt.sha512Crypt(wiped, salt) : Sha2Crypt.sha256Crypt(wiped, salt);
        return MessageDigest.isEqual(
                computed.getBytes(StandardCharsets.US_ASCII), text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public boolean isWeaker(HashingCost today) {
        return true;
    }

    @Override
    public long work() {
        return rounds;
    }
}
