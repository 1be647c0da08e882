package io.github.arc4j.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Label keys, and the values that the controller sets. */
public final class Labels {
    /** On all objects of a scale set, with the value {@link #PART_OF_RUNNER_SCALE_SET}. */
    public static final String PART_OF = "app.kubernetes.io/part-of";

    /** What an object is for: one of the {@code COMPONENT_} values of this class. */
    public static final String COMPONENT = "app.kubernetes.io/component";

    /**
     * On the controller's pods, whose Service, PodDisruptionBudget and NetworkPolicy select it. Listeners run in the same
     * namespace and have labels of users, who must not be able to add them to that selection.
     */
    public static final String CONTROLLER_NAMESPACE = "app.kubernetes.io/namespace";

    /** Version of the chart that created the AutoscalingRunnerSet; copied to the objects derived from it. */
    public static final String VERSION = "app.kubernetes.io/version";

    /** Name of the AutoscalingRunnerSet that an object belongs to. */
    public static final String SCALE_SET_NAME = "actions.github.com/scale-set-name";

    /** Namespace of the AutoscalingRunnerSet that an object belongs to. */
    public static final String SCALE_SET_NAMESPACE = "actions.github.com/scale-set-namespace";

    /** The enterprise for which runners are registered; missing otherwise. */
    public static final String ENTERPRISE = "actions.github.com/enterprise";

    /** The organization, or the owner of the repository, for which runners are registered. */
    public static final String ORGANIZATION = "actions.github.com/organization";

    /** The repository for which runners are registered, without its owner; missing otherwise. */
    public static final String REPOSITORY = "actions.github.com/repository";

    /** On the Role and RoleBinding of a listener, which have no owner: name of the AutoscalingListener. */
    public static final String LISTENER_NAME = "auto-scaling-listener-name";

    /** On the Role and RoleBinding of a listener: namespace of the AutoscalingListener. */
    public static final String LISTENER_NAMESPACE = "auto-scaling-listener-namespace";

    /**
     * On an AutoscalingListener, and on the pods of shared listeners: number of the shared listener that hosts it, in
     * decimal, starting at 0.
     */
    public static final String LISTENER_SHARD = "actions.github.com/listener-shard";

    /** On runner pods, with the value {@link #TRUE}. */
    public static final String EPHEMERAL_RUNNER = "actions-ephemeral-runner";

    /** On runner pods: the {@linkplain Annotations#INTEGRITY_HASH hash} of the EphemeralRunner. */
    public static final String POD_TEMPLATE_HASH = "pod-template-hash";

    /** On the pods of a runner with a job, with the value {@code true}: the runner's own and those of its job. */
    public static final String BUSY = "actions.github.com/busy";

    /** On the pods and Secrets that container hooks create: name of the runner's pod. */
    public static final String RUNNER_POD = "runner-pod";

    /** Value of {@link #PART_OF}. */
    public static final String PART_OF_RUNNER_SCALE_SET = "gha-runner-scale-set";

    /** Value of {@link #COMPONENT} for an AutoscalingListener and the objects created for it. */
    public static final String COMPONENT_LISTENER = "runner-scale-set-listener";

    /** Value of {@link #COMPONENT} for the pods of shared listeners. */
    public static final String COMPONENT_SHARED_LISTENER = "shared-listener";

    /** Value of {@link #COMPONENT} for an EphemeralRunnerSet. */
    public static final String COMPONENT_RUNNER_SET = "runner-set";

    /** Value of {@link #COMPONENT} for an EphemeralRunner and its pod. */
    public static final String COMPONENT_RUNNER = "runner";

    /** Value of {@link #EPHEMERAL_RUNNER}. */
    public static final String TRUE = "True";

    private static final String RESERVED_PREFIX = ApiGroup.NAME + "/";

    private static final int MAX_VALUE_LENGTH = 63;
    private static final String TRIMMED = "-trim";

    private Labels() {}

    /**
     * The value of a label.
     *
     * @param object an object with or without labels
     * @param key key of the label
     * @return empty if the object does not have the label
     */
    public static String get(HasMetadata object, String key) {
        return entry(object.getMetadata().getLabels(), key);
    }

    static String entry(@Nullable Map<String, String> map, String key) {
        return map == null ? "" : Objects.requireNonNullElse(map.get(key), "");
    }

    /**
     * Tells whether a key is reserved for the controller, so that values of users are ignored.
     *
     * @param key key of a label or an annotation
     * @return whether it begins with {@code actions.github.com/}
     */
    public static boolean isReserved(String key) {
        return key.startsWith(RESERVED_PREFIX);
    }

    /**
     * Creates the labels for the parts of a config URL. An empty part gets no label.
     *
     * @param enterprise name of the enterprise, or empty
     * @param organization name of the organization or owner, or empty
     * @param repository name of the repository, or empty
     * @return a new, mutable map
     */
    public static Map<String, String> ofConfigUrl(String enterprise, String organization, String repository) {
        Map<String, String> labels = new LinkedHashMap<>();
        putUnlessEmpty(labels, ENTERPRISE, enterprise);
        putUnlessEmpty(labels, ORGANIZATION, organization);
        putUnlessEmpty(labels, REPOSITORY, repository);
        return labels;
    }

    private static void putUnlessEmpty(Map<String, String> labels, String key, String part) {
        if (!part.isEmpty()) {
            labels.put(key, value(part));
        }
    }

    /**
     * Converts a name to a label value: shortened if it is too long, otherwise without characters that a label value
     * must not start or end with.
     */
    static String value(String name) {
        if (name.length() > MAX_VALUE_LENGTH) {
            return name.substring(0, MAX_VALUE_LENGTH - TRIMMED.length()) + TRIMMED;
        }
        int start = 0;
        int end = name.length();
        while (start < end && isSeparator(name.charAt(start))) {
            start++;
        }
        while (start < end && isSeparator(name.charAt(end - 1))) {
            end--;
        }
        return name.substring(start, end);
    }

    private static boolean isSeparator(char c) {
        return c == '-' || c == '_' || c == '.';
    }
}
