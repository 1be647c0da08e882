package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.Results.assertComesBackAfter;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.URL;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.annotations;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which object a scale set on GitHub belongs to, when several could have it or the Go controller had it. */
class ScaleSetSharingTest {
    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void twoObjectsCannotHaveOneScaleSet() throws Exception {
        fixture.create("other", spec -> spec.runnerScaleSetName("set"));
        fixture.runners.reconcileScaleSet("other");
        fixture.create();
        assertComesBackAfter(fixture.pass(), Duration.ofSeconds(30));
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False ScaleSetNameTaken");
        assertThat(fixture.condition(Conditions.READY).getMessage()).contains("runners/other");
        assertThat(fixture.github.scaleSets).hasSize(1);
        assertThat(fixture.listeners()).hasSize(1);
    }

    @Test
    void aCopyOfAnObjectRegistersItsOwnScaleSetImmediately() throws Exception {
        fixture.create("first", UnaryOperator.identity());
        fixture.runners.reconcileScaleSet("first");
        Map<String, String> copied = annotations(fixture.set("first"));
        fixture.create(NAME, UnaryOperator.identity(), set -> {
            set.getMetadata().setAnnotations(copied);
            set.getMetadata().setCreationTimestamp("2100-01-01T00:00:00Z");
        });
        fixture.pass();
        assertThat(fixture.github.scaleSets).hasSize(2);
        assertThat(annotations(fixture.set("first")).get("runner-scale-set-id"))
                .isNotEqualTo(Integer.toString(fixture.id()));
        assertThat(fixture.runners.events).doesNotContain("ScaleSetNameTaken");
    }

    @Test
    void equalIdsAtDifferentConfigUrlsAreDifferentScaleSets() throws Exception {
        fixture.createAndSettle();
        int id = fixture.id();
        fixture.create(
                "other",
                spec -> spec.githubConfigUrl("https://github.com/else/where"),
                other -> other.getMetadata()
                        .setAnnotations(Map.of(
                                "runner-scale-set-id",
                                Integer.toString(id),
                                Annotations.REGISTERED_CONFIG_URL,
                                "https://github.com/else/where")));
        // The spec of the other one now points here, but its id is still of the former place.
        fixture.runners.sync();
        fixture.pass();
        assertThat(fixture.id()).isEqualTo(id);
        assertThat(fixture.runners.events).doesNotContain("ScaleSetNameTaken");
    }

    @Test
    void theScaleSetOfAnObjectThatIsBeingDeletedIsAvailable() throws Exception {
        fixture.create("other", spec -> spec.runnerScaleSetName("set"));
        fixture.runners.reconcileScaleSet("other");
        int id = Integer.parseInt(annotations(fixture.set("other")).get("runner-scale-set-id"));
        fixture.runners.client.resource(fixture.set("other")).delete();
        fixture.create();
        fixture.pass();
        assertThat(fixture.id()).isEqualTo(id);
    }

    @Test
    void anObjectOfTheGoControllerKeepsItsIdAndRecordsItsUrl() throws Exception {
        RunnerScaleSet found = fixture.existing("set", 1);
        fixture.createAnnotated(Map.of(
                "runner-scale-set-id",
                Integer.toString(found.id()),
                Annotations.RUNNER_SCALE_SET_NAME,
                "set",
                Annotations.RUNNER_GROUP_NAME,
                "Default"));
        fixture.pass();
        assertThat(fixture.id()).isEqualTo(found.id());
        assertThat(fixture.github.scaleSets).hasSize(1);
        assertThat(annotations(fixture.set())).containsEntry(Annotations.REGISTERED_CONFIG_URL, URL);
    }

    @Test
    void anIdOfAPreviousUrlThatTheGoControllerKeptIsNotUsed() throws Exception {
        RunnerScaleSet somebodys = fixture.existing("somebodys", 1);
        fixture.createAnnotated(Map.of(
                "runner-scale-set-id", Integer.toString(somebodys.id()), Annotations.RUNNER_SCALE_SET_NAME, "set"));
        fixture.pass();
        assertThat(fixture.id()).isNotEqualTo(somebodys.id());
        assertThat(fixture.github.scaleSets.get(somebodys.id()))
                .extracting(RunnerScaleSet::name)
                .isEqualTo("somebodys");
    }
}
