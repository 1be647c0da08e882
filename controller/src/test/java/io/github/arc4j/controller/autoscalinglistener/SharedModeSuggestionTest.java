package io.github.arc4j.controller.autoscalinglistener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.runtime.CapturedLog;
import io.github.arc4j.runtime.cache.Request;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the log suggests shared listeners. */
class SharedModeSuggestionTest {
    private final CapturedLog log = CapturedLog.of(SharedModeSuggestion.class);
    private final SharedModeSuggestion suggestion = new SharedModeSuggestion(ListenerShards.NONE);

    @AfterEach
    void stop() {
        log.close();
    }

    private void run(SharedModeSuggestion observer, int count) {
        for (int i = 0; i < count; i++) {
            observer.observe(listener(i), true);
        }
    }

    private static Request listener(int number) {
        return new Request("arc-systems", "listener-" + number);
    }

    @Test
    void isLoggedOnceWhenMoreThanTwentyRun() {
        run(suggestion, 20);
        run(suggestion, 20);
        assertThat(log.lines()).isEmpty();
        run(suggestion, 21);
        assertThat(log.lines()).singleElement().satisfies(line -> {
            assertThat(line.level()).isEqualTo(Level.INFO);
            assertThat(line.message())
                    .startsWith("More than 20 listeners have a pod each.")
                    .contains("listener.mode: shared");
        });
        run(suggestion, 100);
        assertThat(log.lines()).hasSize(1);
    }

    @Test
    void isNotRepeatedAfterFewerRan() {
        run(suggestion, 21);
        for (int i = 0; i < 21; i++) {
            suggestion.observe(listener(i), false);
        }
        run(suggestion, 30);
        assertThat(log.lines()).hasSize(1);
    }

    @Test
    void listenersThatDoNotRunAnyMoreDoNotCount() {
        run(suggestion, 20);
        suggestion.observe(listener(0), false);
        suggestion.observe(listener(20), true);
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void isNotLoggedIfThereAreSharedListeners() {
        run(new SharedModeSuggestion(new ListenerShards("arc-listener", 1)), 100);
        assertThat(log.lines()).isEmpty();
    }
}
