package io.github.arc4j.cli.doctor.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.cli.doctor.finding.Check;
import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.doctor.finding.Severity;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.snapshot.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** No deletion hangs because of a finalizer. */
public final class FinalizerCheck implements Check {
    private static final Duration USUAL = Duration.ofMinutes(10);

    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            AutoscalingRunnerSet.class,
            EphemeralRunnerSet.class,
            EphemeralRunner.class,
            AutoscalingListener.class,
            Role.class,
            RoleBinding.class,
            ServiceAccount.class,
            Secret.class);

    @Override
    public List<Finding> find(Snapshot snapshot) {
        boolean hasJobs = snapshot.all(EphemeralRunner.class).stream().anyMatch(EphemeralRunner::hasJob);
        return KINDS.stream()
                .<HasMetadata>flatMap(kind -> snapshot.all(kind).stream())
                .flatMap(object -> find(snapshot, object, hasJobs).stream())
                .toList();
    }

    private static Optional<Finding> find(Snapshot snapshot, HasMetadata object, boolean hasJobs) {
        Optional<Instant> deleted = Times.deleted(object);
        List<String> finalizers = Stream.ofNullable(object.getMetadata().getFinalizers())
                .flatMap(List::stream)
                .filter(finalizer -> finalizer.contains("actions.github.com/"))
                .toList();
        boolean isStuck =
                deleted.isPresent() && deleted.get().plus(USUAL).isBefore(snapshot.time()) && !finalizers.isEmpty();
        return isStuck
                ? Optional.of(Finding.of(
                        // A deletion waits for running jobs.
                        hasJobs ? Severity.WARNING : Severity.PROBLEM,
                        Finding.name(object),
                        "StuckDeletion",
                        "its deletion has been in progress for %s; finalizers: %s"
                                .formatted(
                                        Times.text(Duration.between(deleted.get(), snapshot.time())),
                                        String.join(", ", finalizers))))
                : Optional.empty();
    }
}
