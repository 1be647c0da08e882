package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.github.Deregistrations;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.ConditionEvents;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.kube.WarningReconciler;
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.Reconciler;
import io.github.arc4j.controller.runtime.Request;
import io.github.arc4j.controller.runtime.Result;
import io.github.arc4j.controller.runtime.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Brings one runner from its registration through its job to its removal. */
public final class EphemeralRunnerReconciler implements Reconciler {
    /** After so many failed pods the runner is given up, and its set makes another. */
    static final int MAX_FAILURES = 5;

    private final ResourceClient<EphemeralRunner> runners;
    private final ResourceClient<Pod> pods;
    private final RunnerRegistration registration;
    private final PodStart podStart;
    private final PodFollower podFollower;
    private final RunnerRemoval removal;
    private final DisruptionBackoff disruptions;
    private final RegistrationCheck registrationCheck;
    private final EventRecorder events;
    private final Clock clock;

    /**
     * @param busy whether the API server has enough to do: what need not be written now had better wait
     * @param deregistrations those that runner sets have under way
     * @param version of this build, for the runner's user agent
     */
    public static Reconciler create(
            Resources resources,
            BooleanSupplier busy,
            LabelPropagation propagation,
            GitHubClients github,
            Deregistrations deregistrations,
            Duration startTimeout,
            EventRecorder events,
            Clock clock,
            String version) {
        ResourceClient<EphemeralRunner> runners = resources.ephemeralRunners();
        ResourceClient<Pod> pods = resources.pods();
        RunnerRegistration registration = new RunnerRegistration(resources.secrets(), propagation);
        DisruptionBackoff disruptions = new DisruptionBackoff(runners.cache(), clock);
        RegistrationCheck registrationCheck = new RegistrationCheck(runners.cache(), github, clock);
        EphemeralRunnerReconciler reconciler = new EphemeralRunnerReconciler(
                runners,
                pods,
                registration,
                new PodStart(runners.cache(), pods, registration, github, clock, version),
                new PodFollower(
                        pods,
                        registration,
                        disruptions,
                        registrationCheck,
                        github,
                        deregistrations,
                        startTimeout,
                        clock,
                        busy),
                new RunnerRemoval(resources.client(), resources.secrets(), runners, pods, github, events, clock),
                disruptions,
                registrationCheck,
                events,
                clock);
        return new WarningReconciler<>(
                reconciler,
                runners,
                runner -> Statuses.of(runner).conditions(),
                Set.of(GitHubReachable.TYPE),
                new ConditionEvents(events, clock));
    }

    private EphemeralRunnerReconciler(
            ResourceClient<EphemeralRunner> runners,
            ResourceClient<Pod> pods,
            RunnerRegistration registration,
            PodStart podStart,
            PodFollower podFollower,
            RunnerRemoval removal,
            DisruptionBackoff disruptions,
            RegistrationCheck registrationCheck,
            EventRecorder events,
            Clock clock) {
        this.runners = runners;
        this.pods = pods;
        this.registration = registration;
        this.podStart = podStart;
        this.podFollower = podFollower;
        this.removal = removal;
        this.disruptions = disruptions;
        this.registrationCheck = registrationCheck;
        this.events = events;
        this.clock = clock;
    }

    /** Id at GitHub of a runner: its pod knows it before its status does. 0 if neither does. */
    public static long runnerId(EphemeralRunner runner, @Nullable Pod pod) {
        return Statuses.runnerId(runner, pod);
    }

    /** Whether a runner's pod has ended, so that everything of the runner can go. */
    public static boolean hasEnded(Pod pod) {
        return PodState.of(pod).isEnd();
    }

    /** Whether the runner of a pod may work, now or later. */
    public static boolean mayRun(Pod pod, Instant now) {
        return PodState.mayRun(pod, now);
    }

    /** Whether a Secret or ConfigMap that the runner's pod needs is missing, as its status tells. */
    public static boolean missesConfiguration(EphemeralRunner runner) {
        return Statuses.of(runner).reason().equals(PodState.CONFIG_ERROR);
    }

