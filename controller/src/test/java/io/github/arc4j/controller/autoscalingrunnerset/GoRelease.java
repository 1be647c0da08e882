package io.github.arc4j.controller.autoscalingrunnerset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a release of the Go controller decides about the objects that it finds; from its source, {@code
 * controllers/actions.github.com/autoscalingrunnerset_controller.go}. Its hashes are other strings there, but equal for
 * equal objects as these are.
 */
enum GoRelease {
    V0_14_2("0.14.2", "go-0.14.2.yaml", "ephemeralrunner.actions.github.com/finalizer") {
        @Override
        boolean keepsListener(AutoscalingRunnerSet set, AutoscalingListener listener) {
            return annotation(listener, Annotations.VALUES_HASH).equals(annotation(set, Annotations.VALUES_HASH))
                    && annotation(listener, Annotations.LEGACY_RUNNER_SPEC_HASH).equals(listenerHash(set, listener));
        }

        @Override
        boolean keepsRunnerSet(AutoscalingRunnerSet set, EphemeralRunnerSet runnerSet) {
            return annotation(runnerSet, Annotations.LEGACY_RUNNER_SPEC_HASH).equals(runnerSetHash(set));
        }

        @Override
        String listenerHash(AutoscalingRunnerSet set, AutoscalingListener listener) {
            return hash(set.getSpec());
        }
    },

    /** The main branch after 0.14.2; it will be released under another minor version. */
    HEAD("0.15.0", "go-head.yaml", "ephemeralrunnerset.actions.github.com/finalizer") {
        @Override
        boolean keepsListener(AutoscalingRunnerSet set, AutoscalingListener listener) {
            return listener.getMetadata()
                    .getAnnotations()
                    .equals(Map.of(Annotations.INTEGRITY_HASH, listenerHash(set, listener)));
        }

        @Override
        boolean keepsRunnerSet(AutoscalingRunnerSet set, EphemeralRunnerSet runnerSet) {
            return annotation(runnerSet, Annotations.INTEGRITY_HASH).equals(runnerSetHash(set));
        }

        /** The real one is of the listener that the release would make of the set, with its own image. */
        @Override
        String listenerHash(AutoscalingRunnerSet set, AutoscalingListener listener) {
            return hash(listener.getSpec());
        }
    };

    final String version;

    /** Name of the resource with the objects that it leaves. */
    final String leftovers;

    private final String runnerSetFinalizer;

    GoRelease(String version, String leftovers, String runnerSetFinalizer) {
        this.version = version;
        this.leftovers = leftovers;
        this.runnerSetFinalizer = runnerSetFinalizer;
    }

    /** Whether the listener stays, with the pod that it has; if not, the release deletes it and makes its own. */
    abstract boolean keepsListener(AutoscalingRunnerSet set, AutoscalingListener listener);

    /**
     * Whether the runner set stays as it is; if not, 0.14.2 makes another beside it and deletes this one, and later
     * versions bring it to what they want.
     */
    abstract boolean keepsRunnerSet(AutoscalingRunnerSet set, EphemeralRunnerSet runnerSet);

    /** What the release writes on a listener that it makes. */
    abstract String listenerHash(AutoscalingRunnerSet set, AutoscalingListener listener);

    /** What the release writes on a runner set that it makes. */
    String runnerSetHash(AutoscalingRunnerSet set) {
        AutoscalingRunnerSetSpec spec = set.getSpec();
        return hash(Arrays.asList(
                spec.githubConfigUrl(),
                spec.githubConfigSecret(),
                spec.runnerGroup(),
                spec.runnerScaleSetName(),
                spec.proxy(),
                spec.githubServerTLS(),
                spec.template()));
    }

    /** What is left on a runner set after the release has taken off what it knows; with anything left it never goes. */
    List<String> finalizersLeft(EphemeralRunnerSet runnerSet) {
        List<String> left = new ArrayList<>(runnerSet.getMetadata().getFinalizers());
        left.remove(runnerSetFinalizer);
        return left;
    }

    private static String hash(Object value) {
        return "go" + IntegrityHash.of(value);
    }

    private static String annotation(HasMetadata object, String key) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
        return annotations.getOrDefault(key, "");
    }
}
