package io.github.arc4j.controller.kube.conditions;

import io.fabric8.kubernetes.api.model.Condition;

/**
 * Whether an object or a part of it works, as conditions and Events report it.
 *
 * @param reason the CamelCase reason
 * @param message for users; for a problem, what is wrong and what to do
 */
public record Health(boolean isOk, String reason, String message) {

    public static Health ok(String reason, String message) {
        return new Health(true, reason, message);
    }

    public static Health problem(String reason, String message) {
        return new Health(false, reason, message);
    }

    /** The content of a condition whose status True means that everything works. */
    public static Health of(Condition condition) {
        return new Health("True".equals(condition.getStatus()), condition.getReason(), condition.getMessage());
    }
}
