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

/** The conditions of an AutoscalingRunnerSet while they are being set. */
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

    /** How one part of the scale set is. */
    record Part(boolean ok, String reason, String message) {
        static Part trouble(String reason, String message) {
            return new Part(false, reason, message);
        }

        /** As the condition Ready of another object says. */
        static Part ready(List<Condition> ofOther, Part unknown) {
            return Conditions.find(ofOther, Conditions.READY)
                    .map(ready -> new Part("True".equals(ready.getStatus()), ready.getReason(), ready.getMessage()))
                    .orElse(unknown);
        }

        static Part ofListener(Optional<AutoscalingListener> listener) {
            Part starting = trouble("ListenerStarting", "the listener is starting");
            return listener.map(AutoscalingListener::getStatus)
                    .map(status -> ready(status.conditions(), starting))
                    .orElse(starting);
        }
    }

    RunnerSetConditions set(String type, Part part) {
        conditions.set(type, part.ok(), part.reason(), part.message());
        return this;
    }

    /** Ready, and that nothing is degraded, or the first trouble. */
    RunnerSetConditions ready(Part part) {
        return set(Conditions.READY, part.ok() ? new Part(true, "Ready", "jobs are taken and run") : part);
    }

    /** Whether something is not as wanted, though jobs may run. */
    RunnerSetConditions degraded(Part... parts) {
        for (Part part : parts) {
            if (!part.ok()) {
                conditions.set(Conditions.DEGRADED, true, part.reason(), part.message());
                return this;
            }
        }
        conditions.set(Conditions.DEGRADED, false, "AsWanted", "everything is as wanted");
        return this;
    }

    /** What a pass learned of GitHub; nothing changes if it did not ask. */
    RunnerSetConditions gitHub(GitHubUse use) {
        GitHubFailure failure = use.failure();
        if (failure != null && failure.isNews()) {
            conditions.set(GitHubReachable.TYPE, false, failure.reason(), failure.message());
            if (failure.concernsCredentials()) {
                conditions.set(CREDENTIALS_VALID, false, failure.reason(), failure.message());
            }
        } else if (failure == null && use.asked()) {
            conditions.set(GitHubReachable.TYPE, true, "Reachable", "GitHub answers");
            conditions.set(CREDENTIALS_VALID, true, "Accepted", "GitHub accepts the credentials");
        }
        return this;
    }

    /** Whether GitHub could be used the last time; it is fine until the contrary is known. */
    Part gitHub() {
        return Conditions.find(conditions.list(), GitHubReachable.TYPE)
                .filter(condition -> "False".equals(condition.getStatus()))
                .map(condition -> Part.trouble(condition.getReason(), condition.getMessage()))
                .orElse(new Part(true, "", ""));
    }

    List<Condition> list() {
        return conditions.list();
    }
}
