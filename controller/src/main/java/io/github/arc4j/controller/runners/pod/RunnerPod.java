package io.github.arc4j.controller.runners.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.RunnerEnvironment;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.github.credentials.ProxySecret;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.kube.Owners;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds the desired pod of a runner from its template. */
public final class RunnerPod {
    /** The key of the JIT config in the Secret of a runner. */
    public static final String JIT_TOKEN = "jitToken";

    private static final Pattern LABEL_VALUE = Pattern.compile("[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?");

    /** The kubelet copies at most 80 lines or 2 KiB of the log into the container's status. */
    private static final String LAST_LINES_OF_LOG_ON_ERROR = "FallbackToLogsOnError";

    private RunnerPod() {}

    /**
     * The pod to create. An annotation contains the registration that it uses, so the runner's status can be written
     * after the runner has started.
     *
     * @param version the controller's version, for the runner's user agent
     */
    public static Pod desired(EphemeralRunner runner, long runnerId, String version, RunnerPolicy policy) {
        EphemeralRunnerSpec spec = runner.getSpec();
        PodSpec podSpec = Objects.requireNonNullElseGet(spec.spec(), PodSpec::new);
        ObjectMeta template = spec.metadata();
        Map<String, String> labels =
                merged(runner.getMetadata().getLabels(), template == null ? null : template.getLabels());
        labels.put(Labels.EPHEMERAL_RUNNER, Labels.TRUE);
        labels.remove(Labels.BUSY); // a template with this label would protect idle runners
        String hash = Annotations.get(runner, Annotations.INTEGRITY_HASH);
        if (LABEL_VALUE.matcher(hash).matches()) {
            labels.put(Labels.POD_TEMPLATE_HASH, hash);
        }
        Map<String, String> annotations =
                merged(runner.getMetadata().getAnnotations(), template == null ? null : template.getAnnotations());
        annotations.put(Annotations.RUNNER_ID, Long.toString(runnerId));
        return new PodBuilder()
                .withNewMetadata()
                .withName(runner.getMetadata().getName())
                .withNamespace(runner.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(annotations)
                .withFinalizers(template == null ? List.of() : template.getFinalizers())
                .withOwnerReferences(Owners.controller(runner))
                .endMetadata()
                .withSpec(new PodSpecBuilder(podSpec)
                        .withActiveDeadlineSeconds(PodDeadline.desired(podSpec, policy))
                        .withContainers(podSpec.getContainers().stream()
                                .map(container -> EphemeralRunnerSpec.RUNNER_CONTAINER.equals(container.getName())
                                        ? runnerContainer(container, runner, version)
                                        : container)
                                .toList())
                        .build())
                .build();
    }

    /**
     * The GitHub ID of the runner that the pod was created for; 0 if the pod does not contain it, as with pods of the
     * Go controller.
     */
    public static long runnerId(@Nullable Pod pod) {
        try {
            return pod == null ? 0 : Long.parseLong(Annotations.get(pod, Annotations.RUNNER_ID));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The GitHub ID of a runner, from its pod, which has it first, or its status; 0 if neither has it. */
    public static long runnerId(EphemeralRunner runner, @Nullable Pod pod) {
        long podRunnerId = runnerId(pod);
        return podRunnerId > 0 ? podRunnerId : runner.statusOrEmpty().runnerId();
    }

    /** The template's container with the runner's environment, which reports the end of its log if it fails. */
    private static Container runnerContainer(Container container, EphemeralRunner runner, String version) {
        return new ContainerBuilder(container)
                .withEnv(environment(container, runner, version))
                .withTerminationMessagePolicy(
                        Objects.requireNonNullElse(container.getTerminationMessagePolicy(), LAST_LINES_OF_LOG_ON_ERROR))
                .build();
    }

    private static List<EnvVar> environment(Container container, EphemeralRunner runner, String version) {
        List<EnvVar> environment = new ArrayList<>(container.getEnv());
        environment.add(LiveSecrets.variable(
                RunnerEnvironment.JIT_CONFIG, runner.getMetadata().getName(), JIT_TOKEN));
        environment.add(new EnvVar(RunnerEnvironment.EXTRA_USER_AGENT, "actions-runner-controller/" + version, null));
        environment.add(new EnvVar(RunnerEnvironment.RETURN_VERSION_DEPRECATED_EXIT_CODE, "1", null));
        String proxySecret = runner.getSpec().proxySecretRef();
        ProxyConfig proxy = runner.getSpec().proxy();
        if (!proxySecret.isEmpty() && proxy != null) {
            environment.addAll(ProxySecret.environment(proxySecret, proxy));
        }
        return environment;
    }

    /** The template wins, except for keys that are reserved for the controller. */
    private static Map<String, String> merged(
            @Nullable Map<String, String> own, @Nullable Map<String, String> template) {
        Map<String, String> merged = Annotations.merge(own, template);
        if (own != null) {
            own.forEach((key, value) -> {
                if (Labels.isReserved(key)) {
                    merged.put(key, value);
                }
            });
        }
        return merged;
    }
}
