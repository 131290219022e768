/// People's doors: the server's own pages. Plain HTML that needs no script; each page leads back to the authorization
/// endpoint, which alone decides what comes next.
@NullMarked
package dev.handstamp.server.web;

import org.jspecify.annotations.NullMarked;
