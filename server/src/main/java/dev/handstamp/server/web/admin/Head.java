package dev.handstamp.server.web.admin;

import dev.handstamp.server.html.Shell;

/// What every page of the administration begins with.
///
/// @param problem what went wrong, in words; empty if nothing did
/// @param confirm where to sign in again before something is changed; empty if that is not asked for
/// @param done    what has just been done, in words; empty if nothing was
public record Head(Shell shell, String problem, String confirm, String done) {}
