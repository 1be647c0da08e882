package io.github.arc4j.controller.autoscalinglistener;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ListenerPodMetadata;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerPodObject;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerPodTemplate;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerTemplatePolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The merge of a {@code listenerTemplate} with the generated pod. */
class ListenerPodTemplateTest {
    private static final ListenerPodObject OBJECTS =
            objects(ListenerTemplatePolicy.RESTRICTED, ListenerPodMetadata.DEFAULT);

    private static ListenerPodObject objects(ListenerTemplatePolicy policy, ListenerPodMetadata podMetadata) {
        return new ListenerPodObject(
                new ListenerPodTemplate(new ObjectMapper()),
                "/ghalistener",
                ":8080",
                Optional.empty(),
                policy,
                podMetadata);
    }

    private static Pod pod(UnaryOperator<PodTemplateSpecBuilder> template) {
        AutoscalingListener listener = ListenerFixture.listener(spec ->
                spec.template(template.apply(new PodTemplateSpecBuilder()).build()));
        listener.getMetadata().setUid("uid");
        return OBJECTS.pod(listener, "hash");
    }

    private static PodSpec spec(PodSpec template) {
        return pod(pod -> pod.withSpec(template)).getSpec();
    }

    private static Container listener(Container template) {
        return spec(new PodSpecBuilder().withContainers(template).build())
                .getContainers()
                .getFirst();
    }

    private static ContainerBuilder container() {
        return new ContainerBuilder().withName("listener");
    }

    @Test
    void labelsAndAnnotationsAreAddedWhereTheKeyIsAbsent() {
        Pod pod = pod(template -> template.withNewMetadata()
                .withLabels(Map.of("team", "a", "actions.github.com/scale-set-name", "mine"))
                .withAnnotations(Map.of("note", "n", "actions.github.com/integrity-hash", "mine"))
                .withName("ignored")
                .withNamespace("ignored")
                .endMetadata());
        assertThat(pod.getMetadata().getLabels())
                .containsEntry("team", "a")
                .containsEntry("actions.github.com/scale-set-name", "set");
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("note", "n");
        assertThat(pod.getMetadata().getAnnotations().get("actions.github.com/integrity-hash"))
                .isNotEqualTo("mine");
        assertThat(pod.getMetadata().getName()).isEqualTo(ListenerFixture.NAME);
        assertThat(pod.getMetadata().getNamespace()).isEqualTo(ListenerFixture.CONTROLLER);
    }

    /** Otherwise the controller's Service, PodDisruptionBudget and NetworkPolicy would select a tenant's pod. */
    /** Admission webhooks act on labels, too. */
    @Test
    void onlyHarmlessLabelsOfTheScaleSetAreCopied() {
        AutoscalingListener listener = ListenerFixture.listener(spec -> spec.template(new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("sidecar.istio.io/inject", "false")
                .endMetadata()
                .build()));
        listener.getMetadata().setUid("uid");
        Map<String, String> harmless = Map.of("team", "a", "helm.sh/chart", "c", Labels.SCALE_SET_NAME, "set");
        Map<String, String> labels = new HashMap<>(harmless);
        labels.put("sidecar.istio.io/inject", "true");
        labels.put("example.com/team", "a");
        listener.getMetadata().setLabels(labels);
        Map<String, String> withoutSidecar = Annotations.merge(harmless, Map.of("sidecar.istio.io/inject", "false"));

        assertThat(labels(listener, ListenerTemplatePolicy.RESTRICTED, List.of()))
                .isEqualTo(withoutSidecar);
        assertThat(labels(listener, ListenerTemplatePolicy.OFF, List.of())).isEqualTo(withoutSidecar);
        assertThat(labels(listener, ListenerTemplatePolicy.RESTRICTED, List.of("example.com/team")))
                .isEqualTo(Annotations.merge(withoutSidecar, Map.of("example.com/team", "a")));
        assertThat(labels(listener, ListenerTemplatePolicy.FULL, List.of())).isEqualTo(labels);
    }

    private static Map<String, String> labels(
            AutoscalingListener listener, ListenerTemplatePolicy policy, List<String> allowed) {
        return objects(policy, new ListenerPodMetadata(allowed))
                .pod(listener, "hash")
                .getMetadata()
                .getLabels();
    }

    @Test
    void labelsDoNotMakeAListenerOneOfTheControllersPodsOrASharedOne() {
        Map<String, String> labels = Map.of(
                "app.kubernetes.io/name", "gha-rs-controller",
                "app.kubernetes.io/namespace", ListenerFixture.CONTROLLER,
                "actions.github.com/listener-shard", "0",
                "app.kubernetes.io/instance", "arc");
        Pod pod = pod(template -> template.withNewMetadata().withLabels(labels).endMetadata());
        assertThat(pod.getMetadata().getLabels())
                .containsEntry("app.kubernetes.io/instance", "arc")
                .doesNotContainKeys("app.kubernetes.io/namespace", "actions.github.com/listener-shard");
    }

    @Test
    void imageAndCommandOfTheTemplateWin() {
        Container container =
                listener(container().withImage("mine:1").withCommand("/wrap").build());
        assertThat(container.getImage()).isEqualTo("mine:1");
        assertThat(container.getCommand()).containsExactly("/wrap");
        assertThat(listener(container().build()).getImage()).isEqualTo("arc4j:dev");
        assertThat(listener(container().build()).getCommand()).containsExactly("/ghalistener");
    }

