package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.URL;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.actions.model.Label;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** The scale set "set" as a release of the Go controller leaves it: one runner busy, one idle, and a listener. */
final class GoObjects {
    static final String VALUES_HASH = "0123456789abcdef";

    private GoObjects() {}

    static void load(GoRelease release, ScaleSetFixture fixture) throws Exception {
        RunnerScaleSet scaleSet = fixture.github.createScaleSet(RunnerScaleSet.builder()
                .name(NAME)
                .runnerGroupId(1)
                .labels(List.of(Label.system(NAME)))
                .disableUpdate(true)
                .build());
        fixture.github.scaleSetCalls.clear();
        AutoscalingRunnerSet set = createSet(release, fixture, scaleSet.id());
        String runnerSetUid = "";
        for (String document : text(release, set, scaleSet.id()).split("(?m)^---$")) {
            HasMetadata object = read(document.replace("RUNNER_SET_UID", runnerSetUid), release, set);
            HasMetadata created = fixture.runners.client.resource(object).create();
            runnerSetUid = runnerSetUid.isEmpty() ? created.getMetadata().getUid() : runnerSetUid;
        }
        for (EphemeralRunner runner : fixture.runners()) {
            run(fixture, runner.getMetadata().getName());
        }
    }

    private static HasMetadata read(String document, GoRelease release, AutoscalingRunnerSet set) {
        if (!document.contains("kind: AutoscalingListener")) {
            return Serialization.unmarshal(document);
        }
        AutoscalingListener listener = Serialization.unmarshal(document, AutoscalingListener.class);
        String hash = release.listenerHash(set, listener);
        return Serialization.unmarshal(document.replace("LISTENER_HASH", hash), AutoscalingListener.class);
    }

    private static AutoscalingRunnerSet createSet(GoRelease release, ScaleSetFixture fixture, int scaleSetId) {
        return fixture.create(NAME, UnaryOperator.identity(), created -> {
            created.getMetadata().getLabels().put(Labels.VERSION, release.version);
            created.getMetadata()
                    .setAnnotations(Map.of(
                            Annotations.RUNNER_SCALE_SET_ID,
                            Integer.toString(scaleSetId),
                            Annotations.RUNNER_SCALE_SET_NAME,
                            NAME,
                            Annotations.RUNNER_GROUP_NAME,
                            "Default",
                            Annotations.VALUES_HASH,
                            VALUES_HASH));
            created.getMetadata().setFinalizers(List.of("autoscalingrunnerset.actions.github.com/finalizer"));
        });
    }

    private static String text(GoRelease release, AutoscalingRunnerSet set, int scaleSetId) throws IOException {
        String resource = "/takeover/" + release.leftovers;
        try (InputStream in = Objects.requireNonNull(GoObjects.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace(" SET_UID", " " + set.getMetadata().getUid())
                    .replace("SCALE_SET_ID", Integer.toString(scaleSetId))
                    .replace("CHART_VERSION", release.version)
                    .replace("RUNNER_SPEC_HASH", release.runnerSetHash(set))
                    .replace("VALUES_HASH", VALUES_HASH)
                    .replace("LISTENER_NAME", ScaleSetNames.listener(NAMESPACE, NAME, "", URL));
        }
    }

    /** The Go controller's pods do not tell their registration. */
    private static void run(ScaleSetFixture fixture, String name) throws Exception {
        fixture.runners.reconcileRunner(name);
        fixture.runners.client.resource(fixture.runners.pod(name)).edit(pod -> {
            pod.getMetadata().getAnnotations().remove(Annotations.RUNNER_ID);
            return pod;
        });
        long id = fixture.github.idOf(name);
        fixture.runners.reportRunner(
                name, status -> status.phase("Running").ready(true).runnerId(id).runnerName(name));
        if (name.contains("busy")) {
            fixture.runners.jobStarts(name);
        }
        fixture.runners.podRuns(name);
    }
}
