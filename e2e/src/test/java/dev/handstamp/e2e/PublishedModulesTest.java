package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is promised to those who compile against us.
final class PublishedModulesTest {

    private static final Path LISTINGS = Path.of("src/test/resources/api");

    @ParameterizedTest
    @ValueSource(strings = {"jwt", "verifier", "testing"})
    void nothing_that_was_published_has_gone_or_changed(String module) throws Exception {
        requireAll(module, Signatures.of(Path.of("..", module, "target", "classes")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "forward-auth", "grpc", "microprofile-jwt", "spring-boot-starter"})
    void nothing_that_an_adapter_has_published_has_gone_or_changed(String adapter) throws Exception {
        requireAll(adapter, Signatures.withoutLoading(Path.of("..", "adapters", adapter, "target", "classes")));
    }

    private static void requireAll(String module, Set<String> shown) throws Exception {
        Path listing = LISTINGS.resolve(module + ".txt");
        if (Boolean.getBoolean("api.publish")) {
            Files.createDirectories(LISTINGS);
            Files.write(listing, shown);
        }
        Set<String> listed = new TreeSet<>(Files.readAllLines(listing));
        assertThat(listed).isNotEmpty();
        Set<String> gone = new TreeSet<>(listed);
        gone.removeAll(shown);

        assertThat(gone)
                .as(
                        "signatures in %s that %s no longer has; docs/decisions/0009-public-api.md says what to do",
                        listing, module)
                .isEmpty();
        assertThat(newDuties(listed, shown))
                .as("what others implement in %s must go on compiling: give the new method a default", module)
                .isEmpty();
    }

    /// The abstract methods that whoever implements an interface of ours would have to write now.
    private static Set<String> newDuties(Set<String> listed, Set<String> shown) {
        return shown.stream()
                .filter(line -> !listed.contains(line) && line.contains(": public abstract "))
                .filter(line -> isOpenInterface(line.substring(0, line.indexOf(": ")), listed))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isOpenInterface(String type, Set<String> listed) {
        Pattern header = Pattern.compile("public .*interface " + Pattern.quote(type) + "( .*)?");
        return listed.stream().anyMatch(line -> header.matcher(line).matches() && !line.contains("sealed"));
    }

    @Test
    void a_method_more_that_others_have_to_implement_is_noticed() throws Exception {
        Set<String> shown = Signatures.of(Path.of("..", "verifier", "target", "classes"));
        Set<String> before = new TreeSet<>(shown);
        String method = "public abstract dev.handstamp.jwt.JwkSet dev.handstamp.verifier.JwkSetSource.current()";
        assertThat(before.remove("dev.handstamp.verifier.JwkSetSource: " + method))
                .isTrue();
        before.removeIf(line -> line.startsWith("dev.handstamp.verifier.BearerToken: "));

        assertThat(newDuties(before, shown)).containsExactly("dev.handstamp.verifier.JwkSetSource: " + method);
        assertThat(newDuties(shown, shown)).isEmpty();
    }

    @Test
    void a_signature_that_changes_is_noticed() throws Exception {
        Set<String> shown = Signatures.of(Path.of("..", "jwt", "target", "classes"));

        assertThat(shown)
                .contains(
                        "dev.handstamp.jwt.Rejected: public dev.handstamp.jwt.Reason dev.handstamp.jwt.Rejected.reason()",
                        "public abstract sealed interface dev.handstamp.jwt.Verification permits"
                                + " dev.handstamp.jwt.Rejected, dev.handstamp.jwt.Verified")
                .noneMatch(line -> line.contains("dev.handstamp.jwt.Base64Url"));
    }

    @Test
    void a_signature_of_an_adapter_that_changes_is_noticed() throws Exception {
        Set<String> shown = Signatures.withoutLoading(Path.of("..", "adapters", "grpc", "target", "classes"));

        assertThat(shown)
                .anyMatch(line -> line.startsWith("public final class dev.handstamp.grpc.HandstampInterceptor"))
                .anyMatch(line -> line.startsWith("dev.handstamp.grpc.HandstampInterceptor: public static"))
                .noneMatch(line -> line.contains("private"));
    }

    @Test
    void the_verifier_runs_on_the_jdk_and_the_token_core_and_nothing_else() {
        ModuleFinder own = ModuleFinder.of(
                Path.of("..", "jwt", "target", "classes"), Path.of("..", "verifier", "target", "classes"));

        Configuration resolved =
                ModuleLayer.boot().configuration().resolve(own, ModuleFinder.of(), Set.of("dev.handstamp.verifier"));

        assertThat(resolved.modules().stream().map(ResolvedModule::name))
                .containsExactlyInAnyOrder("dev.handstamp.jwt", "dev.handstamp.verifier");
        ModuleFinder both = ModuleFinder.compose(own, ModuleFinder.ofSystem());
        assertThat(
                        Configuration.empty()
                                .resolve(both, ModuleFinder.of(), Set.of("dev.handstamp.verifier"))
                                .modules()
                                .stream()
                                .map(ResolvedModule::name))
                .containsExactlyInAnyOrder("dev.handstamp.jwt", "dev.handstamp.verifier", "java.base", "java.net.http");
    }

    /// The adapters need frameworks that are not on our path; that they are held to the same says the next test.
    @Test
    void javadoc_has_nothing_to_complain_about(@TempDir Path folder) throws Exception {
        StringWriter complaints = new StringWriter();
        List<String> arguments = new ArrayList<>();
        for (String module : List.of("jwt", "verifier", "testing")) {
            Path sources = Path.of("..", module, "src", "main", "java");
            arguments.addAll(List.of("--module-source-path", "dev.handstamp." + module + "=" + sources));
        }
        arguments.addAll(List.of("--module-path", jarsOfOthers()));
        arguments.addAll(List.of("--module", "dev.handstamp.jwt,dev.handstamp.verifier,dev.handstamp.testing"));

        int status = javadoc(complaints, folder, arguments);

        assertThat(complaints.toString()).isEmpty();
        assertThat(status).isZero();
        assertThat(folder.resolve("dev.handstamp.verifier/dev/handstamp/verifier/TokenVerifier.html"))
                .isNotEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jwt",
                "verifier",
                "testing",
                "adapters/servlet",
                "adapters/forward-auth",
                "adapters/grpc",
                "adapters/microprofile-jwt",
                "adapters/spring-boot-starter"
            })
    void what_is_published_without_a_word_of_explanation_does_not_compile(String module) throws Exception {
        assertThat(Path.of("..", module, "pom.xml")).content().contains("<doclint>-Xdoclint:all/protected</doclint>");
    }

    @Test
    void a_parameter_that_nobody_explains_is_noticed(@TempDir Path folder) throws Exception {
        Path source = Files.writeString(folder.resolve("Door.java"), """
                /// A door.
                public interface Door {
                    /// Opens it.
                    void open(String key);
                }
                """);
        StringWriter complaints = new StringWriter();

        int status = javadoc(complaints, folder, List.of(source.toString()));

        assertThat(complaints.toString()).contains("no @param for key");
        assertThat(status).isNotZero();
    }

    private static int javadoc(StringWriter complaints, Path folder, List<String> what) {
        List<String> arguments = new ArrayList<>(List.of("-Xdoclint:all", "-Werror", "-Xmaxwarns", "1000"));
        arguments.addAll(List.of("-d", folder.toString(), "-quiet", "-encoding", "UTF-8", "-notimestamp"));
        arguments.addAll(what);
        PrintWriter writer = new PrintWriter(complaints);
        return ToolProvider.findFirst("javadoc").orElseThrow().run(writer, writer, arguments.toArray(String[]::new));
    }

    /// The modules that the first three are compiled with, the JDK's aside.
    private static String jarsOfOthers() {
        Pattern needed = Pattern.compile(
                ".*/(jspecify|junit-jupiter-api|junit-platform-commons|opentest4j|apiguardian-api)-[^/]*\\.jar");
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(needed.asMatchPredicate())
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void whatever_class_is_published_is_final() throws Exception {
        Set<String> lines = new TreeSet<>();
        for (String module : List.of("jwt", "verifier", "testing")) {
            lines.addAll(Signatures.of(Path.of("..", module, "target", "classes")));
        }
        for (String adapter : List.of("servlet", "forward-auth", "grpc", "microprofile-jwt", "spring-boot-starter")) {
            lines.addAll(Signatures.withoutLoading(Path.of("..", "adapters", adapter, "target", "classes")));
        }
        List<String> classes = lines.stream()
                .filter(line -> line.matches("public ([a-z]+ )*class .*"))
                .toList();

        assertThat(classes)
                .hasSizeGreaterThan(50)
                .allMatch(line -> line.matches("public ([a-z]+ )*final ([a-z]+ )*class .*"));
    }

    @Test
    void a_published_record_is_an_alternative_of_a_sealed_answer() throws Exception {
        Set<String> lines = new TreeSet<>();
        for (String module : List.of("jwt", "verifier", "testing")) {
            lines.addAll(Signatures.of(Path.of("..", module, "target", "classes")));
        }
        List<String> records = lines.stream()
                .filter(line -> line.matches("public ([a-z]+ )*record .*"))
                .toList();

        assertThat(records).hasSizeGreaterThan(10).allSatisfy(line -> {
            String answer = line.replaceAll(".* implements (dev\\.handstamp\\.\\S+?)(,.*)?$", "$1");
            assertThat(lines).as(line).anyMatch(other -> other.contains(" sealed interface " + answer + " permits "));
        });
    }
}
