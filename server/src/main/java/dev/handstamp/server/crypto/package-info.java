/// Keys, hashing and randomness: the only room of the server that meets `javax.crypto` and `java.security`.
///
/// Knows no SQL and no HTTP. What it is handed and what it hands back are records of the domain and types of module
/// `jwt`.
@NullMarked
package dev.handstamp.server.crypto;

import org.jspecify.annotations.NullMarked;
