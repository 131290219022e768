package dev.handstamp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service for proxies as a process of its own.
class ForwardAuthTest {

    private static final Pattern ANSWERS = Pattern.compile("answers at port (\\d+)\\.");

    @TempDir
    Path folder;

    @Test
    void it_answers_until_it_is_told_to_stop() throws Exception {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "forward-auth",
                        "--issuer",
                        "https://login.example",
                        "--audience",
                        "https://app.example",
                        "--port",
                        "0")
                .redirectError(log.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest question = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port(process, log) + "/verify"))
                    .header("X-Original-Method", "GET")
                    .header("X-Original-URL", "https://app.example/")
                    .build();
            assertThat(client.send(question, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(401);
            process.destroy(); // SIGTERM
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void everything_that_is_wrong_is_said_before_anything_starts() {
        new Shell(folder)
                .bare("forward-auth", "--port", "x", "--proxy", "apache")
                .isWrongUsage("port is not a number from 0 to 65535: x")
                .isWrongUsage("proxy is not nginx, traefik, caddy or envoy: apache")
                .isWrongUsage("issuer is missing")
                .isWrongUsage("audience is missing");
    }

    @Test
    void the_help_names_every_flag_and_no_secret() {
        String help = new Shell(folder).bare("forward-auth", "--help").isDone().out();
        assertThat(help)
                .contains("--trusted-proxies", "--login-url", "Examples:")
                .doesNotContain("--api-secret");
    }

    private static String port(Process process, Path log) throws Exception {
        while (process.isAlive()) {
            Matcher answers = ANSWERS.matcher(Files.readString(log));
            if (answers.find()) return answers.group(1);
            Thread.sleep(50);
        }
        throw new AssertionError(Files.readString(log));
    }
}
