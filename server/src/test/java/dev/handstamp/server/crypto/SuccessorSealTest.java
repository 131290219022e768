package dev.handstamp.server.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.domain.Secret;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

final class SuccessorSealTest {

    private final Secrets secrets = new Secrets(new SecureRandom());
    private final SuccessorSeal seal = new SuccessorSeal(secrets);
    private final Secret spent = secrets.refreshToken();
    private final Secret successor = secrets.refreshToken();

    @Test
    void the_spent_token_opens_its_successor() {
        assertThat(seal.open(spent, seal.seal(spent, successor))).isEqualTo(successor);
    }

    @Test
    void nothing_that_the_database_holds_opens_it() {
        String sealed = seal.seal(spent, successor);
        assertThat(sealed).doesNotContain(successor.value());
        assertThatThrownBy(() -> seal.open(new Secret(spent.hash().value()), sealed))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> seal.open(secrets.refreshToken(), sealed)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void two_seals_of_the_same_tokens_differ() {
        assertThat(seal.seal(spent, successor)).isNotEqualTo(seal.seal(spent, successor));
    }
}
