/// How pages are made: markup with every value escaped, one frame with its strict headers, and the pages that more than
/// one door shows. The only room that writes HTML besides the pages of `web`.
@NullMarked
package dev.handstamp.server.html;

import org.jspecify.annotations.NullMarked;
