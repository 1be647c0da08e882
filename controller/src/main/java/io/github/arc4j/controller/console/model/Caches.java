package io.github.arc4j.controller.console.model;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.runtime.cache.ResourceCache;

/** The caches that the console reads; it sends no requests. */
public record Caches(
        ResourceCache<AutoscalingRunnerSet> scaleSets,
        ResourceCache<AutoscalingListener> listeners,
        ResourceCache<EphemeralRunnerSet> runnerSets,
        ResourceCache<EphemeralRunner> runners,
        ResourceCache<Pod> pods) {
    public static Caches of(Resources resources) {
        return new Caches(
                resources.autoscalingRunnerSets().cache(),
                resources.autoscalingListeners().cache(),
                resources.ephemeralRunnerSets().cache(),
                resources.ephemeralRunners().cache(),
                resources.pods().cache());
    }
}
