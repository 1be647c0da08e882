package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link RunnerRules} decides by.
 *
 * @param pod the runner's pod as the cache has it, null if there is none
 * @param startTimeout how long a node may take for each step of a pod's start
 * @param disruptionDelay what is left to wait after pods that the cluster lost or refused
 * @param isDeregistering whether the runner's set is removing it from GitHub
 * @param isApiServerBusy whether status writes that can wait should wait
 * @param answers to questions that were asked before
 */
record RunnerFacts(
        EphemeralRunner runner,
        @Nullable Pod pod,
        Instant now,
        Duration startTimeout,
        Duration disruptionDelay,
        boolean isDeregistering,
        boolean isApiServerBusy,
        Map<Verdict.Question, Boolean> answers) {

    EphemeralRunnerStatus status() {
        return Statuses.of(runner);
    }

    RunnerFacts with(Verdict.Question question, boolean answer) {
        Map<Verdict.Question, Boolean> more = new EnumMap<>(Verdict.Question.class);
        more.putAll(answers);
        more.put(question, answer);
        return new RunnerFacts(
                runner, pod, now, startTimeout, disruptionDelay, isDeregistering, isApiServerBusy, Map.copyOf(more));
    }
}
