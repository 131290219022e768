/// The admin API: every operation of `administration` over HTTP with JSON, for whoever holds an access token of this
/// server for it. One table ([Operations]) says what there is; the document is made from it.
@NullMarked
package dev.handstamp.server.protocol.admin;

import org.jspecify.annotations.NullMarked;
