package dev.handstamp.server.administration.moving;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/// What stands in a file of users: text in UTF-8. A byte order mark, which some editors put before it, says nothing.
public final class FileText {

    private static final int LONGEST_MARK = 3;

    private FileText() {}

    /// The file from its first character on.
    ///
    /// @throws UnreadableFile if it is no such text at the first look, with what to do about it
    public static InputStream of(InputStream file) throws IOException {
        PushbackInputStream text = new PushbackInputStream(file, LONGEST_MARK);
        byte[] first = text.readNBytes(LONGEST_MARK);
        if (first.length == 0) throw new UnreadableFile("the file is empty");
        if (begins(first, 0x1f, 0x8b)) {
            throw new UnreadableFile(
                    "the file is compressed: unpack it (gunzip), or pipe it in (zcat FILE | … import -)");
        }
        if (begins(first, 'P', 'K')) throw new UnreadableFile("the file is a ZIP archive: unpack it");
        if (begins(first, 0xff, 0xfe) || begins(first, 0xfe, 0xff)) {
            throw new UnreadableFile("the file is text in UTF-16: make it UTF-8 (iconv -f UTF-16 -t UTF-8)");
        }
        if (!begins(first, 0xef, 0xbb, 0xbf)) text.unread(first);
        return text;
    }

    private static boolean begins(byte[] first, int... mark) {
        if (first.length < mark.length) return false;
        for (int i = 0; i < mark.length; i++) {
            if (Byte.toUnsignedInt(first[i]) != mark[i]) return false;
        }
        return true;
    }
}
