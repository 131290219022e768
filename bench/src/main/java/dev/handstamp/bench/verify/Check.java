package dev.handstamp.bench.verify;

/// One library's way of telling whether a token is good.
@FunctionalInterface
interface Check extends AutoCloseable {

    /// Answers what the token says.
    ///
    /// @throws Exception if the token is refused
    Object check(String token) throws Exception;

    @Override
    default void close() {}
}
