package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.RunnerScaleSet;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.kube.MergePatch;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.EventRecorder;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers scale sets at GitHub, and keeps them there as their objects say: after each edit and now and then it looks
 * whether the scale set is still there, and as wanted. One that was removed is registered again under its name.
 */
final class ScaleSetRegistration {
    private static final Logger log = LoggerFactory.getLogger(ScaleSetRegistration.class);

    /** Whose a scale set is that two objects have: the one's that is named so, or the older one's. */
    private static final Comparator<AutoscalingRunnerSet> PRECEDENCE =
            Comparator.comparing((AutoscalingRunnerSet set) -> !hasItsName(set)).thenComparing(Family.SENIORITY);

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;

    private final ResourceClient<AutoscalingRunnerSet> sets;
    private final Family family;
    private final RunnerSetStatusWriter status;
    private final GitHubClients github;
    private final EventRecorder events;
    private final RegistrationChecks checks;
    private final Confirmations confirmations;

    ScaleSetRegistration(
            ResourceClient<AutoscalingRunnerSet> sets,
            Family family,
            RunnerSetStatusWriter status,
            GitHubClients github,
            EventRecorder events,
            RegistrationChecks checks,
            Confirmations confirmations) {
        this.sets = sets;
        this.family = family;
        this.status = status;
        this.github = github;
        this.events = events;
        this.checks = checks;
        this.confirmations = confirmations;
    }

    /** Whether there is a scale set to go on with. */
    sealed interface Outcome {
        /**
         * There is.
         *
         * @param nextCheck when to come back at the latest
         */
        record Registered(AutoscalingRunnerSet set, GitHubUse use, Duration nextCheck) implements Outcome {}

        /** GitHub does not have it any more; it can be registered again. */
        record Lost(AutoscalingRunnerSet set, String message) implements Outcome {}

        /** Another object has the scale set of this name; its end is no event of this object. */
        record NameTaken(AutoscalingRunnerSet set, AutoscalingRunnerSet by) implements Outcome {}
    }

    /**
     * Makes sure that the scale set is registered.
     *
     * @throws GitHubAccessException if it is not, and GitHub can't be asked
     * @throws ActionsException if it is not, and GitHub refuses it
     */
    Outcome ensure(AutoscalingRunnerSet set) throws GitHubAccessException, InterruptedException {
        AutoscalingRunnerSet current = giveWay(set);
        if (RegisteredScaleSet.id(current) > 0 && !RegisteredScaleSet.hasMoved(current)) {
            return checks.isDue(current)
                    ? check(current)
                    : new Outcome.Registered(current, GitHubUse.NONE, checks.untilNext(current));
        }
        return register(current, github.client(GitHubAccess.of(current, 0)));
    }

    /**
     * Two objects have the same scale set, copied or registered at the same moment: one of them registers again. What mere
     * annotations claim counts against a copy alone, which would otherwise rename the scale set of its original.
     */
    private AutoscalingRunnerSet giveWay(AutoscalingRunnerSet set) {
        boolean mayBeCopy = !confirmations.isConfirmed(set) && !hasItsName(set);
        boolean isOthers = family.otherClaimants(set)
                .filter(other -> mayBeCopy || confirmations.isConfirmed(other))
                .anyMatch(other -> PRECEDENCE.compare(other, set) < 0);
        if (!isOthers) {
            return set;
        }
        log.info(
                "Scale set {} belongs to another AutoscalingRunnerSet; registering another",
                RegisteredScaleSet.id(set));
        return sets.patch(set, MergePatch.annotation(Annotations.RUNNER_SCALE_SET_ID, null));
    }

    /** Whether the scale set has the name that the object wants for its own. */
    private static boolean hasItsName(AutoscalingRunnerSet set) {
        return RegisteredScaleSet.annotation(set, Annotations.RUNNER_SCALE_SET_NAME)
                .equalsIgnoreCase(ScaleSetSettings.wantedName(set));
    }

