package dev.handstamp.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives the tests of an API a real issuer, for JUnit Jupiter 5 and 6.
///
/// ```java
/// class OrdersTest {
///
///     @RegisterExtension
///     static final HandstampExtension handstamp = HandstampExtension.forAudience("https://api.example/orders");
///
///     static final TokenVerifier verifier = TokenVerifier.builder()
///             .issuer(handstamp.issuer())
///             .audience(handstamp.audience())
///             .clock(handstamp.clock())
///             .build();
///
///     @Test
///     void a_reader_may_read(@Token(scope = "orders:read") String token) { … }
/// }
/// ```
///
/// Or, where no field is needed, `@ExtendWith(HandstampExtension.class)` and parameters of the types [TestIssuer],
/// [TestClock], [TokenBuilder] and, with [Token], `String`.
///
/// In a static field, or with `@ExtendWith`, the issuer starts when it is first needed and listens until the last
/// test of the run has ended, so that whatever was built upon it stays good; in an instance field it lives for one
/// test. Before each test the clock shows the system's time again and the issuer answers as it should; keys stay
/// rotated and tokens revoked.
///
/// One issuer has one clock: tests that turn it, or let the issuer answer wrongly, must not run side by side with
/// others of the same extension.
public final class HandstampExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {

    private static final Duration LONG_AGO = Duration.ofHours(1);

    /// Those of the first issuer: they are begun before anything else, and used once.
    private @Nullable FirstKeys firstKeys = FirstKeys.begun();

    private final TestClock clock = new TestClock();
    private final List<String> audience;

    private @Nullable TestIssuer issuer;
    private boolean outlivesTests;

    /// An issuer whose tokens are for `https://api.example`.
    public HandstampExtension() {
        this(List.of("https://api.example"));
    }

    private HandstampExtension(List<String> audience) {
        this.audience = audience;
    }

    /// An issuer whose tokens are for this API, unless a test says otherwise.
    ///
    /// @param audience as it stands in `aud`
    /// @return an extension, for a field with `@RegisterExtension`
    public static HandstampExtension forAudience(String audience) {
        return new HandstampExtension(List.of(audience));
    }

    /// {@return the issuer identifier, `http://127.0.0.1:<port>`: what the API under test is told to trust}
    public String issuer() {
        return testIssuer().issuer();
    }

    /// {@return where the key set stands, for an API that wants to be told}
    public String jwksUri() {
        return testIssuer().jwksUri();
    }

    /// {@return whom the tokens are for}
    public String audience() {
        return audience.get(0);
    }

    /// {@return the clock by which tokens are issued; for the API under test too if that runs in the same
    ///     process}
    public TestClock clock() {
        return clock;
    }

    /// {@return a token for the API, good for five minutes, to be changed and signed}
    public TokenBuilder token() {
        return testIssuer().token().audience(audience());
    }

    /// The next key signs from now on, as on the day of a rotation; the former stays published.
    public void rotateKey() {
        testIssuer().rotateKey();
    }

    /// Takes a token back: introspection says so from now on, and verifiers that read the revocation feed are
    /// told. Both need [TestIssuer#introspectionClient].
    ///
    /// @param token its text
    public void revoke(String token) {
        testIssuer().revoke(token);
    }

    /// {@return everything else that the issuer can do, rightly or wrongly}
    public synchronized TestIssuer testIssuer() {
        if (issuer == null) {
            issuer = TestIssuer.start(firstKeys != null ? firstKeys : FirstKeys.begun(), clock);
            firstKeys = null;
        }
        return issuer;
    }

    /// Called by JUnit for a static field, or for `@ExtendWith`.
    @Override
    public synchronized void beforeAll(ExtensionContext context) {
        outlivesTests = true;
        // JUnit closes what it stores for the whole run when the run ends; before 5.13 it does not, and the issuer's
        // threads, being daemons, end with the process.
        context.getRoot().getStore(Namespace.create(HandstampExtension.class)).put(this, (AutoCloseable) this::close);
    }

    /// Called by JUnit.
    @Override
    public void beforeEach(ExtensionContext context) {
        clock.reset();
        TestIssuer ready = testIssuer();
        ready.answerNormally();
        ready.comeBack();
    }

    /// Called by JUnit.
    @Override
    public synchronized void afterEach(ExtensionContext context) {
        if (!outlivesTests) close();
    }

    /// Called by JUnit.
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == String.class) return parameter.isAnnotated(Token.class);
        return type == TestIssuer.class || type == TestClock.class || type == TokenBuilder.class;
    }

    /// Called by JUnit.
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == TestIssuer.class) return testIssuer();
        if (type == TestClock.class) return clock;
        Optional<Token> wanted = parameter.findAnnotation(Token.class);
        TokenBuilder token = wanted.isPresent() ? shaped(wanted.get()) : token();
        return type == TokenBuilder.class ? token : token.sign();
    }

    private TokenBuilder shaped(Token wanted) {
        TokenBuilder token = token().algorithm(wanted.algorithm());
        if (!wanted.subject().isEmpty()) token.subject(wanted.subject());
        if (!wanted.clientId().isEmpty()) token.clientId(wanted.clientId());
        if (wanted.audience().length > 0) token.audience(wanted.audience());
        if (wanted.scope().length > 0) token.scope(wanted.scope());
        if (wanted.role().length > 0) token.role(wanted.role());
        if (wanted.expired()) {
            Instant end = clock.instant().minus(LONG_AGO);
            token.issuedAt(end.minus(Duration.ofMinutes(5))).expiresAt(end);
        }
        return token;
    }

    private synchronized void close() {
        if (issuer != null) issuer.close();
        issuer = null;
    }
}