    /** Whether the runner of a pod ended with success, mostly after a job. */
    public static boolean hasSucceeded(Pod pod) {
        return PodState.of(pod) instanceof PodState.Succeeded;
    }

    @Override
    public Result reconcile(Request request) throws Exception {
        EphemeralRunner runner = runners.get(request.namespace(), request.name());
        return runner == null ? Result.done() : new Pass(runner).run();
    }

    /** One pass over one runner. */
    private final class Pass {
        private final CurrentRunner runner;
        private final @Nullable Pod pod;

        Pass(EphemeralRunner snapshot) {
            this.pod = pods.get(
                    snapshot.getMetadata().getNamespace(),
                    snapshot.getMetadata().getName());
            this.runner = new CurrentRunner(runners, removal, events, snapshot, pod);
        }

        Result run() throws Exception {
            try {
                return Step.run(
                        this::removeIfDeleted,
                        this::cleanUpIfDone,
                        this::goOnWithRemoval,
                        this::ensureFinalizers,
                        this::finishFailedPod,
                        this::giveUpAfterTooManyFailures,
                        this::waitOutFailureDelay,
                        this::startOrFollowPod);
            } catch (GitHubAccessException e) {
                return gitHubFailed(GitHubFailure.of(e));
            } catch (ActionsException e) {
                return gitHubFailed(GitHubFailure.of(e));
            }
        }

        private Step removeIfDeleted() throws Exception {
            return runner.get().isMarkedForDeletion() ? new Step.Stop(removal.remove(runner.get(), pod)) : Step.next();
        }

        private Step cleanUpIfDone() {
            if (!runner.status().done()) {
                return Step.next();
            }
            if (pod != null && !pod.isMarkedForDeletion()) {
                pods.delete(pod);
                registration.forget(runner.get());
            }
            return Step.done();
        }

        /** After a pass that failed, or died, before it had deleted the object. */
        private Step goOnWithRemoval() throws Exception {
            return removal.hasBegun(runner.get(), pod)
                    ? new Step.Stop(removal.removeEnded(runner.get(), pod))
                    : Step.next();
        }

        private Step ensureFinalizers() {
            EphemeralRunner protectedNow = runners.addFinalizers(runner.get(), Finalizers.OF_EPHEMERAL_RUNNER);
            if (protectedNow == null) {
                return Step.done();
            }
            runner.renew(protectedNow);
            return Step.next();
        }

        /** A pod whose failure is on record goes; after a crash between the two, too. */
        private Step finishFailedPod() throws Exception {
            if (pod == null
                    || !runner.status().failures().containsKey(pod.getMetadata().getUid())) {
                return Step.next();
            }
            return podFollower.discard(runner, pod);
        }

        private Step giveUpAfterTooManyFailures() throws Exception {
            int failures = runner.status().failures().size();
            return failures <= MAX_FAILURES
                    ? Step.next()
                    : runner.replace(
                            "TooManyPodFailures", "%d pods of this runner failed; it is replaced".formatted(failures));
        }

        private Step waitOutFailureDelay() {
            if (pod != null) {
                return Step.next();
            }
            Duration rest = FailureDelays.rest(runner.status(), clock.instant());
            Duration restOfDisruptions = disruptions.rest(runner.get());
            Duration longer = rest.compareTo(restOfDisruptions) > 0 ? rest : restOfDisruptions;
            return longer.isPositive() ? Step.after(longer) : Step.next();
        }

        private Step startOrFollowPod() throws Exception {
            return pod == null ? podStart.start(runner) : podFollower.follow(runner, pod);
        }

        private Result gitHubFailed(GitHubFailure failure) {
            if (failure.isNews() && !runner.get().isMarkedForDeletion()) {
                EphemeralRunnerStatus wanted =
                        Statuses.gitHubFailed(runner.get(), failure.reason(), failure.message(), clock.instant());
                runner.writeStatus(wanted);
            }
            return failure.result();
        }
    }
}
