package io.github.arc4j.controller.autoscalinglistener;

import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.CONTROLLER;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.NAME;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.SETS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener whose pod ends, is evicted or is lost. */
class ListenerPodEndTest {
    private ListenerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ListenerFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 137})
    void aListenerThatExitsIsRestartedWhateverItsExitCode(int exitCode) throws Exception {
        fixture.create();
        fixture.settle();
        String pod = fixture.pod().getMetadata().getUid();
        String config = fixture.secret(NAME + "-config").getMetadata().getUid();
        fixture.endPod(exitCode);
        fixture.settle();
        assertThat(fixture.secret(NAME + "-config").getMetadata().getUid()).isEqualTo(config);
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
        assertThat(fixture.events).contains("ListenerEnded");
        assertThat(fixture.gauge()).isEqualTo(0);
    }

    @Test
    void anEvictedListenerIsRestarted() throws Exception {
        fixture.create();
        fixture.settle();
        String pod = fixture.pod().getMetadata().getUid();
        fixture.evictPod();
        fixture.settle();
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
    }

    @Test
    void aRepeatedlyEndingListenerBacksOffAndReportsWhy() throws Exception {
        fixture.create();
        fixture.settle();
        for (int end = 1; end <= 9; end++) {
            fixture.endPod(1);
            Result result = fixture.reconcile();
            if (end == 1) {
                assertThat(fixture.findPod()).isNotNull();
                continue;
            }
            assertThat(fixture.findPod()).isNull();
            Duration wait = ((Result.RequeueAfter) result).delay();
            Duration expected = Duration.ofSeconds(Math.min(60, 1L << (end - 2)));
            assertThat(wait).isBetween(expected.minusMillis(900), expected);
            assertThat(fixture.condition("Ready").getMessage())
                    .isEqualTo("the listener exited with code 1: why it ended");
            fixture.clock.pass(wait.plusMillis(1));
            fixture.settle();
        }
    }

    @Test
    void aListenerThatWasStableRestartsImmediately() throws Exception {
        fixture.create();
        fixture.settle();
        for (int end = 0; end < 3; end++) {
            fixture.clock.pass(Duration.ofMinutes(11));
            fixture.endPod(1);
            fixture.settle();
            assertThat(fixture.findPod()).isNotNull();
        }
    }

    @Test
    void anEndThatIsReportedTwiceCountsOnce() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.kube.faults().inject(Fault.on("delete", "pods").times(1).answer(503));
        fixture.endPod(1);
        assertThatThrownBy(fixture::reconcile).isInstanceOf(KubernetesClientException.class);
        fixture.settle();
        assertThat(fixture.findPod()).as("started at once after its first end").isNotNull();
    }

    @Test
    void aListenerThatEndsWhileCredentialsAreUnreadableRestartsWithThePreviousOnes() throws Exception {
        fixture.create();
        fixture.settle();
        String pod = fixture.pod().getMetadata().getUid();
        fixture.client.secrets().inNamespace(SETS).withName("github").delete();
        fixture.clock.pass(Duration.ofMinutes(4));
        fixture.endPod(1);
        fixture.settle();
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
        assertThat(fixture.condition("Degraded").getStatus()).isEqualTo("True");
    }

    @Test
    void aListenerOnALostNodeIsUnreadyAndIsReplacedIfItsPodDoesNotTerminate() throws Exception {
        fixture.create(spec -> spec.template(new PodTemplateSpecBuilder()
                .withNewSpec()
                .withNodeName("node")
                .addNewContainer()
                .withName("listener")
                .endContainer()
                .endSpec()
                .build()));
        fixture.settle();
        fixture.runPod(true);
        fixture.loseNode();
        fixture.settle();
        assertThat(fixture.condition("Ready").getReason()).isEqualTo("NodeLost");
        assertThat(fixture.gauge()).isEqualTo(0);
        String pod = fixture.pod().getMetadata().getUid();
        fixture.client.pods().inNamespace(CONTROLLER).withName(NAME).delete();
        fixture.reconcile();
        assertThat(fixture.pod().getMetadata().getUid()).isEqualTo(pod);
        fixture.clock.pass(Duration.ofSeconds(100));
        fixture.reconcile();
        fixture.settle();
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
        assertThat(fixture.events).contains("PodStuckTerminating");
    }
}
