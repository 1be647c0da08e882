package io.github.arc4j.controller.github.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.runtime.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundedClientsTest {
    private final FakeTime time = new FakeTime();
    private final List<String> closed = new ArrayList<>();
    private int limit = 2;
    private final BoundedClients<String, String> clients =
            new BoundedClients<>(target -> "client of " + target, closed::add, namespace -> limit, time);

    private void use(String namespace, String target) {
        time.pass(Duration.ofSeconds(1));
        assertThat(clients.get(namespace, target)).isEqualTo("client of " + target);
    }

    @Test
    void theLeastRecentlyUsedClientOfTheNamespaceIsClosed() {
        use("other", "z");
        use("ns", "a");
        use("ns", "b");
        use("ns", "a");
        assertThat(closed).isEmpty();

        use("ns", "c");
        assertThat(closed).containsExactly("client of b");
        assertThat(clients.size()).isEqualTo(3);
    }

    @Test
    void aNewClientIsUsableWhateverTheLimit() {
        limit = 0;
        use("ns", "a");
        assertThat(closed).isEmpty();

        use("ns", "b");
        assertThat(closed).containsExactly("client of a");
    }

    @Test
    void idleClientsAreClosed() {
        use("ns", "a");
        time.pass(Duration.ofMinutes(1));
        use("ns", "b");
        clients.closeIdle(Duration.ofMinutes(1));
        assertThat(closed).containsExactly("client of a");

        clients.close();
        assertThat(closed).containsExactly("client of a", "client of b");
        assertThat(clients.size()).isZero();
    }
}
