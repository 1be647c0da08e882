package io.github.arc4j.controller.autoscalingrunnerset;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.conditions.ConditionList;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.Health;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Builder for the conditions of an AutoscalingRunnerSet. */
final class RunnerSetConditions {
    private final ConditionList conditions;

    RunnerSetConditions(AutoscalingRunnerSet set, List<Condition> current, Instant now) {
        this.conditions = new ConditionList(set, current, now);
    }

    /** The health that the Ready condition of another object reports. */
    static Health ready(List<Condition> ofOther, Health unknown) {
        return Conditions.find(ofOther, Conditions.READY).map(Health::of).orElse(unknown);
    }

    RunnerSetConditions set(String type, Health health) {
        conditions.set(type, health);
        return this;
    }

    /** Sets a condition that another object may have. */
    RunnerSetConditions copy(String type, List<Condition> ofOther) {
        Conditions.find(ofOther, type).ifPresent(condition -> set(type, Health.of(condition)));
        return this;
    }

    /** Sets a condition that another object has, and removes it if the other one does not have it. */
    RunnerSetConditions mirror(String type, List<Condition> ofOther) {
        conditions.setOrRemove(type, Conditions.find(ofOther, type).map(Health::of));
        return this;
    }

    /** Sets Ready to true, or to the given problem. */
    RunnerSetConditions ready(Health health) {
        return set(
                Conditions.READY, health.isOk() ? Health.ok("Ready", "the scale set accepts and runs jobs") : health);
    }

    /** Sets Degraded to the first problem, if any. Jobs may run despite a problem. */
    RunnerSetConditions degraded(Health... parts) {
        conditions.degraded(Stream.of(parts).filter(part -> !part.isOk()).findFirst());
        return this;
    }

    /** Sets the conditions about GitHub; keeps them if no request was made. */
    RunnerSetConditions gitHub(GitHubUse use) {
        GitHubFailure failure = use.failure();
        if (failure != null && failure.isWorthReporting()) {
            conditions.set(GitHubReachable.TYPE, failure.health());
            if (failure.concernsCredentials()) {
                conditions.set(ConditionTypes.CREDENTIALS_VALID, failure.health());
            }
        } else if (failure == null && use.asked()) {
            conditions.set(GitHubReachable.TYPE, GitHubReachable.RESPONDING);
            conditions.set(ConditionTypes.CREDENTIALS_VALID, true, "Accepted", "GitHub accepts the credentials");
        }
        return this;
    }

    /** The result of the last use of GitHub; without one, no problem. */
    Health gitHub() {
        return Conditions.find(conditions.list(), GitHubReachable.TYPE, false)
                .map(Health::of)
                .orElse(Health.ok("", ""));
    }

    List<Condition> list() {
        return conditions.list();
    }
}
