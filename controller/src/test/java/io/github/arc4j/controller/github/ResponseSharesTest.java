package io.github.arc4j.controller.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ResponseMemory;
import org.junit.jupiter.api.Test;

class ResponseSharesTest {
    private static final int SHARE = ResponseShares.SHARE;

    private final ResponseShares shares = new ResponseShares();
    private final ResponseMemory memory = shares.of("a");

    @Test
    void theClientsOfANamespaceShareItsMemory() {
        assertThat(memory.take(SHARE - 10)).isTrue();
        assertThat(shares.of("a").take(11)).isFalse();
        assertThat(shares.of("a").take(10)).isTrue();
        memory.release(5);
        assertThat(memory.take(6)).isFalse();
        assertThat(memory.take(5)).isTrue();
    }

    @Test
    void aNamespaceTakesNoMemoryOfOthers() {
        assertThat(memory.take(SHARE)).isTrue();
        assertThat(shares.of("b").take(SHARE)).isTrue();
    }

    @Test
    void namespacesWithoutLargeResponsesAreForgotten() {
        memory.take(10);
        assertThat(shares.size()).isOne();
        memory.release(10);
        memory.take(0);
        memory.take(SHARE + 1);
        assertThat(shares.size()).isZero();
    }
}
