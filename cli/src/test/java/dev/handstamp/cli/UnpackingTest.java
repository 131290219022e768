package dev.handstamp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackingTest {

    private static final String MANIFEST = """
        Manifest-Version: 1.0
        Multi-Release: true

        Name: a/B.class
        SHA-256-Digest: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

        """;

    @TempDir
    Path folder;

    @Test
    void a_signed_jar_loses_its_signature_and_nothing_else() throws IOException {
        Path signed = jar(
                "signed.jar",
                Map.of(
                        "META-INF/MANIFEST.MF", MANIFEST,
                        "META-INF/MAKER.SF", "digests",
                        "META-INF/MAKER.RSA", "signature",
                        "META-INF/services/a.B", "a.C",
                        "a/B.class", "code",
                        "a/notes.RSA", "no signature"));
        Path plain = jar("plain.jar", Map.of("META-INF/MANIFEST.MF", MANIFEST, "a/B.class", "code"));
        byte[] before = Files.readAllBytes(plain);

        Unpacking.main(folder.toString(), folder.resolve("native").toString());

        try (JarFile jar = new JarFile(signed.toFile())) {
            assertThat(jar.stream().map(ZipEntry::getName))
                    .containsExactlyInAnyOrder(
                            "META-INF/MANIFEST.MF", "META-INF/services/a.B", "a/B.class", "a/notes.RSA");
            assertThat(jar.getInputStream(jar.getEntry("a/B.class"))).hasContent("code");
            Manifest manifest = jar.getManifest();
            assertThat(manifest.getMainAttributes().getValue("Multi-Release")).isEqualTo("true");
            assertThat(manifest.getEntries()).isEmpty();
        }
        assertThat(plain).hasBinaryContent(before);
        assertThat(folder.resolve("native").resolve(System.mapLibraryName("sqlitejdbc")))
                .isNotEmptyFile();
    }

    private Path jar(String name, Map<String, String> entries) throws IOException {
        Path jar = folder.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }
}
