package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.URL;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AzureKeyVaultConfig;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.LabeledMetric;
import io.github.arc4j.api.v1alpha1.MetricsConfig;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.api.v1alpha1.TlsCertificateSource;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.TestConditions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The AutoscalingListener that is derived from a scale set. */
class DerivedListenerTest {
    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void theListenerRefersToItsScaleSet() throws Exception {
        fixture.create(
                NAME,
                spec -> spec.minRunners(1)
                        .maxRunners(7)
                        .autoscalingListener(new ResourceMeta(Map.of("team", "a"), Map.of("note", "n"))));
        fixture.settle();
        AutoscalingListener listener = fixture.listener();
        assertThat(listener.getMetadata().getNamespace()).isEqualTo(CONTROLLER_NAMESPACE);
        assertThat(listener.getMetadata().getName()).matches("set-[0-9a-f]{8}-listener");
        assertThat(listener.getMetadata().getOwnerReferences()).isEmpty();
        assertThat(listener.getMetadata().getLabels())
                .containsEntry("team", "a")
                .containsEntry("app.kubernetes.io/component", "runner-scale-set-listener")
                .containsEntry("app.kubernetes.io/part-of", "gha-runner-scale-set")
                .containsEntry("actions.github.com/scale-set-name", NAME)
                .containsEntry("app.kubernetes.io/version", ReconcilerFixture.VERSION)
                .containsEntry("actions.github.com/organization", "org")
                .containsEntry("actions.github.com/repository", "repo")
                .containsEntry("actions.github.com/scale-set-namespace", NAMESPACE);
        assertThat(listener.getMetadata().getAnnotations())
                .containsEntry("note", "n")
                .containsEntry("actions.github.com/integrity-hash", IntegrityHash.of(listener.getSpec()));
        assertThat(listener.getSpec())
                .returns(URL, AutoscalingListenerSpec::githubConfigUrl)
                .returns("github", AutoscalingListenerSpec::githubConfigSecret)
                .returns(fixture.id(), AutoscalingListenerSpec::runnerScaleSetId)
                .returns(NAMESPACE, AutoscalingListenerSpec::autoscalingRunnerSetNamespace)
                .returns(NAME, AutoscalingListenerSpec::autoscalingRunnerSetName)
                .returns(NAME, AutoscalingListenerSpec::ephemeralRunnerSetName)
                .returns(1, AutoscalingListenerSpec::minRunners)
                .returns(7, AutoscalingListenerSpec::maxRunners)
                .returns("arc4j:dev", AutoscalingListenerSpec::image)
                .returns(List.of(new LocalObjectReference("pull-secret")), AutoscalingListenerSpec::imagePullSecrets);
    }

    /** An owner who removes finalizers and creates sets again does not get any number of listeners. */
    @Test
    void aListenerWaitsForThoseOfManyDeletedScaleSets() throws Exception {
        fixture.createAndSettle();
        for (int i = 0; i < 6; i++) {
            createListenerOf("deleted-" + i);
        }
        fixture.create("new", UnaryOperator.identity());
        settleNew();
        assertThat(ScaleSetFixture.conditionOf(fixture.set("new"), Conditions.READY))
                .isEqualTo("False ListenersEnding");
        assertThat(fixture.listeners()).extracting(DerivedListenerTest::setOf).doesNotContain("new");
        fixture.settle();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False ListenerStarting");

        fixture.listeners().stream()
                .filter(listener -> setOf(listener).equals("deleted-0"))
                .forEach(listener -> fixture.runners.client.resource(listener).delete());
        settleNew();
        assertThat(fixture.listeners()).extracting(DerivedListenerTest::setOf).contains("new");
    }

    private void createListenerOf(String set) {
        AutoscalingListener listener = new AutoscalingListener();
        listener.getMetadata().setNamespace(CONTROLLER_NAMESPACE);
        listener.getMetadata().setName(set + "-listener");
        listener.setSpec(AutoscalingListenerSpec.builder()
                .autoscalingRunnerSetNamespace(NAMESPACE)
                .autoscalingRunnerSetName(set)
                .build());
        fixture.runners.client.resource(listener).create();
    }

    private void settleNew() throws Exception {
        for (int i = 0; i < 5; i++) {
            fixture.runners.reconcileScaleSet("new");
        }
    }

    private static String setOf(AutoscalingListener listener) {
        return listener.getSpec().autoscalingRunnerSetName();
    }

    @Test
    void theListenerGetsAllSettingsOfTheScaleSet() throws Exception {
        ProxyConfig proxy = new ProxyConfig(new ProxyServerConfig("http://proxy", "p"), null, List.of("internal"));
        TlsConfig tls = new TlsConfig(new TlsCertificateSource(new ConfigMapKeyRef("ca", "ca.crt", null)));
        VaultConfig vault = new VaultConfig(
                "azure_key_vault", new AzureKeyVaultConfig("https://vault", "tenant", "client", "/cert"), null);
        MetricsConfig metrics = new MetricsConfig(
                Map.of("gha_started_jobs_total", new LabeledMetric(List.of("name"))), Map.of(), Map.of());
        PodTemplateSpec template = ControllerFixture.template("listener:1");
        fixture.create(
                NAME,
                spec -> spec.proxy(proxy)
                        .githubServerTLS(tls)
                        .vaultConfig(vault)
                        .listenerMetrics(metrics)
                        .listenerTemplate(template)
                        .listenerConfigSecretMetadata(labelled("config"))
                        .listenerServiceAccountMetadata(labelled("account"))
                        .listenerRoleMetadata(labelled("role"))
                        .listenerRoleBindingMetadata(labelled("binding")));
        fixture.settle();
        assertThat(fixture.listener().getSpec())
                .returns(proxy, AutoscalingListenerSpec::proxy)
                .returns(tls, AutoscalingListenerSpec::githubServerTLS)
                .returns(vault, AutoscalingListenerSpec::vaultConfig)
                .returns(metrics, AutoscalingListenerSpec::metrics)
                .returns(template, AutoscalingListenerSpec::template)
                .returns(labelled("config"), AutoscalingListenerSpec::configSecretMetadata)
                .returns(labelled("account"), AutoscalingListenerSpec::serviceAccountMetadata)
                .returns(labelled("role"), AutoscalingListenerSpec::roleMetadata)
                .returns(labelled("binding"), AutoscalingListenerSpec::roleBindingMetadata);
    }

