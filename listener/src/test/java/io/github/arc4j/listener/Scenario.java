package io.github.arc4j.listener;

import static io.github.arc4j.listener.Jobs.available;
import static io.github.arc4j.listener.Jobs.completed;
import static io.github.arc4j.listener.Jobs.started;
import static io.github.arc4j.listener.RunningListener.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** A queue with messages of all kinds, and the expected final state, whatever happens in the meantime. */
final class Scenario {
    final FakeGitHub github = new FakeGitHub();
    final FakeCluster cluster = new FakeCluster(github.calls);

    Scenario() {
        github.forgetSessionsAfterConflicts(2);
        github.send(2, available(11), available(12));
        github.send(3, available(13), started(11, "runner-1"), started(12, "runner-2"));
        github.send(3, started(13, "runner-3"));
        github.send(2, completed(11, "runner-1"));
    }

    boolean isDone() {
        return github.undeleted().isEmpty() && cluster.replicas == 2;
    }

    void awaitDone() {
        eventually(this::isDone);
        assertThat(github.acquired).containsExactlyInAnyOrder(11L, 12L, 13L);
        assertThat(cluster.busyRunners).containsExactlyInAnyOrder("runner-1", "runner-2", "runner-3");
    }
}
