package io.github.arc4j.cli.snapshot;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The objects of a cluster at one time.
 *
 * @param time when they were read
 * @param controller where the controller is
 * @param clockSkew how much the clock of this machine is ahead of the API server's; empty if unknown
 * @param objects the objects by type
 * @param gaps what could not be read
 * @param isComplete whether all namespaces were read, so that an object that is not here does not exist
 */
public record Snapshot(
        Instant time,
        ControllerLocation controller,
        Optional<Duration> clockSkew,
        Map<Class<?>, List<HasMetadata>> objects,
        List<Gap> gaps,
        boolean isComplete) {
    public static Builder builder(Instant time) {
        return new Builder(time);
    }

    /** The namespace of the controller and the listeners; empty if unknown. */
    public String controllerNamespace() {
        return controller.namespace();
    }

    /** Why the objects of a kind could not be read; empty if they were. */
    public Optional<Gap> gap(Class<? extends HasMetadata> type) {
        String kind = HasMetadata.getPlural(type);
        return gaps.stream().filter(gap -> gap.kind().equals(kind)).findFirst();
    }

    /** Whether all objects of a kind could be read. */
    public boolean hasRead(Class<? extends HasMetadata> type) {
        return gap(type).isEmpty();
    }

    /** All objects of a kind; none if they could not be read. */
    public <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.getOrDefault(type, List.of()).stream().map(type::cast).toList();
    }

    public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
        return in(type, namespace)
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst();
    }

    public <T extends HasMetadata> Stream<T> in(Class<T> type, String namespace) {
        return all(type).stream()
                .filter(object -> namespace.equals(object.getMetadata().getNamespace()));
    }

    /** The Events of an object and of those of the same name, such as a runner and its pod; the oldest one first. */
    public List<Event> eventsOf(String namespace, Set<String> kinds, String name) {
        return in(Event.class, namespace)
                .filter(event -> kinds.contains(event.getInvolvedObject().getKind())
                        && name.equals(event.getInvolvedObject().getName()))
                .sorted(Comparator.comparing(Snapshot::timeOf))
                .toList();
    }

    /** When an Event was last reported. */
    public static Instant timeOf(Event event) {
        return Times.parse(event.getLastTimestamp())
                .or(() -> Times.parse(
                        event.getEventTime() == null
                                ? null
                                : event.getEventTime().getTime()))
                .or(() -> Times.created(event))
                .orElse(Instant.EPOCH);
    }

    /** All scale sets, by namespace and name. */
    public List<ScaleSet> scaleSets() {
        return all(AutoscalingRunnerSet.class).stream()
                .map(object -> new ScaleSet(this, object))
                .sorted(Comparator.comparing(ScaleSet::namespace).thenComparing(ScaleSet::name))
                .toList();
    }

    public static final class Builder {
        private final Instant time;
        private final Map<Class<?>, List<HasMetadata>> objects = new LinkedHashMap<>();
        private final Map<Class<?>, Gap> gaps = new LinkedHashMap<>();
        private ControllerLocation controller = ControllerLocation.UNKNOWN;
        private Optional<Duration> clockSkew = Optional.empty();
        private boolean isComplete = true;

        private Builder(Instant time) {
            this.time = time;
        }

        public Builder controller(ControllerLocation location) {
            controller = location;
            return this;
        }

        public Builder clockSkew(Duration skew) {
            clockSkew = Optional.of(skew);
            return this;
        }

        /** Only some namespaces were read. */
        public Builder incomplete() {
            isComplete = false;
            return this;
        }

        public Builder add(List<? extends HasMetadata> found) {
            found.forEach(object -> objects.computeIfAbsent(object.getClass(), type -> new ArrayList<>())
                    .add(object));
            return this;
        }

        public Builder gap(Class<? extends HasMetadata> type, String message) {
            gaps.putIfAbsent(type, new Gap(HasMetadata.getPlural(type), message));
            return this;
        }

        public Snapshot build() {
            return new Snapshot(
                    time, controller, clockSkew, Map.copyOf(objects), List.copyOf(gaps.values()), isComplete);
        }
    }
}
