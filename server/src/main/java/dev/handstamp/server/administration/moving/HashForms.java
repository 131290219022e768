package dev.handstamp.server.administration.moving;

import dev.handstamp.server.domain.user.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Password hashes as other systems write them down, in the one spelling that is kept here.
final class HashForms {

    /// A scheme in front, as in LDAP or in Spring Security, of a hash that says for itself what it is.
    private static final Pattern SCHEME = Pattern.compile(
            "\\{(?:crypt|bcrypt|argon2|argon2@SpringSecurity_v5_8)\\}(\\$.*)", Pattern.CASE_INSENSITIVE);

    /// Django.
    private static final Pattern DJANGO =
            Pattern.compile("pbkdf2_(sha1|sha256|sha512)\\$([0-9]+)\\$([^$]+)\\$([A-Za-z0-9+/=]+)");

    /// Passlib, which writes a full stop where base64 has a plus sign.
    private static final Pattern PASSLIB =
            Pattern.compile("\\$pbkdf2(?:-(sha256|sha512))?\\$([0-9]+)\\$([A-Za-z0-9./]+)\\$([A-Za-z0-9./]+)");

    /// The form that Auth0 takes: with the length of the hash beside the iterations.
    private static final Pattern WITH_LENGTH = Pattern.compile(
            "(\\$pbkdf2-(?:sha1|sha256|sha512)\\$i=[0-9]+),l=[0-9]+(\\$[A-Za-z0-9+/]+)=*(\\$[A-Za-z0-9+/]+)=*");

    private static final Pattern DJANGO_ARGON = Pattern.compile("argon2(\\$argon2.*)");

    private static final Pattern DJANGO_BCRYPT = Pattern.compile("bcrypt(\\$\\$2[aby]\\$.*)");

    private HashForms() {}

    static PasswordHash normal(String text) {
        return new PasswordHash(spelling(text.strip()));
    }

    static PasswordHash pbkdf2(String digest, long iterations, byte[] salt, byte[] hash) {
        return new PasswordHash("$pbkdf2-" + digest + "$i=" + iterations + "$" + base64(salt) + "$" + base64(hash));
    }

    /// @param cost N, a power of two
    static PasswordHash scrypt(long cost, long blockSize, long lanes, byte[] salt, byte[] hash) {
        if (cost < 2 || Long.bitCount(cost) != 1) throw new Misfit("the cost of scrypt is no power of two");
        return new PasswordHash("$scrypt$ln=" + Long.numberOfTrailingZeros(cost) + ",r=" + blockSize + ",p=" + lanes
                + "$" + base64(salt) + "$" + base64(hash));
    }

    /// Base64 with or without padding, in either alphabet.
    static Optional<byte[]> decoded(String text) {
        try {
            String standard = text.replace('-', '+').replace('_', '/').replace("=", "");
            return Optional.of(Base64.getDecoder().decode(standard));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String spelling(String text) {
        Matcher scheme = SCHEME.matcher(text);
        if (scheme.matches()) return scheme.group(1);
        Matcher argon = DJANGO_ARGON.matcher(text);
        if (argon.matches()) return argon.group(1);
        Matcher bcrypt = DJANGO_BCRYPT.matcher(text);
        if (bcrypt.matches()) return bcrypt.group(1).substring(1);
        Matcher withLength = WITH_LENGTH.matcher(text);
        if (withLength.matches()) return withLength.group(1) + withLength.group(2) + withLength.group(3);
        Matcher django = DJANGO.matcher(text);
        if (django.matches()) {
            byte[] salt = django.group(3).getBytes(StandardCharsets.UTF_8);
            return "$pbkdf2-" + django.group(1) + "$i=" + django.group(2) + "$" + base64(salt) + "$"
                    + django.group(4).replace("=", "");
        }
        Matcher passlib = PASSLIB.matcher(text);
        if (passlib.matches()) {
            String digest = passlib.group(1) == null ? "sha1" : passlib.group(1);
            return "$pbkdf2-" + digest + "$i=" + passlib.group(2) + "$"
                    + passlib.group(3).replace('.', '+') + "$"
                    + passlib.group(4).replace('.', '+');
        }
        return text;
    }
}
