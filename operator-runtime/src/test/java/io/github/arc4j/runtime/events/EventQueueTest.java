package io.github.arc4j.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private final EventQueue queue = new EventQueue(3);

    private static EventSeries event(String namespace, String reason) {
        return new EventSeries(
                new EventSeries.Key("", EventRecorder.Type.NORMAL, reason, ""),
                new ObjectReferenceBuilder().withNamespace(namespace).build(),
                Instant.EPOCH);
    }

    private @Nullable EventSeries add(String namespace, String reason) {
        return queue.add(event(namespace, reason));
    }

    private String take() throws InterruptedException {
        EventSeries next = queue.take();
        return next == null ? "" : next.key.reason();
    }

    @Test
    void namespacesTakeTurns() throws Exception {
        add("a", "a1");
        add("a", "a2");
        add("b", "b1");
        assertThat(take()).isEqualTo("a1");
        assertThat(take()).isEqualTo("b1");
        assertThat(take()).isEqualTo("a2");
    }

    @Test
    void aFullQueueDropsTheNewestEventOfTheNamespaceWithMost() throws Exception {
        EventSeries second = event("a", "a2");
        add("a", "a1");
        queue.add(second);
        add("b", "b1");
        assertThat(add("c", "c1")).isSameAs(second);
        EventSeries another = event("b", "b2");
        assertThat(queue.add(another)).isSameAs(another);
        assertThat(take()).isEqualTo("a1");
        assertThat(take()).isEqualTo("b1");
        assertThat(take()).isEqualTo("c1");
    }

    @Test
    void amongEqualNamespacesTheOneThatAddsLosesItsEvent() {
        add("a", "a1");
        add("b", "b1");
        add("c", "c1");
        EventSeries fourth = event("d", "d1");
        assertThat(queue.add(fourth)).isSameAs(fourth);
    }

    @Test
    void aClosedQueueIsEmptiedAndTakesNothing() throws Exception {
        add("a", "a1");
        queue.close();
        EventSeries late = event("a", "a2");
        assertThat(queue.add(late)).isSameAs(late);
        assertThat(take()).isEqualTo("a1");
        assertThat(queue.take()).isNull();
    }
}
