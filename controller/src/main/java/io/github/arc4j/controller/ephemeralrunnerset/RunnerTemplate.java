package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.controller.kube.Owners;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The runners that a set makes. */
final class RunnerTemplate {
    /** The characters of names that the API server generates: no vowels, so no words. */
    private static final String NAME_CHARACTERS = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX_LENGTH = 5;

    private final LabelPropagation propagation;

    RunnerTemplate(LabelPropagation propagation) {
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

    /** What the spec of a runner of this set is. */
    static EphemeralRunnerSpec spec(EphemeralRunnerSet set) {
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
        Map<String, String> generated = copy(set.getMetadata().getLabels());
        generated.put(Labels.COMPONENT, Labels.COMPONENT_RUNNER);
        ResourceMeta user = set.getSpec().ephemeralRunnerMetadata();
        return user.labels().isEmpty() ? generated : propagation.merge(user.labels(), generated);
    }

    private static Map<String, String> annotations(EphemeralRunnerSet set) {
        Map<String, String> annotations =
                Annotations.ofUser(set.getSpec().ephemeralRunnerMetadata().annotations());
        annotations.putAll(copy(set.getMetadata().getAnnotations()));
        annotations.remove(Annotations.COMPLETED_RUNNERS);
        annotations.put(Annotations.PATCH_ID, Integer.toString(set.getSpec().patchID()));
        return annotations;
    }

    private static Map<String, String> copy(@org.jspecify.annotations.Nullable Map<String, String> map) {
        return map == null ? new HashMap<>() : new HashMap<>(map);
    }

    private static String suffix() {
        StringBuilder suffix = new StringBuilder(SUFFIX_LENGTH);
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            suffix.append(NAME_CHARACTERS.charAt(ThreadLocalRandom.current().nextInt(NAME_CHARACTERS.length())));
        }
        return suffix.toString();
    }
}
