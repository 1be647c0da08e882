package io.github.arc4j.controller.runners.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpecBuilder;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.ReconcilerFixture;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A runner's pod is its template with additions to one container; the container modes differ only in their templates.
 */
class RunnerPodTest {
    private static final List<String> ADDED = List.of(
            "ACTIONS_RUNNER_INPUT_JITCONFIG",
            "GITHUB_ACTIONS_RUNNER_EXTRA_USER_AGENT",
            "ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE");

    private static final String NONE = """
        spec:
          restartPolicy: Never
          serviceAccountName: set-gha-rs-no-permission
          containers:
            - {name: runner, image: "runner:1", command: [/home/runner/run.sh], env: [{name: MINE, value: "1"}]}
            - {name: logs, image: "logs:1", env: [{name: OTHER, value: "2"}]}
        """;

    private static final String DIND = """
        spec:
          restartPolicy: Never
          initContainers:
            - {name: init-dind-externals, image: "runner:1", command: [cp]}
            - {name: dind, image: "docker:dind", restartPolicy: Always, securityContext: {privileged: true}}
          containers:
            - name: runner
              image: "runner:1"
              env: [{name: DOCKER_HOST, value: "unix:///var/run/docker.sock"}]
              volumeMounts: [{name: work, mountPath: /home/runner/_work}]
          volumes: [{name: work, emptyDir: {}}]
        """;

    private static final String KUBERNETES = """
        spec:
          restartPolicy: Never
          serviceAccountName: set-gha-rs-kube-mode
          containers:
            - name: runner
              image: "runner:1"
              env:
                - {name: ACTIONS_RUNNER_CONTAINER_HOOKS, value: /home/runner/k8s/index.js}
                - {name: ACTIONS_RUNNER_POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
              volumeMounts: [{name: work, mountPath: /home/runner/_work}]
          volumes:
            - name: work
              ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], storageClassName: fast}}}
        """;

    private static final String KUBERNETES_NOVOLUME = """
        spec:
          restartPolicy: Never
          serviceAccountName: set-gha-rs-kube-mode
          containers:
            - name: runner
              image: "runner:1"
              env: [{name: ACTIONS_RUNNER_CONTAINER_HOOKS, value: /home/runner/k8s-novolume/index.js}]
              volumeMounts: []
          volumes: []
        """;

    private static PodTemplateSpec template(String yaml) throws Exception {
        return new YAMLMapper().readValue(yaml, PodTemplateSpec.class);
    }

    private static Pod pod(UnaryOperator<EphemeralRunnerSpecBuilder> change) {
        return pod(RunnerPolicy.DEFAULT, change);
    }

