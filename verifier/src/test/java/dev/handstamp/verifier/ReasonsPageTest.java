package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Reason;
import dev.handstamp.verifier.Explanation.Check;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReasonsPageTest {

    @Test
    void the_page_lists_every_reason_with_its_check_its_answer_and_its_sentence() throws Exception {
        List<String> page = Files.readAllLines(Path.of("../docs/reasons.md"));

        List<String> rows = new ArrayList<>();
        for (Reason reason : Reason.values()) {
            Challenge challenge = Challenge.invalidToken(reason);
            String answer = challenge.status() + " `" + challenge.error().orElse("") + "`";
            rows.add("| `" + reason.code() + "` | " + Check.of(reason).code() + " | " + answer + " | " + reason.advice()
                    + " |");
        }

        assertThat(page.stream().filter(line -> line.startsWith("| `")).toList())
                .containsExactlyElementsOf(rows);
    }

    @Test
    void a_code_is_stable_text_for_logs_and_metrics_and_tells_one_reason() {
        Set<String> codes = new HashSet<>();
        for (Reason reason : Reason.values()) {
            assertThat(reason.code())
                    .matches("[a-z]+(_[a-z]+)*")
                    .isEqualTo(reason.toString().toLowerCase(java.util.Locale.ROOT));
            assertThat(codes.add(reason.code())).isTrue();
            assertThat(reason.advice()).matches("[A-Z][ -~]+\\.");
        }
    }
}
