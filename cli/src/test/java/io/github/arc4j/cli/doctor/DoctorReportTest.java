package io.github.arc4j.cli.doctor;

import static io.github.arc4j.cli.TestObjects.LISTENER;
import static io.github.arc4j.cli.TestObjects.NOW;
import static io.github.arc4j.cli.TestObjects.RUNNERS;
import static io.github.arc4j.cli.TestObjects.SET;
import static io.github.arc4j.cli.TestObjects.SYSTEMS;
import static io.github.arc4j.cli.TestObjects.metadata;
import static io.github.arc4j.cli.TestObjects.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Crds;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpecBuilder;
import io.github.arc4j.api.v1alpha1.AzureKeyVaultConfig;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.cli.TestObjects;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cause of each fault in an installation is named first. */
class DoctorReportTest {
    private static final List<CustomResourceDefinition> DEFINITIONS =
            Crds.load().stream().map(crd -> definition(crd.json().toString())).toList();

    private final TestObjects objects = new TestObjects().desired(0);
    private final List<CustomResourceDefinition> definitions = new ArrayList<>(DEFINITIONS);
    private final Secret secret = new SecretBuilder()
            .withMetadata(metadata(RUNNERS, "github", 9000))
            .withData(Map.of("github_token", "dG9rZW4="))
            .build();
    private final List<HasMetadata> others = new ArrayList<>(List.of(secret));
    private Duration skew = Duration.ZERO;

    @Test
    void aWorkingInstallationHasNoProblem() {
        DoctorReport report = report();

        assertThat(report.hasProblem()).isFalse();
        assertThat(report.checks()).extracting(DoctorReport.Result::severity).containsOnly(Severity.OK);
        assertThat(report.text(NOW)).contains("No problem was found.");
    }

    @Test
    void aDefinitionIsMissing() {
        definitions.removeLast();
        objects.failing("RunnersRefused", "", "RunnersHealthy", "Ready");

        assertFirst("CRDMissing", "ephemeralrunners.actions.github.com");
    }

    @Test
    void aDefinitionLacksFields() throws Exception {
        aDefinitionWithout("conditions");

        assertFirst("CRDOutdated", "status.conditions");
    }

    @Test
    void theGoSystemsDefinitionsAreUpgradedByTheChart() throws Exception {
        goSystem("0.14.2");
        aDefinitionWithout("conditions");

        DoctorReport report = takeover();

        assertThat(result(report, "custom resource definitions").findings())
                .extracting(Finding::severity, Finding::reason)
                .containsExactly(tuple(Severity.WARNING, "CRDsOfGoSystem"));
        assertThat(report.hasProblem()).isFalse();
    }

