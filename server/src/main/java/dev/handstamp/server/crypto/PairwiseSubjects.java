package dev.handstamp.server.crypto;

import dev.handstamp.server.domain.user.Subject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Computes what users are called in a sector: the same on every node and after every start, and nothing that two
/// sectors could compare. Keyed by the master key: with another one, users would be strangers.
///
/// @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#PairwiseAlg">OpenID Connect Core §8.1</a>
public final class PairwiseSubjects {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 16;

    private final SecretKeySpec key;

    PairwiseSubjects(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    public Subject of(Subject subject, String sector) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] digest = mac.doFinal((sector + "\n" + subject.value()).getBytes(StandardCharsets.UTF_8));
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, BYTES));
            return new Subject(Subject.PREFIX + text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every JDK", e);
        }
    }
}
