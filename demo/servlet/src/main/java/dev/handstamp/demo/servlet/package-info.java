/// A tiny API on embedded Jetty, behind [dev.handstamp.servlet.HandstampFilter]. Read [Api] first; [Main] only
/// brings an issuer for tests.
@NullMarked
package dev.handstamp.demo.servlet;

import org.jspecify.annotations.NullMarked;