    private Outcome register(AutoscalingRunnerSet set, ScaleSetApi api) throws InterruptedException {
        RunnerScaleSet found = ScaleSetSettings.findOrCreate(set, api);
        Optional<AutoscalingRunnerSet> other =
                family.otherUser(set, set.getSpec().githubConfigUrl(), found.id());
        if (other.isPresent()) {
            return new Outcome.NameTaken(set, other.get());
        }
        if (RegisteredScaleSet.id(set) > 0) {
            events.normal(
                    set,
                    "ScaleSetMoved",
                    "spec.githubConfigUrl changed; the scale set at %s is left to GitHub's clean-up"
                            .formatted(RegisteredScaleSet.configUrl(set)));
        }
        AutoscalingRunnerSet registered = remember(set, found);
        confirmations.confirm(registered);
        events.normal(
                registered,
                "ScaleSetRegistered",
                "scale set %s has id %d in runner group %s"
                        .formatted(found.name(), found.id(), found.runnerGroupName()));
        updateLabels(registered, found, api);
        checks.done(registered);
        return new Outcome.Registered(registered, GitHubUse.ANSWERED, checks.untilNext(registered));
    }

    /** A failure leaves the scale set as it is; its listener and runners go on. */
    private Outcome check(AutoscalingRunnerSet set) throws InterruptedException {
        GitHubFailure failure;
        try {
            return check(set, github.client(GitHubAccess.of(set, RegisteredScaleSet.id(set))));
        } catch (GitHubAccessException e) {
            failure = GitHubFailure.of(e);
        } catch (ActionsException e) {
            failure = GitHubFailure.of(e);
        }
        checks.failed(set, failure);
        return new Outcome.Registered(set, GitHubUse.failed(failure), checks.untilNext(set));
    }

    private Outcome check(AutoscalingRunnerSet set, ScaleSetApi api) throws InterruptedException {
        int id = RegisteredScaleSet.id(set);
        Optional<RunnerScaleSet> found = api.getScaleSet(id).filter(answer -> isOurs(set, answer));
        if (found.isEmpty()) {
            return new Outcome.Lost(
                    sets.patch(set, MergePatch.annotation(Annotations.RUNNER_SCALE_SET_ID, null)),
                    "scale set %d is not on GitHub any more; it is registered again".formatted(id));
        }
        RunnerScaleSet current = ScaleSetSettings.updateNameAndGroup(set, found.get(), api);
        AutoscalingRunnerSet remembered = remember(set, current);
        confirmations.confirm(remembered);
        updateLabels(remembered, current, api);
        checks.done(remembered);
        return new Outcome.Registered(remembered, GitHubUse.ANSWERED, checks.untilNext(remembered));
    }

    /** An id taken over from the Go controller may be of another config URL, which that one does not notice. */
    private static boolean isOurs(AutoscalingRunnerSet set, RunnerScaleSet answer) {
        String name = RegisteredScaleSet.annotation(set, Annotations.RUNNER_SCALE_SET_NAME);
        boolean isTakenOver = RegisteredScaleSet.annotation(set, Annotations.REGISTERED_CONFIG_URL)
                .isEmpty();
        return !isTakenOver || name.isEmpty() || name.equalsIgnoreCase(answer.name());
    }

    /** Servers that don't know several labels keep the first one; they are not asked again until the next edit. */
    private void updateLabels(AutoscalingRunnerSet set, RunnerScaleSet current, ScaleSetApi api)
            throws InterruptedException {
        if (!ScaleSetSettings.haveDrifted(set, current) || checks.hasRefusedLabels(set)) {
            return;
        }
        try {
            RunnerScaleSet stored = ScaleSetSettings.updateLabels(set, current, api);
            if (!ScaleSetSettings.hasLabels(set, stored)) {
                labelsRefused(set, "GitHub stored only " + ScaleSetSettings.names(stored.labels()));
            }
        } catch (ActionsException e) {
            if (!isRefusal(e.status())) {
                throw e;
            }
            labelsRefused(set, e.summary());
        }
    }

    private void labelsRefused(AutoscalingRunnerSet set, String why) {
        checks.labelsRefused(set);
        events.warning(
                set,
                "LabelsRefused",
                "the scale set does not have all of spec.runnerScaleSetLabels, so jobs that ask for them wait: " + why);
    }

    private static boolean isRefusal(int httpStatus) {
        return httpStatus == BAD_REQUEST
                || httpStatus == NOT_FOUND
                || httpStatus == CONFLICT
                || httpStatus == UNPROCESSABLE;
    }

    private AutoscalingRunnerSet remember(AutoscalingRunnerSet set, RunnerScaleSet answer) {
        var patch =
                MergePatch.metadata(set, DerivedObjects.urlLabels(set), RegisteredScaleSet.annotations(set, answer));
        return patch.isEmpty() ? set : sets.patch(set, patch);
    }
}
