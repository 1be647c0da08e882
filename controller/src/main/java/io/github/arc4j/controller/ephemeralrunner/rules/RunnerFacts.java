package io.github.arc4j.controller.ephemeralrunner.rules;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.runners.pod.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The input of {@link RunnerRules}.
 *
 * @param pod the cached pod of the runner; null if there is none
 * @param startTimeout how long a node may take for each step of starting a pod
 * @param disruptionDelay the remaining delay after pods that the cluster lost or rejected
 * @param isDeregistering whether the runner's set is removing it from GitHub
 * @param isApiServerBusy whether to defer non-urgent status writes
 * @param policy the policy of the runner's set
 * @param completionReported when the listener reported that the runner's job has completed; null if it has not
 * @param answers answers to the questions that were already asked
 */
public record RunnerFacts(
        EphemeralRunner runner,
        @Nullable Pod pod,
        Instant now,
        Duration startTimeout,
        Duration disruptionDelay,
        boolean isDeregistering,
        boolean isApiServerBusy,
        RunnerPolicy policy,
        @Nullable Instant completionReported,
        Map<Decision.Question, Boolean> answers) {

    EphemeralRunnerStatus status() {
        return runner.statusOrEmpty();
    }

    /** Whether the policy keeps the pod, which has failed. A pod that has not started has no log. */
    boolean retainsFailedPod() {
        return policy.retentionIfEnabled().isPresent()
                && pod != null
                && PodState.of(pod).isEnd();
    }

    public RunnerFacts with(Decision.Question question, boolean answer) {
        Map<Decision.Question, Boolean> allAnswers = new EnumMap<>(Decision.Question.class);
        allAnswers.putAll(answers);
        allAnswers.put(question, answer);
        return new RunnerFacts(
                runner,
                pod,
                now,
                startTimeout,
                disruptionDelay,
                isDeregistering,
                isApiServerBusy,
                policy,
                completionReported,
                Map.copyOf(allAnswers));
    }
}
