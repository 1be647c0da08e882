package io.github.arc4j.controller.kube;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.controller.runtime.EventRecorder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells the turns of conditions as Events: a trouble once, however many conditions have it as their reason. */
public final class ConditionEvents {
    /** Not in order, but as it has to be for a while. */
    private static final Set<String> EXPECTED =
            Set.of("ListenerStarting", "ListenerReplaced", "Draining", "Deleting", "RunnerSetEnding");

    private final EventRecorder events;

    public ConditionEvents(EventRecorder events) {
        this.events = events;
    }

    /** @param before conditions that {@code object} had */
    public void tell(HasMetadata object, List<Condition> before, List<Condition> after) {
        Set<String> told = new HashSet<>();
        for (Condition condition : after) {
            if (Conditions.has(before, condition.getType(), isTrue(condition), condition.getReason())) {
                continue;
            }
            boolean isTrouble = isTrue(condition) == condition.getType().equals(Conditions.DEGRADED);
            if (isTrouble && told.add(condition.getReason())) {
                if (EXPECTED.contains(condition.getReason())) {
                    events.normal(object, condition.getReason(), condition.getMessage());
                } else {
                    events.warning(object, condition.getReason(), condition.getMessage());
                }
            } else if (!isTrouble && condition.getType().equals(Conditions.READY)) {
                events.normal(object, condition.getReason(), condition.getMessage());
            }
        }
    }

    private static boolean isTrue(Condition condition) {
        return "True".equals(condition.getStatus());
    }
}
