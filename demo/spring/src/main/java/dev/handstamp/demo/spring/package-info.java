/// A tiny Spring Boot API with the starter. Read [SecurityConfiguration], [OrdersController] and
/// `application.yml`: there is nothing of Handstamp in the code. [Main] only brings an issuer for tests.
@NullMarked
package dev.handstamp.demo.spring;

import org.jspecify.annotations.NullMarked;
