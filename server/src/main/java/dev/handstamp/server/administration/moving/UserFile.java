package dev.handstamp.server.administration.moving;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/// A form that users are kept in.
public interface UserFile {

    /// Hands out every user of the file, in its order.
    ///
    /// @throws UnreadableFile if the file as a whole is not of this form
    /// @throws IOException    if it cannot be read
    void read(InputStream in, Consumer<UserEntry> each) throws IOException;
}
