package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.URL;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.v1alpha1.AzureKeyVaultConfig;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.api.v1alpha1.JobMetadata;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.api.v1alpha1.TlsCertificateSource;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The EphemeralRunnerSet that is derived from a scale set. */
class DerivedRunnerSetTest {
    private final ScaleSetFixture fixture = new ScaleSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void theRunnerSetHasTheNameOfTheScaleSetAndBelongsToIt() throws Exception {
        fixture.github.groups.put("large", 5);
        fixture.create(
                NAME,
                spec -> spec.runnerScaleSetName("mine")
                        .runnerGroup("large")
                        .ephemeralRunnerSetMetadata(new ResourceMeta(
                                Map.of("team", "a", "app.kubernetes.io/component", "x"), Map.of("note", "n"))));
        fixture.settle();
        EphemeralRunnerSet runnerSet = fixture.runnerSet();
        assertThat(runnerSet.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getUid()).isEqualTo(fixture.set().getMetadata().getUid());
            assertThat(owner.getController()).isTrue();
            assertThat(owner.getBlockOwnerDeletion()).isTrue();
        });
        assertThat(runnerSet.getMetadata().getFinalizers()).containsExactly(Finalizers.EPHEMERAL_RUNNER_SET);
        assertThat(runnerSet.getMetadata().getLabels())
                .containsEntry("team", "a")
                .containsEntry("app.kubernetes.io/part-of", "gha-runner-scale-set")
                .containsEntry("app.kubernetes.io/component", "runner-set")
                .containsEntry("app.kubernetes.io/version", ReconcilerFixture.VERSION)
                .containsEntry("actions.github.com/scale-set-name", NAME)
                .containsEntry("actions.github.com/scale-set-namespace", NAMESPACE)
                .containsEntry("actions.github.com/organization", "org")
                .containsEntry("actions.github.com/repository", "repo");
        assertThat(runnerSet.getMetadata().getAnnotations())
                .containsEntry("note", "n")
                .containsEntry("actions.github.com/runner-group-name", "large")
                .containsEntry("actions.github.com/runner-scale-set-name", "mine")
                .containsEntry(
                        "actions.github.com/integrity-hash",
                        IntegrityHash.of(runnerSet.getSpec().ephemeralRunnerSpec()));
        assertThat(runnerSet.getSpec())
                .satisfies(spec -> assertThat(spec.replicas()).isZero())
                .satisfies(spec -> assertThat(spec.patchID()).isZero())
                .satisfies(spec -> assertThat(spec.ephemeralRunnerSpec().runnerScaleSetId())
                        .isEqualTo(fixture.id()))
                .satisfies(spec ->
                        assertThat(spec.ephemeralRunnerSpec().githubConfigUrl()).isEqualTo(URL));
    }

    @Test
    void theRunnerSetGetsAllRunnerSettingsOfTheScaleSet() throws Exception {
        ProxyConfig proxy = new ProxyConfig(new ProxyServerConfig("http://proxy", "p"), null, List.of("internal"));
        TlsConfig tls = new TlsConfig(new TlsCertificateSource(new ConfigMapKeyRef("ca", "ca.crt", null)));
        VaultConfig vault = new VaultConfig(
                "azure_key_vault", new AzureKeyVaultConfig("https://vault", "tenant", "client", "/cert"), null);
        ResourceMeta ofSecrets = new ResourceMeta(Map.of("of", "jit"), Map.of());
        fixture.create(
                NAME,
                spec -> spec.proxy(proxy)
                        .githubServerTLS(tls)
                        .vaultConfig(vault)
                        .ephemeralRunnerConfigSecretMetadata(ofSecrets),
                set -> set.getMetadata().getLabels().put("cost-center", "7"));
        fixture.settle();
        assertThat(fixture.runnerSet().getMetadata().getLabels()).containsEntry("cost-center", "7");
        assertThat(fixture.runnerSet().getSpec().ephemeralRunnerSpec())
                .returns("github", EphemeralRunnerSpec::githubConfigSecret)
                .returns(proxy, EphemeralRunnerSpec::proxy)
                .returns(tls, EphemeralRunnerSpec::githubServerTLS)
                .returns(vault, EphemeralRunnerSpec::vaultConfig)
                .returns(ofSecrets, EphemeralRunnerSpec::ephemeralRunnerConfigSecretMetadata)
                .returns(ControllerFixture.template("runner:1").getSpec(), EphemeralRunnerSpec::spec);
    }

    @Test
    void aChangeKeepsTheDesiredNumber() throws Exception {
        fixture.createAndSettle();
        fixture.editRunnerSet(set -> {
            set.setSpec(set.getSpec().toBuilder().replicas(4).patchID(9).build());
            return set;
        });
        fixture.edit(spec -> spec.template(ControllerFixture.template("runner:2")));
        fixture.settle();
        assertThat(fixture.runnerSet().getSpec().replicas()).isEqualTo(4);
        assertThat(fixture.runnerSet().getSpec().patchID()).isEqualTo(9);
    }

    @Test
    void changesOfLabelsAnnotationsAndCredentialsAreAppliedToBothObjects() throws Exception {
        fixture.createAndSettle();
        String runnerSet = fixture.runnerSet().getMetadata().getUid();
        String listener = fixture.listener().getMetadata().getUid();
        fixture.editObject(set -> {
            set.getMetadata().getLabels().put("cost-center", "7");
            set.setSpec(set.getSpec().toBuilder()
                    .githubConfigSecret("another")
                    .ephemeralRunnerSetMetadata(new ResourceMeta(Map.of(), Map.of("note", "n")))
                    .build());
        });
        fixture.settle();
        assertThat(fixture.runnerSet())
                .satisfies(live -> assertThat(live.getMetadata().getUid()).isEqualTo(runnerSet))
                .satisfies(live -> assertThat(live.getMetadata().getLabels()).containsEntry("cost-center", "7"))
                .satisfies(
                        live -> assertThat(live.getMetadata().getAnnotations()).containsEntry("note", "n"))
                .satisfies(
                        live -> assertThat(live.getSpec().ephemeralRunnerSpec().githubConfigSecret())
                                .isEqualTo("another"));
        assertThat(fixture.listener())
                .satisfies(live -> assertThat(live.getMetadata().getUid()).isEqualTo(listener))
                .satisfies(live -> assertThat(live.getMetadata().getLabels()).containsEntry("cost-center", "7"))
                .satisfies(
                        live -> assertThat(live.getSpec().githubConfigSecret()).isEqualTo("another"));
    }

    @Test
    void metadataOfRunnersIsAppliedToTheRunnerSet() throws Exception {
        fixture.createAndSettle();
        fixture.edit(spec -> spec.ephemeralRunnerMetadata(new ResourceMeta(Map.of("team", "a"), Map.of())));
        fixture.pass();
        assertThat(fixture.runnerSet().getSpec().ephemeralRunnerMetadata().labels())
                .containsEntry("team", "a");
    }

    @Test
    void thePolicyIsAppliedToTheRunnerSetAndReplacesNoRunner() throws Exception {
        fixture.createAndSettle();
        Map<String, String> annotations = fixture.runnerSet().getMetadata().getAnnotations();
        RunnerPolicy both = RunnerPolicy.builder()
                .endGrace("20s")
                .jobMetadata(new JobMetadata(List.of(), List.of()))
                .build();
        RunnerPolicy other = RunnerPolicy.builder().endGrace("30s").build();
        for (RunnerPolicy policy :
                Arrays.asList(both, other, RunnerPolicy.builder().build(), both, null)) {
            fixture.edit(spec -> spec.policy(policy));
            fixture.pass();
            assertThat(fixture.runnerSet().getSpec().policy()).isEqualTo(policy);
            String before = fixture.versions();
            fixture.pass();
            assertThat(fixture.versions()).isEqualTo(before);
        }
        // Its hash decides whether existing runners are those of the current template.
        assertThat(fixture.runnerSet().getMetadata().getAnnotations()).isEqualTo(annotations);
    }

    @Test
    void foreignLabelsAndAnnotationsAreKeptAndCauseNoUpdate() throws Exception {
        fixture.createAndSettle();
        fixture.editRunnerSet(set -> {
            Map<String, String> labels = new HashMap<>(set.getMetadata().getLabels());
            labels.put("somebody", "else");
            set.getMetadata().setLabels(labels);
            return set;
        });
        String before = fixture.versions();
        fixture.pass();
        assertThat(fixture.versions()).isEqualTo(before);
    }

    @Test
    void aHandEditedRunnerSetIsRestored() throws Exception {
        fixture.createAndSettle();
        fixture.editRunnerSet(set -> {
            set.setSpec(set.getSpec().toBuilder()
                    .ephemeralRunnerSpec(set.getSpec().ephemeralRunnerSpec().toBuilder()
                            .githubConfigSecret("another")
                            .build())
                    .build());
            return set;
        });
        fixture.pass();
        assertThat(fixture.runnerSet().getSpec().ephemeralRunnerSpec().githubConfigSecret())
                .isEqualTo("github");
    }

    @Test
    void aRunnerSetWithoutAnOwnerIsAdopted() throws Exception {
        fixture.createAndSettle();
        String uid = fixture.runnerSet().getMetadata().getUid();
        fixture.editRunnerSet(set -> {
            set.getMetadata().setOwnerReferences(List.of());
            return set;
        });
        fixture.pass();
        assertThat(fixture.runnerSet().getMetadata().getUid()).isEqualTo(uid);
        assertThat(fixture.runnerSet().getMetadata().getOwnerReferences())
                .extracting(owner -> owner.getUid())
                .containsExactly(fixture.set().getMetadata().getUid());
    }

    @Test
    void aForeignRunnerSetIsLeftAloneAndReported() throws Exception {
        fixture.createAndSettle();
        ConfigMap owner = fixture.runners
                .client
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("owner")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        fixture.editRunnerSet(set -> {
            set.getMetadata().setOwnerReferences(List.of(Owners.controller(owner)));
            return set;
        });
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False RunnerSetNameTaken");
        assertThat(fixture.runnerSet().getMetadata().getOwnerReferences())
                .extracting(reference -> reference.getUid())
                .containsExactly(owner.getMetadata().getUid());
    }

    @Test
    void aRunnerSetThatIsBeingDeletedIsAwaited() throws Exception {
        fixture.createAndSettle();
        fixture.runners.client.resource(fixture.runnerSet()).delete();
        fixture.pass();
        assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False RunnerSetEnding");
        assertThat(fixture.status().phase()).isEqualTo("Pending");
        fixture.passOfRunnerSet();
        fixture.settle();
        assertThat(fixture.runnerSet().isMarkedForDeletion()).isFalse();
        assertThat(fixture.status().phase()).isEqualTo("Running");
    }
}
