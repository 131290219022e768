@NullMarked
package dev.handstamp.cli;

import org.jspecify.annotations.NullMarked;
