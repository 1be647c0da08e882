package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.controller.autoscalingrunnerset.derived.RegisteredScaleSet;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;

/**
 * Records whether GitHub has confirmed, with an object's own credentials, that the scale set named by its annotations
 * exists and belongs to it. Users can write annotations, so annotations alone do not claim a scale set. Kept in memory,
 * and in the status for the next process.
 *
 * <p>With a certificate authority and a proxy of their own, users can also respond in place of GitHub. Such a
 * confirmation does not count in other namespaces.
 */
final class Confirmations {
    private static final String REGISTERED = "Registered";

    private final PerObject<String> confirmed;

    Confirmations(ResourceCache<AutoscalingRunnerSet> sets) {
        this.confirmed = new PerObject<>(sets);
    }

    /**
     * Records that GitHub has confirmed a scale set at the spec's config URL. A user may have changed the annotations
     * in the meantime, so they do not matter.
     *
     * @param asked the object as it was when GitHub was asked
     * @param id the ID that GitHub was asked for
     */
    void confirm(AutoscalingRunnerSet asked, int id) {
        confirmed.put(asked, message(asked, id, asked.getSpec().githubConfigUrl()));
    }

    /** A different scale set, or the same one at a different URL, is not confirmed. */
    boolean isConfirmed(AutoscalingRunnerSet set) {
        return message(set).equals(confirmed.get(set)) || isConfirmedInStatus(set);
    }

    /** Whether the scale set that {@code other} names is confirmed to be its own, so that {@code set} cannot have it. */
    boolean isConfirmed(AutoscalingRunnerSet other, AutoscalingRunnerSet set) {
        return isConfirmed(other) && (inSameNamespace(other, set) || !mayBeForged(other));
    }

    static boolean inSameNamespace(AutoscalingRunnerSet one, AutoscalingRunnerSet other) {
        return one.getMetadata().getNamespace().equals(other.getMetadata().getNamespace());
    }

    /** Whether the author of the object decides who may respond in the name of the GitHub host. */
    private static boolean mayBeForged(AutoscalingRunnerSet set) {
        AutoscalingRunnerSetSpec spec = set.getSpec();
        return spec.githubServerTLS() != null
                || (spec.proxy() != null && !spec.githubConfigUrl().startsWith("https:"));
    }

    private static boolean isConfirmedInStatus(AutoscalingRunnerSet set) {
        return Conditions.find(set.statusOrEmpty().conditions(), ConditionTypes.SCALE_SET_REGISTERED, true)
                .filter(condition -> REGISTERED.equals(condition.getReason()))
                .filter(condition -> message(set).equals(condition.getMessage()))
                .isPresent();
    }

    /**
     * The condition's content. The message names the scale set and who confirmed it, so a stale condition does not
     * confirm a different one.
     */
    Health condition(AutoscalingRunnerSet set) {
        return isConfirmed(set)
                ? Health.ok(REGISTERED, message(set))
                : Health.problem(
                        "ScaleSetUnconfirmed",
                        "the annotation names scale set %d, which GitHub has not confirmed yet; see condition GitHubReachable"
                                .formatted(RegisteredScaleSet.id(set)));
    }

    private static String message(AutoscalingRunnerSet set) {
        return message(set, RegisteredScaleSet.id(set), RegisteredScaleSet.configUrl(set));
    }

    private static String message(AutoscalingRunnerSet set, int id, String configUrl) {
        return "scale set %d is registered at %s%s"
                .formatted(id, configUrl, mayBeForged(set) ? ", according to a server that the spec trusts" : "");
    }
}
