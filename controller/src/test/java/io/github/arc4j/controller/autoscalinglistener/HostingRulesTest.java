package io.github.arc4j.controller.autoscalinglistener;

import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.NAME;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.SETS;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.api.v1alpha1.AzureKeyVaultConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.controller.autoscalinglistener.pod.SharedCertificates;
import io.github.arc4j.controller.autoscalinglistener.pod.SharedPodTemplate;
import io.github.arc4j.vault.CertificateDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which listeners a shared listener hosts, by their templates and vaults. */
class HostingRulesTest {
    private final ListenerFixture fixture =
            new ListenerFixture(SharedListenerState.settings(new ListenerShards("arc-listener", 1)));
    private final SharedListenerState host = new SharedListenerState(fixture);

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aTemplateThatNeedsNoPodIsShared() throws Exception {
        fixture.create(spec -> spec.template(template("")));
        fixture.settle();
        assertThat(host.label()).isEqualTo("0");
        assertThat(fixture.findPod()).isNull();
        assertThat(host.shared()).isEmpty();
    }

    @Test
    void anotherTemplateKeepsADedicatedPodAndTheConditionNamesTheFields() throws Exception {
        fixture.create(spec -> spec.template(template(", nodeSelector: {network: internal}, hostNetwork: false")));
        fixture.settle();
        assertThat(fixture.findPod()).isNotNull();
        assertThat(host.label()).isNull();
        assertThat(host.subject(SETS, NAME)).isEqualTo(NAME);
        assertThat(host.shared()).get().satisfies(condition -> {
            assertThat(condition.getStatus()).isEqualTo("False");
            assertThat(condition.getReason()).isEqualTo("ListenerTemplateNeedsPod");
            assertThat(condition.getMessage())
                    .startsWith("the listener has a pod of its own, because shared listeners lack"
                            + " spec.listenerTemplate.spec.nodeSelector[network]; ");
        });
        fixture.clock.pass(Duration.ofMinutes(2));
        fixture.settle();
        assertThat(fixture.events).as("it is no problem").doesNotContain("ListenerTemplateNeedsPod");
    }

    @Test
    void aListenerMovesWhenSharedPodsGetWhatItsTemplateSets() throws Exception {
        fixture.create(spec -> spec.template(template(", nodeSelector: {network: internal}")));
        fixture.settle();
        fixture.restart(SharedListenerState.settings(new ListenerShards(
                "arc-listener",
                1,
                SharedPodTemplate.parse("{\"spec\":{\"nodeSelector\":{\"network\":\"internal\"}}}"),
                SharedCertificates.NONE)));
        fixture.settle();
        assertThat(fixture.findPod()).isNull();
        assertThat(host.label()).isEqualTo("0");
        assertThat(host.shared()).isEmpty();
    }

    @Test
    void aListenerLeavesWhenItsTemplateNeedsAPod() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.change(spec -> spec.template(template(", hostname: mine")));
        fixture.settle();
        assertThat(host.label()).isNull();
        assertThat(fixture.findPod()).isNotNull();
        assertThat(host.shared()).isPresent();
        fixture.restart(SharedListenerState.settings(ListenerShards.NONE));
        fixture.settle();
        assertThat(host.shared()).as("without shared listeners").isEmpty();
    }

    @Test
    void aRefusedTemplateEndsAHostedListener() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.change(spec -> spec.template(template(", hostNetwork: true")));
        fixture.settle();
        assertThat(fixture.condition("Ready").getReason()).isEqualTo("ListenerTemplateRefused");
        assertThat(host.label()).isNull();
        assertThat(fixture.findPod()).isNull();
    }

    @Test
    void aVaultKeepsADedicatedPodUnlessItsNamespaceIsListed() throws Exception {
        fixture.create(spec -> spec.vaultConfig(vault("/vault-certificates/sets/client.pem")));
        fixture.settle();
        assertThat(fixture.findPod()).isNotNull();
        assertThat(host.shared()).get().satisfies(condition -> {
            assertThat(condition.getReason()).isEqualTo("VaultNeedsPod");
            assertThat(condition.getMessage())
                    .contains("no vault certificates of namespace sets", "keyVaultNamespaces");
        });
        fixture.restart(SharedListenerState.settings(withCertificates("others")));
        fixture.settle();
        assertThat(fixture.findPod()).isNotNull();
        fixture.restart(SharedListenerState.settings(withCertificates(SETS)));
        fixture.settle();
        assertThat(fixture.findPod()).isNull();
        assertThat(host.label()).isEqualTo("0");
        assertThat(host.shared()).isEmpty();
        assertThat(fixture.config().path("vault_type").asText()).isEqualTo("azure_key_vault");
        assertThat(fixture.config().has("github_token")).isFalse();
    }

    @Test
    void aVaultWithACertificateThatSharedListenersLackKeepsADedicatedPod() throws Exception {
        fixture.restart(SharedListenerState.settings(withCertificates(SETS, "others")));
        for (String path : List.of("/akv/client.pem", "/vault-certificates/sets/../others/client.pem", "client.pem")) {
            if (fixture.find() == null) {
                fixture.create(spec -> spec.vaultConfig(vault(path)));
            } else {
                fixture.change(spec -> spec.vaultConfig(vault(path)));
            }
            fixture.settle();
            assertThat(fixture.findPod()).as(path).isNotNull();
            assertThat(host.shared()).get().satisfies(condition -> {
                assertThat(condition.getReason()).isEqualTo("VaultNeedsPod");
                assertThat(condition.getMessage())
                        .contains("certificatePath of the keyVault is not in /vault-certificates/sets");
            });
        }
    }

    /** As docs/authentication.md recommends for a dedicated pod. */
    @Test
    void aTemplateThatOnlyMountsTheCertificateIsShared() throws Exception {
        fixture.restart(SharedListenerState.settings(withCertificates(SETS)));
        fixture.create(spec -> spec.vaultConfig(vault("/vault-certificates/sets/client.pem"))
                .template(Serialization.unmarshal("""
                    spec:
                      containers:
                        - name: listener
                          volumeMounts: [{name: akv, mountPath: /vault-certificates/sets, readOnly: true}]
                      volumes: [{name: akv, secret: {secretName: vault-certificate-sets}}]
                    """, PodTemplateSpec.class)));
        fixture.settle();
        assertThat(host.label()).isEqualTo("0");
        assertThat(host.shared()).isEmpty();
    }

    private static ListenerShards withCertificates(String... namespaces) {
        return new ListenerShards(
                "arc-listener",
                1,
                SharedPodTemplate.EMPTY,
                new SharedCertificates(Set.of(namespaces), CertificateDirectory.DEFAULT));
    }

    private static VaultConfig vault(String certificatePath) {
        return new VaultConfig(
                "azure_key_vault",
                new AzureKeyVaultConfig("https://example.vault.azure.net", "tenant", "client", certificatePath),
                null);
    }

    /** @param fields of the pod's spec */
    private static PodTemplateSpec template(String fields) {
        return Serialization.unmarshal(
                "spec: {containers: [{name: listener, resources: {limits: {cpu: 1}}}]%s}".formatted(fields),
                PodTemplateSpec.class);
    }
}
