/// The table of settings and where their texts come from: one YAML file, the environment, the command line.
///
/// What the settings mean together, and which combinations are unsafe, is decided in
/// [dev.handstamp.server.ServerConfig].
@NullMarked
package dev.handstamp.server.settings;

import org.jspecify.annotations.NullMarked;
