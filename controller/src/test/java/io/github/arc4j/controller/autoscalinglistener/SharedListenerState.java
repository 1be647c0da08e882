package io.github.arc4j.controller.autoscalinglistener;

import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.CONTROLLER;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerStatus;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a shared listener has and reports, in the API server of a {@link ListenerFixture}. */
final class SharedListenerState {
    /** The pod of the shared listener with the number 0. */
    static final String HOST = "arc-listener-0-x";

    private static final String SHARD = "actions.github.com/listener-shard";
    private static final String CONFIG_HASH = "actions.github.com/listener-config-hash";

    private final ListenerFixture fixture;

    SharedListenerState(ListenerFixture fixture) {
        this.fixture = fixture;
    }

    static ListenerSettings settings(ListenerShards shards) {
        return ListenerFixture.settings()
                .metricsAddress(":8080")
                .metricsEndpoint("/metrics")
                .shards(shards)
                .build();
    }

    /** Creates the listener, which the shared listener hosts. */
    void listens() throws Exception {
        fixture.create();
        runPod(HOST, true);
        report("listening", "", HOST);
        fixture.settle();
    }

    void runPod(String name, boolean ready) {
        fixture.client
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(CONTROLLER)
                        .addToLabels(SHARD, "0")
                        .addToLabels("app.kubernetes.io/component", "shared-listener")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("listener")
                        .withImage("arc4j:dev")
                        .endContainer()
                        .endSpec()
                        .build())
                .createOr(existing -> existing.patch());
        fixture.client
                .pods()
                .inNamespace(CONTROLLER)
                .withName(name)
                .editStatus(pod -> new PodBuilder(pod)
                        .withNewStatus()
                        .withPhase("Running")
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus(ready ? "True" : "False")
                        .endCondition()
                        .endStatus()
                        .build());
    }

    void report(String state, String message, String holder) {
        fixture.client
                .resource(fixture.listener())
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), """
                    {"status":{"session":{"state":"%s","message":"%s","holder":"%s"}}}\
                    """.formatted(state, message, holder));
    }

    @Nullable String label() {
        AutoscalingListener listener = fixture.listener();
        return listener.getMetadata().getLabels().get(SHARD);
    }

    @Nullable String configHash() {
        Map<String, String> annotations = fixture.listener().getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(CONFIG_HASH);
    }

    String subject(String namespace, String binding) {
        RoleBinding found = Objects.requireNonNull(fixture.client
                .rbac()
                .roleBindings()
                .inNamespace(namespace)
                .withName(binding)
                .get());
        assertThat(found.getSubjects()).hasSize(1);
        assertThat(found.getSubjects().getFirst().getNamespace()).isEqualTo(CONTROLLER);
        return found.getSubjects().getFirst().getName();
    }

    AutoscalingListenerStatus status() {
        return Objects.requireNonNull(fixture.listener().getStatus());
    }

    Optional<Condition> shared() {
        return Conditions.find(status().conditions(), Conditions.LISTENER_SHARED);
    }
}
