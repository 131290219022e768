package dev.handstamp.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JUnit5Test {

    private static final Path CONSOLE = Path.of("target/junit-5/junit-platform-console-standalone.jar");

    @Test
    void the_extension_runs_on_junit_5_too() throws IOException, InterruptedException {
        String libraries = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .filter(entry -> !entry.contains("junit") && !entry.contains("opentest4j"))
                .collect(Collectors.joining(":"));
        Process junit5 = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        CONSOLE + ":" + libraries,
                        "org.junit.platform.console.ConsoleLauncher",
                        "execute",
                        "--disable-banner",
                        "--disable-ansi-colors",
                        "--select-class",
                        RunOnJUnit5.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(junit5.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(junit5.waitFor()).as(printed).isZero();
        assertThat(printed).contains("2 tests successful");
    }
}
