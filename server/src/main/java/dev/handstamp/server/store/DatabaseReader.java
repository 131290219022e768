package dev.handstamp.server.store;

import java.util.function.Function;

/// Reads on its caller's thread, for a thread that reads all day: nobody else has to be woken for it.
///
/// One thread owns it, a platform thread: a native call must not hold the carrier of a virtual one.
public interface DatabaseReader extends AutoCloseable {

    /// Reads one consistent state.
    ///
    /// @throws StoreUnavailable if the database cannot answer now; a later call may go well
    <T> T read(Function<Transaction, T> work);

    @Override
    void close();
}