    private static ResourceMeta labelled(String what) {
        return new ResourceMeta(Map.of("of", what), Map.of());
    }

    @Test
    void withoutLimitsThereAreNone() throws Exception {
        fixture.createAndSettle();
        assertThat(fixture.listener().getSpec().minRunners()).isZero();
        assertThat(fixture.listener().getSpec().maxRunners()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void newLimitsAreAppliedToTheExistingListener() throws Exception {
        fixture.createAndSettle();
        String uid = fixture.listener().getMetadata().getUid();
        fixture.edit(spec -> spec.minRunners(2).maxRunners(3));
        fixture.pass();
        assertThat(fixture.listener().getMetadata().getUid()).isEqualTo(uid);
        assertThat(fixture.listener().getSpec().minRunners()).isEqualTo(2);
        assertThat(fixture.listener().getSpec().maxRunners()).isEqualTo(3);
    }

    @Test
    void aHandEditedListenerIsRestored() throws Exception {
        fixture.createAndSettle();
        AutoscalingListener edited = fixture.listener();
        edited.setSpec(edited.getSpec().toBuilder().maxRunners(1).build());
        fixture.runners.client.resource(edited).update();
        fixture.pass();
        assertThat(fixture.listener().getSpec().maxRunners()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aDeletedListenerIsRecreated() throws Exception {
        fixture.createAndSettle();
        fixture.runners.client.resource(fixture.listener()).delete();
        fixture.pass();
        assertThat(fixture.conditionOf("ListenerRunning")).isEqualTo("False ListenerReplaced");
        fixture.listenersEnd();
        fixture.pass();
        assertThat(fixture.listener().isMarkedForDeletion()).isFalse();
    }

    @Test
    void aListenerWithAPreviousNameEndsBeforeTheNewOneStarts() throws Exception {
        fixture.createAndSettle();
        fixture.github.groups.put("large", 5);
        String former = fixture.listener().getMetadata().getName();
        fixture.edit(spec -> spec.runnerGroup("large"));
        fixture.pass();
        assertThat(fixture.listener().getMetadata().getName()).isEqualTo(former);
        assertThat(fixture.listener().isMarkedForDeletion()).isTrue();
        fixture.listenersEnd();
        fixture.pass();
        assertThat(fixture.listener().getMetadata().getName()).isNotEqualTo(former);
    }

    @Test
    void theListenerReturnsWithoutAnEditWhenGitHubAcceptsTheRunnersAgain() throws Exception {
        fixture.createAndSettle();
        fixture.runnerSetReports(status -> status.phase("Outdated").conditions(accepted(false, "RunnerOutdated")));
        fixture.settle();
        fixture.listenersEnd();
        fixture.settle();
        assertThat(fixture.listeners()).isEmpty();
        assertThat(fixture.conditionOf("RunnerVersionAccepted")).isEqualTo("False RunnerOutdated");

        fixture.runnerSetReports(status -> status.phase("Running").conditions(accepted(true, "Accepted")));
        fixture.settle();
        assertThat(fixture.listeners()).hasSize(1);
        assertThat(fixture.conditionOf("RunnerVersionAccepted")).isEqualTo("True Accepted");
    }

    private static List<Condition> accepted(boolean status, String reason) {
        return TestConditions.with(
                List.of(), ConditionTypes.RUNNER_VERSION_ACCEPTED, status, reason, "", 1L, Instant.EPOCH);
    }

    @Test
    void jobsThatNoRunnerGetsAreReportedOnTheScaleSet() throws Exception {
        fixture.createAndSettle();
        assertThat(Conditions.find(fixture.status().conditions(), Conditions.DEMAND_STALE))
                .isEmpty();
        fixture.runnerSetReports(status -> status.phase("Running")
                .staleJobs(3)
                .conditions(TestConditions.with(
                        List.of(), Conditions.DEMAND_STALE, true, "JobsDoNotStart", "", 1L, Instant.EPOCH)));
        fixture.pass();
        assertThat(fixture.conditionOf("DemandStale")).isEqualTo("True JobsDoNotStart");
        assertThat(fixture.listeners()).hasSize(1);
    }

    @Test
    void outdatedRunnersStopTheListenerUntilTheTemplateIsUpdated() throws Exception {
        fixture.createAndSettle();
        fixture.runnerSetReports(status -> status.phase("Outdated"));
        fixture.pass();
        assertThat(fixture.listener().isMarkedForDeletion()).isTrue();
        assertThat(fixture.status().phase()).isEqualTo("Outdated");
        fixture.listenersEnd();
        fixture.settle();
        assertThat(fixture.listeners()).isEmpty();
        assertThat(fixture.github.scaleSets).containsKey(fixture.id());
        assertThat(fixture.conditionOf("ListenerRunning")).isEqualTo("False Stopped");

        fixture.edit(spec -> spec.template(ControllerFixture.template("runner:2")));
        fixture.runnerSetReports(status -> status.phase("Running"));
        fixture.settle();
        assertThat(fixture.listeners()).hasSize(1);
        assertThat(fixture.status().phase()).isEqualTo("Running");
    }
}
