package dev.handstamp.microprofile;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Asks for all of these scopes (RFC 6749 §3.3), besides what `@RolesAllowed` asks for. On a class, for each of its
/// methods that does not have one of its own.
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface RequireScope {

    /// {@return the scopes, at least one, each as it stands in the claim `scope`}
    String[] value();
}