    @Test
    void listsOfTheListenerAreAppendedTo() {
        Container container = listener(container()
                .withEnv(new EnvVar("EXTRA", "1", null))
                .withArgs("--x")
                .addNewPort()
                .withContainerPort(9999)
                .endPort()
                .addNewEnvFrom()
                .withNewSecretRef("more", null)
                .endEnvFrom()
                .withVolumeMounts(new VolumeMountBuilder()
                        .withName("v")
                        .withMountPath("/v")
                        .build())
                .build());
        assertThat(container.getEnv())
                .extracting(EnvVar::getName)
                .startsWith("LISTENER_CONFIG_PATH")
                .endsWith("EXTRA");
        assertThat(container.getArgs()).containsExactly("--x");
        assertThat(container.getPorts())
                .extracting(port -> port.getContainerPort())
                .containsExactly(8080, 9999);
        assertThat(container.getEnvFrom()).hasSize(1);
        assertThat(container.getVolumeMounts())
                .extracting(mount -> mount.getName())
                .containsExactly("listener-config", "v");
    }

    @Test
    void otherSettingsOfTheListenerReplace() {
        Container container = listener(container()
                .withImagePullPolicy("Always")
                .withWorkingDir("/tmp")
                .withNewResources()
                .addToLimits("memory", new Quantity("64Mi"))
                .endResources()
                .withNewSecurityContext()
                .withRunAsUser(7L)
                .endSecurityContext()
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withTty(true)
                .build());
        assertThat(container.getImagePullPolicy()).isEqualTo("Always");
        assertThat(container.getWorkingDir()).isEqualTo("/tmp");
        assertThat(container.getResources().getLimits()).containsEntry("memory", new Quantity("64Mi"));
        assertThat(container.getSecurityContext().getRunAsUser()).isEqualTo(7);
        assertThat(container.getTerminationMessagePolicy()).isEqualTo("FallbackToLogsOnError");
        assertThat(container.getTty()).isTrue();
    }

    /** The Go controller clears them. */
    @Test
    void unsetFieldsStayAsGenerated() {
        PodSpec spec = spec(new PodSpecBuilder()
                .withContainers(container().build())
                .withPriorityClassName("high")
                .build());
        assertThat(spec.getTerminationGracePeriodSeconds()).isEqualTo(60);
        assertThat(spec.getContainers().getFirst().getLivenessProbe()).isNotNull();
        assertThat(spec.getContainers().getFirst().getSecurityContext().getRunAsNonRoot())
                .isTrue();
        assertThat(spec.getNodeSelector()).containsEntry("kubernetes.io/os", "linux");
    }

    @Test
    void otherContainersAreAppendedUnchanged() {
        Container sidecar =
                new ContainerBuilder().withName("sidecar").withImage("s:1").build();
        PodSpec spec = spec(new PodSpecBuilder().withContainers(sidecar).build());
        assertThat(spec.getContainers()).hasSize(2).last().isEqualTo(sidecar);
        assertThat(spec.getContainers().getFirst().getName()).isEqualTo("listener");
    }

    @Test
    void settingsOfThePodReplaceAndVolumesAreAppended() {
        PodSpec spec = spec(new PodSpecBuilder()
                .withRestartPolicy("OnFailure")
                .withTerminationGracePeriodSeconds(5L)
                .withNodeSelector(Map.of("pool", "small"))
                .withImagePullSecrets(new LocalObjectReference("mine"))
                .withTolerations(new TolerationBuilder().withKey("k").build())
                .withHostNetwork(true)
                .withSchedulerName("other")
                .withVolumes(new VolumeBuilder().withName("v").build())
                .withInitContainers(new ContainerBuilder().withName("init").build())
                .withNewSecurityContext()
                .withFsGroup(1L)
                .endSecurityContext()
                .build());
        assertThat(spec.getRestartPolicy()).isEqualTo("OnFailure");
        assertThat(spec.getTerminationGracePeriodSeconds()).isEqualTo(5);
        assertThat(spec.getNodeSelector()).containsExactly(Map.entry("pool", "small"));
        assertThat(spec.getImagePullSecrets()).containsExactly(new LocalObjectReference("mine"));
        assertThat(spec.getTolerations()).hasSize(1);
        assertThat(spec.getHostNetwork()).isTrue();
        assertThat(spec.getSchedulerName()).isEqualTo("other");
        assertThat(spec.getVolumes()).extracting(volume -> volume.getName()).containsExactly("listener-config", "v");
        assertThat(spec.getInitContainers()).hasSize(1);
        assertThat(spec.getSecurityContext().getFsGroup()).isEqualTo(1);
    }

    @Test
    void processesAreSharedUnlessTheTemplateSaysOtherwise() {
        assertThat(spec(new PodSpec()).getShareProcessNamespace()).isTrue();
        assertThat(spec(new PodSpecBuilder().withShareProcessNamespace(false).build())
                        .getShareProcessNamespace())
                .isFalse();
        // Kubernetes rejects a pod with both.
        PodSpec ofHost = spec(new PodSpecBuilder().withHostPID(true).build());
        assertThat(ofHost.getHostPID()).isTrue();
        assertThat(ofHost.getShareProcessNamespace()).isNull();
    }

    @Test
    void theServiceAccountIsAlwaysTheListenersOwn() {
        PodSpec spec = spec(new PodSpecBuilder()
                .withServiceAccountName("admin")
                .withServiceAccount("admin")
                .withAutomountServiceAccountToken(false)
                .build());
        assertThat(spec.getServiceAccountName()).isEqualTo(ListenerFixture.NAME);
        assertThat(spec.getServiceAccount()).isNull();
        assertThat(spec.getAutomountServiceAccountToken()).isNull();
    }
}
