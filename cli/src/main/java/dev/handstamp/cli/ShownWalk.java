package dev.handstamp.cli;

import dev.handstamp.verifier.Explanation;
import dev.handstamp.verifier.Explanation.Outcome;
import dev.handstamp.verifier.Explanation.Step;
import java.util.ArrayList;
import java.util.List;

/// The walk of a token through the checks, as people read it: a mark, a check and a value to a line, the sentence
/// below.
///
/// @param colours whether the screen shows them
record ShownWalk(Explanation explanation, boolean colours) {

    private static final String GREEN = "32";
    private static final String RED = "31;1";
    private static final String DIM = "2";

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Step step : explanation.steps()) {
            lines.add((coloured(mark(step), step)
                            + String.format(" %-12s", step.check().code())
                            + Shown.text(step.value()))
                    .stripTrailing());
            if (!step.sentence().isEmpty()) lines.add("               " + sentence(step));
        }
        lines.add("");
        lines.add(explanation
                .failure()
                .map(step -> "Refused at the " + step.check().code() + " check.")
                .orElse("Accepted."));
        return lines;
    }

    private String sentence(Step step) {
        String sentence = Shown.text(step.sentence());
        return step.outcome() == Outcome.FAILED ? coloured(sentence, step) : paint(sentence, DIM);
    }

    private static String mark(Step step) {
        return switch (step.outcome()) {
            case PASSED -> "ok";
            case FAILED -> "NO";
            case NOT_REACHED -> " -";
        };
    }

    private String coloured(String text, Step step) {
        return switch (step.outcome()) {
            case PASSED -> paint(text, GREEN);
            case FAILED -> paint(text, RED);
            case NOT_REACHED -> paint(text, DIM);
        };
    }

    private String paint(String text, String code) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
