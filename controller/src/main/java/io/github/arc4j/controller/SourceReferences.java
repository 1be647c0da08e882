package io.github.arc4j.controller;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.sources.Source;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.client.KubernetesApi;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** Tracks which scale sets refer to which Secrets and ConfigMaps. */
final class SourceReferences {
    private static final String INDEX = "source";

    private SourceReferences() {}

    /** Tracks the sources of all scale sets as long as the scale sets exist. */
    static Sources track(
            KubernetesApi api,
            ResourceCache<AutoscalingRunnerSet> sets,
            CredentialsNamespaces credentials,
            Clock clock) {
        sets.index(
                INDEX,
                set -> sourcesOf(set, credentials).stream()
                        .map(Source::toString)
                        .toList());
        Sources sources = new Sources(api, source -> sets.count(INDEX, source.toString()) > 0, clock);
        sets.onChange((previous, current) -> {
            if (previous != null) {
                sources.dropUnreferenced(sourcesOf(previous, credentials));
            }
        });
        return sources;
    }

    static List<AutoscalingRunnerSet> referringTo(Source source, ResourceCache<AutoscalingRunnerSet> sets) {
        return sets.byIndex(INDEX, source.toString());
    }

    private static Set<Source> sourcesOf(AutoscalingRunnerSet set, CredentialsNamespaces credentials) {
        return GitHubAccess.of(set, 0).sources(credentials);
    }
}
