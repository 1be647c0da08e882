package io.github.arc4j.controller.autoscalinglistener;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.api.ListenerPodMetadata;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerTemplateCheck;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerTemplatePolicy;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.kube.http.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods that a tenant defines with {@code listenerTemplate} and that run in the controller's namespace. */
class ListenerTemplatePolicyTest {
    private static final String SECRET_OF_ANOTHER_TENANT =
            "{containers: [{name: listener}], volumes: [{name: v, secret: {secretName: other-config}}]}";

    private static ListenerSettings settings(ListenerTemplatePolicy policy) {
        return ListenerFixture.settings().templatePolicy(policy).build();
    }

    private static PodTemplateSpec template(String spec) {
        return Serialization.unmarshal("spec: " + spec, PodTemplateSpec.class);
    }

    private static PodTemplateSpec metadata(String metadata) {
        return Serialization.unmarshal("metadata: " + metadata, PodTemplateSpec.class);
    }

    private static Optional<String> rejection(ListenerTemplatePolicy policy, String spec) {
        return rejection(policy, ListenerPodMetadata.DEFAULT, template(spec));
    }

    private static Optional<String> rejection(
            ListenerTemplatePolicy policy, ListenerPodMetadata podMetadata, PodTemplateSpec template) {
        return rejection(policy, podMetadata, ListenerFixture.listener(spec -> spec.template(template)));
    }

