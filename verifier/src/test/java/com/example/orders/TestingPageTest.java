package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The page about testing shows a test that runs.
class TestingPageTest {

    @Test
    void the_example_of_the_page_is_the_one_that_runs() throws IOException {
        Path module = Path.of("").toAbsolutePath();
        String page = Files.readString(module.resolve("../docs/testing.md"));
        String example = Files.readString(module.resolve("src/test/java/com/example/orders/OrdersTest.java"));
        assertThat(page).contains("```java\n" + example + "```\n");
    }
}
