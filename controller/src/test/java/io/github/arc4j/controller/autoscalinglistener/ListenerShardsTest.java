package io.github.arc4j.controller.autoscalinglistener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards.Shard;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListenerShardsTest {
    private static final ListenerShards FOUR = new ListenerShards("arc-listener", 4);

    private static final List<AutoscalingListener> MANY = IntStream.range(0, 1000)
            .mapToObj(i -> {
                AutoscalingListener listener = ListenerFixture.listener(UnaryOperator.identity());
                listener.getMetadata().setName("team-" + i + "-abc-listener");
                return listener;
            })
            .toList();

    private static int number(ListenerShards shards, AutoscalingListener listener) {
        return Objects.requireNonNull(shards.of(listener)).number();
    }

    @Test
    void eachSharedListenerHasItsShare() {
        for (int shard = 0; shard < 4; shard++) {
            int number = shard;
            assertThat(MANY.stream().filter(listener -> number(FOUR, listener) == number))
                    .hasSizeBetween(200, 300);
        }
    }

    @Test
    void onlyListenersOfTheNewShardMove() {
        ListenerShards five = new ListenerShards("arc-listener", 5);
        List<AutoscalingListener> moved = MANY.stream()
                .filter(listener -> number(FOUR, listener) != number(five, listener))
                .toList();
        assertThat(moved).hasSizeBetween(150, 250).allMatch(listener -> number(five, listener) == 4);
    }

    @Test
    void theNameEndsWithTheNumber() {
        Shard shard = Objects.requireNonNull(new ListenerShards("arc-listener", 1).of(MANY.getFirst()));
        assertThat(shard).isEqualTo(new Shard(0, "arc-listener-0"));
    }

    @Test
    void withoutSharedListenersEachHasADedicatedPod() {
        assertThat(ListenerShards.NONE.of(MANY.getFirst())).isNull();
    }
}
