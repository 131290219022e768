@NullMarked
package dev.handstamp.bench;

import org.jspecify.annotations.NullMarked;
