package io.github.arc4j.controller.runners.pod;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.JobMetadata;
import io.github.arc4j.controller.kube.MergePatch;
import io.github.arc4j.controller.kube.Owners;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The labels and annotations of a pod with a job: they tell Karpenter and the cluster autoscaler not to remove the pod,
 * and the chart's PodDisruptionBudget selects the pod by its labels. They also report the job, if the policy asks for
 * that.
 *
 * <p>A pod is marked once, because it runs at most one job.
 */
public record BusyMark(Map<String, String> labels, Map<String, @Nullable String> annotations) {
    private static final String ON = "true";
    private static final String KARPENTER = "karpenter.sh/do-not-disrupt";
    private static final String CLUSTER_AUTOSCALER = "cluster-autoscaler.kubernetes.io/safe-to-evict";

    public static BusyMark of(EphemeralRunner runner, EphemeralRunnerSet set) {
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        JobMetadata metadata = set.getSpec().policyOrDefault().jobMetadata();
        Map<String, String> labels = new LinkedHashMap<>();
        Map<String, @Nullable String> annotations = new LinkedHashMap<>();
        labels.put(Labels.BUSY, ON);
        // Pods of container hooks lack these labels, and flags of the controller may exclude them from runners' pods.
        Owners.controllerOf(set).ifPresent(scaleSet -> labels.put(Labels.SCALE_SET_NAME, scaleSet.getName()));
        labels.put(Labels.SCALE_SET_NAMESPACE, set.getMetadata().getNamespace());
        annotations.put(KARPENTER, ON);
        annotations.put(CLUSTER_AUTOSCALER, "false");
        if (metadata != null) {
            labels.putAll(JobField.labels(metadata.labels(), status));
            annotations.putAll(JobField.annotations(metadata.annotations(), status));
        }
        return new BusyMark(labels, annotations);
    }

    public static boolean isOn(Pod pod) {
        return ON.equals(Labels.get(pod, Labels.BUSY));
    }

    /** A merge patch that marks this pod, and no later one with its name. */
    public ObjectNode patch(Pod pod) {
        ObjectNode patch = MergePatch.metadata(pod, labels, annotations);
        patch.withObject("metadata").put("uid", pod.getMetadata().getUid());
        return patch;
    }
}
