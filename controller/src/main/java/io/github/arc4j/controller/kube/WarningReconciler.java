package io.github.arc4j.controller.kube;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.runtime.Reconciler;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.cache.Request;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Emits Warnings for the conditions that another reconciler writes, and requeues keys for due Warnings; see {@link
 * ConditionEvents#passed}. While the API server drops fields of the status, also requeues keys to retry writing them.
 *
 * @param objects the objects that {@code reconciler} reconciles
 * @param conditions returns the conditions of an object
 * @param inDeletion the condition types that are kept up to date while an object is being deleted
 */
public record WarningReconciler<T extends HasMetadata>(
        Reconciler reconciler,
        ResourceClient<T> objects,
        Function<T, List<Condition>> conditions,
        Set<String> inDeletion,
        ConditionEvents events)
        implements Reconciler {
    @Override
    public Result reconcile(Request request) throws Exception {
        List<Condition> before = conditions(objects.get(request));
        Result result;
        try {
            result = reconciler.reconcile(request);
        } catch (Exception e) {
            warn(request, before); // the backoff requeues the key
            throw e;
        }
        Result withWarnings = within(result, warn(request, before));
        return within(withWarnings, objects.retryOfDroppedStatus(request.namespace()));
    }

    private static Result within(Result result, @Nullable Duration due) {
        return due == null ? result : result.within(due);
    }

    private @Nullable Duration warn(Request request, List<Condition> before) {
        T object = objects.get(request);
        return object == null ? null : events.passed(object, before, conditions(object));
    }

    private List<Condition> conditions(@Nullable T object) {
        if (object == null) {
            return List.of();
        }
        List<Condition> all = conditions.apply(object);
        return object.isMarkedForDeletion()
                ? all.stream()
                        .filter(condition -> inDeletion.contains(condition.getType()))
                        .toList()
                : all;
    }
}
