package io.github.arc4j.controller.autoscalingrunnerset;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.Allocations;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelatedObjectsTest {
    private static final int SCALE_SETS = 5000;

    private final ResourceCache<AutoscalingListener> listeners = new ResourceCache<>(AutoscalingListener.class);

    private static AutoscalingListener listener(int number) {
        AutoscalingListener listener = new AutoscalingListener();
        listener.setMetadata(new ObjectMetaBuilder()
                .withNamespace("controller")
                .withName("listener-" + number)
                .withUid("uid-" + number)
                .withResourceVersion("1")
                .build());
        listener.setSpec(AutoscalingListenerSpec.builder()
                .autoscalingRunnerSetNamespace("sets")
                .autoscalingRunnerSetName("set-" + number)
                .build());
        return listener;
    }

    private List<AutoscalingListener> listenersOf(int number) {
        return RelatedObjects.listenersOf(new Request("sets", "set-" + number), listeners);
    }

    /** Otherwise, a change of all scale sets takes a time that grows with the square of their number. */
    @Test
    void theListenersOfAScaleSetAreFoundWithoutReadingThoseOfOthers() {
        ResourceCache<AutoscalingRunnerSet> sets = new ResourceCache<>(AutoscalingRunnerSet.class);
        new RelatedObjects(sets, new ResourceCache<>(EphemeralRunnerSet.class), listeners, new Confirmations(sets));
        for (int i = 0; i < SCALE_SETS; i++) {
            listeners.written(listener(i));
        }

        assertThat(listenersOf(7))
                .extracting(listener -> listener.getMetadata().getName())
                .containsExactly("listener-7");
        assertThat(Allocations.of(() -> listenersOf(7))).isLessThan(16 * SCALE_SETS);
    }
}
