package dev.handstamp.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SettingsDocumentationTest {

    @Test
    void operations_md_lists_every_setting_as_the_code_has_it() throws IOException {
        String page = Files.readString(Path.of("../docs/operations.md"));
        int start = page.indexOf("| --- | --- | --- | --- | --- | --- |\n");
        String table = page.substring(page.indexOf('\n', start) + 1, page.indexOf("<!-- end of settings -->"));
        assertThat(table)
                .isEqualTo(
                        Setting.ALL.stream().map(SettingsDocumentationTest::row).collect(Collectors.joining()));
    }

    private static String row(Setting<?> setting) {
        return "| `%s` | `%s` | %s | %s | %s | %s |%n"
                .formatted(
                        setting.name(),
                        setting.variable(),
                        setting.flag().map(flag -> "`" + flag + "`").orElse("none"),
                        setting.standard(),
                        setting.allowed().replace("|", "\\|"),
                        setting.meaning());
    }
}
