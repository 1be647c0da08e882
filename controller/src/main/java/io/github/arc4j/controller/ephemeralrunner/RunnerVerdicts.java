package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ephemeralrunner.rules.Decision;
import io.github.arc4j.controller.ephemeralrunner.rules.DisruptionBackoff;
import io.github.arc4j.controller.ephemeralrunner.rules.RegistrationFinding;
import io.github.arc4j.controller.ephemeralrunner.rules.RunnerFacts;
import io.github.arc4j.controller.ephemeralrunner.rules.RunnerRules;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.ephemeralrunner.rules.Verdict;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runners.Deregistrations;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.controller.runners.pod.RunnerPod;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.Step;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Collects the facts about a runner, lets {@link RunnerRules} decide, and carries out the verdict. */
final class RunnerVerdicts {
    private final ResourceClient<Pod> pods;
    private final RunnerRegistration registration;
    private final PodStart podStart;
    private final DisruptionBackoff disruptions;
    private final RegistrationCheck registrationCheck;
    private final RunnerPolicies policies;
    private final JobCompletions completions;
    private final RunnerDeregistration deregistration;
    private final Deregistrations deregistrations;
    private final Duration startTimeout;
    private final Clock clock;
    private final BooleanSupplier isApiServerBusy;

    /** @param startTimeout how long a node may take for each step of starting a pod, unless it reports a problem */
    RunnerVerdicts(
            ResourceCache<EphemeralRunner> runners,
            ResourceClient<Pod> pods,
            RunnerRegistration registration,
            PodStart podStart,
            RunnerPolicies policies,
            GitHubClients github,
            RunnerDeregistration deregistration,
            Deregistrations deregistrations,
            Duration startTimeout,
            Clock clock,
            BooleanSupplier isApiServerBusy) {
        this.pods = pods;
        this.registration = registration;
        this.podStart = podStart;
        this.disruptions = new DisruptionBackoff(runners, clock);
        this.registrationCheck = new RegistrationCheck(runners, github, clock);
        this.policies = policies;
        this.completions = new JobCompletions(runners, policies, clock);
        this.deregistration = deregistration;
        this.deregistrations = deregistrations;
        this.startTimeout = startTimeout;
        this.clock = clock;
        this.isApiServerBusy = isApiServerBusy;
    }

    /** Decides about the runner and its pod, and carries out the verdict. */
    Step apply(CurrentRunner runner, @Nullable Pod pod) throws Exception {
        RunnerFacts facts = new RunnerFacts(
                runner.get(),
                pod,
                clock.instant(),
                startTimeout,
                disruptions.remaining(runner.get()),
                deregistrations.isInProgress(runner.get()),
                isApiServerBusy.getAsBoolean(),
                policies.of(runner.get()),
                completions.reportedAt(runner.get()),
                Map.of());
        return carryOut(decide(facts, runner), runner, pod);
    }

    private Verdict decide(RunnerFacts facts, CurrentRunner runner) {
        return switch (RunnerRules.decide(facts)) {
            case Verdict verdict -> verdict;
            case Decision.Question question ->
                decide(facts.with(question, answer(question, runner, Objects.requireNonNull(facts.pod()))), runner);
        };
    }

    private boolean answer(Decision.Question question, CurrentRunner runner, Pod pod) {
        return switch (question) {
            case IS_POD_CURRENT -> {
                Pod live = pods.getLive(Request.of(pod));
                yield live != null
                        && live.getMetadata().getUid().equals(pod.getMetadata().getUid());
            }
            case HAS_JIT_CONFIG -> registration.storedId(runner.get()) > 0;
        };
    }

