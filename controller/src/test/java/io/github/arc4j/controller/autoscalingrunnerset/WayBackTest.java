package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ReconcilerFixture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the Go controller decides when it takes a scale set over from this controller. */
class WayBackTest {
    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private enum Origin {
        ADOPTED,
        CREATED
    }

    private enum Values {
        ORIGINAL,
        OTHER
    }

    static Stream<Arguments> rollbacks() {
        return Stream.of(GoRelease.values())
                .flatMap(release -> Stream.of(Origin.values())
                        .flatMap(origin ->
                                Stream.of(Values.values()).map(values -> arguments(release, origin, values))));
    }

    private void begin(GoRelease release, Origin origin) throws Exception {
        if (origin == Origin.ADOPTED) {
            GoObjects.load(release, fixture);
        } else {
            fixture.create();
        }
        fixture.settle();
        upgradeTo(ReconcilerFixture.VERSION, "values-hash-of-our-chart");
    }

    private void rollBackTo(GoRelease release, Values values) throws Exception {
        if (values == Values.OTHER) {
            fixture.edit(spec -> spec.maxRunners(5));
        }
        upgradeTo(release.version, values == Values.ORIGINAL ? GoObjects.VALUES_HASH : "another");
    }

    /** As {@code helm upgrade} of the scale set does. */
    private void upgradeTo(String chart, String valuesHash) throws Exception {
        fixture.editObject(set -> set.getMetadata().getLabels().put(Labels.VERSION, chart));
        fixture.annotate(Annotations.VALUES_HASH, valuesHash);
        fixture.settle();
        fixture.passOfRunnerSet();
    }

    private EphemeralRunnerSet ofRelease0142() {
        return fixture.runners
                .client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(ReconcilerFixture.NAMESPACE)
                .withName("set-abcde")
                .get();
    }

    @ParameterizedTest
    @EnumSource
    void theGoControllerKeepsItsOwnObjects(GoRelease release) throws Exception {
        GoObjects.load(release, fixture);

        assertThat(release.keepsListener(fixture.set(), fixture.listener())).isTrue();
        EphemeralRunnerSet runnerSet = release == GoRelease.HEAD ? fixture.runnerSet() : ofRelease0142();
        assertThat(release.keepsRunnerSet(fixture.set(), runnerSet)).isTrue();
        assertThat(release.finalizersLeft(runnerSet)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rollbacks")
    void theGoControllerReplacesOurListener(GoRelease release, Origin origin, Values values) throws Exception {
        begin(release, origin);
        rollBackTo(release, values);

        AutoscalingListener listener = fixture.listener();
        assertThat(listener.getSpec().image()).isEqualTo("arc4j:dev");
        assertThat(release.keepsListener(fixture.set(), listener)).isFalse();
        assertThat(listener.getMetadata().getFinalizers())
                .containsExactly("autoscalinglistener.actions.github.com/finalizer");
    }

    @ParameterizedTest
    @MethodSource("rollbacks")
    void theGoControllerReplacesOurRunnerSetAndCanReleaseIt(GoRelease release, Origin origin, Values values)
            throws Exception {
        begin(release, origin);
        rollBackTo(release, values);

        EphemeralRunnerSet runnerSet = fixture.runnerSet();
        assertThat(release.keepsRunnerSet(fixture.set(), runnerSet)).isFalse();
        assertThat(runnerSet.getMetadata().getFinalizers()).hasSize(1);
        assertThat(release.finalizersLeft(runnerSet)).isEmpty();
    }

    /** The scale sets' chart was not upgraded yet: the controller alone goes back. */
    @ParameterizedTest
    @EnumSource
    void theGoControllerCanReleaseTheRunnerSetOfAScaleSetWithItsChart(GoRelease release) throws Exception {
        GoObjects.load(release, fixture);
        fixture.settle();
        fixture.passOfRunnerSet();

        assertThat(release.keepsListener(fixture.set(), fixture.listener())).isFalse();
        assertThat(release.finalizersLeft(fixture.runnerSet())).isEmpty();
    }

    @Test
    void aListenerOfTheGoControllerIsUpdatedOnceAndKeepsForeignAnnotations() throws Exception {
        begin(GoRelease.V0_14_2, Origin.ADOPTED);
        fixture.settle();
        AutoscalingListener listener = fixture.listener();
        Map<String, String> annotations = new HashMap<>(listener.getMetadata().getAnnotations());
        annotations.put("note", "of somebody else");
        annotations.put(Annotations.VALUES_HASH, GoObjects.VALUES_HASH);
        listener.getMetadata().setAnnotations(annotations);
        fixture.runners.client.resource(listener).update();
        String before = fixture.versions();

        fixture.pass();

        assertThat(Long.parseLong(fixture.versions())).isEqualTo(Long.parseLong(before) + 1);
        assertThat(fixture.listener().getMetadata().getAnnotations())
                .containsEntry("note", "of somebody else")
                .doesNotContainKey(Annotations.VALUES_HASH);
        String settled = fixture.versions();
        fixture.pass();
        assertThat(fixture.versions()).isEqualTo(settled);
    }

    /** As 0.14.2 leaves it when it adds its own to one that it does not know. */
    @ParameterizedTest
    @EnumSource
    void foreignFinalizersAreKeptAndOnlyOneOfOursIsSet(GoRelease release) throws Exception {
        fixture.create();
        fixture.settle();
        fixture.editRunnerSet(set -> {
            set.getMetadata()
                    .setFinalizers(List.of(
                            "ephemeralrunnerset.actions.github.com/finalizer",
                            "ephemeralrunner.actions.github.com/finalizer",
                            "example.com/backup"));
            return set;
        });

        upgradeTo(release.version, "any");

        assertThat(release.finalizersLeft(fixture.runnerSet())).containsExactly("example.com/backup");
        assertThat(fixture.runnerSet().getMetadata().getName()).isEqualTo(NAME);
    }
}
