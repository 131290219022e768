package dev.handstamp.server.administration.moving;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/// One JSON object with a list of users in it.
final class WholeFile {

    private static final int LARGEST = 512 * 1024 * 1024;
    private static final String TOO_LARGE = "the file is larger than 512 MiB: split it";

    private WholeFile() {}

    /// @param reader what reads a user, by what else the file says
    static void read(
            InputStream in,
            String what,
            Function<Members, BiFunction<Long, Members, Newcomer>> reader,
            Consumer<UserEntry> each)
            throws IOException {
        byte[] bytes = in.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) throw new UnreadableFile(TOO_LARGE);
        try {
            read(Json.parseObject(bytes, LARGEST), what, reader, each);
        } catch (JsonException broken) {
            throw new UnreadableFile(none(what) + " (" + broken.getMessage() + " of " + bytes.length + ")");
        }
    }

    /// The same of a list of users without an object around it.
    static void readArray(
            InputStream in, String what, BiFunction<Long, Members, Newcomer> user, Consumer<UserEntry> each)
            throws IOException {
        byte[] object = new SequenceInputStream(Collections.enumeration(List.of(
                        new ByteArrayInputStream("{\"users\":".getBytes(StandardCharsets.UTF_8)),
                        in,
                        new ByteArrayInputStream("}".getBytes(StandardCharsets.UTF_8)))))
                .readNBytes(LARGEST + 1);
        if (object.length > LARGEST) throw new UnreadableFile(TOO_LARGE);
        try {
            read(Json.parseObject(object, LARGEST), what, _ -> user, each);
        } catch (JsonException _) {
            throw new UnreadableFile("the file is no " + what + ", which is one JSON array of users");
        }
    }

    private static void read(
            Map<String, Object> object,
            String what,
            Function<Members, BiFunction<Long, Members, Newcomer>> reader,
            Consumer<UserEntry> each)
            throws UnreadableFile {
        BiFunction<Long, Members, Newcomer> user;
        List<?> users;
        try {
            Members file = new Members(object);
            if (file.get("users").isEmpty()) throw new UnreadableFile("the file has no users: it is no " + what);
            users = file.list("users");
            user = reader.apply(file);
        } catch (Misfit _) {
            throw new UnreadableFile(none(what));
        }
        long number = 1;
        for (Object value : users) each.accept(entry(number++, value, user));
    }

    private static String none(String what) {
        return "the file is no " + what + ", which is one JSON object with a list of users";
    }

    private static UserEntry entry(long number, Object value, BiFunction<Long, Members, Newcomer> user) {
        try {
            return user.apply(number, Members.of(value, "the user"));
        } catch (Misfit misfit) {
            return new Unreadable(number, misfit.problem());
        }
    }
}
