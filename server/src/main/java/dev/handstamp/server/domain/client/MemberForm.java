package dev.handstamp.server.domain.client;

import dev.handstamp.jwt.Algorithm;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What the value of a client's metadata has to look like, as JSON.
enum MemberForm {
    TEXT("refused.member.text", "a text of 1 to 256 characters, none of them a control character", MemberForm::isText),
    TEXTS("refused.member.texts", "an array of 1 to 20 such texts", value -> isList(value, MemberForm::isText)),
    FLAG("refused.member.flag", "true or false", Boolean.class::isInstance),
    SECONDS("refused.member.seconds", "a number of seconds, 0 or more, without a fraction", MemberForm::isSeconds),
    AUTHENTICATION_METHOD("refused.member.method", "one of " + methods(), MemberForm::isMethod),
    SIGNATURE_ALGORITHM(
            "refused.member.signature",
            "a signature algorithm with a public key, such as ES256, PS256, EdDSA or RS256",
            MemberForm::isSignatureAlgorithm),
    FAPI_PROFILE("refused.member.fapi", "fapi2_security_profile", Client.FAPI2_SECURITY_PROFILE::equals),
    ANSWER_SIGNATURE(
            "refused.member.answer",
            "one of " + AnswerSignature.allowed() + ": no HMAC, so that everybody can check them with a public key",
            AnswerSignature::isOne),
    DOCUMENTS(
            "refused.member.documents",
            "an array of 1 to 20 URIs of at most 2048 characters: https, or http on loopback",
            value -> isList(value, MemberForm::isDocument)),
    ASSERTION_ALGORITHM(
            "refused.member.assertion",
            "a signature algorithm such as ES256, PS256, EdDSA or RS256, or HS256 for client_secret_jwt",
            MemberForm::isAlgorithm),
    KEY_SET(
            "refused.member.key-set",
            "a JWK Set of 1 to 20 public keys",
            value -> ClientKeys.of(value).isPresent()),
    WEB_PAGE("refused.member.web-page", "an https URI of at most 2048 characters", MemberForm::isWebPage),
    ENDPOINT(
            "refused.member.endpoint",
            "an https URI of at most 2048 characters, without a fragment; http on this machine alone",
            MemberForm::isEndpoint),
    APPLICATION_TYPE(
            "refused.member.application", "web or native", value -> "web".equals(value) || "native".equals(value)),
    SUBJECT_TYPE(
            "refused.member.subject-type",
            "public or pairwise",
            value -> "public".equals(value) || "pairwise".equals(value));

    private static final int LONGEST_TEXT = 256;
    private static final int LONGEST_URI = 2048;
    private static final int MOST = 20;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final String key;
    private final String allowed;

    @SuppressWarnings("ImmutableEnumChecker") // The checks hold no state.
    private final Predicate<Object> check;

    MemberForm(String key, String allowed, Predicate<Object> check) {
        this.key = key;
        this.allowed = allowed;
        this.check = check;
    }

    /// What is wrong with a member whose value is not of this form.
    ClientFault fault(String member) {
        return ClientFault.of(member, key, member + " has to be " + allowed, member);
    }

    boolean accepts(Object value) {
        return check.test(value);
    }

    /// The value as it is kept and answered: it may have been given under another name (RFC 7591 §3.2.1), and of keys
    /// only what is known of keys is kept.
    Object written(Object value) {
        return switch (this) {
            case ANSWER_SIGNATURE -> AnswerSignature.written(value);
            case KEY_SET ->
                ClientKeys.of(value).<Object>map(ClientKeys::toObject).orElse(value);
            default -> value;
        };
    }

    private static boolean isText(Object value) {
        return value instanceof String text
                && !text.isEmpty()
                && text.length() <= LONGEST_TEXT
                && text.chars().noneMatch(Character::isISOControl);
    }

    private static boolean isList(Object value, Predicate<Object> each) {
        return value instanceof List<?> list
                && !list.isEmpty()
                && list.size() <= MOST
                && list.stream().allMatch(each);
    }

    private static boolean isSeconds(Object value) {
        return value instanceof Long seconds && seconds >= 0 && seconds <= Integer.MAX_VALUE;
    }

    private static boolean isMethod(Object value) {
        return value instanceof String name
                && ClientAuthenticationMethod.named(name).isPresent();
    }

    private static boolean isAlgorithm(Object value) {
        return value instanceof String name
                && Algorithm.named(name).filter(Algorithm::isAvailable).isPresent();
    }

    private static boolean isSignatureAlgorithm(Object value) {
        return value instanceof String name
                && Algorithm.named(name)
                        .filter(algorithm -> algorithm.isAvailable() && !algorithm.isSymmetric())
                        .isPresent();
    }

    private static String methods() {
        return Arrays.stream(ClientAuthenticationMethod.values())
                .map(ClientAuthenticationMethod::wireName)
                .collect(Collectors.joining(", "));
    }

    /// What this server asks by itself: where it leads is looked at again with each request.
    private static boolean isEndpoint(Object value) {
        return isDocument(value) && ((String) value).indexOf('#') < 0;
    }

    /// The same; a fragment says what is to be found there (OpenID Connect Core §6.2).
    private static boolean isDocument(Object value) {
        if (!(value instanceof String text) || text.length() > LONGEST_URI) return false;
        try {
            URI uri = new URI(text);
            if (uri.getHost() == null || uri.getRawUserInfo() != null) return false;
            boolean isHere = LOOPBACK.contains(uri.getHost());
            return "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && isHere);
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private static boolean isWebPage(Object value) {
        if (!(value instanceof String text) || text.length() > LONGEST_URI) return false;
        try {
            URI uri = new URI(text);
            return "https".equals(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null;
        } catch (URISyntaxException _) {
            return false;
        }
    }
}
