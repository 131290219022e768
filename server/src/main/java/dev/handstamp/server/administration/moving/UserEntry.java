package dev.handstamp.server.administration.moving;

/// One user's place in a file.
public sealed interface UserEntry permits Newcomer, Unreadable {

    /// The line it stands in, or its place in the list, from 1 on.
    long number();
}
