package io.github.arc4j.cli.why.runner;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.cli.snapshot.PodProblem;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The node has the images of all containers. */
final class ImageStage implements Stage<RunnerView> {
    private static final String NAME = "image pulled";

    @Override
    public Step check(RunnerView runner) {
        Optional<PodProblem> problem = runner.problemAt(PodProblem.Stage.IMAGE);
        if (problem.isPresent()) {
            return Step.problem(NAME, Optional.empty(), problem.get());
        }
        List<ContainerStatus> containers = runner.pod().map(Pod::getStatus).stream()
                .flatMap(PodProblem::containers)
                .toList();
        boolean isPulled = !containers.isEmpty() && containers.stream().allMatch(ImageStage::hasImage);
        if (isPulled || runner.isPast(PodProblem.Stage.IMAGE)) {
            return Step.done(NAME, time(runner), "");
        }
        boolean isPulling = runner.events().stream().anyMatch(event -> "Pulling".equals(event.getReason()));
        return isPulling ? Step.waiting(NAME, Optional.empty(), "", "the image is being pulled") : Step.pending(NAME);
    }

    private static Optional<Instant> time(RunnerView runner) {
        return runner.events().stream()
                .filter(event -> "Pulled".equals(event.getReason()))
                .reduce((first, last) -> last)
                .map(Snapshot::timeOf);
    }

    private static boolean hasImage(ContainerStatus container) {
        return container.getState() != null
                && (container.getState().getRunning() != null
                        || container.getState().getTerminated() != null);
    }
}
