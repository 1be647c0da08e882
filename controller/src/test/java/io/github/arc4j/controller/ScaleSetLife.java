package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.ScaleSetView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;

/**
 * The life of one scale set: registration and two runners, then an edit that affects all objects or a runner that does
 * not exit after its job, then deletion. At each stage it must have exactly its objects. Many can run concurrently; the
 * names of all objects start with that of their scale set.
 */
final class ScaleSetLife {
    /** A hundred lives at a time may share two cores with other builds. */
    private static final Duration LIMIT = Duration.ofMinutes(6);

    private static final List<String> OWN_KINDS = List.of(
            "autoscalingrunnersets",
            "autoscalinglisteners",
            "ephemeralrunnersets",
            "ephemeralrunners",
            "pods",
            "secrets",
            "serviceaccounts",
            "roles",
            "rolebindings");
    private static final List<String> CHART_KINDS = List.of("secrets", "serviceaccounts", "roles", "rolebindings");

    private final ControllerFixture fixture;
    private final GitHubSimulator github;
    private final String name;
    private int patchId;
    private Instant lastRequest = Instant.EPOCH;

    /** @param github of this scale set alone */
    ScaleSetLife(ControllerFixture fixture, GitHubSimulator github, String name) {
        this.fixture = fixture;
        this.github = github;
        this.name = name;
    }

    void begin() {
        createChartObjects();
        createScaleSet();
        station("registered", () -> {
            assertScaleSetAndListener(name, 5);
            assertRunners(0, "runs:1");
        });
        station("with runners", () -> {
            listen(2);
            assertRunners(2, "runs:1");
        });
    }

    void edit() {
        editSpec();
        station("edited", () -> {
            listen(2);
            assertScaleSetAndListener(name + "-renamed", 6);
            assertRunners(2, "runs:2");
        });
    }

    /** The listener reports that the job of one runner has completed, but the runner does not exit. */
    void replaceHungRunner() {
        String hung = completeJob();
        station("without the runner that does not exit", () -> {
            assertThat(own("ephemeralrunners", NAMESPACE))
                    .extracting(runner -> runner.at("/metadata/name").asText())
                    .doesNotContain(hung);
            listen(2);
            assertRunners(2, "runs:1");
        });
    }

    void end() {
        fixture.client.resource(fixture.scaleSet(name)).delete();
        station("deleted", this::assertNothingIsLeft);
        // A registration whose JIT config was lost is found by trying again.
        assertThat(github.violations())
                .filteredOn(violation -> !violation.rule().equals("jit-config"))
                .isEmpty();
    }

    /** Acts as the listener: repeats the desired number of runners as long as some are missing. */
    private void listen(int wanted) {
        boolean isDue = Duration.between(lastRequest, Instant.now()).compareTo(Duration.ofSeconds(1)) > 0;
        if (isDue && own("ephemeralrunners", NAMESPACE).size() < wanted) {
            lastRequest = Instant.now();
            fixture.requestRunners(name, ++patchId, wanted);
        }
    }

    private void station(String what, ThrowingRunnable assertion) {
        await(name + " " + what)
                .atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(assertion);
    }

    private void createChartObjects() {
        Stream.<HasMetadata>of(
                        new SecretBuilder()
                                .withMetadata(chartMetadata())
                                .addToStringData("github_token", "sim-pat")
                                .build(),
                        new ServiceAccountBuilder()
                                .withMetadata(chartMetadata())
                                .build(),
                        new RoleBuilder().withMetadata(chartMetadata()).build(),
                        new RoleBindingBuilder()
                                .withMetadata(chartMetadata())
                                .withNewRoleRef("rbac.authorization.k8s.io", "Role", chartName())
                                .build())
                .forEach(object -> fixture.client.resource(object).create());
    }

    private String chartName() {
        return name + "-chart";
    }

    private ObjectMeta chartMetadata() {
        return new ObjectMetaBuilder()
                .withName(chartName())
                .withNamespace(NAMESPACE)
                .withFinalizers(Finalizers.CLEANUP_PROTECTION)
                .build();
    }

