package io.github.arc4j.controller.autoscalinglistener;

import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.CONTROLLER;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.NAME;
import static io.github.arc4j.controller.autoscalinglistener.ListenerFixture.SETS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerStatus;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.api.v1alpha1.TlsCertificateSource;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.controller.runtime.Result;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.process.LogFormat;
import io.github.arc4j.process.LogLevel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule for AutoscalingListeners, by name. */
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
    void aListenerThatHasGoneNeedsNothing() throws Exception {
        assertThat(fixture.reconcile()).isEqualTo(Result.done());
    }

    @Test
    void theFinalizerComesBeforeEverythingElse() throws Exception {
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
    void theServiceAccountIsInTheControllersNamespaceAndOwned() throws Exception {
        fixture.create(spec -> spec.serviceAccountMetadata(
                new ResourceMeta(Map.of("team", "a", "private/x", "y"), Map.of("cloud/role", "r"))));
        fixture.settle();
        ServiceAccount account = Objects.requireNonNull(fixture.client
                .serviceAccounts()
                .inNamespace(CONTROLLER)
                .withName(NAME)
                .get());
        assertThat(account.getMetadata().getLabels())
                .containsEntry("team", "a")
                .containsEntry("actions.github.com/scale-set-name", "set")
                .doesNotContainKey("private/x");
        assertThat(account.getMetadata().getAnnotations()).containsEntry("cloud/role", "r");
        assertThat(account.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getKind()).isEqualTo("AutoscalingListener");
            assertThat(owner.getController()).isTrue();
            assertThat(owner.getBlockOwnerDeletion()).isTrue();
        });
    }

    @Test
    void theRoleAllowsJustPatchesInTheScaleSetsNamespace() throws Exception {
        fixture.create();
        fixture.settle();
        Role role = role();
        assertThat(role.getMetadata().getOwnerReferences()).isEmpty();
        assertThat(role.getMetadata().getLabels())
                .containsEntry("auto-scaling-listener-namespace", CONTROLLER)
                .containsEntry("auto-scaling-listener-name", NAME);
        assertThat(role.getRules()).hasSize(2).allSatisfy(rule -> {
            assertThat(rule.getApiGroups()).containsExactly("actions.github.com");
            assertThat(rule.getVerbs()).containsExactly("patch");
        });
        assertThat(role.getRules().getFirst().getResources()).containsExactly("ephemeralrunnersets");
        assertThat(role.getRules().getFirst().getResourceNames()).containsExactly("set");
        assertThat(role.getRules().getLast().getResources()).containsExactly("ephemeralrunners/status");
    }

    @Test
    void theRoleBindingJoinsRoleAndAccountOfBothNamespaces() throws Exception {
        fixture.create();
        fixture.settle();
        RoleBinding binding = Objects.requireNonNull(fixture.client
                .rbac()
                .roleBindings()
                .inNamespace(SETS)
                .withName(NAME)
                .get());
        assertThat(binding.getRoleRef().getKind()).isEqualTo("Role");
        assertThat(binding.getRoleRef().getName()).isEqualTo(NAME);
        assertThat(binding.getSubjects()).singleElement().satisfies(subject -> {
            assertThat(subject.getKind()).isEqualTo("ServiceAccount");
            assertThat(subject.getNamespace()).isEqualTo(CONTROLLER);
            assertThat(subject.getName()).isEqualTo(NAME);
        });
    }

    @Test
    void aChangedRoleIsMendedAndForeignLabelsStay() throws Exception {
        fixture.create();
        fixture.settle();
        Role role = role();
        role.setRules(List.<PolicyRule>of());
        role.getMetadata().getLabels().put("argocd", "x");
        role.getMetadata().getLabels().remove("auto-scaling-listener-name");
        fixture.client.resource(role).update();
        fixture.settle();
        assertThat(role().getRules()).hasSize(2);
        assertThat(role().getMetadata().getLabels())
                .containsEntry("argocd", "x")
                .containsEntry("auto-scaling-listener-name", NAME);
    }

    @Test
    void theProxySecretHoldsAllThreeUrlsAndThePodTakesThoseThatAreSet() throws Exception {
        fixture.createSecret("proxy", Map.of("username", "u@x", "password", "p/w"));
        fixture.create(spec -> spec.proxy(PROXY));
        fixture.settle();
        assertThat(entry(NAME + "-proxy", "http_proxy")).isEqualTo("http://u%40x:p%2Fw@proxy:3128");
        assertThat(entry(NAME + "-proxy", "https_proxy")).isEmpty();
        assertThat(entry(NAME + "-proxy", "no_proxy")).isEqualTo("example.com,10.0.0.0/8");
        assertThat(fixture.pod().getSpec().getContainers().getFirst().getEnv())
                .filteredOn(variable -> variable.getValueFrom() != null)
                .allSatisfy(variable -> assertThat(
                                variable.getValueFrom().getSecretKeyRef().getName())
                        .isEqualTo(NAME + "-proxy"))
                .extracting(variable -> variable.getName())
                .containsExactly("http_proxy", "no_proxy");
    }

    @Test
    void changedCredentialsOfTheProxyAreWrittenAndThePodIsMadeAnew() throws Exception {
        fixture.createSecret("proxy", Map.of("username", "u", "password", "p"));
        fixture.create(spec -> spec.proxy(PROXY));
        fixture.settle();
        String pod = fixture.pod().getMetadata().getUid();
        fixture.createSecret("proxy", Map.of("username", "u", "password", "new"));
        fixture.clock.pass(Duration.ofMinutes(5));
        fixture.settle();
        assertThat(entry(NAME + "-proxy", "http_proxy")).isEqualTo("http://u:new@proxy:3128");
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
    }

    @Test
    void theConfigSecretIsOwnedAndHoldsTheCredentials() throws Exception {
        fixture.create(spec -> spec.configSecretMetadata(new ResourceMeta(Map.of("team", "a"), Map.of("note", "n"))));
        fixture.settle();
        Secret secret = secret(NAME + "-config");
        assertThat(secret.getMetadata().getLabels()).containsExactly(Map.entry("team", "a"));
        assertThat(secret.getMetadata().getAnnotations())
                .containsEntry("note", "n")
                .containsKey("actions.github.com/integrity-hash");
        assertThat(secret.getMetadata().getOwnerReferences()).hasSize(1);
        JsonNode config = config();
        assertThat(config.path("github_token").asText()).isEqualTo("token");
        assertThat(config.path("runner_scale_set_id").asInt()).isEqualTo(7);
        assertThat(config.path("runner_scale_set_name").asText()).isEqualTo("set");
        assertThat(config.path("ephemeral_runner_set_namespace").asText()).isEqualTo(SETS);
        assertThat(config.path("metrics_addr").asText()).isEqualTo(":8080");
    }

    /** The Go controller gives an existing Secret new labels, but never new data. */
    @Test
    void changedCredentialsAreWrittenAndThePodIsMadeAnew() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.runPod(true);
        fixture.settle();
        String pod = fixture.pod().getMetadata().getUid();
        fixture.createSecret("github", Map.of("github_token", "new"));
        fixture.clock.pass(Duration.ofMinutes(5));
        fixture.settle();
        assertThat(config().path("github_token").asText()).isEqualTo("new");
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
        assertThat(fixture.events).contains("ListenerRenewed");
    }

    @Test
    void aConfigSecretThatSomebodyDeletedIsMadeAgain() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.client
                .secrets()
                .inNamespace(CONTROLLER)
                .withName(NAME + "-config")
                .delete();
        fixture.clock.pass(Duration.ofMinutes(5));
        String pod = fixture.pod().getMetadata().getUid();
        fixture.settle();
        assertThat(config().path("github_token").asText()).isEqualTo("token");
        assertThat(fixture.pod().getMetadata().getUid()).isEqualTo(pod);
    }

    @Test
    void missingCredentialsAreNamedAndTriedAgainWithoutAPod() throws Exception {
        fixture.create(spec -> spec.githubConfigSecret("nowhere"));
        assertThat(fixture.reconcile()).isInstanceOf(Result.Retry.class);
        assertThat(condition("Ready")).satisfies(ready -> {
            assertThat(ready.getStatus()).isEqualTo("False");
            assertThat(ready.getReason()).isEqualTo("SecretMissing");
            assertThat(ready.getMessage()).contains("Secret sets/nowhere", "create it or correct the reference");
        });
        assertThat(fixture.findPod()).isNull();
    }

    @Test
    void missingCertificatesAreNamed() throws Exception {
        fixture.create(spec -> spec.githubServerTLS(
                new TlsConfig(new TlsCertificateSource(new ConfigMapKeyRef("ca", "ca.crt", null)))));
        fixture.reconcile();
        assertThat(condition("Ready").getReason()).isEqualTo("ConfigMapMissing");
        fixture.change(spec -> spec.githubServerTLS(new TlsConfig(null)));
        fixture.reconcile();
        assertThat(condition("Ready").getMessage())
                .isEqualTo("githubServerTLS.certificateFrom.configMapKeyRef is not specified");
    }

    @Test
    void aConfigurationThatTheListenerWouldRefuseIsNotWritten() throws Exception {
        fixture.create(spec -> spec.minRunners(6));
        fixture.reconcile();
        assertThat(condition("Ready").getMessage())
                .isEqualTo("invalid listener config: MinRunners \"6\" cannot be greater than MaxRunners \"5\"");
        assertThat(fixture.client
                        .secrets()
                        .inNamespace(CONTROLLER)
                        .withName(NAME + "-config")
                        .get())
                .isNull();
    }

    @Test
    void thePodIsMadeAsSpecified() throws Exception {
        fixture.create(spec -> spec.imagePullSecrets(List.of(new LocalObjectReference("pull"))));
        fixture.settle();
        Pod pod = fixture.pod();
        assertThat(pod.getSpec().getServiceAccountName()).isEqualTo(NAME);
        assertThat(pod.getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(60);
        assertThat(pod.getSpec().getNodeSelector()).containsExactly(Map.entry("kubernetes.io/os", "linux"));
        assertThat(pod.getSpec().getImagePullSecrets()).containsExactly(new LocalObjectReference("pull"));
        assertThat(pod.getSpec().getContainers()).singleElement().satisfies(container -> {
            assertThat(container.getImage()).isEqualTo("arc4j:dev");
            assertThat(container.getCommand()).containsExactly("/ghalistener");
            assertThat(container.getEnv().getFirst().getValue()).isEqualTo("/etc/gha-listener/config.json");
            assertThat(container.getPorts()).singleElement().satisfies(port -> {
                assertThat(port.getName()).isEqualTo("metrics");
                assertThat(port.getContainerPort()).isEqualTo(8080);
            });
            assertThat(container.getVolumeMounts().getFirst().getReadOnly()).isTrue();
        });
        assertThat(fixture.gauge()).isEqualTo(0);
    }

    @Test
    void withoutMetricsThereIsNoPortAndNoAddress() throws Exception {
        fixture.close();
        fixture = new ListenerFixture(
                new ListenerSettings("/other/entry", LogLevel.WARN, LogFormat.JSON, "", "/metrics"));
        fixture.create();
        fixture.settle();
        assertThat(fixture.pod().getSpec().getContainers().getFirst().getPorts())
                .isEmpty();
        assertThat(fixture.pod().getSpec().getContainers().getFirst().getCommand())
                .containsExactly("/other/entry");
        assertThat(config().path("metrics_addr").asText()).isEmpty();
        assertThat(config().path("metrics_endpoint").asText()).isEmpty();
        assertThat(config().path("log_level").asText()).isEqualTo("warn");
        assertThat(config().path("log_format").asText()).isEqualTo("json");
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
    void anotherImageMakesAnotherPod() throws Exception {
        fixture.create();
        fixture.settle();
        String pod = fixture.pod().getMetadata().getUid();
        fixture.change(spec -> spec.image("arc4j:next"));
        fixture.settle();
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
        assertThat(fixture.pod().getSpec().getContainers().getFirst().getImage())
                .isEqualTo("arc4j:next");
    }

    @Test
    void aRunningListenerCountsAndIsReadyOnlyWhenItListens() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.runPod(false);
        fixture.settle();
        assertThat(fixture.gauge()).isEqualTo(1);
        assertThat(condition("Ready").getReason()).isEqualTo("NotReady");
        fixture.runPod(true);
        fixture.settle();
        assertThat(condition("Ready").getStatus()).isEqualTo("True");
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
    void aListenerThatRunsButIsNotReadyIsAskedWhyAndAskedAgain(String answer, String reason) throws Exception {
        fixture.close();
        fixture = new ListenerFixture(new ListenerSettings(
                "/ghalistener",
                LogLevel.DEBUG,
                LogFormat.TEXT,
                "",
                "",
                ListenerShards.NONE,
                pod -> Optional.of(answer)));
        fixture.create();
        fixture.settle();
        fixture.runPod(false);
        Result result = fixture.settle();
        assertThat(condition("Ready").getReason()).isEqualTo(reason);
        assertThat(condition("Ready").getMessage()).isEqualTo(answer);
        assertThat(result).isEqualTo(Result.after(Duration.ofSeconds(30)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 137})
    void aListenerThatEndsIsStartedAgainWhateverItsExitCode(int exitCode) throws Exception {
        fixture.create();
        fixture.settle();
        String pod = fixture.pod().getMetadata().getUid();
        fixture.endPod(exitCode);
        fixture.settle();
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
        assertThat(fixture.events).contains("ListenerEnded");
        assertThat(fixture.gauge()).isEqualTo(0);
    }

    @Test
    void anEvictedListenerIsStartedAgain() throws Exception {
        fixture.create();
        fixture.settle();
        String pod = fixture.pod().getMetadata().getUid();
        fixture.evictPod();
        fixture.settle();
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
    }

    @Test
    void aListenerThatKeepsEndingWaitsEverLongerAndSaysWhy() throws Exception {
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
            assertThat(condition("Ready").getMessage()).isEqualTo("the listener ended with exit code 1: why it ended");
            fixture.clock.pass(wait.plusMillis(1));
            fixture.settle();
        }
    }

    @Test
    void aListenerThatRanWellStartsAtOnce() throws Exception {
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
    void anEndThatIsToldTwiceCountsOnce() throws Exception {
        fixture.create();
        fixture.settle();
        fixture.kube.faults().inject(Fault.on("delete", "pods").times(1).answer(503));
        fixture.endPod(1);
        assertThatThrownBy(fixture::reconcile).isInstanceOf(KubernetesClientException.class);
        fixture.settle();
        assertThat(fixture.findPod()).as("started at once after its first end").isNotNull();
    }

    @Test
    void aListenerThatEndsWhileItsCredentialsCannotBeReadGoesOnWithTheFormerOnes() throws Exception {
        fixture.create();
        fixture.settle();
        String pod = fixture.pod().getMetadata().getUid();
        fixture.client.secrets().inNamespace(SETS).withName("github").delete();
        fixture.clock.pass(Duration.ofMinutes(4));
        fixture.endPod(1);
        fixture.settle();
        assertThat(fixture.pod().getMetadata().getUid()).isNotEqualTo(pod);
        assertThat(condition("Degraded").getStatus()).isEqualTo("True");
    }

    @Test
    void aListenerOnALostNodeIsNotReadyAndIsReplacedWhenItsPodDoesNotEnd() throws Exception {
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
        assertThat(condition("Ready").getReason()).isEqualTo("NodeLost");
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

    @Test
    void anotherLabelInTheTemplateMakesAnotherPod() throws Exception {
        fixture.create(spec -> spec.template(new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("team", "a")
                .endMetadata()
                .build()));
        fixture.settle();
        fixture.change(spec -> spec.template(new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("team", "b")
                .endMetadata()
                .build()));
        fixture.settle();
        assertThat(fixture.pod().getMetadata().getLabels()).containsEntry("team", "b");
    }

    @Test
    void deletionWaitsForThePodAndTakesEverythingAlong() throws Exception {
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
                .containsExactly("pods", "secrets", "secrets", "rolebindings", "roles", "serviceaccounts");
        assertThat(fixture.client.secrets().inNamespace(CONTROLLER).list().getItems())
                .isEmpty();
        assertThat(fixture.client.secrets().inNamespace(SETS).list().getItems()).hasSize(2);
    }

    @Test
    void aListenerThatNeverGotFarIsDeletedAsWell() throws Exception {
        fixture.create(spec -> spec.githubConfigSecret("nowhere"));
        fixture.reconcile();
        fixture.client.resource(fixture.listener()).delete();
        fixture.reconcile();
        assertThat(fixture.find()).isNull();
    }

    @Test
    void aListenerInItsBackOffIsDeletedAsWell() throws Exception {
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

    private Condition condition(String type) {
        AutoscalingListenerStatus status =
                Objects.requireNonNull(fixture.listener().getStatus());
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private Role role() {
        return Objects.requireNonNull(
                fixture.client.rbac().roles().inNamespace(SETS).withName(NAME).get());
    }

    private Secret secret(String name) {
        return Objects.requireNonNull(
                fixture.client.secrets().inNamespace(CONTROLLER).withName(name).get());
    }

    private String entry(String name, String key) {
        return new String(Base64.getDecoder().decode(secret(name).getData().get(key)), StandardCharsets.UTF_8);
    }

    private JsonNode config() throws IOException {
        return new ObjectMapper().readTree(entry(NAME + "-config", "config.json"));
    }
}
