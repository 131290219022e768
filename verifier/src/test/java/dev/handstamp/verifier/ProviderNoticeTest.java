package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// In a process of its own, because a process finds its provider once.
final class ProviderNoticeTest {

    @Test
    void without_accp_the_verifier_says_so_once_and_goes_on() throws Exception {
        String output = outputOf(withoutAccp());

        assertThat(output).contains("6 good tokens");
        assertThat(output)
                .containsOnlyOnce(
                        "RSA and EC signatures are checked by the JDK's (ACCP is not on the class path): just as strictly,"
                                + " but slower than by the Amazon Corretto Crypto Provider (ACCP)");
    }

    @Test
    void with_accp_there_is_nothing_to_say() throws Exception {
        String output = outputOf(System.getProperty("java.class.path"));

        assertThat(output).contains("6 good tokens").doesNotContain("signatures are checked by");
    }

    private static String withoutAccp() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("AmazonCorrettoCryptoProvider"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String outputOf(String classPath) throws IOException, InterruptedException {
        Path log = Files.createTempFile("handstamp-provider", ".log");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath,
                        WithoutAccp.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            return Files.readString(log, StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
            Files.delete(log);
        }
    }
}