    private void aDefinitionWithout(String statusField) throws IOException {
        ObjectNode crd = (ObjectNode) Crds.load().getFirst().json();
        ((ObjectNode) crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/status/properties"))
                .remove(statusField);
        definitions.set(0, definition(new ObjectMapper().writeValueAsString(crd)));
    }

    @Test
    void theControllerIsDown() {
        waiting(objects.controllerPod, "ImagePullBackOff", "Back-off");

        assertFirst("ControllerDown", "ImagePullBackOff");
    }

    @Test
    void twoControllersServeAllNamespaces() {
        others.add(deployment("arc-gha-rs-controller", Map.of()));
        others.add(deployment("old-gha-rs-controller", Map.of()));

        assertFirst("SeveralControllers", "old-gha-rs-controller");
    }

    @Test
    void controllersOfOneNamespaceEachAreNoProblem() {
        String label = "actions.github.com/controller-watch-single-namespace";
        others.add(deployment("a", Map.of(label, "team-a")));
        others.add(deployment("b", Map.of(label, "team-b")));

        assertThat(report().hasProblem()).isFalse();
    }

    @Test
    void noReplicaIsTheLeader() {
        objects.controllerPod.getSpec().getContainers().getFirst().setArgs(List.of("--leader-election-id=arc"));
        others.add(lease(3600));

        assertFirst("NoLeader", "has not renewed");

        others.removeLast();
        others.add(lease(2));
        assertThat(report().hasProblem()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"-90, PROBLEM", "90, PROBLEM", "10, WARNING", "2, OK"})
    void theClocksDiffer(int seconds, Severity severity) {
        skew = Duration.ofSeconds(seconds);

        assertThat(result(report(), "clocks").severity()).isEqualTo(severity);
    }

    @Test
    void theRoleBindingIsMissing() {
        objects.set
                .getMetadata()
                .setAnnotations(Map.of(
                        Annotations.RUNNER_SCALE_SET_ID, "7", Annotations.CLEANUP_MANAGER_ROLE_BINDING, "manager"));
        objects.failing("SecretUnreadable", "403", "CredentialsValid", "Ready");

        assertFirst("RoleBindingMissing", "manager");
    }

    @Test
    void theRoleBindingNamesAnotherController() {
        objects.controllerPod.getSpec().setServiceAccountName("arc");
        objects.set.getMetadata().setAnnotations(Map.of(Annotations.CLEANUP_MANAGER_ROLE_BINDING, "manager"));
        others.add(new RoleBindingBuilder()
                .withMetadata(metadata(RUNNERS, "manager", 9000))
                .addNewSubject()
                .withKind("ServiceAccount")
                .withNamespace("former")
                .withName("arc")
                .endSubject()
                .build());

        assertFirst("RoleBindingForeign", SYSTEMS + "/arc");
    }

    @Test
    void theSecretIsMissing() {
        others.remove(secret);
        objects.failing("SecretMissing", "", "CredentialsValid", "GitHubReachable", "Ready");

        assertFirst("SecretMissing", RUNNERS + "/github");
    }

    @Test
    void theSecretHasWrongKeys() {
        secret.setData(Map.of("token", "c2VjcmV0LXZhbHVl"));

        assertFirst("InvalidCredentials", "no credentials provided");
        assertThat(report().toString()).doesNotContain("secret-value", "c2VjcmV0LXZhbHVl");
    }

    @Test
    void theSecretIsInTheNamespaceOfTheCredentials() {
        secret.getMetadata().setNamespace("credentials");
        objects.controllerPod
                .getSpec()
                .getContainers()
                .getFirst()
                .setArgs(List.of("--credentials-namespace=%s=credentials".formatted(RUNNERS)));

        assertThat(report().hasProblem()).isFalse();
    }

    @Test
    void twoScaleSetsHaveTheSameName() {
        anotherScaleSet("https://github.com/ACME//");

        assertFirst("ScaleSetNameTaken", SET);
    }

    /** Whoever writes the spec chooses how long it is, and what its comparison costs. */
    @Test
    void aUrlThatTheControllerRejectsHasNoScaleSet() {
        String url = "https://github.com/acme" + "/".repeat(2048);
        change(spec -> spec.githubConfigUrl(url));
        anotherScaleSet(url);

        assertThat(result(report(), "names").findings()).isEmpty();
    }

    private void anotherScaleSet(String url) {
        AutoscalingRunnerSet other = new AutoscalingRunnerSet();
        other.setMetadata(metadata("team-b", "zz", 60));
        other.getMetadata().setGeneration(1L);
        other.setSpec(objects.set.getSpec().toBuilder()
                .githubConfigUrl(url)
                .runnerScaleSetName(SET)
                .build());
        others.add(other);
        others.add(new SecretBuilder(secret)
                .editMetadata()
                .withNamespace("team-b")
                .endMetadata()
                .build());
    }

    @Test
    void theChartHasAnotherVersion() {
        objects.failing("VersionMismatch", "upgrade the older one", "VersionSupported");

        DoctorReport.Result result = result(report(), "versions");
        assertThat(result.severity()).isEqualTo(Severity.WARNING);
        assertThat(report().hasProblem()).isFalse();
    }

    @Test
    void aScaleSetHasNoListener() {
        objects.listener.setSpec(AutoscalingListenerSpec.builder()
                .autoscalingRunnerSetNamespace(RUNNERS)
                .autoscalingRunnerSetName("former")
                .build());

        assertThat(result(report(), "listeners").findings())
                .extracting(Finding::reason)
                .containsExactly("ListenerLeftOver", "ListenerMissing");
    }

    @Test
    void aFormerControllersListenerIsLeft() {
        AutoscalingListener former = new AutoscalingListener();
        former.setMetadata(metadata("former-systems", LISTENER, 9000));
        former.setSpec(objects.listener.getSpec());
        others.add(former);
        objects.failing("SessionConflict", "", "ListenerRunning", "Ready");

        assertFirst("ListenerElsewhere", SYSTEMS);
    }

    @Test
    void anImageCannotBePulled() {
        objects.runner("a", "ImagePullFailed", "not found");
        waiting(objects.runnerPod("a"), "ErrImagePull", "not found");
        objects.runner("b", "ImagePullFailed", "not found");
        waiting(objects.runnerPod("b"), "ErrImagePull", "not found");

        assertFirst("ErrImagePull", "not found");
        assertThat(result(report(), "images").findings()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"10, PROBLEM", "9, WARNING", "8, OK"})
    void aQuotaIsNearItsLimit(String used, Severity severity) {
        others.add(new ResourceQuotaBuilder()
                .withMetadata(metadata(RUNNERS, "team", 9000))
                .withNewStatus()
                .withHard(Map.of("pods", new Quantity("10")))
                .withUsed(Map.of("pods", new Quantity(used)))
                .endStatus()
                .build());

        assertThat(result(report(), "resource quotas").severity()).isEqualTo(severity);
    }

    @Test
    void aDeletionHangs() {
        EphemeralRunner runner = objects.idle("a");
        runner.getMetadata().setDeletionTimestamp(NOW.minusSeconds(4000).toString());
        runner.getMetadata().setFinalizers(List.of("ephemeralrunner.actions.github.com/finalizer"));

        assertFirst("StuckDeletion", "66m");
    }

    @Test
    void theObstacleOfAScaleSetIsReportedOnce() {
        others.remove(secret);
        objects.failing("SecretMissing", "", "CredentialsValid", "GitHubReachable", "Ready");

        assertThat(report().checks().stream().flatMap(result -> result.findings().stream()))
                .filteredOn(finding -> finding.severity() != Severity.OK)
                .extracting(Finding::reason)
                .containsExactly("SecretMissing");
    }

    @Test
    void whatCannotBeReadIsNotAProblem() {
        Snapshot.Builder builder = builder();
        List.of(CustomResourceDefinition.class, Lease.class, Deployment.class, RoleBinding.class, Secret.class)
                .forEach(type -> builder.gap(type, "this account may not list them"));
        DoctorReport report = DoctorReport.of(builder.build());

        assertThat(report.hasProblem()).isFalse();
        assertThat(report.text(NOW)).contains("Not read: leases (this account may not list them)");
    }

    @Test
    void theGoSystemCanBeTakenOver() {
        goSystem("0.14.2");

        assertThat(takeover().hasProblem()).as(takeover().toString()).isFalse();
    }

    @Test
    void theGoSystemIsTooOld() {
        goSystem("0.12.1");

        assertThat(takeover().checks().getFirst().findings())
                .extracting(Finding::reason)
                .containsExactly("ReleaseUnsupported", "ReleaseUnsupported");
    }

    @Test
    void theMemoryLimitIsTooLow() {
        goSystem("0.14.2");
        objects.controllerPod
                .getSpec()
                .getContainers()
                .getFirst()
                .setResources(new ContainerBuilder()
                        .withNewResources()
                        .addToLimits("memory", new Quantity("128Mi"))
                        .endResources()
                        .build()
                        .getResources());

        DoctorReport report = takeover();
        assertThat(report.checks().getFirst().findings())
                .extracting(Finding::severity, Finding::reason)
                .containsExactly(tuple(Severity.WARNING, "MemoryLimitTooLow"));
        assertThat(report.hasProblem())
                .as("the saved values may have a higher one")
                .isFalse();
    }

    @Test
    void aListenerTemplateWouldBeRejected() {
        goSystem("0.14.2");
        change(spec -> spec.listenerTemplate(new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("sidecar.istio.io/inject", "true")
                .addToAnnotations("container.apparmor.security.beta.kubernetes.io/listener", "unconfined")
                .endMetadata()
                .withNewSpec()
                .withHostNetwork(true)
                .withTerminationGracePeriodSeconds(61L)
                .withNewSecurityContext()
                .withRunAsUser(0L)
                .endSecurityContext()
                .addNewContainer()
                .withName("listener")
                .withImage("ghcr.io/actions/gha-runner-scale-set-controller:0.14.2")
                .addNewEnvFrom()
                .withNewSecretRef("x", false)
                .endEnvFrom()
                .withNewLivenessProbe()
                .withTerminationGracePeriodSeconds(62L)
                .withNewTcpSocket()
                .withHost("10.0.0.1")
                .endTcpSocket()
                .endLivenessProbe()
                .withNewLifecycle()
                .withNewPreStop()
                .withNewHttpGet()
                .withHost("10.0.0.1")
                .endHttpGet()
                .endPreStop()
                .endLifecycle()
                .withNewSecurityContext()
                .withRunAsNonRoot(false)
                .endSecurityContext()
                .endContainer()
                .addNewContainer()
                .withName("proxy")
                .endContainer()
                .addNewVolume()
                .withName("token")
                .withNewSecret()
                .withSecretName("controller")
                .endSecret()
                .endVolume()
                .endSpec()
                .build()));

        assertThat(result(takeover(), "listener templates").findings())
                .extracting(Finding::reason)
                .containsExactly("ListenerTemplateRefused", "ListenerImage");
        assertThat(firstProblem(takeover()).orElseThrow().message())
                .contains(
                        "spec.hostNetwork",
                        "spec.volumes[0].secret",
                        "spec.containers[0].envFrom",
                        "spec.containers[1]")
                .contains(
                        "metadata.labels[sidecar.istio.io/inject]",
                        "metadata.annotations[container.apparmor.security.beta.kubernetes.io/listener]",
                        "spec.terminationGracePeriodSeconds",
                        "livenessProbe.terminationGracePeriodSeconds",
                        "livenessProbe.tcpSocket.host",
                        "lifecycle.preStop.httpGet.host",
                        "spec.securityContext.runAsUser",
                        "spec.containers[0].securityContext.runAsNonRoot");
    }

    @Test
    void annotationsOfTheListenersServiceAccountWouldBeRejected() {
        goSystem("0.14.2");
        change(spec -> spec.listenerServiceAccountMetadata(
                new ResourceMeta(Map.of(), Map.of("note", "n", "eks.amazonaws.com/role-arn", "r"))));

        assertThat(result(takeover(), "listener templates").findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.reason()).isEqualTo("ListenerTemplateRefused"))
                .satisfies(finding -> assertThat(finding.message())
                        .isEqualTo("listenerServiceAccountMetadata has fields that are rejected by default:"
                                + " annotations[eks.amazonaws.com/role-arn]"));
    }

