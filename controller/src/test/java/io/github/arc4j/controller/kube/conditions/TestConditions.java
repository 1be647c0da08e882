package io.github.arc4j.controller.kube.conditions;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conditions of objects that do not exist. */
public final class TestConditions {
    private TestConditions() {}

    /** The list with one condition set. */
    public static List<Condition> with(
            List<Condition> conditions,
            String type,
            boolean status,
            String reason,
            String message,
            @Nullable Long generation,
            Instant now) {
        AutoscalingRunnerSet object = new AutoscalingRunnerSet();
        object.setMetadata(new ObjectMetaBuilder().withGeneration(generation).build());
        return new ConditionList(object, conditions, now)
                .set(type, status, reason, message)
                .list();
    }
}
