package io.github.arc4j.cli.doctor;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Before a takeover: the Go controller and its scale sets have the release that can be taken over. */
final class GoControllerCheck {
    private static final String RELEASE = "0.14.2";

    /** The recommendation for up to 100 runners. */
    private static final BigDecimal MEMORY = Quantity.getAmountInBytes(new Quantity("256Mi"));

    private GoControllerCheck() {}

    static Stream<Finding> find(Snapshot snapshot) {
        Controller controller = new Controller(snapshot);
        List<Finding> findings = new ArrayList<>();
        snapshot.controller()
                .doubt()
                .filter(doubt -> snapshot.controller().isAmbiguous())
                .ifPresent(doubt -> findings.add(Finding.unknown("", doubt)));
        if (!controller.version().isEmpty() && !controller.version().equals(RELEASE)) {
            findings.add(release("", "the controller", controller.version()));
        }
        snapshot.scaleSets().stream()
                .filter(set -> !set.chartVersion().equals(RELEASE))
                .forEach(set -> findings.add(release(Finding.name(set), "the scale set", set.chartVersion())));
        controller.containers().flatMap(GoControllerCheck::memory).distinct().forEach(findings::add);
        legacy(snapshot).forEach(findings::add);
        return findings.stream();
    }

    private static Finding release(String object, String what, String version) {
        return Finding.problem(
                object,
                "ReleaseUnsupported",
                "%s has the version %s, not %s".formatted(what, version.isEmpty() ? "unknown" : version, RELEASE));
    }

    private static Stream<Finding> memory(Container container) {
        Quantity limit =
                container.getResources() == null || container.getResources().getLimits() == null
                        ? null
                        : container.getResources().getLimits().get("memory");
        return limit == null || Quantity.getAmountInBytes(limit).compareTo(MEMORY) >= 0
                ? Stream.empty()
                : Stream.of(Finding.warning(
                        "",
                        "MemoryLimitTooLow",
                        "the Go controller's memory limit is %s, but this controller needs at least 256Mi"
                                .formatted(limit)));
    }

    private static Stream<Finding> legacy(Snapshot snapshot) {
        return snapshot.all(CustomResourceDefinition.class).stream()
                .filter(definition -> definition.getSpec().getGroup().equals("actions.summerwind.dev"))
                .limit(1)
                .map((HasMetadata definition) -> Finding.warning(
                        "CustomResourceDefinition " + definition.getMetadata().getName(),
                        "LegacyMode",
                        "the legacy mode (actions.summerwind.dev) is also installed; it is not supported"));
    }
}
