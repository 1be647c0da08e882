package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.controller.kube.Owners;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** Builds the runners that a set creates. */
final class RunnerFactory {
    /** The characters in names that the API server generates: without vowels they form no words. */
    private static final String NAME_CHARACTERS = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX_LENGTH = 5;

    private final LabelPropagation propagation;

    RunnerFactory(LabelPropagation propagation) {
        this.propagation = propagation;
    }

    /** A name for a new runner, like those that the API server generates. */
    static String newName(EphemeralRunnerSet set) {
        return ScaleSetNames.runnerPrefix(set.getMetadata().getName()) + suffix();
    }

    /** A new runner; it has its finalizers and its owner from the start. */
    EphemeralRunner runner(EphemeralRunnerSet set, String name) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(set.getMetadata().getNamespace())
                .withLabels(labels(set))
                .withAnnotations(annotations(set))
                .withFinalizers(Finalizers.OF_EPHEMERAL_RUNNER)
                .withOwnerReferences(Owners.controller(set))
                .build());
        runner.setSpec(spec(set));
        return runner;
    }

    /** Whether the runner has the current template. The API server treats empty and missing fields alike. */
    static boolean isCurrent(EphemeralRunnerSet set, EphemeralRunner runner) {
        EphemeralRunnerSpec wanted = spec(set);
        return runner.getSpec().equals(wanted)
                || IntegrityHash.of(runner.getSpec()).equals(IntegrityHash.of(wanted));
    }

    private static EphemeralRunnerSpec spec(EphemeralRunnerSet set) {
        EphemeralRunnerSpec spec = set.getSpec().ephemeralRunnerSpec();
        return spec.proxy() == null
                ? spec
                : spec.toBuilder()
                        .proxySecretRef(ScaleSetNames.runnerProxySecret(
                                set.getMetadata().getNamespace(),
                                set.getMetadata().getName()))
                        .build();
    }

    private Map<String, String> labels(EphemeralRunnerSet set) {
        Map<String, String> ofSet = set.getMetadata().getLabels();
        Map<String, String> generated = ofSet == null ? new LinkedHashMap<>() : new LinkedHashMap<>(ofSet);
        generated.put(Labels.COMPONENT, Labels.COMPONENT_RUNNER);
        ResourceMeta user = set.getSpec().ephemeralRunnerMetadata();
        return user.labels().isEmpty() ? generated : propagation.merge(user.labels(), generated);
    }

    private static Map<String, String> annotations(EphemeralRunnerSet set) {
        Map<String, String> annotations = Annotations.merge(
                Annotations.ofUser(set.getSpec().ephemeralRunnerMetadata().annotations()),
                set.getMetadata().getAnnotations());
        annotations.remove(Annotations.COMPLETED_RUNNERS);
        annotations.put(Annotations.PATCH_ID, Integer.toString(set.getSpec().patchID()));
        return annotations;
    }

    private static String suffix() {
        return ThreadLocalRandom.current()
                .ints(SUFFIX_LENGTH, 0, NAME_CHARACTERS.length())
                .mapToObj(i -> NAME_CHARACTERS.substring(i, i + 1))
                .collect(Collectors.joining());
    }
}
