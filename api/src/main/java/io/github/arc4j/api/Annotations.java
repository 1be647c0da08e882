package io.github.arc4j.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Annotation keys. */
public final class Annotations {
    /** On an AutoscalingRunnerSet: ID of the scale set on GitHub, in decimal. The key has no prefix. */
    public static final String RUNNER_SCALE_SET_ID = "runner-scale-set-id";

    /** Name of the scale set on GitHub, as returned by GitHub. */
    public static final String RUNNER_SCALE_SET_NAME = "actions.github.com/runner-scale-set-name";

    /** Name of the runner group, as returned by GitHub. */
    public static final String RUNNER_GROUP_NAME = "actions.github.com/runner-group-name";

    /** On an AutoscalingRunnerSet: the config URL at which the scale set was registered. */
    public static final String REGISTERED_CONFIG_URL = "actions.github.com/registered-config-url";

    /** {@link IntegrityHash} of the input from which an object was created. */
    public static final String INTEGRITY_HASH = "actions.github.com/integrity-hash";

    /** On an AutoscalingListener in a shared listener: changes when the Secrets with its configuration change. */
    public static final String LISTENER_CONFIG_HASH = "actions.github.com/listener-config-hash";

    /** On an AutoscalingListener: when it was removed from a shared listener, in ISO 8601. */
    public static final String LEFT_SHARED_LISTENER = "actions.github.com/left-shared-listener";

    /** On EphemeralRunners and their pods: the patchID of the EphemeralRunnerSet when the runner was created. */
    public static final String PATCH_ID = "actions.github.com/patch-id";

    /**
     * On an EphemeralRunnerSet, written by the listener: the runners whose jobs have completed recently and which
     * {@code replicas} no longer includes. One entry for each, {@code name:runnerId:jobId}, separated by commas; the job's
     * ID may be empty.
     */
    public static final String COMPLETED_RUNNERS = "actions.github.com/completed-runners";

    /** On a runner's pod: the runner's ID on GitHub, in decimal. */
    public static final String RUNNER_ID = "actions.github.com/runner-id";

    /**
     * {@code true} on an object that is being deleted: its deletion sends no requests to GitHub and does not wait for
     * jobs. Propagated to the objects that the object owns.
     */
    public static final String FORCE_DELETE = "actions.github.com/force-delete";

    /** Hash of the chart's values. */
    public static final String VALUES_HASH = "actions.github.com/values-hash";

    // On an AutoscalingRunnerSet: names of the chart's objects that lose their cleanup protection when it is deleted.

    /** Name of the RoleBinding of runners with {@code containerMode: kubernetes}. */
    public static final String CLEANUP_KUBERNETES_MODE_ROLE_BINDING =
            "actions.github.com/cleanup-kubernetes-mode-role-binding-name";

    /** Name of the Role of runners with {@code containerMode: kubernetes}. */
    public static final String CLEANUP_KUBERNETES_MODE_ROLE = "actions.github.com/cleanup-kubernetes-mode-role-name";

    /** Name of the ServiceAccount of runners with {@code containerMode: kubernetes}. */
    public static final String CLEANUP_KUBERNETES_MODE_SERVICE_ACCOUNT =
            "actions.github.com/cleanup-kubernetes-mode-service-account-name";

    /** Name of the ServiceAccount of runners in the other container modes. */
    public static final String CLEANUP_NO_PERMISSION_SERVICE_ACCOUNT =
            "actions.github.com/cleanup-no-permission-service-account-name";

    /** Name of the Secret with the credentials, if the chart created it. */
    public static final String CLEANUP_GITHUB_SECRET = "actions.github.com/cleanup-github-secret-name";

    /** Name of the RoleBinding of the controller in the scale set's namespace. */
    public static final String CLEANUP_MANAGER_ROLE_BINDING = "actions.github.com/cleanup-manager-role-binding";

    /** Name of the Role of the controller in the scale set's namespace. */
    public static final String CLEANUP_MANAGER_ROLE = "actions.github.com/cleanup-manager-role-name";

    /** On an EphemeralRunnerSet or AutoscalingListener of release 0.14.2. */
    public static final String LEGACY_RUNNER_SPEC_HASH = "actions.github.com/runner-spec-hash";

    private Annotations() {}

    /**
     * The value of an annotation.
     *
     * @param object an object with or without annotations
     * @param key key of the annotation
     * @return empty if the object does not have the annotation
     */
    public static String get(HasMetadata object, String key) {
        return Labels.entry(object.getMetadata().getAnnotations(), key);
    }

    /**
     * Removes the annotations that the controller interprets, those of Argo CD and Flux, and those beyond the {@link
     * MetadataLimit}.
     *
     * @param annotations annotations that a user has set; null is treated as empty
     * @return a mutable copy
     */
    public static Map<String, String> ofUser(@Nullable Map<String, String> annotations) {
        Map<String, String> ofUser = merge(annotations, null);
        ofUser.keySet().removeIf(key -> Labels.isReserved(key) || LabelPropagation.isTracking(key));
        return MetadataLimit.limited(ofUser);
    }

    /**
     * Merges two maps. Null is treated as empty.
     *
     * @param base entries that count unless the other map has their keys
     * @param overwrite entries that count in any case
     * @return a new, mutable map
     */
    public static Map<String, String> merge(
            @Nullable Map<String, String> base, @Nullable Map<String, String> overwrite) {
        Map<String, String> merged = new LinkedHashMap<>();
        if (base != null) {
            merged.putAll(base);
        }
        if (overwrite != null) {
            merged.putAll(overwrite);
        }
        return merged;
    }
}
