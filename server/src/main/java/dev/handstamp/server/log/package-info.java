/// The log: one event, one line of JSON.
///
/// Facts with names, never credentials. Everyone in the server may write; only the listener binds a request's id,
/// and only the start-up chooses where lines go.
@NullMarked
package dev.handstamp.server.log;

import org.jspecify.annotations.NullMarked;
