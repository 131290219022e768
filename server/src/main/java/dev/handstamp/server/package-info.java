@NullMarked
package dev.handstamp.server;

import org.jspecify.annotations.NullMarked;
