/// Brings [dev.handstamp.verifier.Doorkeeper] to servlets: a filter, the principal behind it, and the refusal as a
/// response. It translates and decides nothing but which requirement belongs to which path.
@NullMarked
package dev.handstamp.servlet;

import org.jspecify.annotations.NullMarked;
