package dev.handstamp.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a Java without ML-DSA says: a Java 17 in a process of its own when this machine has one, else this Java
/// without the provider that has ML-DSA.
class MlDsaAvailabilityTest {

    @Test
    @DisplayName("On a Java without ML-DSA its three algorithms are named as unavailable, and all others work")
    void a_java_without_ml_dsa_says_so() throws Exception {
        Optional<Path> java17 = java17();
        String output = java17.isPresent() ? output(java17.get(), "as it is") : output(thisJava(), "without SUN");

        assertThat(output.lines())
                .contains(
                        "ES256 works: true",
                        "ML-DSA-44 available: false",
                        "ML-DSA-44 generate: ML-DSA-44 is not available on this Java: it needs Java 24 or later",
                        "ML-DSA-44 parse: ML-DSA-44 needs Java 24 or later",
                        "ML-DSA-65 generate: ML-DSA-65 is not available on this Java: it needs Java 24 or later",
                        "ML-DSA-87 parse: ML-DSA-87 needs Java 24 or later",
                        "a set with an ML-DSA key beside others: 1 key, nothing to report");
    }

    private static String output(Path java, String mode) throws IOException, InterruptedException {
        Path log = Files.createTempFile("handstamp-ml-dsa", ".log");
        Process process = new ProcessBuilder(List.of(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MlDsaReport.class.getName(),
                        mode))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            String output = Files.readString(log, StandardCharsets.UTF_8);
            assertThat(process.exitValue()).as(output).isZero();
            return output;
        } finally {
            process.destroyForcibly();
            Files.delete(log);
        }
    }

    private static Path thisJava() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private static Optional<Path> java17() throws IOException {
        Path place = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(place)) return Optional.empty();
        try (Stream<Path> homes = Files.list(place)) {
            return homes.filter(MlDsaAvailabilityTest::isJava17)
                    .map(home -> home.resolve("bin/java"))
                    .filter(Files::isExecutable)
                    .findFirst();
        }
    }

    private static boolean isJava17(Path home) {
        try {
            return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"17.");
        } catch (IOException e) {
            return false;
        }
    }
}
