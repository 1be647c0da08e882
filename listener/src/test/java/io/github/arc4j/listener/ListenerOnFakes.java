package io.github.arc4j.listener;

import static io.github.arc4j.listener.RunningListener.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The fixture for tests of a listener between a fake GitHub and a fake cluster. */
abstract class ListenerOnFakes {
    final FakeGitHub github = new FakeGitHub();
    final FakeCluster cluster = new FakeCluster(github.calls);

    void awaitCalls(String... wanted) {
        eventually(() -> github.calls.containsAll(List.of(wanted)));
    }

    /** Waits until this number of messages has been handled; the number of runners may still be written later. */
    static void awaitHandled(RunningListener listener, int messages) {
        eventually(() -> listener.metric("gha_listener_messages_total", "result", "handled") == messages);
    }

    List<String> calls(String prefix) {
        return github.calls.stream().filter(call -> call.startsWith(prefix)).toList();
    }

    static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
