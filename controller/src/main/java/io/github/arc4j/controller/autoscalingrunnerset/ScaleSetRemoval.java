package io.github.arc4j.controller.autoscalingrunnerset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.autoscalingrunnerset.derived.RegisteredScaleSet;
import io.github.arc4j.controller.github.GitHubCallException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.ForcedDeletion;
import io.github.arc4j.controller.kube.MergePatch;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes a scale set: first the listener and the runners, then the scale set on GitHub, then the finalizers of the
 * chart's credentials and permissions, which the previous steps need, and finally the object itself. While GitHub
 * cannot be used, the deletion waits, but not forever: see {@link GitHubReachable#DELETION_TIMEOUT} and {@link
 * ForcedDeletion}.
 */
final class ScaleSetRemoval {
    private static final Logger log = LoggerFactory.getLogger(ScaleSetRemoval.class);

    private static final String DELETING = "Deleting";

    /** How long the API server usually needs to respect a new RoleBinding, which its authorizer reads with a watch. */
    private static final Duration PROPAGATION_DELAY = Duration.ofMillis(100);

    /**
     * How often to retry removing a finalizer without permission; neither a new permission nor a finalizer that a user
     * removes triggers a reconcile.
     */
    private static final Duration FORBIDDEN_DELAY = Duration.ofSeconds(30);

    private final ResourceClient<AutoscalingRunnerSet> sets;
    private final ResourceClient<EphemeralRunnerSet> runnerSets;
    private final ResourceClient<AutoscalingListener> listeners;
    private final RelatedObjects related;
    private final ProlongedPermissions permissions;
    private final ChartProtection protection;
    private final RunnerSetStatusWriter status;
    private final GitHubClients github;
    private final EventRecorder events;

    ScaleSetRemoval(
            Resources resources,
            RelatedObjects related,
            RunnerSetStatusWriter status,
            GitHubClients github,
            EventRecorder events) {
        this.sets = resources.autoscalingRunnerSets();
        this.runnerSets = resources.ephemeralRunnerSets();
        this.listeners = resources.autoscalingListeners();
        this.related = related;
        this.permissions = new ProlongedPermissions(resources.roles(), resources.roleBindings());
        this.protection = new ChartProtection(
                resources.roles(), resources.roleBindings(), resources.serviceAccounts(), resources.secrets());
        this.status = status;
        this.github = github;
        this.events = events;
    }

    Result remove(AutoscalingRunnerSet set) throws InterruptedException {
        if (!set.getMetadata().getFinalizers().contains(Finalizers.AUTOSCALING_RUNNER_SET)) {
            return Result.done();
        }
        deleteAll(set, listeners, related.listeners(set));
        deleteAll(set, runnerSets, related.runnerSets(set));
        if (!related.listeners(set).isEmpty() || !related.runnerSets(set).isEmpty()) {
            reportProgress(set);
            return Result.done(); // their deletion requeues this key
        }
        AutoscalingRunnerSet current = set;
        if (RegisteredScaleSet.id(set) > 0) {
            Optional<GitHubFailure> failure = deleteAtGitHub(set);
            if (failure.isPresent()) {
                return failure.get().result();
            }
            // Records the deletion, so that a retry of the following steps needs no credentials.
            current = sets.patch(set, MergePatch.annotation(Annotations.RUNNER_SCALE_SET_ID, null));
        }
        return releaseChart(current);
    }

    private Result releaseChart(AutoscalingRunnerSet set) {
        if (permissions.ensure(set)) {
            return Result.after(PROPAGATION_DELAY);
        }
        try {
            protection.release(set);
        } catch (FinalizerForbiddenException e) {
            status.writeDeletion(set, GitHubUse.NONE, "FinalizerForbidden", e.getMessage());
            return Result.retry().within(FORBIDDEN_DELAY);
        }
        sets.removeFinalizers(set, Set.of(Finalizers.AUTOSCALING_RUNNER_SET));
        log.info("Deleted the scale set");
        return Result.done();
    }

    private static <T extends HasMetadata> void deleteAll(
            AutoscalingRunnerSet set, ResourceClient<T> client, List<T> dependents) {
        for (T dependent : dependents) {
            if (ForcedDeletion.isRequested(set)) {
                ForcedDeletion.delete(client, dependent);
            } else if (!dependent.isMarkedForDeletion()) {
                client.delete(dependent);
                log.info(
                        "Deleted {} {}",
                        dependent.getKind(),
                        dependent.getMetadata().getName());
            }
        }
    }

    private void reportProgress(AutoscalingRunnerSet set) {
        Optional<GitHubFailure> failure = related.runnerSets(set).stream()
                .flatMap(runners ->
                        Conditions.find(runners.statusOrEmpty().conditions(), GitHubReachable.TYPE, false).stream())
                .findFirst()
                .map(condition -> new GitHubFailure(Health.of(condition), Duration.ZERO, Duration.ZERO));
        if (failure.isPresent()) {
            reportFailure(set, failure.get());
            return;
        }
        String message = related.runnerSets(set).isEmpty()
                ? "the listener is stopping"
                : "runners are finishing their jobs; `kubectl get ephemeralrunners -n %s` lists them"
                        .formatted(set.getMetadata().getNamespace());
        status.writeDeletion(set, GitHubUse.NONE, DELETING, message);
    }

    private void reportFailure(AutoscalingRunnerSet set, GitHubFailure failure) {
        if (!status.isWorthReporting(set, failure)) {
            return;
        }
        status.writeDeletion(
                set,
                GitHubUse.failed(failure),
                failure.reason(),
                "%s; fix it, or wait: after %d minutes, runners that cannot have a job are removed. To delete everything now, regardless of GitHub and running jobs: kubectl annotate -n %s autoscalingrunnerset %s %s=true"
                        .formatted(
                                failure.message(),
                                GitHubReachable.DELETION_TIMEOUT.toMinutes(),
                                set.getMetadata().getNamespace(),
                                set.getMetadata().getName(),
                                Annotations.FORCE_DELETE));
    }

    /**
     * Deletes the scale set on GitHub. Returns the failure to retry after; empty if the scale set is deleted, or left
     * to GitHub's garbage collection.
     */
    private Optional<GitHubFailure> deleteAtGitHub(AutoscalingRunnerSet set) throws InterruptedException {
        int id = RegisteredScaleSet.id(set);
        if (ForcedDeletion.isRequested(set)) {
            abandon(set, "the object was deleted by force");
            return Optional.empty();
        }
        Optional<AutoscalingRunnerSet> other = related.otherUser(set);
        if (other.isPresent()) {
            events.normal(
                    set,
                    "ScaleSetKept",
                    "AutoscalingRunnerSet %s/%s also uses scale set %d"
                            .formatted(
                                    other.get().getMetadata().getNamespace(),
                                    other.get().getMetadata().getName(),
                                    id));
            return Optional.empty();
        }
        try {
            github.call(RegisteredScaleSet.access(set), api -> {
                api.deleteScaleSet(id);
                return id;
            });
            log.info("Deleted scale set {} from GitHub", id);
            return Optional.empty();
        } catch (GitHubCallException e) {
            if (status.hasTimedOut(set)) {
                abandon(set, e.failure().message());
                return Optional.empty();
            }
            reportFailure(set, e.failure());
            return Optional.of(e.failure());
        }
    }

    private void abandon(AutoscalingRunnerSet set, String why) {
        events.warning(
                set,
                "ScaleSetAbandoned",
                "scale set %d was not deleted on GitHub, which removes it by itself after a week: %s"
                        .formatted(RegisteredScaleSet.id(set), why));
    }
}
