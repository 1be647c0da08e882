package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.Owners;
import java.util.List;

/** Release 0.14.2 of the Go controller, as far as it matters that its runner sets have names of their own. */
final class FormerController {
    private FormerController() {}

    /**
     * Gives what a runner set has to one of another name, as if that controller had made all of it. No controller may
     * run.
     */
    static void takeBack(ControllerFixture fixture, String scaleSet, String runnerSetName) {
        EphemeralRunnerSet present = fixture.runnerSet(scaleSet);
        if (present == null || present.isMarkedForDeletion()) {
            return;
        }
        EphemeralRunnerSet former = new EphemeralRunnerSet();
        former.setMetadata(new ObjectMetaBuilder()
                .withName(runnerSetName)
                .withNamespace(present.getMetadata().getNamespace())
                .withLabels(present.getMetadata().getLabels())
                .withAnnotations(present.getMetadata().getAnnotations())
                .withOwnerReferences(present.getMetadata().getOwnerReferences())
                .withFinalizers(Finalizers.LEGACY_EPHEMERAL_RUNNER_SET)
                .build());
        former.setSpec(present.getSpec());
        EphemeralRunnerSet created = fixture.client.resource(former).create();
        fixture.runners().stream()
                .filter(runner -> Owners.isController(present, runner))
                .forEach(runner -> adopt(fixture, runner, created));
        fixture.client
                .resource(present)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
        fixture.client.resource(present).delete();
    }

    private static void adopt(ControllerFixture fixture, EphemeralRunner runner, EphemeralRunnerSet set) {
        String owners = fixture.client.getKubernetesSerialization().asJson(List.of(Owners.controller(set)));
        fixture.client
                .resources(EphemeralRunner.class)
                .inNamespace(runner.getMetadata().getNamespace())
                .withName(runner.getMetadata().getName())
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"ownerReferences\":%s}}".formatted(owners));
    }
}
