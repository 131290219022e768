/// How a token is earned, renewed and taken back: shared by every door that issues or ends something.
///
/// Each class here weighs what the domain decides, writes what came of it in one transaction together with its audit
/// event, and answers with a sealed value. What such an answer is called on the wire is a door's business.
@NullMarked
package dev.handstamp.server.issuance;

import org.jspecify.annotations.NullMarked;
