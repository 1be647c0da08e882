package io.github.arc4j.cli.doctor;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.cli.snapshot.PodProblem;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.snapshot.Times;
import io.github.arc4j.cli.why.Quotas;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks of clocks, images, quotas and deletions. */
final class ClusterChecks {
    private static final Duration NOTABLE_SKEW = Duration.ofSeconds(5);
    private static final Duration TOO_LARGE_SKEW = Duration.ofSeconds(45);

    private static final int NEARLY_USED_UP = 90;
    private static final int USED_UP = 100;

    private static final Duration USUAL_DELETION = Duration.ofMinutes(10);

    private static final List<Class<? extends HasMetadata>> WITH_FINALIZERS = List.of(
            AutoscalingRunnerSet.class,
            EphemeralRunnerSet.class,
            EphemeralRunner.class,
            AutoscalingListener.class,
            Role.class,
            RoleBinding.class,
            ServiceAccount.class,
            Secret.class);

    private ClusterChecks() {}

    /** This machine and the API server have the same time: GitHub accepts an App's tokens for a minute. */
    static Stream<Finding> clocks(Snapshot snapshot) {
        Optional<Duration> skew = snapshot.clockSkew().map(Duration::abs);
        if (skew.isEmpty()) {
            return Stream.of(Finding.unknown("", "the API server's time is unknown"));
        }
        if (skew.get().compareTo(NOTABLE_SKEW) < 0) {
            return Stream.empty();
        }
        return Stream.of(Finding.of(
                skew.get().compareTo(TOO_LARGE_SKEW) < 0 ? Severity.WARNING : Severity.PROBLEM,
                "",
                "ClockSkew",
                "the clocks of this machine and of the API server differ by " + Times.text(skew.get())));
    }

    /** The images of controller, listeners and runners can be pulled, as far as existing pods show. */
    static Stream<Finding> images(Snapshot snapshot) {
        // Many pods may have the same problem.
        Map<String, Finding> byMessage = new LinkedHashMap<>();
        for (Pod pod : snapshot.all(Pod.class)) {
            PodProblem.of(pod, snapshot)
                    .filter(problem -> problem.stage() == PodProblem.Stage.IMAGE)
                    .ifPresent(problem -> byMessage.putIfAbsent(
                            problem.message(),
                            Finding.problem(Finding.name(pod), problem.reason(), problem.message())));
        }
        return byMessage.values().stream();
    }

    /** The ResourceQuotas of the scale sets' namespaces have room. */
    static Stream<Finding> quotas(Snapshot snapshot) {
        return snapshot.scaleSets().stream()
                .map(ScaleSet::namespace)
                .distinct()
                .flatMap(namespace -> Quotas.usedAtLeast(snapshot, namespace, NEARLY_USED_UP).stream())
                .map(use -> Finding.of(
                        use.percent() < USED_UP ? Severity.WARNING : Severity.PROBLEM,
                        "ResourceQuota %s/%s".formatted(use.namespace(), use.quota()),
                        "QuotaExceeded",
                        use.toString()));
    }

    /** No deletion hangs because of a finalizer. */
    static Stream<Finding> deletions(Snapshot snapshot) {
        boolean hasJobs = snapshot.all(EphemeralRunner.class).stream().anyMatch(EphemeralRunner::hasJob);
        return WITH_FINALIZERS.stream()
                .<HasMetadata>flatMap(kind -> snapshot.all(kind).stream())
                .flatMap(object -> deletion(snapshot, object, hasJobs));
    }

    private static Stream<Finding> deletion(Snapshot snapshot, HasMetadata object, boolean hasJobs) {
        Optional<Instant> deleted = Times.deleted(object);
        List<String> finalizers = Stream.ofNullable(object.getMetadata().getFinalizers())
                .flatMap(List::stream)
                .filter(finalizer -> finalizer.contains("actions.github.com/"))
                .toList();
        boolean isStuck = deleted.isPresent()
                && deleted.get().plus(USUAL_DELETION).isBefore(snapshot.time())
                && !finalizers.isEmpty();
        return isStuck
                ? Stream.of(Finding.of(
                        // A deletion waits for running jobs.
                        hasJobs ? Severity.WARNING : Severity.PROBLEM,
                        Finding.name(object),
                        "StuckDeletion",
                        "its deletion has been in progress for %s; finalizers: %s"
                                .formatted(
                                        Times.text(Duration.between(deleted.get(), snapshot.time())),
                                        String.join(", ", finalizers))))
                : Stream.empty();
    }
}
