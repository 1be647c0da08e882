package io.github.arc4j.controller.autoscalinglistener;

import static io.github.arc4j.controller.Results.assertComesBackAfter;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.CONTROLLER;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.SETS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Creation, status and deletion of a listener. */
class AutoscalingListenerReconcilerTest {
    private static final ProxyConfig PROXY = new ProxyConfig(
            new ProxyServerConfig("http://proxy:3128", "proxy"), null, List.of("example.com", "10.0.0.0/8"));

    private ListenerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ListenerFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aDeletedListenerNeedsNothing() throws Exception {
        assertThat(fixture.reconcile()).isEqualTo(Result.done());
    }

    @Test
    void theFinalizerIsAddedFirst() throws Exception {
        fixture.create();
        fixture.kube.requests().reset();
        fixture.reconcile();
        assertThat(fixture.listener().getMetadata().getFinalizers())
                .containsExactly("autoscalinglistener.actions.github.com/finalizer");
        assertThat(fixture.kube.requests().snapshot().stream()
                        .map(RequestLog.Entry::request)
                        .filter(request -> !List.of("get", "list").contains(request.verb()))
                        .map(ApiRequest::target)
                        .findFirst())
                .contains("autoscalinglisteners");
    }

    @Test
    void aListenerWithoutItsScaleSetIsDeleted() throws Exception {
        fixture.create(spec -> spec.autoscalingRunnerSetName("gone"));
        fixture.reconcile();
        fixture.reconcile();
        assertThat(fixture.find()).isNull();
        assertThat(fixture.findPod()).isNull();
    }

    @Test
    void aSettledListenerCausesNoWrites() throws Exception {
        fixture.createSecret("proxy", Map.of("username", "u", "password", "p"));
        fixture.create(spec -> spec.proxy(PROXY));
        fixture.settle();
        fixture.runPod(true);
        fixture.settle();
        fixture.clock.pass(Duration.ofMinutes(30));
        fixture.kube.requests().reset();
        fixture.reconcile();
        assertThat(fixture.kube
                        .requests()
                        .count(request -> !List.of("get", "list").contains(request.verb())))
                .isZero();
    }

    @Test
    void aRunningListenerIsCountedAndIsReadyOnlyWithASession() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.runPod(false);
        fixture.settle();
        assertThat(fixture.gauge()).isEqualTo(1);
        assertThat(fixture.condition("Ready").getReason()).isEqualTo("NotReady");
        fixture.runPod(true);
        fixture.settle();
        assertThat(fixture.condition("Ready").getStatus()).isEqualTo("True");
    }

    @Test
    void eachConditionTransitionIsOneEvent() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.runPod(true);
        fixture.settle();
        assertThat(fixture.events).containsExactly("ListenerStarting", "Listening");
        fixture.client.secrets().inNamespace(SETS).withName("github").delete();
        for (int i = 0; i < 3; i++) {
            fixture.clock.pass(Duration.ofMinutes(5));
            fixture.reconcile();
        }
        assertThat(fixture.condition("Degraded").getReason()).isEqualTo("SecretMissing");
        assertThat(fixture.events)
                .as("warned of when it has lasted, and again as long as it does")
                .containsExactly("ListenerStarting", "Listening", "SecretMissing", "SecretMissing");
    }

    @Test
    void aSlowlyStartingListenerCausesNoWarning() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.clock.pass(Duration.ofMinutes(5)); // its image is pulled
        fixture.reconcile();
        fixture.runPod(false);
        Result result = fixture.settle();
        assertThat(fixture.condition("Ready").getReason()).isEqualTo("NotReady");
        assertThat(fixture.events).containsExactly("ListenerStarting");
        assertComesBackAfter(result, ConditionEvents.WARNING_DELAY);
        fixture.clock.pass(ConditionEvents.WARNING_DELAY);
        fixture.reconcile();
        assertThat(fixture.events).containsExactly("ListenerStarting", "NotReady");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "session_conflict: another listener holds it | SessionConflict",
                "refused: bad credentials                    | CredentialsRefused",
                "scale_set_gone: no such scale set           | ScaleSetGone",
                "network: connection refused                 | NotReady",
                "no session yet                              | NotReady",
            })
    void anUnreadyListenerIsAskedForTheReasonPeriodically(String response, String reason) throws Exception {
        fixture.close();
        fixture = new ListenerFixture(
                ListenerFixture.settings().inquiry(pod -> Optional.of(response)).build());
        fixture.create();
        fixture.settle();
        fixture.runPod(false);
        Result result = fixture.settle();
        assertThat(fixture.condition("Ready").getReason()).isEqualTo(reason);
        assertThat(fixture.condition("Ready").getMessage()).isEqualTo(response);
        assertComesBackAfter(result, Duration.ofSeconds(30));
    }

    @Test
    void deletionWaitsForThePodAndDeletesAllObjects() throws Exception {
        fixture.createSecret("proxy", Map.of("username", "u", "password", "p"));
        fixture.create(spec -> spec.proxy(PROXY));
        fixture.settle();
        fixture.client.resource(fixture.listener()).delete();
        fixture.kube.requests().reset();
        fixture.reconcile();
        fixture.reconcile();
        assertThat(fixture.find()).isNull();
        assertThat(fixture.gauge()).isNull();
        assertThat(deletions())
                .containsExactly("pods", "secrets", "secrets", "serviceaccounts", "rolebindings", "roles");
        assertThat(fixture.client.secrets().inNamespace(CONTROLLER).list().getItems())
                .isEmpty();
        assertThat(fixture.client.secrets().inNamespace(SETS).list().getItems()).hasSize(2);
    }

    @Test
    void theGaugeIsRemovedEvenIfTheFinalizerWasRemovedByHand() throws Exception {
        fixture.create();
        fixture.settle();
        AutoscalingListener listener = fixture.listener();
        listener.getMetadata().setFinalizers(List.of());
        fixture.client.resource(listener).update();
        fixture.client.resource(listener).delete();
        fixture.reconcile();
        assertThat(fixture.gauge()).isNull();
    }

    @Test
    void aBarelyCreatedListenerIsDeletedToo() throws Exception {
        fixture.create(spec -> spec.githubConfigSecret("nowhere"));
        fixture.reconcile();
        fixture.client.resource(fixture.listener()).delete();
        fixture.reconcile();
        assertThat(fixture.find()).isNull();
    }

    @Test
    void aListenerInBackoffIsDeletedToo() throws Exception {
        fixture.create();
        fixture.settle();
        for (int end = 0; end < 2; end++) {
            fixture.endPod(1);
            fixture.reconcile();
        }
        assertThat(fixture.findPod()).isNull();
        fixture.client.resource(fixture.listener()).delete();
        fixture.reconcile();
        assertThat(fixture.find()).isNull();
    }

    private List<String> deletions() {
        return fixture.kube.requests().snapshot().stream()
                .map(RequestLog.Entry::request)
                .filter(request -> request.verb().equals("delete"))
                .filter(request -> !request.resource().equals("autoscalinglisteners"))
                .map(ApiRequest::target)
                .toList();
    }
}
