package dev.handstamp.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

    @Test
    void nothing_has_to_be_said() {
        assertThat(Options.parse()).isEqualTo(new Options(false, Path.of("demo-data"), 9000, 9002, 9001));
    }

    @Test
    void everything_can_be_said() {
        var options = Options.parse(
                "--introspect",
                "--data",
                "elsewhere",
                "--server-port",
                "0",
                "--management-port",
                "1",
                "--api-port",
                "2");

        assertThat(options).isEqualTo(new Options(true, Path.of("elsewhere"), 0, 1, 2));
    }

    @ParameterizedTest
    @CsvSource({"--data,--data", "--port 9000,--port", "--api-port 70000,--api-port", "--api-port -1,--api-port", "x,x"
    })
    void what_is_wrong_is_named(String arguments, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(arguments.split(" ", -1)))
                .withMessageContaining(named);
    }
}
