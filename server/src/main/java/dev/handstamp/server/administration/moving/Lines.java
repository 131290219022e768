package dev.handstamp.server.administration.moving;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// JSON Lines: one object on each line. An empty line says nothing.
final class Lines {

    private static final int LONGEST = 1024 * 1024;

    private Lines() {}

    static void read(InputStream in, BiFunction<Long, Members, Newcomer> user, Consumer<UserEntry> each)
            throws IOException {
        InputStream bytes = new BufferedInputStream(in, 64 * 1024);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long number = 1;
        for (int next = bytes.read(); ; next = bytes.read()) {
            if (next >= 0 && next != '\n') {
                if (line.size() <= LONGEST) line.write(next);
                continue;
            }
            if (!line.toString(StandardCharsets.ISO_8859_1).isBlank()) {
                each.accept(entry(number, line.toByteArray(), user));
            }
            if (next < 0) return;
            line.reset();
            number++;
        }
    }

    private static UserEntry entry(long number, byte[] line, BiFunction<Long, Members, Newcomer> user) {
        try {
            return user.apply(number, new Members(Json.parseObject(line, LONGEST)));
        } catch (JsonException broken) {
            return new Unreadable(
                    number,
                    "the line is not one JSON object of at most 1 MiB, each name once (" + broken.getMessage() + ")");
        } catch (Misfit misfit) {
            return new Unreadable(number, misfit.problem());
        }
    }
}
