package dev.handstamp.cli;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/// A JSON object from a file, or from standard input where `-` stands for the file.
final class JsonInput {

    private static final int LONGEST = 64 * 1024;

    private final Terminal terminal;

    JsonInput(Terminal terminal) {
        this.terminal = terminal;
    }

    Map<String, Object> object(String file) {
        try {
            return Json.parseObject(bytes(file), LONGEST);
        } catch (JsonException e) {
            throw new WrongUsage(file + " is not one JSON object of at most " + LONGEST + " bytes, each name once");
        }
    }

    private byte[] bytes(String file) {
        if (file.equals("-")) return new SecretInput(terminal).read().getBytes(StandardCharsets.UTF_8);
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (IOException | InvalidPathException e) {
            throw new WrongUsage(file + " cannot be read");
        }
    }
}
