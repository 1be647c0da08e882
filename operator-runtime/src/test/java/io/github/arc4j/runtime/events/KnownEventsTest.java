package io.github.arc4j.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class KnownEventsTest {
    private final KnownEvents known = new KnownEvents(3);

    private EventSeries event(String namespace, String reason) {
        EventSeries.Key key = new EventSeries.Key("", EventRecorder.Type.NORMAL, reason, "");
        return known.computeIfAbsent(
                namespace,
                key,
                () -> new EventSeries(
                        key,
                        new ObjectReferenceBuilder().withNamespace(namespace).build(),
                        Instant.EPOCH));
    }

    @Test
    void theNamespaceWithMostLosesTheOneThatWasUsedLeastRecently() {
        EventSeries rare = event("b", "b1");
        EventSeries first = event("a", "a1");
        EventSeries second = event("a", "a2");
        assertThat(event("a", "a1")).isSameAs(first);

        event("a", "a3");

        assertThat(event("b", "b1")).isSameAs(rare);
        assertThat(event("a", "a1")).isSameAs(first);
        assertThat(event("a", "a2")).isNotSameAs(second);
    }

    @Test
    void aNewEventIsNotForgottenAtOnce() {
        event("a", "a1");
        event("b", "b1");
        event("c", "c1");
        assertThat(event("d", "d1")).isSameAs(event("d", "d1"));
    }
}
