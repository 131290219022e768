package dev.handstamp.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.jwt.Algorithm;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class LibraryTest {

    @ParameterizedTest
    @MethodSource("pairs")
    void what_is_measured_takes_the_good_token_and_refuses_the_bad_one(Library library, Algorithm algorithm)
            throws Exception {
        Tokens tokens = library.spelt(Tokens.signedWith(algorithm));
        try (Check check = library.checkOf(tokens)) {
            assertThat(check.check(tokens.first())).isNotNull();
            assertThatThrownBy(() -> check.check(tokens.bad())).isInstanceOf(Exception.class);
        }
    }

    static Stream<Object[]> pairs() {
        return Stream.of(Library.values())
                .flatMap(library -> Stream.of(Algorithm.values())
                        .filter(library::checks)
                        .map(algorithm -> new Object[] {library, algorithm}));
    }
}
