package dev.handstamp.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.handstamp.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        Log.threshold(Log.Level.INFO); // A server that another test started in this process has set its own.
        Log.writeTo(new PrintStream(written, false, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        Log.writeTo(System.out);
        Log.threshold(Log.Level.INFO);
    }

    @Test
    void an_event_is_one_json_object_in_the_order_given() throws Exception {
        Log.info("refresh refused", "client", "shop", "reason", "reused", "count", 3, "first", true, "user", null);

        Map<String, Object> event = onlyEvent();
        assertThat(event.keySet())
                .containsExactly("time", "level", "message", "client", "reason", "count", "first", "user");
        assertThat(event)
                .containsEntry("level", "info")
                .containsEntry("message", "refresh refused")
                .containsEntry("client", "shop")
                .containsEntry("count", 3L)
                .containsEntry("first", true);
        assertThat(Instant.parse((String) event.get("time")))
                .isBefore(Instant.now().plusSeconds(1));
    }

    @ParameterizedTest
    @DisplayName("S-01: one event stays one line, escaped, and nothing is looked up")
    @ValueSource(
            strings = {
                "a\r\n{\"level\":\"info\",\"message\":\"forged\"}",
                "a\nb",
                "\u001b[31mred\u001b[0m",
                "\"},{\"x\":\"y",
                "back\\slash",
                "${jndi:ldap://127.0.0.1/a}",
                "\u2028\u2029\u0085\u0000\u007f\u009b",
                "\ud800 lone surrogate",
                "é😀\u202egnp.exe"
            })
    void one_event_stays_one_line(String hostile) throws Exception {
        Log.info(hostile, "name", hostile, hostile, "as a key");

        String line = written.toString(StandardCharsets.UTF_8);
        assertThat(line).endsWith("}\n");
        assertThat(line.substring(0, line.length() - 1)).matches("[ -~]*");
        if (hostile.startsWith("\ud800")) return; // no JSON reader has to take half a character
        assertThat(onlyEvent()).containsEntry("message", hostile).containsEntry("name", hostile);
    }

    @Test
    void an_error_carries_its_class_message_and_stack_in_the_same_line() throws Exception {
        Log.error("it broke", new IllegalStateException("on\ntwo lines", new RuntimeException("cause")), "path", "/x");

        Map<String, Object> event = onlyEvent();
        assertThat(event)
                .containsEntry("level", "error")
                .containsEntry("error", "java.lang.IllegalStateException")
                .containsEntry("detail", "on\ntwo lines")
                .containsEntry("path", "/x");
        assertThat((String) event.get("stack")).contains("LogTest").contains("Caused by");
    }

    @Test
    void the_request_id_is_added_where_one_is_bound() throws Exception {
        ScopedValue.where(Log.REQUEST_ID, "r-1").run(() -> Log.warn("seen"));

        assertThat(onlyEvent()).containsEntry("request", "r-1").containsEntry("level", "warn");
    }

    @Test
    void debug_is_off_until_asked_for() throws Exception {
        Log.debug("silent");
        assertThat(written.size()).isZero();

        Log.threshold(Log.Level.DEBUG);
        Log.debug("heard");
        assertThat(onlyEvent()).containsEntry("message", "heard");
    }

    @Test
    void a_long_value_is_cut() throws Exception {
        Log.info("long", "value", "x".repeat(1_000_000));

        assertThat((String) onlyEvent().get("value")).hasSize(Log.MAXIMUM_VALUE_LENGTH + "[cut]".length());
    }

    @Test
    void logging_never_throws() {
        Object unprintable = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("no text");
            }
        };

        assertThatCode(() -> Log.info("odd", "value", unprintable)).doesNotThrowAnyException();
        assertThatCode(() -> Log.info("key without value", "key")).doesNotThrowAnyException();
        assertThatCode(() -> Log.error("no error", null)).doesNotThrowAnyException();
        assertThat(lines()).hasSize(3);
    }

    @Test
    void lines_of_many_threads_do_not_mix() throws Exception {
        var threads = new Thread[8];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofVirtual().start(() -> {
                for (int n = 0; n < 200; n++) Log.info("event", "padding", "x".repeat(500));
            });
        }
        for (Thread thread : threads) thread.join();

        assertThat(lines()).hasSize(8 * 200);
        for (String line : lines())
            assertThat(Json.parseObject(line.getBytes(StandardCharsets.UTF_8))).hasSize(4);
    }

    @Test
    void warnings_of_libraries_are_taken_over_and_the_rest_is_dropped() throws Exception {
        Log.captureLibraries();
        Logger library = Logger.getLogger("org.example.library");

        library.info("chatter");
        library.warning("trouble\nahead");

        assertThat(onlyEvent())
                .containsEntry("level", "warn")
                .containsEntry("message", "trouble\nahead")
                .containsEntry("logger", "org.example.library");
    }

    private Map<String, Object> onlyEvent() throws Exception {
        assertThat(lines()).hasSize(1);
        return Json.parseObject(lines().getFirst().getBytes(StandardCharsets.UTF_8));
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
