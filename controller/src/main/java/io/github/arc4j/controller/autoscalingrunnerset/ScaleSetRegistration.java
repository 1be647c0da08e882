package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.autoscalingrunnerset.derived.DerivedObjects;
import io.github.arc4j.controller.autoscalingrunnerset.derived.RegisteredScaleSet;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubCallException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.kube.MergePatch;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers scale sets on GitHub and keeps them in line with their objects: after each edit, and periodically, it
 * checks that the scale set still exists and matches the spec. A scale set that was deleted on GitHub is registered
 * again under its name.
 */
final class ScaleSetRegistration {
    private static final Logger log = LoggerFactory.getLogger(ScaleSetRegistration.class);

    /** Which of two objects keeps a scale set that both claim: the one whose name matches, else the older. */
    private static final Comparator<AutoscalingRunnerSet> PRECEDENCE = Comparator.comparing(
                    (AutoscalingRunnerSet set) -> !hasDesiredName(set))
            .thenComparing(RelatedObjects.SENIORITY);

    /** The HTTP statuses with which servers reject labels. */
    private static final Set<Integer> REJECTIONS = Set.of(400, 404, 409, 422);

    private final ResourceClient<AutoscalingRunnerSet> sets;
    private final RelatedObjects related;
    private final GitHubClients github;
    private final EventRecorder events;
    private final RegistrationChecks checks;
    private final Confirmations confirmations;

    ScaleSetRegistration(
            ResourceClient<AutoscalingRunnerSet> sets,
            RelatedObjects related,
            GitHubClients github,
            EventRecorder events,
            RegistrationChecks checks,
            Confirmations confirmations) {
        this.sets = sets;
        this.related = related;
        this.github = github;
        this.events = events;
        this.checks = checks;
        this.confirmations = confirmations;
    }

    sealed interface Outcome {
        /**
         * The scale set is registered.
         *
         * @param nextCheck when to reconcile again at the latest
         */
        record Registered(AutoscalingRunnerSet set, GitHubUse use, Duration nextCheck) implements Outcome {}

        /** GitHub no longer has the scale set; it can be registered again. */
        record Lost(AutoscalingRunnerSet set, String message) implements Outcome {}

        /**
         * Another object has the scale set with this name; its deletion does not trigger a reconcile of this object.
         */
        record NameTaken(AutoscalingRunnerSet set, AutoscalingRunnerSet by) implements Outcome {}
    }

    /**
     * Registers the scale set, or checks its registration if that is due.
     *
     * @throws GitHubCallException if it is not registered, and GitHub cannot be called, or the request fails
     */
    Outcome ensure(AutoscalingRunnerSet set) throws GitHubCallException, InterruptedException {
        AutoscalingRunnerSet current = yieldToOtherClaimant(set);
        if (RegisteredScaleSet.id(current) > 0 && !RegisteredScaleSet.hasMoved(current)) {
            return checks.isDue(current)
                    ? check(current)
                    : new Outcome.Registered(current, GitHubUse.NONE, checks.untilNext(current));
        }
        return github.call(GitHubAccess.of(current, 0), api -> register(current, api));
    }

    /**
     * If two objects have the same scale set, because one is a copy or both were registered concurrently, one of them
     * registers again.
     */
    private AutoscalingRunnerSet yieldToOtherClaimant(AutoscalingRunnerSet set) {
        if (related.otherClaimants(set).noneMatch(other -> hasPrecedence(other, set))) {
            return set;
        }
        log.info(
                "Scale set {} belongs to another AutoscalingRunnerSet; registering a new one",
                RegisteredScaleSet.id(set));
        return sets.patch(set, MergePatch.annotation(Annotations.RUNNER_SCALE_SET_ID, null));
    }

    /**
     * Whether the other claimant keeps the scale set. Unconfirmed annotations of another object count only against a
     * possible copy, which would otherwise rename the scale set of its original. In another namespace, whoever was
     * confirmed first keeps it: an old object must not be able to take the scale set of another tenant.
     */
    private boolean hasPrecedence(AutoscalingRunnerSet other, AutoscalingRunnerSet set) {
        boolean isFirst = PRECEDENCE.compare(other, set) < 0;
        boolean isConfirmed = confirmations.isConfirmed(set);
        if (confirmations.isConfirmed(other, set)) {
            return isFirst || (!isConfirmed && !Confirmations.inSameNamespace(other, set));
        }
        boolean mayBeCopy = !isConfirmed && !hasDesiredName(set);
        return isFirst && mayBeCopy;
    }

    private static boolean hasDesiredName(AutoscalingRunnerSet set) {
        return Annotations.get(set, Annotations.RUNNER_SCALE_SET_NAME)
                .equalsIgnoreCase(ScaleSetSettings.desiredName(set));
    }