    private void createScaleSet() {
        AutoscalingRunnerSet set = new AutoscalingRunnerSet();
        set.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(NAMESPACE)
                .withLabels(Map.of("app.kubernetes.io/version", ControllerFixture.VERSION))
                .withAnnotations(Map.of(
                        Annotations.CLEANUP_GITHUB_SECRET, chartName(),
                        Annotations.CLEANUP_NO_PERMISSION_SERVICE_ACCOUNT, chartName(),
                        Annotations.CLEANUP_MANAGER_ROLE, chartName(),
                        Annotations.CLEANUP_MANAGER_ROLE_BINDING, chartName()))
                .build());
        // The proxy only makes proxy Secrets be made; GitHub is reached without it.
        set.setSpec(AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl(github.configUrl("org/repo"))
                .githubConfigSecret(chartName())
                .maxRunners(5)
                .policy(RunnerPolicy.builder().endGrace("1s").build())
                .proxy(new ProxyConfig(new ProxyServerConfig("http://proxy:3128", ""), null, List.of("127.0.0.1")))
                .template(ControllerFixture.template("runs:1"))
                .build());
        fixture.client.resource(set).create();
    }

    private String completeJob() {
        JsonNode runner = own("ephemeralrunners", NAMESPACE).getFirst();
        String runnerName = runner.at("/metadata/name").asText();
        fixture.client
                .resources(EphemeralRunner.class)
                .inNamespace(NAMESPACE)
                .withName(runnerName)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\": {\"jobId\": \"job\"}}");
        String registration = runner.at("/status/runnerId").asText();
        fixture.requestRunners(name, ++patchId, 2, List.of(runnerName + ":" + registration + ":job"));
        return runnerName;
    }

    private void editSpec() {
        fixture.client
                .resources(AutoscalingRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), """
                    {"spec": {"runnerScaleSetName": "%s-renamed", "maxRunners": 6, "template": {"spec": {
                        "containers": [{"name": "runner", "image": "runs:2"}]}}}}
                    """.formatted(name));
    }

    private void assertScaleSetAndListener(String scaleSetName, int maxRunners) {
        assertThat(github.scaleSets()).extracting(ScaleSetView::name).containsExactly(scaleSetName);
        assertThat(own("autoscalingrunnersets", NAMESPACE))
                .singleElement()
                .satisfies(set -> assertThat(set.at("/status/phase").asText()).isEqualTo("Running"));
        assertThat(own("ephemeralrunnersets", NAMESPACE)).hasSize(1);
        assertThat(own("autoscalinglisteners", CONTROLLER_NAMESPACE))
                .singleElement()
                .satisfies(listener ->
                        assertThat(listener.at("/spec/maxRunners").asInt()).isEqualTo(maxRunners));
        assertThat(own("pods", CONTROLLER_NAMESPACE))
                .singleElement()
                .satisfies(
                        pod -> assertThat(pod.at("/metadata/deletionTimestamp").asText())
                                .isEmpty());
        assertThat(own("secrets", CONTROLLER_NAMESPACE)).hasSize(2);
    }

    private void assertRunners(int number, String image) {
        assertThat(own("ephemeralrunners", NAMESPACE)).hasSize(number).allSatisfy(runner -> {
            assertThat(runner.at("/spec/spec/containers/0/image").asText()).isEqualTo(image);
            assertThat(runner.at("/status/phase").asText()).isEqualTo("Running");
        });
        assertThat(own("pods", NAMESPACE)).hasSize(number);
        assertThat(github.runners()).hasSize(number);
        // Beside those of the runners: the credentials and the runners' proxy.
        assertThat(own("secrets", NAMESPACE)).hasSize(number + 2);
        assertThat(own("ephemeralrunnersets", NAMESPACE))
                .singleElement()
                .satisfies(set -> assertThat(
                                set.at("/status/runningEphemeralRunners").asInt())
                        .isEqualTo(number));
    }

    private void assertNothingIsLeft() {
        for (String kind : OWN_KINDS) {
            assertThat(own(kind, CONTROLLER_NAMESPACE)).as(kind).isEmpty();
            assertThat(own(kind, NAMESPACE))
                    .as(kind)
                    .hasSize(CHART_KINDS.contains(kind) ? 1 : 0)
                    .allSatisfy(object ->
                            assertThat(object.at("/metadata/finalizers")).isEmpty());
        }
        assertThat(github.scaleSets()).isEmpty();
        assertThat(github.runners()).isEmpty();
    }

    private List<JsonNode> own(String kind, String namespace) {
        return fixture.kube.store().resource(kind).withPrefix(namespace, name).stream()
                .filter(object -> object.name().equals(name) || object.name().startsWith(name + "-"))
                .<JsonNode>map(object -> object.json())
                .toList();
    }
}
