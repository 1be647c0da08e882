package io.github.arc4j.cli.why.scaleset;

import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.why.path.Path;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The path of a scale set, from its controller to running jobs. */
public final class ScaleSetPath {
    private static final Map<String, Stage<ScaleSet>> OF_CONDITIONS = Map.of(
            ConditionTypes.CREDENTIALS_VALID,
            ConditionStage.required("credentials valid", ConditionTypes.CREDENTIALS_VALID),
            ConditionTypes.GITHUB_REACHABLE,
            ConditionStage.required("GitHub reachable", ConditionTypes.GITHUB_REACHABLE),
            ConditionTypes.SCALE_SET_REGISTERED,
            new RegisteredStage(),
            ConditionTypes.RUNNER_VERSION_ACCEPTED,
            ConditionStage.optional("runner version accepted", ConditionTypes.RUNNER_VERSION_ACCEPTED),
            ConditionTypes.LISTENER_RUNNING,
            new ListenerStage());

    private static final List<Stage<ScaleSet>> UNTIL_LISTENER = Stream.concat(
                    Stream.of(new ControllerStage(), new AcceptedStage()),
                    ConditionTypes.CAUSES_FIRST.stream()
                            .filter(OF_CONDITIONS::containsKey)
                            .map(OF_CONDITIONS::get))
            .toList();

    private ScaleSetPath() {}

    public static Path of(ScaleSet set) {
        return of(set, new DemandStage());
    }

    /** The path of a job that waits for a runner of the scale set. */
    public static Path ofWaitingJob(ScaleSet set) {
        return of(set, DemandStage::ofWaitingJob);
    }

    private static Path of(ScaleSet set, Stage<ScaleSet> demand) {
        List<Stage<ScaleSet>> stages = Stream.concat(
                        UNTIL_LISTENER.stream(),
                        Stream.of(demand, new MaximumStage(), new RunnersCreatedStage(), new RunnersStartStage()))
                .toList();
        Path path = Path.of("scale set %s/%s".formatted(set.namespace(), set.name()), set, stages);
        return path.problem().isPresent() ? path : withReady(set, path);
    }

    /** Whatever else keeps the scale set from being ready is the last step. */
    private static Path withReady(ScaleSet set, Path path) {
        Optional<Step> notReady = set.conditions()
                .find(ConditionTypes.READY, false)
                .map(condition -> Step.of("ready", condition))
                .filter(step -> step.state() == Step.State.PROBLEM);
        return notReady.isEmpty()
                ? path
                : Path.of(
                        path.subject(),
                        Stream.concat(path.steps().stream(), notReady.stream()).toList());
    }
}
