package io.github.arc4j.controller.autoscalingrunnerset;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.Result;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Takes a scale set away: the listener and the runners first, then the scale set at GitHub, then the protection of the
 * chart's credentials and permissions, which all of this needed, and at last the object itself.
 */
final class ScaleSetRemoval {
    /** For so long GitHub is tried while it cannot be used; then the scale set is left to GitHub's own clean-up. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final ResourceClient<AutoscalingRunnerSet> sets;
    private final ResourceClient<EphemeralRunnerSet> runnerSets;
    private final ResourceClient<AutoscalingListener> listeners;
    private final Family family;
    private final ChartProtection protection;
    private final GitHubClients github;
    private final EventRecorder events;
    private final Clock clock;

    ScaleSetRemoval(
            ResourceClient<AutoscalingRunnerSet> sets,
            ResourceClient<EphemeralRunnerSet> runnerSets,
            ResourceClient<AutoscalingListener> listeners,
            Family family,
            ChartProtection protection,
            GitHubClients github,
            EventRecorder events,
            Clock clock) {
        this.sets = sets;
        this.runnerSets = runnerSets;
        this.listeners = listeners;
        this.family = family;
        this.protection = protection;
        this.github = github;
        this.events = events;
        this.clock = clock;
    }

    Result remove(AutoscalingRunnerSet set) throws Exception {
        if (!set.getMetadata().getFinalizers().contains(Finalizers.AUTOSCALING_RUNNER_SET)) {
            return Result.done();
        }
        List<AutoscalingListener> ownListeners = family.listeners(set);
        List<EphemeralRunnerSet> ownRunnerSets = family.runnerSets(set);
        ownListeners.stream()
                .filter(listener -> !listener.isMarkedForDeletion())
                .forEach(listeners::delete);
        ownRunnerSets.stream()
                .filter(runnerSet -> !runnerSet.isMarkedForDeletion())
                .forEach(runnerSets::delete);
        if (!family.listeners(set).isEmpty() || !family.runnerSets(set).isEmpty()) {
            return Result.done(); // their end wakes this key
        }
        AutoscalingRunnerSet current = set;
        if (!ScaleSetRegistration.annotation(set, Annotations.RUNNER_SCALE_SET_ID)
                .isEmpty()) {
            GitHubFailure failure = deleteAtGitHub(set);
            if (failure != null) {
                return failure.result();
            }
            // From here on no credentials are needed any more, whatever is tried again.
            current = sets.patch(set, withoutId());
        }
        protection.release(current);
        sets.removeFinalizers(current, Set.of(Finalizers.AUTOSCALING_RUNNER_SET));
        return Result.done();
    }

    /** Null once the scale set is gone or given up. */
    private @org.jspecify.annotations.Nullable GitHubFailure deleteAtGitHub(AutoscalingRunnerSet set)
            throws InterruptedException {
        int id = ScaleSetRegistration.id(set);
        if (id == 0) {
            return null;
        }
        GitHubFailure failure;
        try {
            github.client(GitHubAccess.of(set, id)).deleteScaleSet(id);
            return null;
        } catch (GitHubAccessException e) {
            failure = GitHubFailure.of(e);
        } catch (ActionsException e) {
            failure = GitHubFailure.of(e);
        }
        Instant deleted = Instant.parse(set.getMetadata().getDeletionTimestamp());
        if (Duration.between(deleted, clock.instant()).compareTo(PATIENCE) > 0) {
            events.warning(
                    set,
                    "ScaleSetAbandoned",
                    "scale set %d could not be deleted at GitHub, which removes it by itself after a week: %s"
                            .formatted(id, failure.message()));
            return null;
        }
        if (failure.isNews()) {
            events.warning(set, failure.reason(), "scale set %d can't be deleted: %s".formatted(id, failure.message()));
        }
        return failure;
    }

    private static ObjectNode withoutId() {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").putObject("annotations").putNull(Annotations.RUNNER_SCALE_SET_ID);
        return patch;
    }
}
