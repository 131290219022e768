/// What brands bring to pages: their logos, served from here.
@NullMarked
package dev.handstamp.server.web.brand;

import org.jspecify.annotations.NullMarked;
