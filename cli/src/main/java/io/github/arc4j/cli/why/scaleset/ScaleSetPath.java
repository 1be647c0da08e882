package io.github.arc4j.cli.why.scaleset;

import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.why.path.Path;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The path of a scale set, from its controller to running jobs. */
public final class ScaleSetPath {
    private static final List<Stage<ScaleSet>> UNTIL_LISTENER = List.of(
            new ControllerStage(),
            new AcceptedStage(),
            ConditionStage.required("credentials valid", "CredentialsValid"),
            ConditionStage.required("GitHub reachable", "GitHubReachable"),
            new RegisteredStage(),
            // Before the listener, which is stopped while GitHub refuses the version.
            ConditionStage.optional("runner version accepted", "RunnerVersionAccepted", true),
            new ListenerStage());

    private static final List<Stage<ScaleSet>> RUNNERS =
            List.of(new MaximumStage(), new RunnersCreatedStage(), new RunnersStartStage());

    private static final List<Stage<ScaleSet>> ALL = Stream.of(
                    UNTIL_LISTENER, List.<Stage<ScaleSet>>of(new DemandStage()), RUNNERS)
            .flatMap(List::stream)
            .toList();

    private static final List<Stage<ScaleSet>> OF_WAITING_JOB = Stream.of(
                    UNTIL_LISTENER, List.<Stage<ScaleSet>>of(DemandStage::ofWaitingJob), RUNNERS)
            .flatMap(List::stream)
            .toList();

    private ScaleSetPath() {}

    public static Path of(ScaleSet set) {
        return of(set, ALL);
    }

    /** The path of a job that waits for a runner of the scale set. */
    public static Path ofWaitingJob(ScaleSet set) {
        return of(set, OF_WAITING_JOB);
    }

    private static Path of(ScaleSet set, List<Stage<ScaleSet>> stages) {
        Path path = Path.of("scale set %s/%s".formatted(set.namespace(), set.name()), set, stages);
        return path.problem().isPresent() ? path : withReady(set, path);
    }

    /** Whatever else keeps the scale set from being ready is the last step. */
    private static Path withReady(ScaleSet set, Path path) {
        Optional<Step> notReady = set.conditions()
                .find(Conditions.READY, false)
                .map(condition -> Step.of("ready", condition))
                .filter(step -> step.state() == Step.State.PROBLEM);
        return notReady.isEmpty()
                ? path
                : Path.of(
                        path.subject(),
                        Stream.concat(path.steps().stream(), notReady.stream()).toList());
    }
}