    private static Pod pod(RunnerPolicy policy, UnaryOperator<EphemeralRunnerSpecBuilder> change) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withName("a")
                .withNamespace("runners")
                .withUid("uid")
                .withLabels(Map.of("team", "blue", "tier", "1"))
                .withAnnotations(Map.of("note", "of the runner", "actions.github.com/patch-id", "3"))
                .build());
        runner.setSpec(change.apply(ReconcilerFixture.spec()).build());
        return RunnerPod.desired(runner, 17, "1.2.3", policy);
    }

    private static List<String> environment(Container container) {
        return container.getEnv().stream().map(EnvVar::getName).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {NONE, DIND, KUBERNETES, KUBERNETES_NOVOLUME})
    void theTemplateIsUnchangedExceptForTheRunnersEnvironmentAndTerminationMessage(String yaml) throws Exception {
        PodTemplateSpec template = template(yaml);
        Pod pod = pod(spec -> spec.metadata(template.getMetadata()).spec(template.getSpec()));
        Container before = template.getSpec().getContainers().getFirst();
        Container runner = pod.getSpec().getContainers().getFirst();
        assertThat(environment(runner))
                .startsWith(environment(before).toArray(String[]::new))
                .endsWith(ADDED.toArray(String[]::new))
                .hasSize(before.getEnv().size() + ADDED.size());
        assertThat(runner.getTerminationMessagePolicy()).isEqualTo("FallbackToLogsOnError");
        runner.setEnv(before.getEnv());
        runner.setTerminationMessagePolicy(null);
        assertThat(pod.getSpec()).isEqualTo(template.getSpec());
    }

    @Test
    void theTemplatesTerminationMessagePolicyIsKept() throws Exception {
        PodTemplateSpec template = template(NONE);
        template.getSpec().getContainers().getFirst().setTerminationMessagePolicy("File");
        Pod pod = pod(spec -> spec.metadata(template.getMetadata()).spec(template.getSpec()));
        assertThat(pod.getSpec().getContainers().getFirst().getTerminationMessagePolicy())
                .isEqualTo("File");
    }

    @Test
    void theUsersTemplateItselfIsNotChanged() throws Exception {
        PodTemplateSpec template = template(NONE);
        pod(spec -> spec.metadata(template.getMetadata()).spec(template.getSpec()));
        assertThat(template).isEqualTo(template(NONE));
    }

    @Test
    void theAddedEnvironmentNamesTheSecretTheBuildAndTheExitCodeForOldVersions() {
        List<EnvVar> added =
                pod(spec -> spec).getSpec().getContainers().getFirst().getEnv();
        assertThat(added.get(0).getValueFrom().getSecretKeyRef().getName()).isEqualTo("a");
        assertThat(added.get(0).getValueFrom().getSecretKeyRef().getKey()).isEqualTo("jitToken");
        assertThat(added.get(1).getValue()).isEqualTo("actions-runner-controller/1.2.3");
        assertThat(added.get(2).getValue()).isEqualTo("1");
    }

    @Test
    void onlyConfiguredProxiesArePassedToTheRunner() throws Exception {
        ProxyServerConfig server = new ProxyServerConfig("http://proxy:8080", "");
        PodTemplateSpec template = template(NONE);
        Pod http = pod(spec -> spec.metadata(template.getMetadata())
                .spec(template.getSpec())
                .proxySecretRef("proxy-secret")
                .proxy(new ProxyConfig(server, null, List.of())));
        assertThat(environment(http.getSpec().getContainers().getFirst())).endsWith("http_proxy");
        Pod all = pod(spec -> spec.metadata(template.getMetadata())
                .spec(template.getSpec())
                .proxySecretRef("proxy-secret")
                .proxy(new ProxyConfig(server, server, List.of("localhost"))));
        assertThat(environment(all.getSpec().getContainers().getFirst()))
                .endsWith("http_proxy", "https_proxy", "no_proxy");
        EnvVar last = all.getSpec().getContainers().getFirst().getEnv().getLast();
        assertThat(last.getValueFrom().getSecretKeyRef().getName()).isEqualTo("proxy-secret");
        assertThat(last.getValueFrom().getSecretKeyRef().getKey()).isEqualTo("no_proxy");
        assertThat(environment(all.getSpec().getContainers().get(1))).containsExactly("OTHER");
    }

    /** @param expected seconds; empty if the pod has no deadline */
    @ParameterizedTest
    @CsvSource({
        "'', , ",
        "1h, , 3600",
        "'', 60, 60",
        "1h, 60, 60",
        "1h, 7200, 3600",
        "999999h, , 2147483647",
        "soon, , ",
    })
    void theShorterOneOfTheDeadlineOfTheTemplateAndTheMaximumLifetimeCounts(
            String maxLifetime, @Nullable Long ofTemplate, @Nullable Long expected) throws Exception {
        PodTemplateSpec template = template(NONE);
        template.getSpec().setActiveDeadlineSeconds(ofTemplate);
        Pod pod = pod(
                RunnerPolicy.builder().maxLifetime(maxLifetime).build(),
                spec -> spec.metadata(template.getMetadata()).spec(template.getSpec()));
        assertThat(pod.getSpec().getActiveDeadlineSeconds()).isEqualTo(expected);
    }

    @Test
    void podsOfOneTemplateHaveOneHash() {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withName("a")
                .addToAnnotations("actions.github.com/integrity-hash", "sha256-0a1b")
                .build());
        runner.setSpec(ReconcilerFixture.spec().build());
        assertThat(RunnerPod.desired(runner, 17, "1.2.3", RunnerPolicy.DEFAULT)
                        .getMetadata()
                        .getLabels())
                .containsEntry("pod-template-hash", "sha256-0a1b");
        runner.getMetadata().getAnnotations().put("actions.github.com/integrity-hash", "not/a/label");
        assertThat(RunnerPod.desired(runner, 17, "1.2.3", RunnerPolicy.DEFAULT)
                        .getMetadata()
                        .getLabels())
                .doesNotContainKey("pod-template-hash");
    }

    @Test
    void theTemplatesLabelsAndAnnotationsOverrideTheRunners() throws Exception {
        PodTemplateSpec template = template(NONE);
        template.setMetadata(new ObjectMetaBuilder()
                .withLabels(Map.of("team", "red"))
                .withAnnotations(Map.of("note", "of the template"))
                .build());
        Pod pod = pod(spec -> spec.metadata(template.getMetadata()).spec(template.getSpec()));
        assertThat(pod.getMetadata().getLabels())
                .containsEntry("team", "red")
                .containsEntry("tier", "1")
                .containsEntry("actions-ephemeral-runner", "True");
        assertThat(pod.getMetadata().getAnnotations())
                .containsEntry("note", "of the template")
                .containsEntry("actions.github.com/patch-id", "3");
        assertThat(pod.getMetadata().getName()).isEqualTo("a");
        assertThat(pod.getMetadata().getNamespace()).isEqualTo("runners");
    }
}
