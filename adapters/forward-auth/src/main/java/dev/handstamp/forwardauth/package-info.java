/// The verifier as a small HTTP service: nginx, Traefik, Caddy and Envoy ask it about each request (forward
/// authentication). It reads what a proxy says of the visitor's request, lets a [dev.handstamp.verifier.Doorkeeper]
/// decide, and answers in the words of that proxy. It issues nothing and keeps nothing.
@NullMarked
package dev.handstamp.forwardauth;

import org.jspecify.annotations.NullMarked;
