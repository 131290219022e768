package dev.handstamp.server.domain.client;

import dev.handstamp.jwt.Algorithm;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// What the value of a client's metadata has to look like, as JSON.
enum MemberForm {
    TEXT(
            MemberKind.TEXT,
            "refused.member.text",
            "a text of 1 to 256 characters, none of them a control character",
            MemberForm::isText),
    TEXTS(
            MemberKind.TEXTS,
            "refused.member.texts",
            "an array of 1 to 20 such texts",
            value -> isList(value, MemberForm::isText)),
    FLAG(MemberKind.FLAG, "refused.member.flag", "true or false", Boolean.class::isInstance),
    SECONDS(
            MemberKind.SECONDS,
            "refused.member.seconds",
            "a number of seconds, 0 or more, without a fraction",
            MemberForm::isSeconds),
    AUTHENTICATION_METHOD(
            MemberKind.CHOICE, "refused.member.method", "one of " + String.join(", ", methods()), MemberForm::isMethod),
    SIGNATURE_ALGORITHM(
            MemberKind.CHOICE,
            "refused.member.signature",
            "a signature algorithm with a public key, such as ES256, PS256, EdDSA or RS256",
            MemberForm::isSignatureAlgorithm),
    FAPI_PROFILE(
            MemberKind.CHOICE, "refused.member.fapi", "fapi2_security_profile", Client.FAPI2_SECURITY_PROFILE::equals),
    ANSWER_SIGNATURE(
            MemberKind.CHOICE,
            "refused.member.answer",
            "one of " + AnswerSignature.allowed() + ": no HMAC, so that everybody can check them with a public key",
            AnswerSignature::isOne),
    DOCUMENTS(
            MemberKind.ADDRESSES,
            "refused.member.documents",
            "an array of 1 to 20 URIs of at most 2048 characters: https, or http on loopback",
            value -> isList(value, MemberForm::isDocument)),
    ASSERTION_ALGORITHM(
            MemberKind.CHOICE,
            "refused.member.assertion",
            "a signature algorithm such as ES256, PS256, EdDSA or RS256, or HS256 for client_secret_jwt",
            MemberForm::isAlgorithm),
    KEY_SET(
            MemberKind.OBJECT,
            "refused.member.key-set",
            "a JWK Set of 1 to 20 public keys",
            value -> ClientKeys.of(value).isPresent()),
    WEB_PAGE(
            MemberKind.ADDRESS,
            "refused.member.web-page",
            "an https URI of at most 2048 characters",
            MemberForm::isWebPage),
    ENDPOINT(
            MemberKind.ADDRESS,
            "refused.member.endpoint",
            "an https URI of at most 2048 characters, without a fragment; http on this machine alone",
            MemberForm::isEndpoint),
    APPLICATION_TYPE(
            MemberKind.CHOICE,
            "refused.member.application",
            "web or native",
            value -> "web".equals(value) || "native".equals(value)),
    SUBJECT_TYPE(
            MemberKind.CHOICE,
            "refused.member.subject-type",
            "public or pairwise",
            value -> "public".equals(value) || "pairwise".equals(value));

    private static final int LONGEST_TEXT = 256;
    private static final int LONGEST_URI = 2048;
    private static final int MOST = 20;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final MemberKind kind;
    private final String key;
    private final String allowed;

    @SuppressWarnings("ImmutableEnumChecker") // The checks hold no state.
    private final Predicate<Object> check;

    MemberForm(MemberKind kind, String key, String allowed, Predicate<Object> check) {
        this.kind = kind;
        this.key = key;
        this.allowed = allowed;
        this.check = check;
    }

    MemberKind kind() {
        return kind;
    }

    /// What it can be, where that is a choice.
    List<String> choices() {
        return switch (this) {
            case AUTHENTICATION_METHOD -> methods();
            case SIGNATURE_ALGORITHM -> algorithms(MemberForm::isSignatureAlgorithm);
            case ASSERTION_ALGORITHM -> algorithms(MemberForm::isAlgorithm);
            case ANSWER_SIGNATURE -> AnswerSignature.names();
            case FAPI_PROFILE -> List.of(Client.FAPI2_SECURITY_PROFILE);
            case APPLICATION_TYPE -> List.of("web", "native");
            case SUBJECT_TYPE -> List.of("public", "pairwise");
            case TEXT, TEXTS, FLAG, SECONDS, DOCUMENTS, KEY_SET, WEB_PAGE, ENDPOINT -> List.of();
        };
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

    private static List<String> methods() {
        return Arrays.stream(ClientAuthenticationMethod.values())
                .map(ClientAuthenticationMethod::wireName)
                .toList();
    }

    private static List<String> algorithms(Predicate<Object> allowed) {
        return Arrays.stream(Algorithm.values())
                .map(Algorithm::joseName)
                .filter(allowed)
                .toList();
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
