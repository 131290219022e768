@NullMarked
package dev.handstamp.demo;

import org.jspecify.annotations.NullMarked;
