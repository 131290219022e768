/// What operators ask on the management listener: is it alive, is it ready, how much does it do. Never on the public
/// listener.
@NullMarked
package dev.handstamp.server.ops;

import org.jspecify.annotations.NullMarked;
