package io.github.arc4j.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class LeaderElectionTest {

    private final List<String> leaders = new CopyOnWriteArrayList<>();

    private LeaderElector candidate(KubernetesClient client, String name) {
        return client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName("election")
                        .withLeaseDuration(Duration.ofSeconds(60))
                        .withRenewDeadline(Duration.ofSeconds(40))
                        .withRetryPeriod(Duration.ofMillis(100))
                        .withReleaseOnCancel(true)
                        .withLock(new LeaseLock(Cluster.NAMESPACE, "leader", name))
                        .withLeaderCallbacks(new LeaderCallbacks(() -> {}, () -> {}, leaders::add))
                        .build())
                .build();
    }

    @Test
    void secondCandidateTakesOverFromTheFirst() throws Exception {
        try (Cluster cluster = new Cluster();
                KubernetesClient second = cluster.client();
                var executor = Executors.newCachedThreadPool()) {
            var first = candidate(cluster.client, "first").start();
            await().untilAsserted(() -> assertThat(leaders).containsExactly("first"));
            var next = candidate(second, "second").start();
            await().untilAsserted(() -> assertThat(leaders).hasSize(2));
            assertThat(cluster.client
                            .leases()
                            .withName("leader")
                            .get()
                            .getSpec()
                            .getHolderIdentity())
                    .isEqualTo("first");
            first.cancel(true);
            await().untilAsserted(() -> assertThat(cluster.client
                            .leases()
                            .withName("leader")
                            .get()
                            .getSpec()
                            .getHolderIdentity())
                    .isEqualTo("second"));
            next.cancel(true);
        }
    }
}
