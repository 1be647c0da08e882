package io.github.arc4j.controller.autoscalingrunnerset;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.ConditionList;
import io.github.arc4j.controller.kube.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Builder for the conditions of an AutoscalingRunnerSet. */
final class RunnerSetConditions {
    static final String REGISTERED = "ScaleSetRegistered";
    static final String CREDENTIALS_VALID = "CredentialsValid";
    static final String LISTENER_RUNNING = "ListenerRunning";
    static final String RUNNERS_HEALTHY = "RunnersHealthy";
    static final String VERSION_SUPPORTED = "VersionSupported";

    private final ConditionList conditions;

    RunnerSetConditions(AutoscalingRunnerSet set, List<Condition> current, Instant now) {
        this.conditions = new ConditionList(set, current, now);
    }

    /** The state of one part of the scale set. */
    record Part(boolean ok, String reason, String message) {
        static Part problem(String reason, String message) {
            return new Part(false, reason, message);
        }

        static Part of(Condition condition) {
            return new Part("True".equals(condition.getStatus()), condition.getReason(), condition.getMessage());
        }

        /** The state that the Ready condition of another object reports. */
        static Part ready(List<Condition> ofOther, Part unknown) {
            return Conditions.find(ofOther, Conditions.READY).map(Part::of).orElse(unknown);
        }

        static Part ofListener(Optional<AutoscalingListener> listener) {
            Part starting = problem("ListenerStarting", "the listener is starting");
            return listener.map(AutoscalingListener::getStatus)
                    .map(status -> ready(status.conditions(), starting))
                    .orElse(starting);
        }
    }

    RunnerSetConditions set(String type, Part part) {
        conditions.set(type, part.ok(), part.reason(), part.message());
        return this;
    }

    /** Sets a condition that another object may have. */
    RunnerSetConditions copy(String type, List<Condition> ofOther) {
        Conditions.find(ofOther, type).ifPresent(condition -> set(type, Part.of(condition)));
        return this;
    }

    /** Sets Ready to true, or to the given problem. */
    RunnerSetConditions ready(Part part) {
        return set(Conditions.READY, part.ok() ? new Part(true, "Ready", "the scale set accepts and runs jobs") : part);
    }

    /** Sets Degraded to the first problem, if any. Jobs may run despite a problem. */
    RunnerSetConditions degraded(Part... parts) {
        for (Part part : parts) {
            if (!part.ok()) {
                conditions.set(Conditions.DEGRADED, true, part.reason(), part.message());
                return this;
            }
        }
        conditions.set(Conditions.DEGRADED, false, "AsWanted", "everything matches the spec");
        return this;
    }

    /** Sets the conditions about GitHub; keeps them if no request was made. */
    RunnerSetConditions gitHub(GitHubUse use) {
        GitHubFailure failure = use.failure();
        if (failure != null && failure.isWorthReporting()) {
            conditions.set(GitHubReachable.TYPE, false, failure.reason(), failure.message());
            if (failure.concernsCredentials()) {
                conditions.set(CREDENTIALS_VALID, false, failure.reason(), failure.message());
            }
        } else if (failure == null && use.asked()) {
            conditions.set(GitHubReachable.TYPE, true, "Reachable", "GitHub is responding");
            conditions.set(CREDENTIALS_VALID, true, "Accepted", "GitHub accepts the credentials");
        }
        return this;
    }

    /** The result of the last use of GitHub; without one, no problem. */
    Part gitHub() {
        return Conditions.find(conditions.list(), GitHubReachable.TYPE)
                .filter(condition -> "False".equals(condition.getStatus()))
                .map(condition -> Part.problem(condition.getReason(), condition.getMessage()))
                .orElse(new Part(true, "", ""));
    }

    List<Condition> list() {
        return conditions.list();
    }
}
