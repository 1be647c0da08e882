package io.github.arc4j.cli.doctor.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.cli.doctor.finding.Check;
import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.snapshot.PodProblem;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The images of controller, listeners and runners can be pulled, as far as existing pods show. */
public final class ImageCheck implements Check {
    @Override
    public List<Finding> find(Snapshot snapshot) {
        if (!snapshot.hasRead(Pod.class)) {
            return List.of(Finding.unknown("", "pods cannot be read"));
        }
        // Many pods may have the same problem.
        Map<String, Finding> byMessage = new LinkedHashMap<>();
        for (Pod pod : snapshot.all(Pod.class)) {
            PodProblem.of(pod, snapshot)
                    .filter(problem -> problem.stage() == PodProblem.Stage.IMAGE)
                    .ifPresent(problem -> byMessage.putIfAbsent(
                            problem.message(),
                            Finding.problem(Finding.name(pod), problem.reason(), problem.message())));
        }
        return List.copyOf(byMessage.values());
    }
}
