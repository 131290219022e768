package dev.handstamp.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/// The arrows of docs/architecture.md, section 1.
class DirectionTest {

    @Test
    void the_starter_knows_the_verifier_and_spring_and_nothing_else() {
        var starter = new ClassFileImporter()
                .importUrl(HandstampJwtDecoder.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation());

        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.handstamp.spring",
                        "dev.handstamp.verifier",
                        "dev.handstamp.jwt",
                        "dev.handstamp.json",
                        "org.springframework..",
                        "org.apache.commons.logging",
                        "io.micrometer.core.instrument..",
                        "jakarta.servlet..",
                        "java..",
                        "org.jspecify..")
                .check(starter);
    }
}
