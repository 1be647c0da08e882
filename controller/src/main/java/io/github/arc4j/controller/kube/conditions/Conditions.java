package io.github.arc4j.controller.kube.conditions;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Status conditions as Kubernetes' API conventions define them. */
public final class Conditions {
    /** Whether the object fulfills its purpose. */
    public static final String READY = "Ready";

    /** Whether something differs from the spec, although the object may fulfill its purpose. */
    public static final String DEGRADED = "Degraded";

    /** Whether GitHub counts jobs that no idle runner gets; absent if that has never been the case. */
    public static final String DEMAND_STALE = "DemandStale";

    /**
     * False while a listener has a pod of its own although there are shared listeners, which is not a problem; otherwise
     * absent.
     */
    public static final String LISTENER_SHARED = "ListenerShared";

    /** Reason of problems with CustomResourceDefinitions that are older than the controller. */
    public static final String CRD_OUTDATED = "CRDOutdated";

    private Conditions() {}

    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    /** The condition if it has this status. */
    public static Optional<Condition> find(List<Condition> conditions, String type, boolean status) {
        return find(conditions, type).filter(condition -> (status ? "True" : "False").equals(condition.getStatus()));
    }

    /** Since when the condition has this status; empty if it has a different one. */
    public static Optional<Instant> since(List<Condition> conditions, String type, boolean status) {
        return find(conditions, type, status).map(Conditions::since);
    }

    /**
     * Since when the condition has its status; the epoch if that cannot be read, because the API server accepts +99:99.
     */
    public static Instant since(Condition condition) {
        try {
            return Instant.parse(Objects.requireNonNullElse(condition.getLastTransitionTime(), ""));
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    public static boolean isTrue(List<Condition> conditions, String type) {
        return find(conditions, type, true).isPresent();
    }

    /** Whether the condition exists with this status and reason. */
    public static boolean has(List<Condition> conditions, String type, boolean status, String reason) {
        return find(conditions, type, status)
                .filter(condition -> Objects.equals(reason, condition.getReason()))
                .isPresent();
    }
}
