package dev.handstamp.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.sqlite.util.OSInfo;

/// Does once, after the build, what libraries would do at every start: lays their native code out as files, and takes
/// the signatures out of signed jars, which the JVM would check class by class and keep out of its cache.
///
/// A signature says who made a jar; the build has compared each jar's digest with the repository's before. From then
/// on whoever can write to this folder can write to our own jars beside it.
final class Unpacking {

    private final Path libraries;
    private final Path natives;

    private Unpacking(Path libraries, Path natives) {
        this.libraries = libraries;
        this.natives = natives;
    }

    /// Unpacks what lies in one folder of jars.
    ///
    /// @param arguments the folder of the jars, and the folder for native code
    public static void main(String... arguments) throws IOException {
        Unpacking unpacking = new Unpacking(Path.of(arguments[0]), Path.of(arguments[1]));
        unpacking.layOutNativeCode();
        unpacking.takeSignaturesOut();
    }

    private void layOutNativeCode() throws IOException {
        Files.createDirectories(natives);
        layOut("com/amazon/corretto/crypto/provider", System.mapLibraryName("amazonCorrettoCryptoProvider"));
        layOut("org/sqlite/native/" + OSInfo.getNativeLibFolderPathForCurrentOS(), System.mapLibraryName("sqlitejdbc"));
    }

    /// Nothing is laid out for a platform that a library has no native code for.
    private void layOut(String folder, String name) throws IOException {
        try (InputStream code = Unpacking.class.getClassLoader().getResourceAsStream(folder + "/" + name)) {
            if (code == null) Files.deleteIfExists(natives.resolve(name));
            else Files.copy(code, natives.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void takeSignaturesOut() throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(libraries)) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
        for (Path jar : jars) {
            if (isSigned(jar)) takeSignatureOut(jar);
        }
    }

    private static boolean isSigned(Path jar) throws IOException {
        try (ZipFile opened = new ZipFile(jar.toFile())) {
            return opened.stream().map(ZipEntry::getName).anyMatch(Unpacking::isSignature);
        }
    }

    private static void takeSignatureOut(Path jar) throws IOException {
        Path unsigned = Files.createTempFile(jar.getParent(), "unsigned", null);
        try (ZipInputStream from = new ZipInputStream(Files.newInputStream(jar));
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(unsigned))) {
            for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
                if (isSignature(entry.getName())) continue;
                to.putNextEntry(new ZipEntry(entry.getName()));
                if (entry.getName().equals(JarFile.MANIFEST_NAME))
                    withoutDigests(from).write(to);
                else from.transferTo(to);
            }
        }
        Files.move(unsigned, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /// The part that is about the jar as a whole. What follows in a signed jar, a section for each class, is read at
    /// each
    /// start too.
    private static Manifest withoutDigests(InputStream text) throws IOException {
        Manifest manifest = new Manifest(text);
        manifest.getEntries().clear();
        return manifest;
    }

    /// The signature files of a signed jar lie right under `META-INF`.
    private static boolean isSignature(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        boolean inPlace = upper.startsWith("META-INF/") && upper.indexOf('/', 9) < 0;
        return inPlace
                && (upper.endsWith(".SF") || upper.endsWith(".RSA") || upper.endsWith(".DSA") || upper.endsWith(".EC"));
    }
}
