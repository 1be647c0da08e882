package io.github.arc4j.cli.snapshot;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An AutoscalingRunnerSet and the objects of its scale set. */
public record ScaleSet(Snapshot snapshot, AutoscalingRunnerSet object) {
    public String namespace() {
        return object.getMetadata().getNamespace();
    }

    public String name() {
        return object.getMetadata().getName();
    }

    /** The name that workflows use in {@code runs-on}. */
    public String scaleSetName() {
        String name = object.getSpec().runnerScaleSetName();
        return name.isEmpty() ? name() : name;
    }

    /** Whether a user means this scale set: {@code name} or {@code namespace/name}, in the cluster or on GitHub. */
    public boolean isNamed(String text) {
        int slash = text.indexOf('/');
        String name = text.substring(slash + 1);
        return (slash < 0 || text.substring(0, slash).equals(namespace()))
                && (name.equals(name()) || name.equals(scaleSetName()));
    }

    /** Whether all these labels, in {@code runs-on}, select this scale set. */
    public boolean hasLabels(List<String> runsOn) {
        List<String> labels = object.getSpec().runnerScaleSetLabels();
        return runsOn.stream()
                .allMatch(label -> label.equalsIgnoreCase(scaleSetName())
                        || labels.stream().anyMatch(label::equalsIgnoreCase));
    }

    /** The current runner set; those of an earlier version of the chart may still finish jobs. */
    public Optional<EphemeralRunnerSet> runnerSet() {
        return snapshot.find(EphemeralRunnerSet.class, namespace(), ScaleSetNames.ephemeralRunnerSet(name()))
                .or(() -> snapshot.in(EphemeralRunnerSet.class, namespace())
                        .filter(this::owns)
                        .max(Comparator.comparing(set -> set.getMetadata().getCreationTimestamp())));
    }

    /** All runners, the oldest one first. */
    public List<EphemeralRunner> runners() {
        return snapshot.in(EphemeralRunner.class, namespace())
                .filter(this::owns)
                .sorted(Comparator.comparing(
                        (EphemeralRunner runner) -> Times.created(runner).orElse(snapshot.time())))
                .toList();
    }

    public long busyRunners() {
        return runners().stream().filter(EphemeralRunner::hasJob).count();
    }

    public Optional<AutoscalingListener> listener() {
        return snapshot.all(AutoscalingListener.class).stream()
                .filter(listener ->
                        listener.getSpec().autoscalingRunnerSetNamespace().equals(namespace())
                                && listener.getSpec().autoscalingRunnerSetName().equals(name()))
                .findFirst();
    }

    /** The pod of a runner or of a dedicated listener, which has its name. */
    public Optional<Pod> podOf(HasMetadata owner) {
        return snapshot.find(
                Pod.class,
                owner.getMetadata().getNamespace(),
                owner.getMetadata().getName());
    }

    public List<Event> events() {
        return snapshot.eventsOf(namespace(), Set.of("AutoscalingRunnerSet", "EphemeralRunnerSet"), name());
    }

    /** The Events of a runner and its pod. */
    public List<Event> eventsOf(EphemeralRunner runner) {
        return snapshot.eventsOf(
                namespace(),
                Set.of("EphemeralRunner", "Pod"),
                runner.getMetadata().getName());
    }

    public Conditions conditions() {
        return Conditions.of(object);
    }

    public int desired() {
        return runnerSet().map(set -> set.getSpec().replicas()).orElse(0);
    }

    /** The version of the chart that created the object; empty if unknown. */
    public String chartVersion() {
        return Labels.get(object, Labels.VERSION);
    }

    private boolean owns(HasMetadata object) {
        return Labels.get(object, Labels.SCALE_SET_NAME).equals(name());
    }
}
