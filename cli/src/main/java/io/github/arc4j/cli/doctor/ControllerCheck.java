package io.github.arc4j.cli.doctor;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.ControllerLocation;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.why.ControllerStep;
import io.github.arc4j.cli.why.Step;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One controller runs and, if it has several replicas, has a leader. */
final class ControllerCheck {
    private static final Duration LEASE_TIMEOUT = Duration.ofSeconds(30);

    private ControllerCheck() {}

    static Stream<Finding> find(Snapshot snapshot) {
        Controller controller = new Controller(snapshot);
        List<Finding> findings = new ArrayList<>();
        Step step = ControllerStep.of(snapshot);
        if (step.state() == Step.State.PROBLEM) {
            findings.add(Finding.problem("", step.reason(), step.detail()));
        }
        withoutReplicas(controller).forEach(findings::add);
        several(snapshot).ifPresent(findings::add);
        if (!controller.flag("--leader-election-id").isEmpty()) {
            leader(snapshot, controller).ifPresent(findings::add);
        }
        location(snapshot, findings.isEmpty()).ifPresent(findings::add);
        return findings.stream();
    }

    /** Which controller the other checks are about. */
    private static Optional<Finding> location(Snapshot snapshot, boolean isOk) {
        ControllerLocation location = snapshot.controller();
        if (location.isCertain()) {
            return isOk ? Optional.of(Finding.ok("", "in the namespace " + location.namespace())) : Optional.empty();
        }
        return location.doubt()
                .filter(doubt -> !location.candidates().isEmpty())
                .map(doubt -> Finding.unknown("", doubt));
    }

    private static Stream<Finding> withoutReplicas(Controller controller) {
        return controller.deployments().stream()
                .filter(deployment -> deployment.getStatus() != null
                        && deployment.getSpec().getReplicas() != null
                        && deployment.getStatus().getReadyReplicas() != null
                        && deployment.getStatus().getReadyReplicas() > 0
                        && deployment.getStatus().getReadyReplicas()
                                < deployment.getSpec().getReplicas())
                .map(deployment -> Finding.warning(
                        Finding.name(deployment),
                        "ControllerDown",
                        "%d of %d replicas are ready"
                                .formatted(
                                        deployment.getStatus().getReadyReplicas(),
                                        deployment.getSpec().getReplicas())));
    }

    /** Several controllers may each serve a namespace of their own. */
    private static Optional<Finding> several(Snapshot snapshot) {
        List<Deployment> all = Controller.allDeployments(snapshot).stream()
                .filter(deployment -> Controller.watchedNamespace(deployment).isEmpty())
                .toList();
        return all.size() < 2
                ? Optional.empty()
                : Optional.of(Finding.problem(
                        "",
                        "SeveralControllers",
                        "several controllers serve all namespaces: "
                                + String.join(
                                        ", ", all.stream().map(Finding::name).toList())));
    }

    private static Optional<Finding> leader(Snapshot snapshot, Controller controller) {
        if (!snapshot.hasRead(Lease.class)) {
            return Optional.empty();
        }
        String name = controller.flag("--leader-election-id").getFirst();
        Optional<Lease> lease = snapshot.find(Lease.class, snapshot.controllerNamespace(), name);
        String object = "Lease %s/%s".formatted(snapshot.controllerNamespace(), name);
        Optional<String> holder =
                lease.map(found -> found.getSpec().getHolderIdentity()).filter(identity -> !identity.isEmpty());
        if (holder.isEmpty()) {
            return Optional.of(Finding.problem(object, "NoLeader", "no replica of the controller is the leader"));
        }
        ZonedDateTime renewed = lease.get().getSpec().getRenewTime();
        boolean isStale =
                renewed == null || renewed.toInstant().plus(LEASE_TIMEOUT).isBefore(snapshot.time());
        return isStale
                ? Optional.of(Finding.problem(
                        object,
                        "NoLeader",
                        "the leader %s has not renewed the Lease since %s".formatted(holder.get(), renewed)))
                : Optional.empty();
    }
}
