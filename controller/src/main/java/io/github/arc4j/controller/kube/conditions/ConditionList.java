package io.github.arc4j.controller.kube.conditions;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.runtime.events.MessageText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builder for the conditions of one object; all of them observe the object's generation. */
public final class ConditionList {
    private final HasMetadata object;
    private final Instant now;
    private List<Condition> conditions;

    /** @param conditions the object's current conditions */
    public ConditionList(HasMetadata object, List<Condition> conditions, Instant now) {
        this.object = object;
        this.conditions = conditions;
        this.now = now;
    }

    /**
     * Sets one condition. Its transition time changes only with the status; an equal condition leaves the list unchanged,
     * so that nothing is written.
     */
    public ConditionList set(String type, boolean status, String reason, String message) {
        String newStatus = status ? "True" : "False";
        Optional<Condition> before = Conditions.find(conditions, type);
        String since = before.filter(condition -> newStatus.equals(condition.getStatus()))
                .map(Condition::getLastTransitionTime)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        Condition after = new ConditionBuilder()
                .withType(type)
                .withStatus(newStatus)
                .withReason(reason)
                .withMessage(MessageText.of(message))
                .withObservedGeneration(object.getMetadata().getGeneration())
                .withLastTransitionTime(since)
                .build();
        if (before.isPresent() && before.get().equals(after)) {
            return this;
        }
        List<Condition> changed = new ArrayList<>(conditions);
        before.ifPresentOrElse(old -> changed.set(changed.indexOf(old), after), () -> changed.add(after));
        conditions = List.copyOf(changed);
        return this;
    }

    /** Sets a condition whose status True means that everything works. */
    public ConditionList set(String type, Health health) {
        return set(type, health.isOk(), health.reason(), health.message());
    }

    /** Sets a condition, or removes it if there is no content. */
    public ConditionList setOrRemove(String type, Optional<Health> health) {
        if (health.isPresent()) {
            return set(type, health.get());
        }
        if (Conditions.find(conditions, type).isPresent()) {
            conditions = conditions.stream()
                    .filter(condition -> !condition.getType().equals(type))
                    .toList();
        }
        return this;
    }

    /** Sets Degraded, which is true if there is a problem. */
    public ConditionList degraded(Optional<Health> problem) {
        return problem.map(found -> set(Conditions.DEGRADED, true, found.reason(), found.message()))
                .orElseGet(() -> set(Conditions.DEGRADED, false, "AsExpected", "everything matches the spec"));
    }

    public List<Condition> list() {
        return conditions;
    }
}
