package io.github.arc4j.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.github.arc4j.api.Crds;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.ControllerLocation;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.RequestLog;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The controller is found although tenants set its labels on their own pods and Deployments. */
class ControllerSearchTest {
    private static final String SYSTEMS = "arc-systems";
    private static final String VICTIM = "team-victim";

    /** Comes first in lists. */
    private static final String EVIL = "a-evil";

    private EmbeddedKube kube;
    private KubernetesClient client;

    @BeforeEach
    void start() {
        EmbeddedKube.Builder builder = EmbeddedKube.builder().namespaces(SYSTEMS, VICTIM, EVIL);
        Crds.load().forEach(crd -> builder.crd(crd.json()));
        kube = builder.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(kube.uri().toString())
                        .build())
                .build();
        AutoscalingRunnerSet set = new AutoscalingRunnerSet();
        set.getMetadata().setNamespace(EVIL);
        set.getMetadata().setName("runners");
        set.setSpec(AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl("https://github.com/acme")
                .githubConfigSecret("github")
                .build());
        client.resource(set).create();
    }

    @AfterEach
    void stop() {
        client.close();
        kube.close();
    }

    @Test
    void theAccountOfTheControllerMayPatchAllScaleSets() {
        client.resource(deployment(SYSTEMS)).create();
        bind(SYSTEMS, "actions.github.com", "autoscalingrunnersets", "patch");

        assertThat(read("").controller()).isEqualTo(ControllerLocation.certain(SYSTEMS));
        assertThat(namespacesOfSecrets()).containsOnly(EVIL);
    }

    @Test
    void aTenantsPodAndDeploymentAreNotTheController() {
        client.resource(deployment(EVIL, "--credentials-namespace=a-evil=team-victim"))
                .create();
        client.resource(pod(EVIL, "--credentials-namespace=a-evil=team-victim")).create();
        client.resource(deployment(SYSTEMS)).create();
        bind(SYSTEMS, "actions.github.com", "autoscalingrunnersets", "patch");

        Snapshot snapshot = read("");

        assertThat(snapshot.controller().namespace()).isEqualTo(SYSTEMS);
        assertThat(snapshot.controller().isCertain()).isTrue();
        assertThat(new Controller(snapshot).pods()).isEmpty();
        assertThat(namespacesOfSecrets()).containsOnly(EVIL);
    }

    @Test
    void aTenantsDeploymentIsNotTheControllerThatWasUninstalled() {
        client.resource(deployment(EVIL, "--credentials-namespace=a-evil=team-victim"))
                .create();

        assertThat(read("").controller()).isEqualTo(new ControllerLocation(EVIL, false, List.of(EVIL)));
        assertThat(namespacesOfSecrets()).isEmpty();
    }

    @Test
    void aPodWithoutADeploymentIsNotTheController() {
        client.resource(pod(EVIL)).create();

        assertThat(read("").controller()).isEqualTo(ControllerLocation.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "actions.github.com, autoscalingrunnersets, patch, true",
        "*, *, *, true",
        "apps, autoscalingrunnersets, patch, false",
        "actions.github.com, autoscalingrunnersets/status, patch, false",
        "actions.github.com, autoscalingrunnersets, list, false"
    })
    void otherPermissionsDoNotMakeAController(String group, String resource, String verb, boolean isController) {
        client.resource(deployment(SYSTEMS)).create();
        bind(SYSTEMS, group, resource, verb);

        assertThat(read("").controller().isCertain()).isEqualTo(isController);
    }

    @Test
    void controllersOfOneNamespaceEachAreToldApartByTheUser() {
        client.resource(deployment(SYSTEMS, "--watch-single-namespace=" + EVIL)).create();
        client.resource(deployment(VICTIM, "--watch-single-namespace=" + VICTIM))
                .create();

        Snapshot snapshot = read("");
        assertThat(snapshot.controller().isAmbiguous()).isTrue();
        assertThat(snapshot.controller().doubt().orElseThrow())
                .contains("arc-systems, team-victim", "--controller-namespace");
        assertThat(namespacesOfSecrets()).isEmpty();

        assertThat(new Controller(read(VICTIM)).credentialsNamespace(EVIL)).isEmpty();
        assertThat(namespacesOfSecrets()).isEmpty();

        assertThat(new Controller(read(SYSTEMS)).credentialsNamespace(EVIL)).contains(EVIL);
        assertThat(namespacesOfSecrets()).containsOnly(EVIL);
    }

    @Test
    void theUserNamesTheNamespaceIfBindingsCannotBeRead() {
        client.resource(deployment(SYSTEMS)).create();
        bind(SYSTEMS, "actions.github.com", "autoscalingrunnersets", "patch");
        kube.faults().inject(Fault.on("list", "clusterrolebindings").always().answer(403));

        assertThat(read("").controller().isCertain()).isFalse();
        assertThat(read(SYSTEMS).controller()).isEqualTo(ControllerLocation.certain(SYSTEMS));
    }

    /** Without its flags, it is unknown where the credentials are, and who may get them. */
    @Test
    void noCredentialsAreReadIfTheUserNamesANamespaceWithoutController() {
        read(VICTIM);

        assertThat(namespacesOfSecrets()).isEmpty();
    }

    private Snapshot read(String controllerNamespace) {
        return new SnapshotReader(client, new Selection("", "", List.of(), controllerNamespace))
                .read(Cluster.Scope.INSTALLATION);
    }

    private List<String> namespacesOfSecrets() {
        return kube.requests().snapshot().stream()
                .map(RequestLog.Entry::request)
                .filter(request -> request.target().equals("secrets"))
                .map(ApiRequest::namespace)
                .toList();
    }

    private void bind(String namespace, String group, String resource, String verb) {
        client.resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName("arc")
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups(group)
                        .withResources(resource)
                        .withVerbs(verb)
                        .endRule()
                        .build())
                .create();
        client.resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName("arc")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "arc")
                        .addNewSubject()
                        .withKind("ServiceAccount")
                        .withNamespace(namespace)
                        .withName("arc")
                        .endSubject()
                        .build())
                .create();
    }

    private static Deployment deployment(String namespace, String... args) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("arc")
                .addToLabels(Labels.PART_OF, Controller.PART_OF)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .endSelector()
                .withTemplate(new PodTemplateSpecBuilder()
                        .withSpec(pod(namespace, args).getSpec())
                        .editSpec()
                        .withServiceAccountName("arc")
                        .endSpec()
                        .build())
                .endSpec()
                .build();
    }

    private static Pod pod(String namespace, String... args) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("arc")
                .addToLabels(Labels.PART_OF, Controller.PART_OF)
                .addToLabels(Labels.COMPONENT, "controller-manager")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("manager")
                .withImage("x")
                .withArgs(args)
                .endContainer()
                .endSpec()
                .build();
    }
}