    private Step carryOut(Verdict verdict, CurrentRunner runner, @Nullable Pod pod) throws Exception {
        return switch (verdict) {
            case Verdict.Start start -> podStart.start(runner);
            case Verdict.Keep keep -> Step.stop(Result.done(), "applyRules > keep");
            case Verdict.Wait(Duration delay) -> Step.stop(Result.after(delay), "applyRules > wait");
            case Verdict.ReportStarting(Verdict next) -> {
                reportStarting(runner, Objects.requireNonNull(pod));
                yield carryOut(next, runner, pod);
            }
            case Verdict.ReportStuck(PodState.Stuck stuck) -> reportStuck(runner, Objects.requireNonNull(pod), stuck);
            case Verdict.ReportRunning running -> reportRunning(runner, Objects.requireNonNull(pod), running);
            case Verdict.ReportJobCompleted(Instant at) -> reportJobCompleted(runner, Objects.requireNonNull(pod), at);
            case Verdict.RetryPod(PodState.Failed failure) -> retryPod(runner, Objects.requireNonNull(pod), failure);
            case Verdict.DeleteFailedPod delete -> deleteFailed(runner, Objects.requireNonNull(pod));
            case Verdict.Deregister(Duration untilLost) ->
                deregistration.removeIdle(runner.get(), Objects.requireNonNull(pod), untilLost);
            case Verdict.End end -> end(runner, pod, end);
        };
    }

    /** Pods of the Go controller do not contain their registration, but its Secrets have the same format. */
    private void reportStarting(CurrentRunner runner, Pod pod) {
        long runnerId = RunnerPod.runnerId(pod);
        if (runnerId == 0) {
            runnerId = registration.storedId(runner.get());
        }
        runner.writeStatus(Statuses.registered(runner.get(), runnerId, clock.instant()));
    }

    private Step reportStuck(CurrentRunner runner, Pod pod, PodState.Stuck stuck) {
        if (!Statuses.isRecorded(runner.get(), pod)) {
            reportStarting(runner, pod);
        }
        runner.writeStatus(Statuses.stuck(runner.get(), stuck.reason(), stuck.message(), clock.instant()));
        return Step.done();
    }

    private Step reportRunning(CurrentRunner runner, Pod pod, Verdict.ReportRunning running) throws Exception {
        runner.writeStatus(Statuses.running(runner.get(), RunnerPod.runnerId(pod), running.ready(), clock.instant()));
        if (runner.status().runnerId() == 0) {
            return Step.done();
        }
        return switch (registrationCheck.check(runner.get(), running.since(), policies.of(runner.get()))) {
            case RegistrationFinding.Fine(boolean isOnline, Duration untilNext) -> {
                if (isOnline) {
                    runner.writeStatus(Statuses.online(runner.get(), clock.instant()));
                }
                yield Step.stop(Result.after(untilNext), "applyRules > reportRunning");
            }
            case RegistrationFinding.Missing(Duration untilNext) ->
                Step.stop(Result.after(untilNext), "applyRules > reportRunning");
            case RegistrationFinding.Offline(Instant since, Duration untilNext) -> {
                runner.writeStatusIfUnchanged(Statuses.offline(runner.get(), since));
                yield Step.after(untilNext);
            }
            case RegistrationFinding.End(Verdict.End end) -> runner.end(end);
        };
    }

    private Step reportJobCompleted(CurrentRunner runner, Pod pod, Instant at) throws Exception {
        runner.writeStatusIfUnchanged(Statuses.jobCompleted(runner.get(), at));
        return apply(runner, pod);
    }

    private Step retryPod(CurrentRunner runner, Pod failedPod, PodState.Failed failure) throws Exception {
        runner.warn("PodFailed", failure.message());
        runner.writeStatus(Statuses.failedOnce(runner.get(), failedPod, failure, clock.instant()));
        if (failure.byInfrastructure()) {
            disruptions.count(runner.get());
        }
        return deleteFailed(runner, failedPod);
    }

    /** Starting the next pod replaces the registration, which may have been used. */
    private Step deleteFailed(CurrentRunner runner, Pod failedPod) throws Exception {
        Pod remaining = failedPod.isMarkedForDeletion() ? failedPod : pods.delete(failedPod);
        return remaining == null ? Step.done() : apply(runner, remaining);
    }

    private Step end(CurrentRunner runner, @Nullable Pod pod, Verdict.End end) throws Exception {
        Step step = runner.end(end);
        long runnerId = RunnerPod.runnerId(runner.get(), pod);
        if (end.ending() == RunnerEnding.OUTDATED && runnerId > 0) {
            deregistration.remove(runner.get(), runnerId);
        }
        return step;
    }
}
