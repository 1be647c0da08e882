package io.github.arc4j.cli.why;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.ControllerLocation;
import io.github.arc4j.cli.snapshot.PodProblem;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.snapshot.Times;
import java.util.Optional;

/** A controller runs. */
public final class ControllerStep {
    private static final String NAME = "controller running";

    private ControllerStep() {}

    static Step of(ScaleSet set) {
        Controller controller = new Controller(set.snapshot());
        return controller.ignores(set.namespace())
                ? Step.unknown(NAME, controller.doubt(set.namespace()).orElse(""))
                : of(set.snapshot());
    }

    public static Step of(Snapshot snapshot) {
        Controller controller = new Controller(snapshot);
        ControllerLocation location = snapshot.controller();
        if (location.isAmbiguous()) {
            return Step.unknown(NAME, location.doubt().orElse(""));
        }
        String detail = location.isCertain() ? "" : "namespace " + location.namespace();
        return controller
                .ready()
                .map(ready -> Step.done(NAME, detail).since(Times.parse(ready.getLastTransitionTime())))
                .orElseGet(() -> notReady(controller));
    }

    private static Step notReady(Controller controller) {
        Snapshot snapshot = controller.snapshot();
        for (Pod pod : controller.pods()) {
            String why = PodProblem.of(pod, snapshot)
                    .map(problem -> problem.reason() + ": " + problem.message())
                    .orElse("it is not ready");
            return Step.problem(
                            NAME,
                            "ControllerDown",
                            "no pod of the controller is ready; pod %s: %s"
                                    .formatted(pod.getMetadata().getName(), why))
                    .since(Times.created(pod));
        }
        Optional<Deployment> deployment = controller.deployments().stream().findFirst();
        if (deployment.isPresent()) {
            return ofDeployment(deployment.get());
        }
        return snapshot.hasRead(Pod.class) || snapshot.hasRead(Deployment.class)
                ? Step.problem(NAME, "ControllerMissing", "no controller was found")
                : Step.unknown(NAME, "neither pods nor Deployments can be read");
    }

    /** For accounts that may not read pods. */
    private static Step ofDeployment(Deployment deployment) {
        String name = deployment.getMetadata().getNamespace() + "/"
                + deployment.getMetadata().getName();
        Integer ready =
                deployment.getStatus() == null ? null : deployment.getStatus().getReadyReplicas();
        return ready == null || ready == 0
                ? Step.problem(NAME, "ControllerDown", "the Deployment %s has no ready replica".formatted(name))
                : Step.done(NAME, "Deployment " + name);
    }
}
