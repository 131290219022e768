package dev.handstamp.forwardauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DocumentationTest {

    @Test
    void every_setting_stands_in_the_documentation_as_it_is() throws IOException {
        String table = Arrays.stream(ForwardAuthSetting.values())
                .map(DocumentationTest::row)
                .collect(Collectors.joining("\n"));
        assertThat(Files.readString(Path.of("../../docs/adapters/forward-auth.md")))
                .contains("| --- |\n" + table + "\n");
    }

    private static String row(ForwardAuthSetting setting) {
        String standard = setting.standard().isEmpty() ? "required" : "`" + setting.standard() + "`";
        String how = setting.isSecret() ? " Only by its variable." : "";
        return "| `" + setting.label() + "` | " + standard + " | " + setting.meaning() + " Takes " + setting.allowed()
                + "." + how + " |";
    }

    /// Prints the table, to be pasted.
    public static void main(String... arguments) {
        for (ForwardAuthSetting setting : ForwardAuthSetting.values()) System.out.println(row(setting));
    }
}
