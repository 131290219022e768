/// One interceptor for servers on grpc-java: it hands a call's metadata to the verifier and says no in gRPC's words. It
/// decides nothing but which requirement belongs to which method.
@NullMarked
package dev.handstamp.grpc;

import org.jspecify.annotations.NullMarked;
