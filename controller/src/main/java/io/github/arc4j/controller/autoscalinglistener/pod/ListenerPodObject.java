package io.github.arc4j.controller.autoscalinglistener.pod;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ListenerPodMetadata;
import io.github.arc4j.api.RestrictedListenerTemplate;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.controller.github.credentials.ProxySecret;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.process.http.ListenAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds the desired pod of a listener. Pure functions.
 *
 * @param metricsAddress empty if disabled
 * @param policy whether a scale set's own image is pulled with the operator's pull Secrets, and whether its security
 *     context replaces the generated one, and all of its labels are copied to the pod
 * @param podMetadata the labels of a scale set that are copied to the pod in any case
 */
public record ListenerPodObject(
        ListenerPodTemplate podTemplate,
        String entryPoint,
        String metricsAddress,
        Optional<CaBundle> caBundle,
        ListenerTemplatePolicy policy,
        ListenerPodMetadata podMetadata) {
    private static final String CONFIG_VOLUME = "listener-config";
    private static final String CONFIG_DIRECTORY = "/etc/gha-listener";
    public static final String CONFIG_KEY = "config.json";
    public static final int HEALTH_PORT = 8081;

    /** Labels by which the controller's pods and those of shared listeners are found. */
    private static final Set<String> OF_OTHER_PODS = Set.of(Labels.CONTROLLER_NAMESPACE, Labels.LISTENER_SHARD);

    /**
     * The desired pod. Its integrity hash covers the pod and the Secrets that it reads, and so changes exactly when the
     * listener must restart.
     *
     * @param secretsHash hash of the configuration and the proxy Secret
     */
    public Pod pod(AutoscalingListener listener, String secretsHash) {
        AutoscalingListenerSpec spec = listener.getSpec();
        PodTemplateSpec template = spec.template();
        PodSpec podSpec =
                podTemplate.merge(generatedPod(listener), template == null ? null : template.getSpec(), policy);
        if (policy != ListenerTemplatePolicy.FULL && !isPulledFromRepositoryOf(spec.image(), podSpec)) {
            // A tenant could run any image that the operator may pull.
            podSpec.setImagePullSecrets(List.of());
        }
        ObjectMeta user = template == null ? null : template.getMetadata();
        Map<String, String> labels =
                Annotations.merge(user == null ? null : user.getLabels(), labelsOfScaleSet(listener));
        labels.keySet().removeAll(OF_OTHER_PODS);
        Map<String, String> annotations = Annotations.merge(
                user == null ? null : user.getAnnotations(),
                Map.of(Annotations.INTEGRITY_HASH, IntegrityHash.of(hashInput(podSpec, user, secretsHash))));
        return new PodBuilder()
                .withNewMetadata()
                .withName(listener.getMetadata().getName())
                .withNamespace(listener.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(annotations)
                .withOwnerReferences(Owners.controller(listener))
                .endMetadata()
                .withSpec(podSpec)
                .build();
    }

    /**
     * Unlike those of a template, unknown ones are left out and not rejected: they may be for other objects of the
     * scale set.
     */
    private Map<String, String> labelsOfScaleSet(AutoscalingListener listener) {
        Map<String, String> labels = Annotations.merge(listener.getMetadata().getLabels(), null);
        if (policy != ListenerTemplatePolicy.FULL) {
            labels.entrySet().removeIf(label -> !podMetadata.accepts(label.getKey(), label.getValue()));
        }
        return labels;
    }

    private static boolean isPulledFromRepositoryOf(String image, PodSpec pod) {
        return repository(pod.getContainers().getFirst().getImage()).equals(repository(image));
    }

    /** An image without its tag and digest. */
    private static String repository(String image) {
        String name = image.split("@", 2)[0];
        int tag = name.indexOf(':', name.lastIndexOf('/') + 1);
        return tag < 0 ? name : name.substring(0, tag);
    }

    private static Map<String, Object> hashInput(PodSpec spec, @Nullable ObjectMeta user, String secretsHash) {
        Map<String, Object> all = new HashMap<>(Map.of("spec", spec, "config", secretsHash));
        if (user != null) {
            all.put("metadata", user);
        }
        return all;
    }

    private PodSpec generatedPod(AutoscalingListener listener) {
        String name = listener.getMetadata().getName();
        PodSpecBuilder pod = new PodSpecBuilder()
                .withServiceAccountName(name)
                .addToNodeSelector("kubernetes.io/os", "linux")
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(RestrictedListenerTemplate.MAX_GRACE_SECONDS)
                // The kernel discards a SIGTERM that process 1 of a container gets before the JVM handles signals. A
                // listener that was deleted while it started would open a session, and keep its successor waiting.
                .withShareProcessNamespace(true)
                .withImagePullSecrets(listener.getSpec().imagePullSecrets())
                .addNewContainer()
                .withName(RestrictedListenerTemplate.CONTAINER)
                .withImage(listener.getSpec().image())
                .withCommand(entryPoint)
                .withEnv(environment(listener))
                .addNewVolumeMount()
                .withName(CONFIG_VOLUME)
                .withMountPath(CONFIG_DIRECTORY)
                .withReadOnly(true)
                .endVolumeMount()
                // A busy node may start the process slowly; once it runs, readiness is detected within a second.
                .withStartupProbe(probe("/healthz", 1, 120))
                // Rarely, because probes are most of what an idle listener does: the listener itself notices within
                // minutes that it is stuck, and reports unreadiness only after a minute of problems.
                .withLivenessProbe(probe("/healthz", 120, 2))
                .withReadinessProbe(probe("/readyz", 30, 1))
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withRunAsNonRoot(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .endContainer()
                .addNewVolume()
                .withName(CONFIG_VOLUME)
                .withNewSecret()
                .withSecretName(ScaleSetNames.listenerConfigSecret(name))
                .endSecret()
                .endVolume();
        if (!metricsAddress.isEmpty()) {
            pod.editFirstContainer()
                    .addNewPort()
                    .withName("metrics")
                    .withProtocol("TCP")
                    .withContainerPort(ListenAddress.parse(metricsAddress).port())
                    .endPort()
                    .endContainer();
        }
        caBundle.ifPresent(bundle -> bundle.mountIn(pod));
        return pod.build();
    }

    private static List<EnvVar> environment(AutoscalingListener listener) {
        List<EnvVar> environment = new ArrayList<>();
        environment.add(new EnvVar("LISTENER_CONFIG_PATH", CONFIG_DIRECTORY + "/" + CONFIG_KEY, null));
        environment.add(new EnvVar("LISTENER_HEALTH_ADDR", ":" + HEALTH_PORT, null));
        ProxyConfig proxy = listener.getSpec().proxy();
        if (proxy != null) {
            String secret =
                    ScaleSetNames.listenerProxySecret(listener.getMetadata().getName());
            environment.addAll(ProxySecret.environment(secret, proxy));
        }
        return environment;
    }

    private static Probe probe(String path, int periodSeconds, int failureThreshold) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withNewPort(HEALTH_PORT)
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withFailureThreshold(failureThreshold)
                .build();
    }
}
