package dev.handstamp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.settings.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServeFlagsTest {

    @Test
    void flags_come_with_their_values_in_either_spelling() {
        ServeFlags flags = ServeFlags.parse(
                        "serve", "--config", "hs.yaml", "--port=8443", "--issuer", "https://login.example.org")
                .orElseThrow();
        assertThat(flags.config()).contains(Path.of("hs.yaml"));
        assertThat(flags.text(Setting.PORT)).contains("8443");
        assertThat(flags.text(Setting.ISSUER)).contains("https://login.example.org");
        assertThat(flags.text(Setting.DATA)).isEmpty();
        assertThat(ServeFlags.parse("serve").orElseThrow().settings()).isEmpty();
    }

    @Test
    void every_setting_that_is_no_secret_has_its_flag() {
        List<String> arguments = new ArrayList<>(List.of("serve"));
        for (Setting<?> setting : Setting.ALL)
            setting.flag().ifPresent(flag -> arguments.add(flag + "=" + setting.name()));
        ServeFlags flags = ServeFlags.parse(arguments.toArray(String[]::new)).orElseThrow();
        for (Setting<?> setting : Setting.ALL) {
            Optional<String> expected = setting.flag().map(_ -> setting.name());
            assertThat(flags.text(setting)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "user list",
                "serve --help",
                "serve --port",
                "serve --port --data x",
                "serve --port -1",
                "serve --port 1 --port 2",
                "serve --port= --data x",
                "serve --colour green",
                "serve --master-key x",
                "serve here there",
                "--port 1 serve"
            })
    void anything_else_is_left_to_whoever_explains_it(String arguments) {
        assertThat(ServeFlags.parse(arguments.split(" "))).isEmpty();
    }
}
