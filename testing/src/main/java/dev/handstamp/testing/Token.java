package dev.handstamp.testing;

import dev.handstamp.jwt.Algorithm;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A test's parameter that a [HandstampExtension] fills with a signed token: a `String`, or a [TokenBuilder] when the
/// test wants to go on from there.
///
/// ```java
/// @Test
/// void a_reader_may_read(@Token(subject = "vera", scope = "orders:read") String token) { … }
/// ```
///
/// What is not said is as in [TestIssuer#token()]. For any other claim or header take the [TokenBuilder].
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Token {

    /// {@return `sub`; as in [TestIssuer#token()] when empty}
    String subject() default "";

    /// {@return `client_id`; as in [TestIssuer#token()] when empty}
    String clientId() default "";

    /// {@return `aud`, in place of the extension's audience}
    String[] audience() default {};

    /// {@return the words of `scope`}
    String[] scope() default {};

    /// {@return `roles`, and the same as `groups`}
    String[] role() default {};

    /// {@return what it is signed with}
    Algorithm algorithm() default Algorithm.ES256;

    /// {@return whether its five minutes were over an hour ago}
    boolean expired() default false;
}
