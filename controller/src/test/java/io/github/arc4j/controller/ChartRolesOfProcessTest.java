package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.controller.uninstall.UninstallReport;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.events.KubernetesEventRecorder;
import io.github.arc4j.runtime.leader.LeaderElection;
import io.github.arc4j.runtime.leader.LeaseTiming;
import io.github.arc4j.runtime.metrics.RestClientMetrics;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The charts' roles suffice for what the controller does besides reconciling, and for the report of an uninstallation. */
class ChartRolesOfProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** The Event of a lasting problem is repeated with an increased count, for which the roles allow only a patch. */
    @ParameterizedTest
    @ValueSource(strings = {"default.yaml", "single-ns.yaml"})
    void theCountOfARepeatedEventIncreases(String file) throws Exception {
        ChartRoles roles = new ChartRoles().add(ChartRoles.CONTROLLER + file, CONTROLLER_NAMESPACE, NAMESPACE);
        TestClock clock = new TestClock();
        try (EmbeddedKube kube = EmbeddedKube.builder().namespaces(NAMESPACE).start();
                KubernetesApi api = connect(kube, "controller");
                KubernetesApi testApi = connect(kube, "test");
                KubernetesEventRecorder events = new KubernetesEventRecorder(api, "controller", clock)) {
            roles.enforce(kube.faults());
            AutoscalingRunnerSet set = new AutoscalingRunnerSet();
            set.setMetadata(new ObjectMetaBuilder()
                    .withName("set")
                    .withNamespace(NAMESPACE)
                    .withUid("uid")
                    .build());
            Callable<List<Integer>> counts =
                    () -> testApi.client().v1().events().inNamespace(NAMESPACE).list().getItems().stream()
                            .map(Event::getCount)
                            .toList();
            events.warning(set, "SecretMissing", "create the Secret");
            await().atMost(LIMIT).until(counts, List.of(1)::equals);
            clock.pass(Duration.ofSeconds(30));
            events.warning(set, "SecretMissing", "create the Secret");
            await().atMost(LIMIT).until(counts, List.of(2)::equals);
        }
        assertThat(roles.refused()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"default.yaml, leader.yaml", "single-ns.yaml, single-ns-leader.yaml"})
    void theRolesSufficeForLeaderElection(String file, String withReplicas) throws Exception {
        ChartRoles roles = new ChartRoles()
                .add(ChartRoles.CONTROLLER + file, CONTROLLER_NAMESPACE, NAMESPACE)
                .add(ChartRoles.CONTROLLER + withReplicas, CONTROLLER_NAMESPACE, NAMESPACE);
        LeaseTiming timing = new LeaseTiming(Duration.ofSeconds(60), Duration.ofSeconds(40), Duration.ofMillis(100));
        try (EmbeddedKube kube =
                        EmbeddedKube.builder().namespaces(CONTROLLER_NAMESPACE).start();
                KubernetesApi api = connect(kube, "controller");
                KubernetesEventRecorder events = new KubernetesEventRecorder(api, "controller")) {
            roles.enforce(kube.faults());
            for (String candidate : List.of("first", "second")) {
                kube.requests().reset();
                LeaderElection election = new LeaderElection(
                        api.client(), CONTROLLER_NAMESPACE, "demo-gha-rs-controller", candidate, timing, events);
                election.acquire();
                election.hold(() -> {});
                await().atMost(LIMIT)
                        .until(() -> kube.requests()
                                        .count(request -> request.verb().equals("update")
                                                && request.target().equals("leases"))
                                >= 2);
                election.release();
            }
        }
        assertThat(roles.refused()).isEmpty();
        assertThat(roles.unused()).noneMatch(grant -> grant.contains(" leases"));
    }

    @ParameterizedTest
    @CsvSource({"default.yaml, ''", "single-ns.yaml, " + NAMESPACE})
    void theUninstallReportHasExactlyThePermissionsThatItNeeds(String file, String watched) throws Exception {
        ChartRoles roles = new ChartRoles().addUninstallReport(ChartRoles.CONTROLLER + file, watched);
        try (TestCluster kube = TestCluster.start(NAMESPACE, CONTROLLER_NAMESPACE);
                KubernetesApi test = kube.connect("test");
                KubernetesApi api = kube.connect("controller")) {
            AutoscalingRunnerSet set = new AutoscalingRunnerSet();
            set.setMetadata(new ObjectMetaBuilder()
                    .withName("set")
                    .withNamespace(NAMESPACE)
                    .build());
            test.client().resource(set).create();
            roles.enforce(kube.faults());

            KubernetesEventRecorder events = new KubernetesEventRecorder(api, "controller");
            Set<String> namespaces = watched.isEmpty() ? Set.of() : Set.of(watched);
            new UninstallReport(api, namespaces, events, Clock.systemUTC()).send();
            events.close(LIMIT);
        }
        assertThat(roles.refused()).isEmpty();
        assertThat(roles.unused()).isEmpty();
    }

    private static KubernetesApi connect(EmbeddedKube kube, String userAgent) {
        return KubernetesApi.connect(
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(kube.uri().toString())
                        .build(),
                userAgent,
                new RestClientMetrics(new CollectorRegistry()),
                KubernetesApi.Serialization.create());
    }
}