    private Outcome register(AutoscalingRunnerSet set, ScaleSetApi api) throws InterruptedException {
        RunnerScaleSet found = ScaleSetSettings.findOrCreate(set, api);
        Optional<AutoscalingRunnerSet> other =
                related.otherUser(set, set.getSpec().githubConfigUrl(), found.id());
        if (other.isPresent()) {
            return new Outcome.NameTaken(set, other.get());
        }
        if (RegisteredScaleSet.id(set) > 0) {
            events.normal(
                    set,
                    "ScaleSetMoved",
                    "spec.githubConfigUrl changed; GitHub garbage-collects the scale set at %s"
                            .formatted(RegisteredScaleSet.configUrl(set)));
        }
        AutoscalingRunnerSet registered = record(set, found);
        confirmations.confirm(set, found.id());
        events.normal(
                registered,
                "ScaleSetRegistered",
                "scale set %s has ID %d in runner group %s"
                        .formatted(found.name(), found.id(), found.runnerGroupName()));
        updateLabels(registered, found, api);
        checks.done(registered);
        return new Outcome.Registered(registered, GitHubUse.ANSWERED, checks.untilNext(registered));
    }

    /** Checks the registration. After a failure, the listener and runners keep running. */
    private Outcome check(AutoscalingRunnerSet set) throws InterruptedException {
        try {
            return github.call(GitHubAccess.of(set, RegisteredScaleSet.id(set)), api -> check(set, api));
        } catch (GitHubCallException e) {
            checks.failed(set, e.failure());
            return new Outcome.Registered(set, GitHubUse.failed(e.failure()), checks.untilNext(set));
        }
    }

    private Outcome check(AutoscalingRunnerSet set, ScaleSetApi api) throws InterruptedException {
        int id = RegisteredScaleSet.id(set);
        Optional<RunnerScaleSet> found = api.getScaleSet(id).filter(response -> isOurs(set, response));
        if (found.isEmpty()) {
            return new Outcome.Lost(
                    sets.patch(set, MergePatch.annotation(Annotations.RUNNER_SCALE_SET_ID, null)),
                    "scale set %d no longer exists on GitHub; it is registered again".formatted(id));
        }
        RunnerScaleSet current = ScaleSetSettings.updateNameAndGroup(set, found.get(), api);
        AutoscalingRunnerSet recorded = record(set, current);
        confirmations.confirm(set, current.id());
        updateLabels(recorded, current, api);
        checks.done(recorded);
        return new Outcome.Registered(recorded, GitHubUse.ANSWERED, checks.untilNext(recorded));
    }

    /**
     * An ID taken over from the Go controller may belong to a different config URL, because that controller does not
     * notice a changed URL.
     */
    private static boolean isOurs(AutoscalingRunnerSet set, RunnerScaleSet response) {
        String name = Annotations.get(set, Annotations.RUNNER_SCALE_SET_NAME);
        boolean isTakenOver =
                Annotations.get(set, Annotations.REGISTERED_CONFIG_URL).isEmpty();
        return !isTakenOver || name.isEmpty() || name.equalsIgnoreCase(response.name());
    }

    /**
     * Servers that do not support several labels store only the first one; the update is not repeated until the next
     * edit.
     */
    private void updateLabels(AutoscalingRunnerSet set, RunnerScaleSet current, ScaleSetApi api)
            throws InterruptedException {
        if (!ScaleSetSettings.haveDrifted(set, current) || checks.hasRejectedLabels(set)) {
            return;
        }
        try {
            RunnerScaleSet stored = ScaleSetSettings.updateLabels(set, current, api);
            if (!ScaleSetSettings.hasLabels(set, stored)) {
                labelsRejected(set, "GitHub stored only " + ScaleSetSettings.names(stored.labels()));
            }
        } catch (ActionsException e) {
            if (!REJECTIONS.contains(e.status())) {
                throw e;
            }
            labelsRejected(set, e.summary());
        }
    }

    private void labelsRejected(AutoscalingRunnerSet set, String why) {
        checks.labelsRejected(set);
        events.warning(
                set,
                "LabelsRefused",
                "the scale set does not have all of spec.runnerScaleSetLabels, so jobs that require them stay queued: "
                        + why);
    }

    private AutoscalingRunnerSet record(AutoscalingRunnerSet set, RunnerScaleSet response) {
        var patch =
                MergePatch.metadata(set, DerivedObjects.urlLabels(set), RegisteredScaleSet.annotations(set, response));
        return patch.isEmpty() ? set : sets.patch(set, patch);
    }
}
