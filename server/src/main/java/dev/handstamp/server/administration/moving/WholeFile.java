package dev.handstamp.server.administration.moving;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// One JSON object with a list of users in it.
final class WholeFile {

    private static final int LARGEST = 512 * 1024 * 1024;

    private WholeFile() {}

    static void read(InputStream in, String what, BiFunction<Long, Members, Newcomer> user, Consumer<UserEntry> each)
            throws IOException {
        byte[] bytes = in.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) throw new UnreadableFile("the file is larger than 512 MiB: split it");
        long number = 1;
        for (Object value : users(bytes, what)) each.accept(entry(number++, value, user));
    }

    private static List<?> users(byte[] bytes, String what) throws UnreadableFile {
        try {
            Members file = new Members(Json.parseObject(bytes, LARGEST));
            if (file.get("users").isEmpty()) throw new UnreadableFile("the file has no users: it is no " + what);
            return file.list("users");
        } catch (JsonException | Misfit _) {
            throw new UnreadableFile("the file is no " + what + ", which is one JSON object with a list of users");
        }
    }

    private static UserEntry entry(long number, Object value, BiFunction<Long, Members, Newcomer> user) {
        try {
            return user.apply(number, Members.of(value, "the user"));
        } catch (Misfit misfit) {
            return new Unreadable(number, misfit.problem());
        }
    }
}
