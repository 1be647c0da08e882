package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.CREDENTIALS;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.controller.options.ReconcilerSettingsBuilder;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.object.StoredObject;
import io.github.arc4j.simulator.ScaleSetView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which namespaces are watched, and which labels are propagated. */
class WatchModesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ELSEWHERE = "elsewhere";

    private static ControllerFixture start(Set<String> watchedNamespaces, List<String> excludedLabelPrefixes) {
        ControllerFixture fixture = new ControllerFixture(
                UnaryOperator.identity(),
                settings -> ReconcilerSettingsBuilder.builder(settings)
                        .watchedNamespaces(watchedNamespaces)
                        .excludedLabelPrefixes(excludedLabelPrefixes)
                        .build());
        fixture.createNamespace(ELSEWHERE);
        Secret credentials = ControllerFixture.credentials("sim-pat");
        credentials.getMetadata().setNamespace(ELSEWHERE);
        fixture.client.resource(credentials).create();
        return fixture;
    }

    private static void create(ControllerFixture fixture, String name, String namespace, Map<String, String> labels) {
        AutoscalingRunnerSet set = new AutoscalingRunnerSet();
        set.getMetadata().setName(name);
        set.getMetadata().setNamespace(namespace);
        set.getMetadata().setLabels(labels);
        set.setSpec(AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl(fixture.github.configUrl("org/repo"))
                .githubConfigSecret(CREDENTIALS)
                .template(ControllerFixture.template("runner:1"))
                .build());
        fixture.client.resource(set).create();
    }

    @Test
    void withoutAFlagAllNamespacesAreWatched() throws Exception {
        try (ControllerFixture fixture = start(Set.of(), List.of())) {
            create(fixture, "here", NAMESPACE, Map.of("app.kubernetes.io/version", ControllerFixture.VERSION));
            create(fixture, "there", ELSEWHERE, Map.of("app.kubernetes.io/version", ControllerFixture.VERSION));
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(fixture.github.scaleSets())
                        .extracting(ScaleSetView::name)
                        .containsExactlyInAnyOrder("here", "there");
                assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE)).hasSize(2);
            });
        }
    }

    @Test
    void onlyTheWatchedNamespaceIsRead() throws Exception {
        try (ControllerFixture fixture = start(Set.of(NAMESPACE, CONTROLLER_NAMESPACE), List.of())) {
            create(fixture, "there", ELSEWHERE, Map.of("app.kubernetes.io/version", ControllerFixture.VERSION));
            create(fixture, "here", NAMESPACE, Map.of("app.kubernetes.io/version", ControllerFixture.VERSION));
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE))
                            .hasSize(1));
            assertThat(fixture.github.scaleSets())
                    .extracting(ScaleSetView::name)
                    .containsExactly("here");
            assertThat(fixture.requestsOfController())
                    .isNotEmpty()
                    .extracting(ApiRequest::namespace)
                    .containsOnly(NAMESPACE, CONTROLLER_NAMESPACE);
        }
    }

    /** As where two controllers, each with a namespace to watch, are in one namespace. */
    @Test
    void listenersOfScaleSetsInOtherNamespacesAreLeftAlone() throws Exception {
        try (ControllerFixture fixture = start(Set.of(NAMESPACE, CONTROLLER_NAMESPACE), List.of())) {
            AutoscalingListener foreign =
                    fixture.client.resource(listenerOf(ELSEWHERE)).create();
            fixture.client.resource(listenerOf(NAMESPACE)).create();
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(fixture.list(AutoscalingListener.class, CONTROLLER_NAMESPACE))
                            .containsExactly(foreign));
        }
    }

    /** It has no scale set. */
    private static AutoscalingListener listenerOf(String namespace) {
        AutoscalingListener listener = new AutoscalingListener();
        listener.getMetadata().setName("listener-of-" + namespace);
        listener.getMetadata().setNamespace(CONTROLLER_NAMESPACE);
        listener.setSpec(AutoscalingListenerSpec.builder()
                .githubConfigUrl("https://github.com/org/repo")
                .autoscalingRunnerSetNamespace(namespace)
                .autoscalingRunnerSetName("gone")
                .ephemeralRunnerSetName("gone")
                .build());
        return listener;
    }

    @Test
    void labelsWithAnExcludedPrefixAreNotPropagated() throws Exception {
        try (ControllerFixture fixture = start(Set.of(), List.of("argocd.argoproj.io/", "private"))) {
            create(
                    fixture,
                    "set",
                    NAMESPACE,
                    Map.of(
                            "app.kubernetes.io/version", ControllerFixture.VERSION,
                            "argocd.argoproj.io/instance", "x",
                            "private-team", "x",
                            "team", "a"));
            await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
            fixture.requestRunners("set", 1, 1);
            List<String> kinds = List.of(
                    "ephemeralrunnersets",
                    "ephemeralrunners",
                    "autoscalinglisteners",
                    "pods",
                    "serviceaccounts",
                    "roles",
                    "rolebindings");
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(kinds)
                            .allSatisfy(kind -> assertThat(
                                            labelsOf(fixture, kind).filter(labels -> labels.contains("\"team\":\"a\"")))
                                    .as(kind)
                                    .isNotEmpty()));
            await().atMost(LIMIT).until(() -> labelsOf(fixture, "pods").count() == 2);
            assertThat(kinds)
                    .allSatisfy(kind -> assertThat(labelsOf(fixture, kind))
                            .as(kind)
                            .noneMatch(labels -> labels.contains("argocd") || labels.contains("private-team")));
        }
    }

    private static Stream<String> labelsOf(ControllerFixture fixture, String kind) {
        return fixture.kube.store().resource(kind).list().stream()
                .map(StoredObject::json)
                .map(object -> object.at("/metadata/labels").toString());
    }
}
