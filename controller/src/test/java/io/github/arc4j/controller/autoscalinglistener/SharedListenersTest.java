package io.github.arc4j.controller.autoscalinglistener;

import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.CONTROLLER;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.NAME;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.SETS;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerStatus;
import io.github.arc4j.api.v1alpha1.AzureKeyVaultConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.controller.autoscalinglistener.pod.SharedCertificates;
import io.github.arc4j.controller.autoscalinglistener.pod.SharedPodTemplate;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.runtime.Result;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.vault.CertificateDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Listeners that are hosted by shared listeners. */
class SharedListenersTest {
    private static final String SHARD = "actions.github.com/listener-shard";
    private static final String CONFIG_HASH = "actions.github.com/listener-config-hash";

    private ListenerFixture fixture;

    @BeforeEach
    void start() {
        fixture = shared(1);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static ListenerFixture shared(int count) {
        return new ListenerFixture(settings(new ListenerShards("arc-listener", count)));
    }

    private static ListenerSettings settings(ListenerShards shards) {
        return ListenerFixture.settings()
                .metricsAddress(":8080")
                .metricsEndpoint("/metrics")
                .shards(shards)
                .build();
    }

    @Test
    void theListenerIsAssignedAfterItsPermissionsAndSecretsExist() throws Exception {
        fixture.create();
        fixture.kube.requests().reset();
        fixture.reconcile();
        assertThat(label()).isEqualTo("0");
        assertThat(configHash()).isNotEmpty();
        assertThat(fixture.findPod()).isNull();
        assertThat(fixture.client
                        .serviceAccounts()
                        .inNamespace(CONTROLLER)
                        .withName(NAME)
                        .get())
                .isNull();
        assertThat(subject(SETS, NAME)).isEqualTo("arc-listener-0");
        assertThat(subject(CONTROLLER, NAME + "-shared")).isEqualTo("arc-listener-0");
        assertThat(writes("create", "patch").lastIndexOf("patch autoscalinglisteners"))
                .as("the label comes after everything that the process needs")
                .isGreaterThan(writes("create", "patch").lastIndexOf("create rolebindings"))
                .isGreaterThan(writes("create", "patch").lastIndexOf("create secrets"));
    }

    @Test
    void theSharedListenerMayOnlyReadTheSecretsOfItsListenersAndWriteTheirStatus() throws Exception {
        fixture.create();
        fixture.settle();
        Role role = Objects.requireNonNull(fixture.client
                .rbac()
                .roles()
                .inNamespace(CONTROLLER)
                .withName(NAME + "-shared")
                .get());
        assertThat(role.getMetadata().getOwnerReferences()).hasSize(1);
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
        sharedPod("arc-listener-0-x", true);
        session("listening", "", "arc-listener-0-x");
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
        String before = configHash();
        fixture.createSecret("github", Map.of("github_token", "another"));
        fixture.clock.pass(Duration.ofMinutes(4));
        fixture.settle();
        assertThat(configHash()).isNotEqualTo(before);
    }

    @Test
    void aTemplateThatNeedsNoPodIsShared() throws Exception {
        fixture.create(spec -> spec.template(template("")));
        fixture.settle();
        assertThat(label()).isEqualTo("0");
        assertThat(fixture.findPod()).isNull();
        assertThat(shared()).isEmpty();
    }

    @Test
    void anotherTemplateKeepsADedicatedPodAndTheConditionNamesTheFields() throws Exception {
        fixture.create(spec -> spec.template(template(", nodeSelector: {network: internal}, hostNetwork: false")));
        fixture.settle();
        assertThat(fixture.findPod()).isNotNull();
        assertThat(label()).isNull();
        assertThat(subject(SETS, NAME)).isEqualTo(NAME);
        assertThat(shared()).get().satisfies(condition -> {
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
        fixture.restart(settings(new ListenerShards(
                "arc-listener",
                1,
                SharedPodTemplate.parse("{\"spec\":{\"nodeSelector\":{\"network\":\"internal\"}}}"),
                SharedCertificates.NONE)));
        fixture.settle();
        assertThat(fixture.findPod()).isNull();
        assertThat(label()).isEqualTo("0");
        assertThat(shared()).isEmpty();
    }

    @Test
    void aListenerLeavesWhenItsTemplateNeedsAPod() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.change(spec -> spec.template(template(", hostname: mine")));
        fixture.settle();
        assertThat(label()).isNull();
        assertThat(fixture.findPod()).isNotNull();
        assertThat(shared()).isPresent();
        fixture.restart(settings(ListenerShards.NONE));
        fixture.settle();
        assertThat(shared()).as("without shared listeners").isEmpty();
    }

    @Test
    void aRefusedTemplateEndsAHostedListener() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.change(spec -> spec.template(template(", hostNetwork: true")));
        fixture.settle();
        assertThat(ready().getReason()).isEqualTo("ListenerTemplateRefused");
        assertThat(label()).isNull();
        assertThat(fixture.findPod()).isNull();
    }

    @Test
    void aVaultKeepsADedicatedPodUnlessItsNamespaceIsListed() throws Exception {
        fixture.create(spec -> spec.vaultConfig(vault("/vault-certificates/sets/client.pem")));
        fixture.settle();
        assertThat(fixture.findPod()).isNotNull();
        assertThat(shared()).get().satisfies(condition -> {
            assertThat(condition.getReason()).isEqualTo("VaultNeedsPod");
            assertThat(condition.getMessage())
                    .contains("no vault certificates of namespace sets", "keyVaultNamespaces");
        });
        fixture.restart(settings(withCertificates("others")));
        fixture.settle();
        assertThat(fixture.findPod()).isNotNull();
        fixture.restart(settings(withCertificates(SETS)));
        fixture.settle();
        assertThat(fixture.findPod()).isNull();
        assertThat(label()).isEqualTo("0");
        assertThat(shared()).isEmpty();
        assertThat(fixture.config().path("vault_type").asText()).isEqualTo("azure_key_vault");
        assertThat(fixture.config().has("github_token")).isFalse();
    }

    @Test
    void aVaultWithACertificateThatSharedListenersLackKeepsADedicatedPod() throws Exception {
        fixture.restart(settings(withCertificates(SETS, "others")));
        for (String path : List.of("/akv/client.pem", "/vault-certificates/sets/../others/client.pem", "client.pem")) {
            if (fixture.find() == null) {
                fixture.create(spec -> spec.vaultConfig(vault(path)));
            } else {
                fixture.change(spec -> spec.vaultConfig(vault(path)));
            }
            fixture.settle();
            assertThat(fixture.findPod()).as(path).isNotNull();
            assertThat(shared()).get().satisfies(condition -> {
                assertThat(condition.getReason()).isEqualTo("VaultNeedsPod");
                assertThat(condition.getMessage())
                        .contains("certificatePath of the keyVault is not in /vault-certificates/sets");
            });
        }
    }

    /** As docs/authentication.md recommends for a dedicated pod. */
    @Test
    void aTemplateThatOnlyMountsTheCertificateIsShared() throws Exception {
        fixture.restart(settings(withCertificates(SETS)));
        fixture.create(spec -> spec.vaultConfig(vault("/vault-certificates/sets/client.pem"))
                .template(Serialization.unmarshal("""
                    spec:
                      containers:
                        - name: listener
                          volumeMounts: [{name: akv, mountPath: /vault-certificates/sets, readOnly: true}]
                      volumes: [{name: akv, secret: {secretName: vault-certificate-sets}}]
                    """, PodTemplateSpec.class)));
        fixture.settle();
        assertThat(label()).isEqualTo("0");
        assertThat(shared()).isEmpty();
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

    private Optional<Condition> shared() {
        return Conditions.find(status().conditions(), Conditions.LISTENER_SHARED);
    }

    @Test
    void theDedicatedPodEndsBeforeTheSharedListenerStarts() throws Exception {
        fixture.close();
        fixture = new ListenerFixture();
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
        fixture.restart(settings(new ListenerShards("arc-listener", 1)));
        fixture.reconcile();
        assertThat(fixture.pod().isMarkedForDeletion()).isTrue();
        assertThat(label()).isNull();
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
        assertThat(label()).isEqualTo("0");
        assertThat(subject(SETS, NAME)).isEqualTo("arc-listener-0");
    }

    @Test
    void movingBackToADedicatedPodCleansUpTheSharedListener() throws Exception {
        fixture.create();
        sharedPod("arc-listener-0-x", true);
        session("listening", "", "arc-listener-0-x");
        fixture.settle();
        fixture.restart(settings(ListenerShards.NONE));
        fixture.settle();
        assertThat(label()).isNull();
        assertThat(configHash()).isNull();
        assertThat(fixture.findPod()).isNotNull();
        assertThat(subject(SETS, NAME)).isEqualTo(NAME);
        assertThat(fixture.client.rbac().roles().inNamespace(CONTROLLER).list().getItems())
                .isEmpty();
        assertThat(status().session()).isNull();
    }

    @Test
    void theConditionReportsTheStateOfTheListener() throws Exception {
        fixture.create();
        fixture.settle();
        assertThat(ready().getReason()).isEqualTo("SharedListenerMissing");
        assertThat(ready().getMessage()).contains("arc-listener-0");
        sharedPod("arc-listener-0-x", true);
        fixture.settle();
        assertThat(ready().getReason()).isEqualTo("ListenerStarting");
        session("conflict", "session_conflict: held by another", "arc-listener-0-x");
        fixture.settle();
        assertThat(ready().getReason()).isEqualTo("SessionConflict");
        assertThat(ready().getMessage()).isEqualTo("session_conflict: held by another");
        assertThat(fixture.gauge()).isEqualTo(1);
        session("refused", "refused: bad credentials", "arc-listener-0-x");
        fixture.settle();
        assertThat(ready().getReason()).isEqualTo("CredentialsRefused");
        session("retrying", "", "arc-listener-0-x");
        fixture.settle();
        assertThat(ready().getStatus()).as("a passing trouble").isEqualTo("True");
        session("listening", "", "arc-listener-0-x");
        fixture.settle();
        assertThat(ready().getStatus()).isEqualTo("True");
        assertThat(ready().getReason()).isEqualTo("Listening");
    }

    @Test
    void theReportOfADeletedPodIsIgnored() throws Exception {
        fixture.create();
        sharedPod("arc-listener-0-y", true);
        session("listening", "", "arc-listener-0-x");
        fixture.settle();
        assertThat(ready().getStatus()).isEqualTo("False");
        session("listening", "", "arc-listener-0-y");
        fixture.settle();
        assertThat(ready().getStatus()).isEqualTo("True");
        sharedPod("arc-listener-0-y", false);
        fixture.settle();
        assertThat(ready().getReason()).isEqualTo("SharedListenerMissing");
        assertThat(fixture.gauge()).isEqualTo(0);
    }

    @Test
    void deletionWaitsUntilTheSessionHasEnded() throws Exception {
        fixture.create();
        sharedPod("arc-listener-0-x", true);
        session("listening", "", "arc-listener-0-x");
        fixture.settle();
        fixture.client.resource(fixture.listener()).delete();
        assertThat(fixture.reconcile()).isInstanceOf(Result.RequeueAfter.class);
        assertThat(subject(CONTROLLER, NAME + "-shared")).isEqualTo("arc-listener-0");
        session("stopped", "stopped", "arc-listener-0-x");
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
    void deletionDoesNotWaitForever() throws Exception {
        fixture.create();
        sharedPod("arc-listener-0-x", true);
        session("listening", "", "arc-listener-0-x");
        fixture.settle();
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
        session("listening", "", "arc-listener-0-x");
        fixture.settle();
        fixture.client.resource(fixture.listener()).delete();
        fixture.reconcile();
        assertThat(fixture.find()).isNull();
    }

    @Test
    void changingTheNumberOfSharedListenersMovesPermissionsAndLabel() throws Exception {
        fixture.create();
        fixture.settle();
        int count = 2;
        while (number(count) == 0) {
            count++;
        }
        fixture.restart(settings(new ListenerShards("arc-listener", count)));
        fixture.settle();
        assertThat(label()).isEqualTo(Integer.toString(number(count)));
        assertThat(subject(SETS, NAME)).isEqualTo("arc-listener-" + number(count));
        assertThat(subject(CONTROLLER, NAME + "-shared")).isEqualTo("arc-listener-" + number(count));
    }

    private int number(int count) {
        return Objects.requireNonNull(new ListenerShards("arc-listener", count).of(fixture.listener()))
                .number();
    }

    private void sharedPod(String name, boolean ready) {
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

    private void session(String state, String message, String holder) {
        fixture.client
                .resource(fixture.listener())
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), """
                    {"status":{"session":{"state":"%s","message":"%s","holder":"%s"}}}\
                    """.formatted(state, message, holder));
    }

    private List<String> writes(String... verbs) {
        return fixture.kube.requests().snapshot().stream()
                .map(RequestLog.Entry::request)
                .filter(request -> List.of(verbs).contains(request.verb()))
                .map((ApiRequest request) -> request.verb() + " " + request.target())
                .toList();
    }

    private @Nullable String label() {
        AutoscalingListener listener = fixture.listener();
        return listener.getMetadata().getLabels().get(SHARD);
    }

    private @Nullable String configHash() {
        Map<String, String> annotations = fixture.listener().getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(CONFIG_HASH);
    }

    private String subject(String namespace, String binding) {
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

    private AutoscalingListenerStatus status() {
        return Objects.requireNonNull(fixture.listener().getStatus());
    }

    private Condition ready() {
        return status().conditions().stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .findFirst()
                .orElseThrow();
    }
}