    @Test
    void annotationsOfTheConfigurationsSecretWouldBeRejected() {
        goSystem("0.14.2");
        change(spec -> spec.listenerConfigSecretMetadata(
                new ResourceMeta(Map.of(), Map.of("note", "n", "replicator.v1.mittwald.de/replicate-from", "a/b"))));

        assertThat(result(takeover(), "listener templates").findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.reason()).isEqualTo("ListenerTemplateRefused"))
                .satisfies(finding -> assertThat(finding.message())
                        .isEqualTo("listenerConfigSecretMetadata has fields that are rejected by default:"
                                + " annotations[replicator.v1.mittwald.de/replicate-from]"));
    }

    @Test
    void aHarmlessListenerTemplateIsAccepted() {
        goSystem("0.14.2");
        change(spec -> spec.listenerServiceAccountMetadata(new ResourceMeta(Map.of(), Map.of("note", "n"))));
        PodTemplateSpec template = new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("team", "a")
                .addToAnnotations("prometheus.io/scrape", "true")
                .addToAnnotations("sidecar.istio.io/inject", "false")
                .endMetadata()
                .withNewSpec()
                .addToNodeSelector("pool", "systems")
                .withTerminationGracePeriodSeconds(60L)
                .addNewContainer()
                .withName("listener")
                .withNewResources()
                .addToLimits("memory", new Quantity("128Mi"))
                .endResources()
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/readyz")
                .endHttpGet()
                .endReadinessProbe()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build();
        change(spec -> spec.listenerTemplate(template));

        assertThat(takeover().hasProblem()).isFalse();
    }

    /** The API server accepts these quantities. */
    @ParameterizedTest
    @ValueSource(strings = {"1e1.5", "1e99999999999", "0.1e-2147483647"})
    void aQuantityThatCannotBeReadHidesNothing(String memory) {
        goSystem("0.14.2");
        change(spec -> spec.listenerTemplate(new PodTemplateSpecBuilder()
                .withNewSpec()
                .withHostNetwork(true)
                .addNewContainer()
                .withName("listener")
                .withNewResources()
                .addToLimits("memory", new Quantity(memory))
                .endResources()
                .endContainer()
                .endSpec()
                .build()));

        assertThat(result(takeover(), "listener templates").findings())
                .extracting(Finding::reason)
                .containsExactly("ListenerTemplateRefused");
    }

    @Test
    void aVaultsCertificateIsElsewhere() {
        goSystem("0.14.2");
        change(spec -> spec.vaultConfig(new VaultConfig(
                "azure_key_vault", new AzureKeyVaultConfig("https://v", "t", "c", "/certs/a.pem"), null)));

        assertThat(firstProblem(takeover()).orElseThrow().reason()).isEqualTo("VaultInvalid");
    }

    private void goSystem(String version) {
        objects.controllerPod
                .getMetadata()
                .setLabels(Map.of(
                        Labels.PART_OF,
                        "gha-rs-controller",
                        Labels.COMPONENT,
                        "controller-manager",
                        Labels.VERSION,
                        version));
        objects.set.getMetadata().setLabels(Map.of(Labels.VERSION, version));
        objects.set.setStatus(null);
    }

    private void change(UnaryOperator<AutoscalingRunnerSetSpecBuilder> change) {
        objects.set.setSpec(change.apply(objects.set.getSpec().toBuilder()).build());
    }

    private DoctorReport report() {
        return DoctorReport.of(builder().build());
    }

    private DoctorReport takeover() {
        return DoctorReport.beforeTakeover(builder().build());
    }

    private Snapshot.Builder builder() {
        return objects.builder().add(definitions).add(others).clockSkew(skew);
    }

    private void assertFirst(String reason, String text) {
        assertThat(firstProblem(report())).hasValueSatisfying(problem -> {
            assertThat(problem.reason()).isEqualTo(reason);
            assertThat(problem.object() + " " + problem.message()).contains(text);
            assertThat(problem.action()).isNotEmpty();
        });
    }

    private static Optional<Finding> firstProblem(DoctorReport report) {
        return report.checks().stream()
                .flatMap(result -> result.findings().stream())
                .filter(finding -> finding.severity() == Severity.PROBLEM)
                .findFirst();
    }

    private static DoctorReport.Result result(DoctorReport report, String check) {
        return report.checks().stream()
                .filter(result -> result.check().equals(check))
                .findFirst()
                .orElseThrow();
    }

    private static CustomResourceDefinition definition(String json) {
        return Serialization.unmarshal(json, CustomResourceDefinition.class);
    }

    private static Deployment deployment(String name, Map<String, String> labels) {
        return new DeploymentBuilder()
                .withMetadata(metadata(SYSTEMS, name, 9000))
                .editMetadata()
                .withLabels(labels)
                .addToLabels(Labels.PART_OF, "gha-rs-controller")
                .endMetadata()
                .withNewSpec()
                .withNewTemplate()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static Lease lease(int ageSeconds) {
        return new LeaseBuilder()
                .withMetadata(metadata(SYSTEMS, "arc", 9000))
                .withNewSpec()
                .withHolderIdentity("arc-controller_1")
                .withRenewTime(NOW.minusSeconds(ageSeconds).atZone(ZoneOffset.UTC))
                .endSpec()
                .build();
    }
}
