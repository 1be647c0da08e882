package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.autoscalinglistener.ListenerSettings;
import io.github.arc4j.controller.autoscalinglistener.ListenerSettingsBuilder;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.options.ReconcilerSettingsBuilder;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scale set's condition about a listener that is not shared although there are shared listeners. */
class ListenerSharedConditionTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private ControllerFixture fixture;

    @BeforeEach
    void start() {
        ListenerSettings listeners = new ListenerSettings("/ghalistener", LogLevel.DEBUG, LogFormat.TEXT, "", "");
        fixture = new ControllerFixture(
                UnaryOperator.identity(),
                settings -> ReconcilerSettingsBuilder.builder(settings)
                        .listeners(ListenerSettingsBuilder.builder(listeners)
                                .shards(new ListenerShards("arc-listener", 1))
                                .build())
                        .build());
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void isThereAsLongAsTheListenerHasAPodOfItsOwn() {
        fixture.createScaleSet(
                "set",
                spec -> spec.listenerTemplate(Serialization.unmarshal(
                        "spec: {containers: [{name: listener, env: [{name: A, value: a}]}]}", PodTemplateSpec.class)));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(condition()).get().satisfies(condition -> {
                    assertThat(condition.getStatus()).isEqualTo("False");
                    assertThat(condition.getReason()).isEqualTo("ListenerTemplateNeedsPod");
                    assertThat(condition.getMessage()).contains("spec.listenerTemplate.spec.containers[0].env");
                }));

        fixture.client
                .resources(AutoscalingRunnerSet.class)
                .inNamespace(ControllerFixture.NAMESPACE)
                .withName("set")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"listenerTemplate\":null}}");

        await().atMost(LIMIT).untilAsserted(() -> assertThat(condition()).isEmpty());
    }

    private Optional<Condition> condition() {
        AutoscalingRunnerSet set = fixture.scaleSet("set");
        return set.getStatus() == null
                ? Optional.empty()
                : Conditions.find(set.getStatus().conditions(), Conditions.LISTENER_SHARED);
    }
}
