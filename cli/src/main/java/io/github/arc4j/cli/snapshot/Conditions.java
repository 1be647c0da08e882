package io.github.arc4j.cli.snapshot;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The conditions of an object; none as long as it has no status. */
public record Conditions(List<Condition> list) {
    public static Conditions of(AutoscalingRunnerSet set) {
        return new Conditions(set.statusOrEmpty().conditions());
    }

    public static Conditions of(EphemeralRunnerSet set) {
        return new Conditions(set.statusOrEmpty().conditions());
    }

    public static Conditions of(AutoscalingListener listener) {
        return new Conditions(listener.statusOrEmpty().conditions());
    }

    public static Conditions of(EphemeralRunner runner) {
        return new Conditions(runner.statusOrEmpty().conditions());
    }

    public Optional<Condition> find(String type) {
        return list.stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    /** The condition if it has this status. */
    public Optional<Condition> find(String type, boolean status) {
        return find(type).filter(condition -> (status ? "True" : "False").equals(condition.getStatus()));
    }

    public boolean isTrue(String type) {
        return find(type, true).isPresent();
    }

    public static Optional<Instant> since(Condition condition) {
        return Times.parse(condition.getLastTransitionTime());
    }

    public static String reason(Condition condition) {
        return Objects.requireNonNullElse(condition.getReason(), "");
    }

    public static String message(Condition condition) {
        return Objects.requireNonNullElse(condition.getMessage(), "");
    }
}
