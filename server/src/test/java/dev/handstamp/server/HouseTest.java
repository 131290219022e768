package dev.handstamp.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The arrows of docs/architecture.md, section 4.
class HouseTest {

    private static final String ROOT = "dev.handstamp.server";
    private static final Path SOURCES = Path.of("src/main/java/dev/handstamp/server");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .importUrl(Handstamp.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void the_floors_are_only_walked_downwards() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("doors")
                .definedBy(ROOT + ".protocol..", ROOT + ".web..")
                .layer("html")
                .definedBy(ROOT + ".html..")
                .layer("administration")
                .definedBy(ROOT + ".administration..")
                .layer("jobs")
                .definedBy(ROOT + ".jobs..")
                .layer("ops")
                .definedBy(ROOT + ".ops..")
                .layer("mail")
                .definedBy(ROOT + ".mail..")
                .layer("issuance")
                .definedBy(ROOT + ".issuance..")
                .layer("live")
                .definedBy(ROOT + ".live..")
                .layer("store")
                .definedBy(ROOT + ".store..")
                .layer("crypto")
                .definedBy(ROOT + ".crypto..")
                .layer("http")
                .definedBy(ROOT + ".http..")
                .layer("outbound")
                .definedBy(ROOT + ".outbound..")
                .layer("log")
                .definedBy(ROOT + ".log..")
                .layer("domain")
                .definedBy(ROOT + ".domain..")
                .withOptionalLayers(true)
                .whereLayer("doors")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("administration")
                .mayOnlyBeAccessedByLayers("doors")
                .whereLayer("jobs")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("ops")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("mail")
                .mayOnlyBeAccessedByLayers("jobs")
                .whereLayer("mail")
                .mayOnlyAccessLayers("html", "domain", "log")
                .whereLayer("issuance")
                .mayOnlyBeAccessedByLayers("doors", "administration", "jobs", "ops")
                .whereLayer("live")
                .mayOnlyBeAccessedByLayers("doors", "administration", "jobs", "ops", "issuance")
                .whereLayer("store")
                .mayOnlyAccessLayers("domain", "log")
                .whereLayer("crypto")
                .mayOnlyAccessLayers("domain", "log")
                .whereLayer("html")
                .mayOnlyAccessLayers("http", "domain")
                .whereLayer("http")
                .mayOnlyAccessLayers("log")
                .whereLayer("outbound")
                .mayOnlyAccessLayers("log")
                .whereLayer("log")
                .mayNotAccessAnyLayer()
                .whereLayer("domain")
                .mayNotAccessAnyLayer()
                .check(HOUSE);
    }

    @Test
    void no_door_opens_into_another() {
        slices().matching(ROOT + ".protocol.(*)..")
                .should()
                .notDependOnEachOther()
                .check(HOUSE);
        slices().matching(ROOT + ".web.(*)..").should().notDependOnEachOther().check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".web..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".protocol..")
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".web..")
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".protocol")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".protocol.*..")
                .check(HOUSE);
    }

    @Test
    void only_administrators_doors_open_into_administration() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".protocol..", ROOT + ".web..")
                .and()
                .resideOutsideOfPackages(ROOT + ".protocol.admin..", ROOT + ".web.admin..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".administration..")
                .check(HOUSE);
    }

    @Test
    void the_domain_knows_the_jdk_and_the_token_core_and_nothing_else() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".domain..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".domain..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "java.net..",
                        "java.text..",
                        "java.math..",
                        "java.nio.charset..",
                        "java.security..",
                        "dev.handstamp.jwt..",
                        "dev.handstamp.json..",
                        "org.jspecify..")
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".domain..")
                .should()
                .callMethod(Instant.class, "now")
                .check(HOUSE);
    }

    @Test
    void only_the_store_speaks_to_databases() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..", "org.postgresql..", "com.zaxxer..")
                .check(HOUSE);
    }

    @Test
    void only_http_knows_the_server_library() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".http..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(HOUSE);
    }

    @Test
    void only_mail_knows_the_mail_library() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".mail..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.mail..", "org.eclipse.angus..")
                .check(HOUSE);
    }

    @Test
    void only_crypto_knows_the_library_behind_passkeys() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".crypto..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.webauthn4j..", "tools.jackson..")
                .check(HOUSE);
    }

    @Test
    void issuance_knows_no_http() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + ".issuance..", ROOT + ".administration..", ROOT + ".live..", ROOT + ".jobs..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".http..")
                .check(HOUSE);
    }

    @Test
    void cryptography_has_one_room() throws IOException {
        // Named exceptions: a constant-time compare, the keys of TLS, whom requests to others trust, what is wrong with
        // the certificate of a mail server, and the one place where randomness begins.
        List<String> allowed = List.of(
                "crypto/",
                "domain/SecretHash.java",
                "http/Tls.java",
                "outbound/TrustAnchors.java",
                "mail/Mailer.java",
                "Handstamp.java");

        assertThat(importing("java.security.", "javax.crypto.", "org.bouncycastle."))
                .allMatch(file -> allowed.stream().anyMatch(file::startsWith));
    }

    @Test
    void only_the_handstamp_knows_its_routes_and_nobody_the_handstamp() throws IOException {
        assertThat(mentioning("Routes.")).allMatch(file -> file.equals("Handstamp.java") || file.equals("Routes.java"));
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + ".Handstamp")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(ROOT + ".Handstamp")
                .check(HOUSE);
    }

    @Test
    void every_room_says_what_it_is_for() throws IOException {
        try (Stream<Path> folders = Files.walk(SOURCES).filter(Files::isDirectory)) {
            for (Path folder : folders.toList()) {
                try (Stream<Path> inside = Files.list(folder)) {
                    boolean holdsSources =
                            inside.anyMatch(file -> file.toString().endsWith(".java"));
                    if (holdsSources)
                        assertThat(folder.resolve("package-info.java")).exists();
                }
            }
        }
    }

    private static List<String> importing(String... prefixes) throws IOException {
        List<String> starts =
                Stream.of(prefixes).map(prefix -> "import " + prefix).toList();
        return sources(text -> text.lines().anyMatch(line -> starts.stream().anyMatch(line::startsWith)));
    }

    private static List<String> mentioning(String word) throws IOException {
        return sources(text -> text.contains(word));
    }

    private static List<String> sources(Predicate<String> filter) throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<String> found = new ArrayList<>();
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                if (filter.test(Files.readString(file)))
                    found.add(SOURCES.relativize(file).toString());
            }
            assertThat(found).isNotEmpty();
            return found;
        }
    }
}
