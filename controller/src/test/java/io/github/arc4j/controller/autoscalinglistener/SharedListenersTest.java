package io.github.arc4j.controller.autoscalinglistener;

import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.CONTROLLER;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.NAME;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.SETS;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.RequestLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Listeners that are hosted by shared listeners. */
class SharedListenersTest {
    private final ListenerFixture fixture =
            new ListenerFixture(SharedListenerState.settings(new ListenerShards("arc-listener", 1)));
    private final SharedListenerState host = new SharedListenerState(fixture);

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void theListenerIsAssignedAfterItsPermissionsAndSecretsExist() throws Exception {
        fixture.create();
        fixture.kube.requests().reset();
        fixture.reconcile();
        assertThat(host.label()).isEqualTo("0");
        assertThat(host.configHash()).isNotEmpty();
        assertThat(fixture.findPod()).isNull();
        assertThat(fixture.client
                        .serviceAccounts()
                        .inNamespace(CONTROLLER)
                        .withName(NAME)
                        .get())
                .isNull();
        assertThat(host.subject(SETS, NAME)).isEqualTo("arc-listener-0");
        assertThat(host.subject(CONTROLLER, NAME + "-shared")).isEqualTo("arc-listener-0");
        assertThat(writes("create", "patch").lastIndexOf("patch autoscalinglisteners"))
                .as("the label comes after everything that the process needs")
                .isGreaterThan(writes("create", "patch").lastIndexOf("create rolebindings"))
                .isGreaterThan(writes("create", "patch").lastIndexOf("create secrets"));
    }

    @Test
    void theSharedListenerMayOnlyReadTheSecretsOfItsListenersAndWriteTheirStatus() throws Exception {
        fixture.create(spec -> spec.roleMetadata(new ResourceMeta(Map.of("team", "a"), Map.of("note", "n"))));
        fixture.settle();
        Role role = Objects.requireNonNull(fixture.client
                .rbac()
                .roles()
                .inNamespace(CONTROLLER)
                .withName(NAME + "-shared")
                .get());
        assertThat(role.getMetadata().getOwnerReferences()).hasSize(1);
        assertThat(role.getMetadata().getLabels()).containsEntry("team", "a");
        assertThat(role.getMetadata().getAnnotations()).isEmpty();
        PolicyRule secrets = role.getRules().getFirst();
        assertThat(secrets.getResources()).containsExactly("secrets");
        assertThat(secrets.getVerbs()).containsExactly("get");
        assertThat(secrets.getResourceNames()).containsExactly(NAME + "-config", NAME + "-proxy");
        PolicyRule status = role.getRules().getLast();
        assertThat(status.getResources()).containsExactly("autoscalinglisteners/status");
        assertThat(status.getVerbs()).containsExactly("patch");
        assertThat(status.getResourceNames()).containsExactly(NAME);
    }

    @Test
    void aSettledListenerCausesNoWrites() throws Exception {
        fixture.create();
        host.runPod("arc-listener-0-x", true);
        host.report("listening", "", "arc-listener-0-x");
        fixture.settle();
        fixture.clock.pass(Duration.ofMinutes(30));
        fixture.kube.requests().reset();
        fixture.reconcile();
        assertThat(writes("create", "patch", "update", "delete")).isEmpty();
    }

    @Test
    void changedCredentialsChangeTheHash() throws Exception {
        fixture.create();
        fixture.settle();
        String before = host.configHash();
        fixture.createSecret("github", Map.of("github_token", "another"));
        fixture.clock.pass(Duration.ofMinutes(4));
        fixture.settle();
        assertThat(host.configHash()).isNotEqualTo(before);
    }

    @Test
    void theDedicatedPodEndsBeforeTheSharedListenerStarts() throws Exception {
        fixture.restart(SharedListenerState.settings(ListenerShards.NONE));
        fixture.create();
        fixture.settle();
        fixture.client
                .pods()
                .inNamespace(CONTROLLER)
                .withName(NAME)
                .edit(pod -> new PodBuilder(pod)
                        .editMetadata()
                        .addToFinalizers("test/held")
                        .endMetadata()
                        .build());
        fixture.restart(SharedListenerState.settings(new ListenerShards("arc-listener", 1)));
        fixture.reconcile();
        assertThat(fixture.pod().isMarkedForDeletion()).isTrue();
        assertThat(host.label()).isNull();
        fixture.client
                .pods()
                .inNamespace(CONTROLLER)
                .withName(NAME)
                .edit(pod -> new PodBuilder(pod)
                        .editMetadata()
                        .withFinalizers()
                        .endMetadata()
                        .build());
        fixture.settle();
        assertThat(host.label()).isEqualTo("0");
        assertThat(host.subject(SETS, NAME)).isEqualTo("arc-listener-0");
    }

    @Test
    void theConditionReportsTheStateOfTheListener() throws Exception {
        fixture.create();
        fixture.settle();
        assertThat(fixture.condition("Ready").getReason()).isEqualTo("SharedListenerMissing");
        assertThat(fixture.condition("Ready").getMessage()).contains("arc-listener-0");
        host.runPod("arc-listener-0-x", true);
        fixture.settle();
        assertThat(fixture.condition("Ready").getReason()).isEqualTo("ListenerStarting");
        host.report("conflict", "session_conflict: held by another", "arc-listener-0-x");
        fixture.settle();
        assertThat(fixture.condition("Ready").getReason()).isEqualTo("SessionConflict");
        assertThat(fixture.condition("Ready").getMessage()).isEqualTo("session_conflict: held by another");
        assertThat(fixture.gauge()).isEqualTo(1);
        host.report("refused", "refused: bad credentials", "arc-listener-0-x");
        fixture.settle();
        assertThat(fixture.condition("Ready").getReason()).isEqualTo("CredentialsRefused");
        host.report("retrying", "", "arc-listener-0-x");
        fixture.settle();
        assertThat(fixture.condition("Ready").getStatus())
                .as("a passing problem")
                .isEqualTo("True");
        host.report("listening", "", "arc-listener-0-x");
        fixture.settle();
        assertThat(fixture.condition("Ready").getStatus()).isEqualTo("True");
        assertThat(fixture.condition("Ready").getReason()).isEqualTo("Listening");
    }

    @Test
    void theReportOfADeletedPodIsIgnored() throws Exception {
        fixture.create();
        host.runPod("arc-listener-0-y", true);
        host.report("listening", "", "arc-listener-0-x");
        fixture.settle();
        assertThat(fixture.condition("Ready").getStatus()).isEqualTo("False");
        host.report("listening", "", "arc-listener-0-y");
        fixture.settle();
        assertThat(fixture.condition("Ready").getStatus()).isEqualTo("True");
        host.runPod("arc-listener-0-y", false);
        fixture.settle();
        assertThat(fixture.condition("Ready").getReason()).isEqualTo("SharedListenerMissing");
        assertThat(fixture.gauge()).isEqualTo(0);
    }

    private List<String> writes(String... verbs) {
        return fixture.kube.requests().snapshot().stream()
                .map(RequestLog.Entry::request)
                .filter(request -> List.of(verbs).contains(request.verb()))
                .map((ApiRequest request) -> request.verb() + " " + request.target())
                .toList();
    }
}
