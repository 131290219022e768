package dev.handstamp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;

/// Runs real commands in this process on a real data folder.
final class Shell {

    /// What a command left behind.
    record Result(int status, String out, String err) {

        Result isDone() {
            assertThat(status).as(err).isZero();
            return this;
        }

        Result isRefused(String reason) {
            assertThat(status).as(out + err).isEqualTo(1);
            assertThat(err).contains(reason);
            return this;
        }

        Result isWrongUsage(String reason) {
            assertThat(status).as(out + err).isEqualTo(2);
            assertThat(err).contains(reason);
            return this;
        }

        Map<String, Object> json() {
            return parse(out);
        }

        /// The elements of a list.
        List<Map<String, Object>> jsonList() {
            Object list = parse("{\"list\":" + out + "}").get("list");
            List<Map<String, Object>> objects = new ArrayList<>();
            for (Object each : (List<?>) list) objects.add(object(each));
            return objects;
        }

        @SuppressWarnings("unchecked")
        private static Map<String, Object> object(Object value) {
            return (Map<String, Object>) value;
        }

        private static Map<String, Object> parse(String text) {
            try {
                return Json.parseObject(text.strip().getBytes(StandardCharsets.UTF_8));
            } catch (JsonException e) {
                throw new AssertionError(text, e);
            }
        }
    }

    private final Path data;
    private final Map<String, String> environment = new HashMap<>();
    private final Deque<String> answers = new ArrayDeque<>();
    private boolean screen;
    private boolean colours;
    private boolean full;

    Shell(Path data) {
        this.data = data;
    }

    Shell onColouredScreen() {
        colours = true;
        return this;
    }

    Shell onScreen() {
        screen = true;
        return this;
    }

    /// Nothing that is written to standard output arrives, as on the device that is always full.
    Shell onFullDisk() {
        full = true;
        return this;
    }

    Shell with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /// What somebody at the terminal types when asked.
    Shell typing(String... typed) {
        answers.addAll(List.of(typed));
        return this;
    }

    /// Runs a command on this shell's data.
    Result run(String... arguments) {
        return runWith("", arguments);
    }

    Result runWith(String input, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", data.toString()));
        return bare(input.getBytes(StandardCharsets.UTF_8), all.toArray(String[]::new));
    }

    /// Runs exactly these arguments.
    Result bare(byte[] input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input),
                Terminal.writer(full ? fullDisk() : out),
                Terminal.writer(err),
                environment,
                InstantSource.system(),
                _ -> Optional.ofNullable(answers.poll()),
                () -> screen,
                () -> colours);
        int status = new Cli(terminal).run(arguments);
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static OutputStream fullDisk() {
        try {
            return new FileOutputStream("/dev/full");
        } catch (FileNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /// Begins a command that goes on until it is stopped.
    Running begin(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", data.toString()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                Terminal.writer(out),
                Terminal.writer(new ByteArrayOutputStream()),
                environment,
                InstantSource.system(),
                _ -> Optional.empty(),
                () -> screen,
                () -> colours);
        var status = new FutureTask<>(() -> new Cli(terminal).run(all.toArray(String[]::new)));
        Thread thread = Thread.ofPlatform().daemon().start(status);
        return new Running(out, status, thread);
    }

    /// A command that goes on.
    record Running(ByteArrayOutputStream output, FutureTask<Integer> status, Thread thread) {

        /// Waits for so many lines.
        List<String> lines(int count) throws Exception {
            Instant end = Instant.now().plusSeconds(60);
            while (shown().size() < count) {
                assertThat(Instant.now()).isBefore(end);
                Thread.sleep(10);
            }
            return shown();
        }

        /// Stops it as Ctrl-C would, and tells how it ended.
        int stop() throws Exception {
            thread.interrupt();
            return status.get();
        }

        private List<String> shown() {
            return output.toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    Result bare(String... arguments) {
        return bare(new byte[0], arguments);
    }
}
