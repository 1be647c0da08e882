package io.github.arc4j.controller.autoscalinglistener;

import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.CONTROLLER;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.NAME;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.SETS;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a shared listener gives up a listener: it closes the session before it loses its permissions. */
class SharedListenerReleaseTest {
    private static final String HOST = SharedListenerState.HOST;
    private static final String LEFT = "actions.github.com/left-shared-listener";

    private final ListenerFixture fixture =
            new ListenerFixture(SharedListenerState.settings(new ListenerShards("arc-listener", 1)));
    private final SharedListenerState host = new SharedListenerState(fixture);

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void movingBackToADedicatedPodCleansUpTheSharedListener() throws Exception {
        fixture.create();
        host.report("listening", "", "arc-listener-0-x");
        fixture.settle();
        fixture.restart(SharedListenerState.settings(ListenerShards.NONE));
        fixture.settle();
        assertThat(host.label()).isNull();
        assertThat(host.configHash()).isNull();
        assertThat(fixture.findPod()).isNotNull();
        assertThat(host.subject(SETS, NAME)).isEqualTo(NAME);
        assertThat(fixture.client.rbac().roles().inNamespace(CONTROLLER).list().getItems())
                .isEmpty();
        assertThat(host.status().session()).isNull();
    }

    @Test
    void deletionWaitsUntilTheSessionHasEnded() throws Exception {
        host.listens();
        fixture.client.resource(fixture.listener()).delete();
        assertThat(fixture.reconcile()).isInstanceOf(Result.RequeueAfter.class);
        assertThat(host.subject(CONTROLLER, NAME + "-shared")).isEqualTo("arc-listener-0");
        host.report("stopped", "stopped", HOST);
        fixture.reconcile();
        assertThat(fixture.find()).isNull();
        assertThat(fixture.client.rbac().roles().inAnyNamespace().list().getItems())
                .isEmpty();
        assertThat(fixture.client.rbac().roleBindings().inAnyNamespace().list().getItems())
                .isEmpty();
        assertThat(fixture.client.secrets().inNamespace(CONTROLLER).list().getItems())
                .isEmpty();
    }

    @Test
    void nothingIsLeftInTheControllersNamespaceThoughTheOtherRoleMayNotBeDeleted() throws Exception {
        host.listens();
        fixture.kube
                .faults()
                .inject(Fault.on("delete", "rolebindings").name(NAME).always().answer(403));
        fixture.client.resource(fixture.listener()).delete();
        host.report("stopped", "stopped", HOST);
        fixture.settle();
        assertThat(fixture.find()).isNull();
        assertThat(fixture.client.rbac().roles().inNamespace(CONTROLLER).list().getItems())
                .isEmpty();
        assertThat(fixture.client
                        .rbac()
                        .roleBindings()
                        .inNamespace(CONTROLLER)
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(host.subject(SETS, NAME)).isEqualTo("arc-listener-0");
    }

    @Test
    void deletionDoesNotWaitForever() throws Exception {
        host.listens();
        fixture.client.resource(fixture.listener()).delete();
        Duration wait = ((Result.RequeueAfter) fixture.reconcile()).delay();
        assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(10));
        fixture.clock.pass(wait.plusMillis(1));
        fixture.reconcile();
        assertThat(fixture.find()).isNull();
    }

    @Test
    void withoutASharedListenerDeletionDoesNotWait() throws Exception {
        fixture.create();
        host.report("listening", "", "arc-listener-0-x");
        fixture.settle();
        fixture.client.resource(fixture.listener()).delete();
        fixture.reconcile();
        assertThat(fixture.find()).isNull();
    }

    @Test
    void changingTheNumberOfSharedListenersMovesPermissionsAndLabel() throws Exception {
        fixture.create();
        fixture.settle();
        int count = manyEnough();
        fixture.restart(SharedListenerState.settings(new ListenerShards("arc-listener", count)));
        fixture.settle();
        assertThat(host.label()).isEqualTo(Integer.toString(number(count)));
        assertThat(host.subject(SETS, NAME)).isEqualTo("arc-listener-" + number(count));
        assertThat(host.subject(CONTROLLER, NAME + "-shared")).isEqualTo("arc-listener-" + number(count));
    }

