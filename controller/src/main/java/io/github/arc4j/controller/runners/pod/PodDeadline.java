package io.github.arc4j.controller.runners.pod;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The {@code activeDeadlineSeconds} of a runner's pod: after this time, the kubelet ends the pod. */
public final class PodDeadline {
    private static final String REASON = "DeadlineExceeded";

    private PodDeadline() {}

    /** The deadline of the next pod in seconds, the shorter one of the template and the policy; null if there is none. */
    static @Nullable Long desired(PodSpec template, RunnerPolicy policy) {
        Stream<Long> ofTemplate = Optional.ofNullable(template.getActiveDeadlineSeconds()).stream();
        // The API server rejects more.
        Stream<Long> ofPolicy =
                policy.maxLifetimeIfSet().stream().map(lifetime -> Math.min(lifetime.toSeconds(), Integer.MAX_VALUE));
        return Stream.concat(ofTemplate, ofPolicy).min(Long::compare).orElse(null);
    }

    /**
     * Whether the kubelet ended the pod because of its deadline. While other containers are still terminating, only the
     * times reveal it. Both are from the clock of the node.
     *
     * @param end the end of the runner's container; null if the container has not ended
     */
    static boolean isExceeded(Pod pod, @Nullable ContainerStateTerminated end) {
        PodStatus status = pod.getStatus();
        if ("Failed".equals(status.getPhase()) && REASON.equals(status.getReason())) {
            return true;
        }
        Long deadline = pod.getSpec().getActiveDeadlineSeconds();
        if (deadline == null || end == null || end.getFinishedAt() == null || status.getStartTime() == null) {
            return false;
        }
        Instant last = Instant.parse(status.getStartTime()).plusSeconds(deadline);
        return !"Succeeded".equals(status.getPhase())
                && !Instant.parse(end.getFinishedAt()).isBefore(last);
    }

    /** Which setting ended the pod. */
    public static String describe(EphemeralRunner runner, Pod pod) {
        Long deadline = pod.getSpec().getActiveDeadlineSeconds();
        PodSpec template = runner.getSpec().spec();
        Long ofTemplate = template == null ? null : template.getActiveDeadlineSeconds();
        if (deadline != null && (ofTemplate == null || deadline < ofTemplate)) {
            return "the pod was active for longer than policy.maxLifetime (%s)".formatted(text(deadline));
        }
        return "the pod was active for longer than its activeDeadlineSeconds"
                + (deadline == null ? "" : " (" + text(deadline) + ")");
    }

    private static String text(long seconds) {
        return Duration.ofSeconds(seconds).toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }
}