    private static Optional<String> rejection(
            ListenerTemplatePolicy policy, ListenerPodMetadata podMetadata, AutoscalingListener listener) {
        return new ListenerTemplateCheck(policy, podMetadata, new ObjectMapper()).rejection(listener.getSpec());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "volumes[0].secret | {volumes: [{name: v, secret: {secretName: other-config}}]}",
                "volumes[0].secret | {volumes: [{name: v, secret: {secretName: vault-certificate-team-b}}]}",
                "volumes[1].projected | {volumes: [{name: a, emptyDir: {}}, {name: v, projected: {sources: [{secret:"
                        + " {name: s}}]}}]}",
                "volumes[0].hostPath | {volumes: [{name: v, hostPath: {path: /}}]}",
                "volumes[0].csi | {volumes: [{name: v, csi: {driver: secrets-store.csi.k8s.io}}]}",
                "volumes[0].persistentVolumeClaim | {volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]}",
                "volumes[0].azureFile | {volumes: [{name: v, azureFile: {secretName: s, shareName: f}}]}",
                "volumes[0].ephemeral | {volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {}}}}]}",
                "volumes[0].inventedLater | {volumes: [{name: v, inventedLater: {secretName: s}}]}",
                "containers[0].envFrom | {containers: [{name: listener, envFrom: [{secretRef: {name: s}}]}]}",
                "containers[0].env[1].valueFrom.secretKeyRef | {containers: [{name: listener, env: [{name: A, value:"
                        + " a}, {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]}",
                "containers[1] | {containers: [{name: listener}, {name: mine, image: mine}]}",
                "containers[0] | {containers: [{name: mine, image: mine}]}",
                "initContainers | {initContainers: [{name: mine, image: mine}]}",
                "ephemeralContainers | {ephemeralContainers: [{name: mine, image: mine}]}",
                "hostNetwork | {hostNetwork: true}",
                "hostPID | {hostPID: true}",
                "hostIPC | {hostIPC: true}",
                "serviceAccountName | {serviceAccountName: arc-gha-rs-controller}",
                "serviceAccount | {serviceAccount: arc-gha-rs-controller}",
                "resourceClaims | {resourceClaims: [{name: gpu}]}",
                "imagePullSecrets | {imagePullSecrets: [{name: registry}]}",
                "securityContext.sysctls | {securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}}",
                "securityContext.windowsOptions | {securityContext: {windowsOptions: {hostProcess: true}}}",
                "containers[0].securityContext.privileged | {containers: [{name: listener, securityContext:"
                        + " {privileged: true}}]}",
                "containers[0].securityContext.allowPrivilegeEscalation | {containers: [{name: listener,"
                        + " securityContext: {allowPrivilegeEscalation: true}}]}",
                "containers[0].securityContext.capabilities.add | {containers: [{name: listener, securityContext:"
                        + " {capabilities: {add: [SYS_ADMIN]}}}]}",
                "containers[0].securityContext.procMount | {containers: [{name: listener, securityContext: {procMount:"
                        + " Unmasked}}]}",
                "containers[0].securityContext.seccompProfile.type | {containers: [{name: listener, securityContext:"
                        + " {seccompProfile: {type: Unconfined}}}]}",
                "securityContext.runAsUser | {securityContext: {runAsUser: 0}}",
                "securityContext.runAsNonRoot | {securityContext: {runAsNonRoot: false}}",
                "containers[0].securityContext.runAsUser | {containers: [{name: listener, securityContext: {runAsUser:"
                        + " 0}}]}",
                "containers[0].securityContext.runAsNonRoot | {containers: [{name: listener, securityContext:"
                        + " {runAsNonRoot: false}}]}",
                "containers[0].ports[0].hostPort | {containers: [{name: listener, ports: [{containerPort: 1, hostPort:"
                        + " 1}]}]}",
                "terminationGracePeriodSeconds | {terminationGracePeriodSeconds: 61}",
                "containers[0].livenessProbe.terminationGracePeriodSeconds | {containers: [{name: listener,"
                        + " livenessProbe: {terminationGracePeriodSeconds: 61}}]}",
                "containers[0].startupProbe.terminationGracePeriodSeconds | {containers: [{name: listener,"
                        + " startupProbe: {terminationGracePeriodSeconds: 61}}]}",
                "containers[0].volumeDevices | {containers: [{name: listener, volumeDevices: [{name: v, devicePath:"
                        + " /d}]}]}"
            })
    void restrictedTemplatesAreRefusedWithThePathOfTheField(String path, String spec) {
        assertThat(rejection(ListenerTemplatePolicy.RESTRICTED, spec))
                .contains("spec.listenerTemplate.spec." + path
                        + " is not allowed: the controller runs with --listener-template=restricted");
        assertThat(rejection(ListenerTemplatePolicy.FULL, spec)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{containers: [{name: listener, image: 'mirror/arc4j:1', resources: {limits: {cpu: '1'}}, env: [{name:"
                        + " A, value: a}]}]}",
                "{nodeSelector: {a: b}, tolerations: [{operator: Exists}], affinity: {}, priorityClassName: p,"
                        + " hostNetwork: false}",
                "{volumes: [{name: ca, configMap: {name: ca}}, {name: tmp, emptyDir: {}}], containers: [{name:"
                        + " listener, volumeMounts: [{name: tmp, mountPath: /tmp}]}]}",
                "{volumes: [{name: v, secret: {secretName: vault-certificate-sets}}]}",
                "{securityContext: {runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}, containers: [{name:"
                        + " listener, securityContext: {privileged: false, capabilities: {drop: [ALL]}}}]}",
                "{terminationGracePeriodSeconds: 60, containers: [{name: listener, livenessProbe:"
                        + " {terminationGracePeriodSeconds: 60}}]}",
                "{containers: [{name: listener, env: [{name: N, valueFrom: {fieldRef: {fieldPath: metadata.name}}}],"
                        + " ports: [{containerPort: 8080, name: m}]}]}"
            })
    void harmlessFieldsAreAccepted(String spec) {
        assertThat(rejection(ListenerTemplatePolicy.RESTRICTED, spec)).isEmpty();
        assertThat(rejection(ListenerTemplatePolicy.OFF, spec))
                .contains("spec.listenerTemplate is not allowed: the controller runs with --listener-template=off");
    }

    /** The node would send these requests, from its network. */
    @ParameterizedTest
    @ValueSource(
            strings = {"lifecycle.postStart", "lifecycle.preStop", "livenessProbe", "readinessProbe", "startupProbe"})
    void probesAndHooksReachOnlyThePodItself(String handler) {
        String[] fields = handler.split("\\.");
        String around = "{containers: [{name: listener, " + String.join(": {", fields) + ": %s"
                + "}".repeat(fields.length - 1) + "}]}";
        String path = "containers[0]." + handler;

        assertThat(rejection(
                        ListenerTemplatePolicy.RESTRICTED, around.formatted("{httpGet: {port: 80, host: 10.0.0.1}}")))
                .hasValueSatisfying(rejection -> assertThat(rejection).contains(path + ".httpGet.host is not allowed"));
        assertThat(rejection(
                        ListenerTemplatePolicy.RESTRICTED, around.formatted("{tcpSocket: {port: 80, host: 10.0.0.1}}")))
                .hasValueSatisfying(
                        rejection -> assertThat(rejection).contains(path + ".tcpSocket.host is not allowed"));
        assertThat(rejection(
                        ListenerTemplatePolicy.RESTRICTED,
                        around.formatted("{httpGet: {port: 80, host: '', path: /x, scheme: HTTPS, httpHeaders:"
                                + " [{name: a, value: b}]}, tcpSocket: {port: 80}, exec: {command: [a]}}")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "container.apparmor.security.beta.kubernetes.io/listener, true",
        "seccomp.security.alpha.kubernetes.io/pod, true",
        "container.seccomp.security.alpha.kubernetes.io/listener, true",
        "security.beta.kubernetes.io/x, true",
        "insecurity.beta.kubernetes.io/x, true",
        "sidecar.istio.io/inject, true",
        "sidecar.istio.io/userVolume, true",
        "iam.amazonaws.com/role, true",
        "k8s.v1.cni.cncf.io/networks, true",
        "io.katacontainers.config.hypervisor.path, true",
        "prometheus.io/scrape, false",
        "app.kubernetes.io/name, false",
        "team, false",
    })
    void labelsAndAnnotationsAreRefusedUnlessTheirKeysAreHarmless(String key, boolean refused) {
        for (String field : List.of("labels", "annotations")) {
            PodTemplateSpec template = metadata("{%s: {a: b, %s: 'true'}}".formatted(field, key));

            assertThat(rejection(ListenerTemplatePolicy.RESTRICTED, ListenerPodMetadata.DEFAULT, template))
                    .isEqualTo(
                            refused
                                    ? Optional.of(
                                            "spec.listenerTemplate.metadata.%s[%s] is not allowed: the controller runs"
                                                            .formatted(field, key)
                                                    + " with --listener-template=restricted")
                                    : Optional.empty());
            assertThat(rejection(ListenerTemplatePolicy.RESTRICTED, new ListenerPodMetadata(List.of(key)), template))
                    .isEmpty();
            assertThat(rejection(ListenerTemplatePolicy.FULL, ListenerPodMetadata.DEFAULT, template))
                    .isEmpty();
        }
    }

    @Test
    void aPodMayDeclineASidecar() {
        for (String field : List.of("labels", "annotations")) {
            assertThat(rejection(
                            ListenerTemplatePolicy.RESTRICTED,
                            ListenerPodMetadata.DEFAULT,
                            metadata("{%s: {sidecar.istio.io/inject: 'false', linkerd.io/inject: disabled}}"
                                    .formatted(field))))
                    .isEmpty();
        }
    }

    /** On EKS, the pod gets the role that this annotation of its service account names. */
    @Test
    void annotationsOfTheServiceAccountAreRefusedUnlessTheirKeysAreHarmless() {
        String key = "eks.amazonaws.com/role-arn";
        AutoscalingListener listener = ListenerFixture.listener(spec -> spec.serviceAccountMetadata(
                new ResourceMeta(Map.of("example.com/team", "a"), Map.of("note", "n", key, "r"))));
        assertIsRefusedUnlessAllowed(listener, "spec.listenerServiceAccountMetadata.annotations", key);
    }

    /** A replicator would write another Secret of the namespace into it. */
    @Test
    void annotationsOfTheConfigurationsSecretAreRefusedUnlessTheirKeysAreHarmless() {
        String key = "replicator.v1.mittwald.de/replicate-from";
        AutoscalingListener listener = ListenerFixture.listener(spec -> spec.configSecretMetadata(
                new ResourceMeta(Map.of("example.com/team", "a"), Map.of("note", "n", key, "controller/other"))));
        assertIsRefusedUnlessAllowed(listener, "spec.listenerConfigSecretMetadata.annotations", key);
    }

    private static void assertIsRefusedUnlessAllowed(AutoscalingListener listener, String path, String key) {
        for (ListenerTemplatePolicy policy : List.of(ListenerTemplatePolicy.RESTRICTED, ListenerTemplatePolicy.OFF)) {
            assertThat(rejection(policy, ListenerPodMetadata.DEFAULT, listener))
                    .hasValueSatisfying(rejection ->
                            assertThat(rejection).startsWith("%s[%s] is not allowed".formatted(path, key)));
            assertThat(rejection(policy, new ListenerPodMetadata(List.of(key)), listener))
                    .isEmpty();
        }
        assertThat(rejection(ListenerTemplatePolicy.FULL, ListenerPodMetadata.DEFAULT, listener))
                .isEmpty();
    }

    @Test
    void theOperatorAllowsLabelsAndAnnotations() throws Exception {
        String metadata = "{labels: {example.com/team: a}, annotations: {example.com/note: b}}";
        try (ListenerFixture fixture = new ListenerFixture(settings(ListenerTemplatePolicy.RESTRICTED))) {
            AutoscalingListener listener = ListenerFixture.listener(spec -> spec.template(metadata(metadata)));
            listener.getMetadata().setLabels(Map.of("example.com/of-set", "c"));
            fixture.client.resource(listener).create();
            fixture.settle();
            assertThat(fixture.findPod()).isNull();
            assertThat(fixture.condition(Conditions.READY).getMessage()).contains("metadata.labels[example.com/team]");

            fixture.restart(ListenerFixture.settings()
                    .podMetadata(new ListenerPodMetadata(List.of("example.com/")))
                    .build());
            fixture.settle();
            assertThat(fixture.pod().getMetadata().getLabels())
                    .containsEntry("example.com/team", "a")
                    .containsEntry("example.com/of-set", "c");
            assertThat(fixture.pod().getMetadata().getAnnotations()).containsEntry("example.com/note", "b");
        }
    }

    /** Naming one field must not drop the others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{runAsUser: 1000}",
                "{capabilities: {}}",
                "{capabilities: {drop: [NET_RAW]}}",
                "{privileged: false, allowPrivilegeEscalation: false, runAsNonRoot: true}",
                "{seccompProfile: {type: RuntimeDefault}}",
            })
    void theSecurityContextStaysRestricted(String context) throws Exception {
        try (ListenerFixture fixture = new ListenerFixture(settings(ListenerTemplatePolicy.RESTRICTED))) {
            fixture.create(spec -> spec.template(
                    template("{securityContext: {runAsUser: 1000, fsGroup: 7}, containers: [{name: listener,"
                            + " securityContext: %s}]}".formatted(context))));
            fixture.settle();

            PodSpec pod = fixture.pod().getSpec();
            assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(7);
            SecurityContext merged = pod.getContainers().getFirst().getSecurityContext();
            assertThat(merged.getAllowPrivilegeEscalation()).isFalse();
            assertThat(merged.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(merged.getRunAsNonRoot()).isTrue();
            assertThat(merged.getReadOnlyRootFilesystem()).isTrue();
            assertThat(merged.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(merged.getRunAsUser()).isEqualTo(context.contains("1000") ? 1000L : null);
        }
    }

    @Test
    void namedFieldsOfTheSecurityContextWin() throws Exception {
        String context = "{readOnlyRootFilesystem: false, seccompProfile: {type: Localhost, localhostProfile: mine}}";
        try (ListenerFixture fixture = new ListenerFixture(settings(ListenerTemplatePolicy.RESTRICTED))) {
            fixture.create(spec -> spec.template(
                    template("{containers: [{name: listener, securityContext: %s}]}".formatted(context))));
            fixture.settle();

            SecurityContext merged =
                    fixture.pod().getSpec().getContainers().getFirst().getSecurityContext();
            assertThat(merged.getReadOnlyRootFilesystem()).isFalse();
            assertThat(merged.getSeccompProfile().getLocalhostProfile()).isEqualTo("mine");
            assertThat(merged.getAllowPrivilegeEscalation()).isFalse();
        }
    }

    @Test
    void aFullTemplateReplacesTheSecurityContext() throws Exception {
        try (ListenerFixture fixture = new ListenerFixture(settings(ListenerTemplatePolicy.FULL))) {
            fixture.create(spec ->
                    spec.template(template("{containers: [{name: listener, securityContext: {runAsUser: 0}}]}")));
            fixture.settle();

            assertThat(fixture.pod().getSpec().getContainers().getFirst().getSecurityContext())
                    .isEqualTo(new SecurityContextBuilder().withRunAsUser(0L).build());
        }
    }

    @Test
    void aRefusedTemplateHasNoPodAndTheConditionReportsWhy() throws Exception {
        try (ListenerFixture fixture = new ListenerFixture(settings(ListenerTemplatePolicy.RESTRICTED))) {
            fixture.create(spec -> spec.template(template(SECRET_OF_ANOTHER_TENANT)));
            fixture.settle();
            assertThat(fixture.findPod()).isNull();
            assertThat(fixture.condition(Conditions.READY).getReason()).isEqualTo("ListenerTemplateRefused");
            assertThat(fixture.condition(Conditions.READY).getMessage()).contains("volumes[0].secret");

            fixture.change(spec -> spec.template(template("{containers: [{name: listener}], nodeSelector: {a: b}}")));
            fixture.settle();
            assertThat(fixture.pod().getSpec().getNodeSelector()).containsEntry("a", "b");
            assertThat(fixture.condition(Conditions.READY).getReason()).isEqualTo("ListenerStarting");
        }
    }

    /** The response to the controller's own patch contains a spec that it has not checked. */
    @Test
    void aTemplateThatChangesDuringTheReconcileIsRefused() throws Exception {
        ListenerSettings settings = ListenerFixture.settings()
                .templatePolicy(ListenerTemplatePolicy.RESTRICTED)
                .shards(new ListenerShards("arc-listener", 1))
                .build();
        try (ListenerFixture fixture = new ListenerFixture(settings)) {
            fixture.create();
            fixture.settle();
            fixture.change(spec -> spec.template(template("{containers: [{name: listener, image: mine}]}")));
            var leaves = fixture.kube
                    .faults()
                    .inject(Fault.on("patch", "autoscalinglisteners")
                            .meanwhile(request ->
                                    fixture.change(spec -> spec.template(template(SECRET_OF_ANOTHER_TENANT)))));
            fixture.kube.requests().reset();
            fixture.reconcile();
            assertThat(leaves.strikes()).isEqualTo(1);
            assertThat(fixture.kube
                            .requests()
                            .count(request -> request.verb().equals("create")
                                    && request.target().equals("pods")))
                    .isZero();
            fixture.settle();
            assertThat(fixture.condition(Conditions.READY).getReason()).isEqualTo("ListenerTemplateRefused");
        }
    }

    /** A tenant must not be able to run any private image that the operator may pull. */
    @ParameterizedTest
    @CsvSource({
        "registry.example:5000/arc4j:2, 1",
        "registry.example:5000/arc4j@sha256:abc, 1",
        "registry.example:5000/secret:1, 0",
        "registry.example:5000/arc4j/secret, 0",
        "other.example/arc4j:1, 0",
    })
    void theOperatorsPullSecretsAreForTheOperatorsRepository(String image, int secrets) throws Exception {
        for (ListenerTemplatePolicy policy : List.of(ListenerTemplatePolicy.RESTRICTED, ListenerTemplatePolicy.FULL)) {
            try (ListenerFixture fixture = new ListenerFixture(settings(policy))) {
                fixture.create(spec -> spec.image("registry.example:5000/arc4j:1")
                        .imagePullSecrets(List.of(new LocalObjectReference("pull")))
                        .template(template("{containers: [{name: listener, image: '%s'}]}".formatted(image))));
                fixture.settle();
                assertThat(fixture.pod().getSpec().getImagePullSecrets())
                        .hasSize(policy == ListenerTemplatePolicy.FULL ? 1 : secrets);
            }
        }
    }

    /** For example one that the Go controller has created. */
    @ParameterizedTest
    @EnumSource(
            value = ListenerTemplatePolicy.class,
            names = {"RESTRICTED", "OFF"})
    void aPreviouslyAcceptedPodIsStopped(ListenerTemplatePolicy policy) throws Exception {
        try (ListenerFixture fixture = new ListenerFixture(settings(ListenerTemplatePolicy.FULL))) {
            fixture.create(spec -> spec.template(template(SECRET_OF_ANOTHER_TENANT)));
            fixture.settle();
            fixture.runPod(true);
            fixture.restart(settings(policy));
            fixture.settle();
            assertThat(fixture.findPod()).isNull();
            assertThat(fixture.condition(Conditions.READY).getReason()).isEqualTo("ListenerTemplateRefused");
        }
    }

    /** A tenant's image may ignore SIGTERM. */
    @ParameterizedTest
    @CsvSource({"5, 5", "60, 60", "315360000, 60"})
    void aPodHasSixtySecondsToEndAtMost(long ofTemplate, long seconds) throws Exception {
        try (ListenerFixture fixture = new ListenerFixture(settings(ListenerTemplatePolicy.FULL))) {
            fixture.create(spec -> spec.template(onNode(ofTemplate)));
            fixture.settle();
            fixture.runPod(true);
            fixture.restart(settings(ListenerTemplatePolicy.OFF));
            fixture.reconcile();
            assertThat(fixture.pod().getMetadata().getDeletionGracePeriodSeconds())
                    .isEqualTo(seconds);
            fixture.clock.pass(Duration.ofSeconds(seconds + 31));
            fixture.reconcile();
            assertThat(fixture.findPod()).isNull();
        }
    }

    /** For example one that is evicted, or that another version of the controller has deleted. */
    @Test
    void theGracePeriodOfADeletedPodIsShortened() throws Exception {
        try (ListenerFixture fixture = new ListenerFixture(settings(ListenerTemplatePolicy.FULL))) {
            fixture.create(spec -> spec.template(onNode(315360000)));
            fixture.settle();
            fixture.runPod(true);
            String pod = fixture.pod().getMetadata().getUid();
            fixture.client.resource(fixture.pod()).delete();
            assertThat(fixture.pod().getMetadata().getDeletionGracePeriodSeconds())
                    .isEqualTo(315360000);
            fixture.reconcile();
            assertThat(fixture.pod().getMetadata().getDeletionGracePeriodSeconds())
                    .isEqualTo(60);
            fixture.clock.pass(Duration.ofSeconds(91));
            fixture.settle();
            assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
        }
    }

    private static PodTemplateSpec onNode(long graceSeconds) {
        return template("{nodeName: node, terminationGracePeriodSeconds: %d, containers: [{name: listener}]}"
                .formatted(graceSeconds));
    }

    @Test
    void theDocumentedAdmissionPolicyRefusesTemplatesOfScaleSets() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "security.md"));
        String yaml = page.substring(page.indexOf("apiVersion: admissionregistration.k8s.io"));
        String[] documents = yaml.substring(0, yaml.indexOf("```")).split("(?m)^---$");

        ValidatingAdmissionPolicy policy = Serialization.unmarshal(documents[0], ValidatingAdmissionPolicy.class);
        assertThat(policy.getSpec().getAdditionalProperties()).isEmpty();
        assertThat(policy.getSpec().getMatchConstraints().getResourceRules())
                .singleElement()
                .satisfies(rule -> {
                    assertThat(rule.getAdditionalProperties()).isEmpty();
                    assertThat(rule.getResources()).containsExactly("autoscalingrunnersets");
                });
        assertThat(policy.getSpec().getValidations())
                .singleElement()
                .satisfies(validation ->
                        assertThat(validation.getAdditionalProperties()).isEmpty());

        ValidatingAdmissionPolicyBinding binding =
                Serialization.unmarshal(documents[1], ValidatingAdmissionPolicyBinding.class);
        assertThat(binding.getSpec().getAdditionalProperties()).isEmpty();
        assertThat(binding.getSpec().getMatchResources().getAdditionalProperties())
                .isEmpty();
        assertThat(binding.getSpec().getPolicyName())
                .isEqualTo(policy.getMetadata().getName());
    }
}
