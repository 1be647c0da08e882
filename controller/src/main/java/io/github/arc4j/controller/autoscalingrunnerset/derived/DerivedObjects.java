package io.github.arc4j.controller.autoscalingrunnerset.derived;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.VersionGate;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.controller.kube.Owners;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds the desired EphemeralRunnerSet and AutoscalingListener of an AutoscalingRunnerSet.
 *
 * @param controllerNamespace the namespace in which listeners run
 * @param listenerImage image of the listener, the controller's own
 * @param listenerImagePullSecrets names of image pull Secrets in the controller's namespace
 * @param updateStrategy when changes of the runner template take effect
 */
public record DerivedObjects(
        String controllerNamespace,
        String listenerImage,
        List<String> listenerImagePullSecrets,
        LabelPropagation propagation,
        UpdateStrategy updateStrategy) {
    private static final String LEGACY_RELEASE = "0.14.2";

    public DerivedObjects {
        listenerImagePullSecrets = List.copyOf(listenerImagePullSecrets);
    }

    public EphemeralRunnerSet runnerSet(AutoscalingRunnerSet set) {
        AutoscalingRunnerSetSpec spec = set.getSpec();
        EphemeralRunnerSpec runnerSpec = EphemeralRunnerSpec.builder()
                .githubConfigUrl(spec.githubConfigUrl())
                .githubConfigSecret(spec.githubConfigSecret())
                .runnerScaleSetId(RegisteredScaleSet.id(set))
                .proxy(spec.proxy())
                .githubServerTLS(spec.githubServerTLS())
                .vaultConfig(spec.vaultConfig())
                .ephemeralRunnerConfigSecretMetadata(spec.ephemeralRunnerConfigSecretMetadata())
                .build()
                .withTemplate(spec.template());
        Map<String, String> generated = common(set, Labels.COMPONENT_RUNNER_SET);
        Map<String, String> annotations =
                Annotations.ofUser(spec.ephemeralRunnerSetMetadata().annotations());
        copyAnnotation(set, Annotations.RUNNER_GROUP_NAME, annotations);
        copyAnnotation(set, Annotations.RUNNER_SCALE_SET_NAME, annotations);
        annotations.put(Annotations.INTEGRITY_HASH, IntegrityHash.of(runnerSpec));
        EphemeralRunnerSet runnerSet = new EphemeralRunnerSet();
        runnerSet.setMetadata(new ObjectMetaBuilder()
                .withName(ScaleSetNames.ephemeralRunnerSet(set.getMetadata().getName()))
                .withNamespace(set.getMetadata().getNamespace())
                .withLabels(labels(set, spec.ephemeralRunnerSetMetadata(), generated))
                .withAnnotations(annotations)
                .withFinalizers(runnerSetFinalizer(set))
                .withOwnerReferences(Owners.controller(set))
                .build());
        runnerSet.setSpec(EphemeralRunnerSetSpec.builder()
                .ephemeralRunnerSpec(runnerSpec)
                .ephemeralRunnerMetadata(spec.ephemeralRunnerMetadata())
                .policy(spec.policy())
                .build());
        return runnerSet;
    }

    /**
     * A scale set that was installed with chart 0.14 of the Go system may be rolled back to that release at any time,
     * which removes only its own finalizer from runner sets.
     */
    private static String runnerSetFinalizer(AutoscalingRunnerSet set) {
        return VersionGate.isVersionAllowed(chartVersion(set), LEGACY_RELEASE)
                ? Finalizers.LEGACY_EPHEMERAL_RUNNER_SET
                : Finalizers.EPHEMERAL_RUNNER_SET;
    }

    public AutoscalingListener listener(AutoscalingRunnerSet set) {
        return listener(set, ScaleSetNames::listener);
    }

    /** The listener with its fallback name, for when the listener of another scale set has the usual one. */
    public AutoscalingListener listenerWithUniqueName(AutoscalingRunnerSet set) {
        return listener(set, ScaleSetNames::uniqueListener);
    }

    private AutoscalingListener listener(AutoscalingRunnerSet set, ListenerName name) {
        AutoscalingRunnerSetSpec spec = set.getSpec();
        AutoscalingListenerSpec listenerSpec = AutoscalingListenerSpec.builder()
                .githubConfigUrl(spec.githubConfigUrl())
                .githubConfigSecret(spec.githubConfigSecret())
                .runnerScaleSetId(RegisteredScaleSet.id(set))
                .autoscalingRunnerSetNamespace(set.getMetadata().getNamespace())
                .autoscalingRunnerSetName(set.getMetadata().getName())
                .ephemeralRunnerSetName(
                        ScaleSetNames.ephemeralRunnerSet(set.getMetadata().getName()))
                .minRunners(spec.minRunnersOrDefault())
                .maxRunners(spec.maxRunnersOrDefault())
                .image(listenerImage)
                .imagePullSecrets(listenerImagePullSecrets.stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .proxy(spec.proxy())
                .githubServerTLS(spec.githubServerTLS())
                .vaultConfig(spec.vaultConfig())
                .metrics(spec.listenerMetrics())
                .template(spec.listenerTemplate())
                .configSecretMetadata(spec.listenerConfigSecretMetadata())
                .serviceAccountMetadata(spec.listenerServiceAccountMetadata())
                .roleMetadata(spec.listenerRoleMetadata())
                .roleBindingMetadata(spec.listenerRoleBindingMetadata())
                .build();
        Map<String, String> annotations =
                Annotations.ofUser(spec.autoscalingListener().annotations());
        annotations.put(Annotations.INTEGRITY_HASH, IntegrityHash.of(listenerSpec));
        AutoscalingListener listener = new AutoscalingListener();
        listener.setMetadata(new ObjectMetaBuilder()
                .withName(name.of(
                        set.getMetadata().getNamespace(),
                        set.getMetadata().getName(),
                        spec.runnerGroup(),
                        spec.githubConfigUrl()))
                .withNamespace(controllerNamespace)
                .withLabels(labels(set, spec.autoscalingListener(), common(set, Labels.COMPONENT_LISTENER)))
                .withAnnotations(annotations)
                .withFinalizers(Finalizers.AUTOSCALING_LISTENER)
                .build());
        listener.setSpec(listenerSpec);
        return listener;
    }

    @FunctionalInterface
    private interface ListenerName {
        String of(String namespace, String name, String runnerGroup, String githubConfigUrl);
    }

    /** Merges labels; generated labels override those of the user. */
    private Map<String, String> labels(AutoscalingRunnerSet set, ResourceMeta user, Map<String, String> generated) {
        Map<String, String> own = propagation.merge(set.getMetadata().getLabels(), generated);
        return propagation.merge(user.labels(), own);
    }

    private static Map<String, String> common(AutoscalingRunnerSet set, String component) {
        Map<String, String> labels = new HashMap<>(urlLabels(set));
        labels.put(Labels.SCALE_SET_NAME, set.getMetadata().getName());
        labels.put(Labels.SCALE_SET_NAMESPACE, set.getMetadata().getNamespace());
        labels.put(Labels.PART_OF, Labels.PART_OF_RUNNER_SCALE_SET);
        labels.put(Labels.COMPONENT, component);
        String version = chartVersion(set);
        if (!version.isEmpty()) {
            labels.put(Labels.VERSION, version);
        }
        return labels;
    }

    /** The chart version with which the scale set was last installed or upgraded; empty if unknown. */
    public static String chartVersion(AutoscalingRunnerSet set) {
        return Labels.get(set, Labels.VERSION);
    }

    /**
     * @throws io.github.arc4j.actions.errors.InvalidConfigUrlException if the URL is invalid; registration has checked it
     */
    public static Map<String, String> urlLabels(AutoscalingRunnerSet set) {
        ConfigUrl url = ConfigUrl.parse(set.getSpec().githubConfigUrl());
        return Labels.ofConfigUrl(url.enterprise(), url.organization(), url.repository());
    }

    private static void copyAnnotation(AutoscalingRunnerSet from, String key, Map<String, String> to) {
        String value = Annotations.get(from, key);
        if (!value.isEmpty()) {
            to.put(key, value);
        }
    }
}
