package dev.handstamp.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Tokens are laid out where others lay before them.
class WorkspaceTest {

    private static final String GOOD = Door.good();

    @Test
    @DisplayName("T-19: characters whose low byte is that of a good token are another spelling, and refused")
    void characters_beyond_a_byte_are_not_cut_short() {
        assertThat(Door.refusal(GOOD)).isNull();
        for (int i = 0; i < GOOD.length(); i++) {
            if (GOOD.charAt(i) == '.') continue;
            StringBuilder other = new StringBuilder(GOOD);
            other.setCharAt(i, (char) (GOOD.charAt(i) + 0x100));
            assertThat(Door.refusal(other.toString())).as("at %d", i).isIn(Reason.MALFORMED, Reason.BAD_SIGNATURE);
        }
    }

    @Test
    @DisplayName("T-16: two surrogates that are one character do not move the dots")
    void surrogates_are_refused() {
        String pair = "\ud83d\ude00";
        for (String odd : List.of("\ud83d", "\ude00", pair, pair.repeat(200), pair.repeat(2000))) {
            for (int at : new int[] {0, 1, GOOD.indexOf('.'), GOOD.lastIndexOf('.') + 1, GOOD.length()}) {
                String token = GOOD.substring(0, at) + odd + GOOD.substring(at);
                assertThat(Door.refusal(token)).as("at %d", at).isNotNull();
                assertThat(Jws.parse(token)).isEmpty();
                assertThat(Door.POLICY.refuseUnverified(token, Door.NOW)).isPresent();
            }
        }
        assertThat(Door.refusal(GOOD)).isNull();
    }

    @Test
    void what_lay_there_before_does_not_matter() {
        List<String> good = new ArrayList<>();
        for (int length : List.of(1, 30, 300, 800, 1200, 3000)) good.add(Door.withClaim("pad", "p".repeat(length)));
        assertThat(good.get(0).length()).isLessThan(Workspace.CAPACITY);
        assertThat(good.get(5).length()).isGreaterThan(Workspace.CAPACITY);

        var random = new Random(20261129);
        for (int round = 0; round < 50; round++) {
            Collections.shuffle(good, random);
            for (String token : good) {
                assertThat(Door.refusal(token)).isNull();
                // Cut short, the end of what lies there would make it whole again.
                String cut = token.substring(0, token.length() - 1 - random.nextInt(40));
                assertThat(Door.refusal(cut)).isNotNull();
            }
        }
    }

    @Test
    void a_token_of_exactly_the_room_and_one_of_one_more_are_good() {
        for (int pad = 1; pad < Workspace.CAPACITY; pad++) {
            String token = Door.withClaim("pad", "p".repeat(pad));
            if (token.length() < Workspace.CAPACITY - 4) {
                pad += (Workspace.CAPACITY - token.length()) / 2;
                continue;
            }
            assertThat(Door.refusal(token)).as("%d characters", token.length()).isNull();
            if (token.length() > Workspace.CAPACITY) return;
        }
    }
}
