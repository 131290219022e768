package dev.handstamp.e2e;

import dev.handstamp.jwt.Rejected;
import dev.handstamp.verifier.Silence;
import dev.handstamp.verifier.TokenVerifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A verifier in a process of its own, which can be put to sleep: it reads tokens line by line and prints what it
/// finds, `verified` or the reason.
final class AskedVerifier implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;

    AskedVerifier(String issuer, String audience, String secret, Duration silence) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AskedVerifier.class.getName(),
                issuer,
                audience,
                secret,
                silence.toString());
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    String ask(String token) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).append(token).append('\n').flush();
        return answers.readLine();
    }

    /// As a laptop whose lid is closed, or a virtual machine that is suspended.
    void sleep(boolean asleep) throws IOException, InterruptedException {
        HandstampProcess.signal(process, asleep ? "-STOP" : "-CONT");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Takes issuer, audience, secret and how long the feed may be silent.
    public static void main(String[] arguments) throws IOException {
        var tokens = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (TokenVerifier verifier = TokenVerifier.builder()
                .issuer(arguments[0])
                .audience(arguments[1])
                .revocationFeed(arguments[2], Silence.failClosed(Duration.parse(arguments[3])))
                .loadAtStart()
                .build()) {
            for (String token = tokens.readLine(); token != null; token = tokens.readLine()) {
                System.out.println(
                        verifier.verify(token) instanceof Rejected rejected
                                ? rejected.reason().code()
                                : "verified");
            }
        }
    }
}
