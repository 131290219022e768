package dev.handstamp.server.protocol.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AdminDocumentationTest {

    @Test
    void admin_api_md_lists_every_operation_as_the_code_has_it() throws IOException {
        String page = Files.readString(Path.of("../docs/admin-api.md"));
        int start = page.indexOf("| --- | --- | --- | --- |\n");
        String table = page.substring(page.indexOf('\n', start) + 1, page.indexOf("<!-- end of operations -->"));
        assertThat(table)
                .isEqualTo(
                        Operations.ALL.stream().map(AdminDocumentationTest::row).collect(Collectors.joining()));
    }

    private static String row(Operation operation) {
        String command = operation.command().startsWith("(")
                ? operation.command()
                : "`" + operation.command().replace(", ", "`, `") + "`";
        return "| %s | `%s %s` | %s | `%s` |\n"
                .formatted(
                        operation.summary(),
                        operation.method(),
                        operation.path(),
                        command,
                        operation.scope().wireName());
    }
}
