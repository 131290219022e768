/// MicroProfile JWT 2.1 on Jakarta REST: its settings, its `JsonWebToken`, `@RolesAllowed`. It hands a request to the
/// verifier, and decides nothing but what the annotations of a resource ask for.
@NullMarked
package dev.handstamp.microprofile;

import org.jspecify.annotations.NullMarked;
