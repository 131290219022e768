/// Auto-configuration for Spring Security's resource server: a `JwtDecoder` that checks tokens with
/// [dev.handstamp.verifier.TokenVerifier], from the properties that the application has already. What a token
/// may do stays Spring Security's to decide.
@NullMarked
package dev.handstamp.spring;

import org.jspecify.annotations.NullMarked;
