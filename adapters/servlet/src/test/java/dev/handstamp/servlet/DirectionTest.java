package dev.handstamp.servlet;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/// The arrows of docs/architecture.md, section 1.
class DirectionTest {

    @Test
    void the_adapter_knows_the_verifier_and_servlets_and_nothing_else() {
        var adapter = new ClassFileImporter()
                .importUrl(HandstampFilter.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation());

        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.handstamp.servlet",
                        "dev.handstamp.verifier",
                        "dev.handstamp.jwt",
                        "jakarta.servlet..",
                        "java.io",
                        "java.lang..",
                        "java.net",
                        "java.security..",
                        "java.time",
                        "java.util..",
                        "org.jspecify..")
                .check(adapter);
    }
}