    @Test
    void itKeepsItsPermissionsUntilTheSessionOfAListenerThatLeavesHasEnded() throws Exception {
        host.listens();
        fixture.restart(SharedListenerState.settings(ListenerShards.NONE));
        assertThat(settledWait()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
        assertThat(host.label()).isNull();
        assertThat(host.subject(CONTROLLER, NAME + "-shared")).isEqualTo("arc-listener-0");
        assertThat(host.subject(SETS, NAME)).isEqualTo("arc-listener-0");
        assertThat(fixture.findPod())
                .as("two processes would compete for the session")
                .isNull();
        host.report("stopped", "stopped", HOST);
        fixture.settle();
        assertThat(host.subject(SETS, NAME)).isEqualTo(NAME);
        assertThat(fixture.findPod()).isNotNull();
    }

    @Test
    void aListenerThatMovesToAnotherSharedListenerLeavesFirst() throws Exception {
        host.listens();
        int count = manyEnough();
        fixture.restart(SharedListenerState.settings(new ListenerShards("arc-listener", count)));
        assertThat(settledWait()).isPositive();
        assertThat(host.label()).isNull();
        assertThat(host.subject(CONTROLLER, NAME + "-shared")).isEqualTo("arc-listener-0");
        host.report("stopped", "stopped", HOST);
        fixture.settle();
        assertThat(host.label()).isEqualTo(Integer.toString(number(count)));
        assertThat(host.subject(CONTROLLER, NAME + "-shared")).isEqualTo("arc-listener-" + number(count));
        assertThat(fixture.listener().getMetadata().getAnnotations()).doesNotContainKey(LEFT);
    }

    @Test
    void aListenerDoesNotWaitForeverForTheOneThatItLeft() throws Exception {
        host.listens();
        fixture.restart(SharedListenerState.settings(ListenerShards.NONE));
        Duration wait = settledWait();
        fixture.clock.pass(wait.dividedBy(2));
        fixture.restart(SharedListenerState.settings(ListenerShards.NONE));
        Duration rest = settledWait();
        assertThat(rest).as("another controller continues").isLessThan(wait);
        fixture.clock.pass(rest.plusMillis(1));
        fixture.settle();
        assertThat(fixture.findPod()).isNotNull();
        assertThat(host.subject(SETS, NAME)).isEqualTo(NAME);
    }

    @Test
    void aListenerDoesNotWaitForASharedListenerThatHasEnded() throws Exception {
        host.listens();
        host.runPod(HOST, false);
        fixture.restart(SharedListenerState.settings(ListenerShards.NONE));
        fixture.settle();
        assertThat(fixture.findPod()).isNotNull();
    }

    @Test
    void anEditedTimeOfLeavingNeverDelaysForLonger() throws Exception {
        host.listens();
        fixture.restart(SharedListenerState.settings(ListenerShards.NONE));
        settledWait();
        setTimeOfLeaving("9999-01-01T00:00:00Z");
        assertThat(settledWait()).isEqualTo(Duration.ofSeconds(10));
        setTimeOfLeaving("yesterday");
        fixture.settle();
        assertThat(fixture.findPod()).isNotNull();
    }

    private void setTimeOfLeaving(String time) {
        fixture.client
                .resource(fixture.listener())
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(LEFT, time));
    }

    @Test
    void aDeletedListenerThatHasJustLeftWaitsToo() throws Exception {
        host.listens();
        fixture.restart(SharedListenerState.settings(ListenerShards.NONE));
        settledWait();
        fixture.client.resource(fixture.listener()).delete();
        assertThat(fixture.reconcile()).isInstanceOf(Result.RequeueAfter.class);
        assertThat(host.subject(CONTROLLER, NAME + "-shared")).isEqualTo("arc-listener-0");
        host.report("stopped", "stopped", HOST);
        fixture.reconcile();
        assertThat(fixture.find()).isNull();
    }

    /** How long the listener waits when nothing else is left to do. */
    private Duration settledWait() throws Exception {
        return ((Result.RequeueAfter) fixture.settle()).delay();
    }

    /** The lowest number of shared listeners with which the listener moves to another one. */
    private int manyEnough() {
        int count = 2;
        while (number(count) == 0) {
            count++;
        }
        return count;
    }

    private int number(int count) {
        return Objects.requireNonNull(new ListenerShards("arc-listener", count).of(fixture.listener()))
                .number();
    }
}
