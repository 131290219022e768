package dev.handstamp.server.domain.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.handstamp.server.domain.user.PasswordRules.Flaw;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordRulesTest {

    private static final Set<String> KNOWN = Set.of("password", "iloveyou", "Zxcvbnm1", "dragon");

    private final PasswordRules rules = new PasswordRules(8, List.of("login.example.org", "login", "example"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "correct horse battery staple",
                "        ",
                "pässwörter",
                "🦊🦊🦊🦊🦊🦊🦊🦊",
                "vera writes to nobody",
                "examples of nothing",
                "dragon8346190275",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void length_is_all_that_is_asked_of_what_nobody_knows(String password) {
        assertThat(flaw(password)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1234567, TOO_SHORT",
        "pwd, TOO_SHORT",
        "🦊🦊🦊🦊🦊🦊🦊, TOO_SHORT",
        "password, COMMON",
        "PassWord, COMMON",
        "iloveyou, COMMON",
        "Zxcvbnm1, COMMON",
        "dragon12, COMMON",
        "!!Dragon99, COMMON",
        "veravale, OWN",
        "Vera.Vale, OWN",
        "valevera1!, OWN",
        "vera@shop.example, OWN",
        "login.example.org, OWN",
        "Example123, OWN"
    })
    void what_is_short_or_known_is_not_taken(String password, Flaw flaw) {
        assertThat(flaw(password)).contains(flaw);
    }

    @Test
    void a_server_may_ask_for_more_characters_but_not_for_fewer_than_the_standard() {
        PasswordRules strict = new PasswordRules(15, List.of());
        assertThat(strict.flaw("fourteen chars", new Username("vera"), "", "", _ -> false))
                .contains(Flaw.TOO_SHORT);
        assertThat(strict.flaw("fifteen charact", new Username("vera"), "", "", _ -> false))
                .isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new PasswordRules(7, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new PasswordRules(65, List.of()));
    }

    private Optional<Flaw> flaw(String password) {
        return rules.flaw(password, new Username("vera"), "Vera Vale", "vera@shop.example", KNOWN::contains);
    }
}
