package io.github.arc4j.e2e.helm;

import static io.github.arc4j.demo.stage.Stage.CONTROLLER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.RUNNER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.SCALE_SET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.demo.k3s.AuditLog;
import io.github.arc4j.demo.k3s.K3sStage;
import io.github.arc4j.demo.stage.ObjectRef;
import io.github.arc4j.e2e.GitHubEvents;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.SimulatorEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A cluster in which Helm installs the two charts: the releases, their values, and what is to be seen of them. */
final class HelmCluster implements AutoCloseable {
    private static final String POLICY = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/policy";
    static final Duration TIMEOUT = Duration.ofMinutes(2);
    static final HelmRelease CONTROLLER = new HelmRelease("arc", CONTROLLER_NAMESPACE);
    static final HelmRelease RUNNERS = new HelmRelease(SCALE_SET, RUNNER_NAMESPACE);
    static final Path CONTROLLER_CHART = K3sStage.chart("gha-runner-scale-set-controller");
    static final Path SCALE_SET_CHART = K3sStage.chart("gha-runner-scale-set");

    private static final String INVALID_SCALE_SET = "invalid";

    final K3sStage stage;
    final KubernetesClient client;
    final GitHubEvents events;

    /** A file with all rights. */
    final Path kubeConfig;

    /** The library first. */
    final List<HelmProgram> helms = new ArrayList<>();

    private final Path folder;
    private final Set<ObjectRef> beforeInstallation;

    /** Number of requests until the controller was last uninstalled. */
    private int requestsOfTheLast;

    private HelmCluster(K3sStage stage, Path folder) throws IOException, InterruptedException {
        this.stage = stage;
        this.folder = folder;
        this.client = stage.client();
        this.events = new GitHubEvents(stage.gitHub());
        this.beforeInstallation = stage.objects().objects();
        this.kubeConfig = Files.writeString(folder.resolve("kubeconfig"), stage.kubeConfig());
        helms.add(new HelmLibrary(kubeConfig));
        helms.addAll(HelmBinary.installed(kubeConfig));
    }

    /** @param folder for files */
    static HelmCluster start(Path folder) throws Exception {
        return new HelmCluster(K3sStage.start(progress -> {}), folder);
    }

    /** Keeps what tells why a test failed. */
    static void saveDiagnostics(@Nullable HelmCluster cluster, ExtensionContext test) throws IOException {
        if (cluster != null && test.getExecutionException().isPresent()) {
            cluster.stage.saveDiagnostics();
        }
    }

    Path controllerValues(Map<String, Object> more) throws IOException {
        return write("controller.yaml", K3sStage.controllerValues(), more);
    }

    Path scaleSetValues(Map<String, Object> more) throws IOException {
        return write("scale-set.yaml", stage.scaleSetValues(), more);
    }

    private Path write(String name, Map<String, Object> values, Map<String, Object> more) throws IOException {
        Map<String, Object> all = new HashMap<>(values);
        all.putAll(more);
        return Files.writeString(folder.resolve(name), Serialization.asYaml(all));
    }

    /** Waits for a runner without a job: the controller has to tell what it does, since no listener does. */
    void awaitIdleRunner() {
        await().atMost(TIMEOUT)
                .until(() ->
                        client.resources(EphemeralRunner.class).inNamespace(RUNNER_NAMESPACE).list().getItems().stream()
                                .map(EphemeralRunner::getStatus)
                                .anyMatch(status -> status != null && status.ready() && !status.hasJob()));
    }

    void queueJob(Duration duration) {
        queue(duration);
    }

    private List<Long> queue(Duration duration) {
        return stage.gitHub()
                .queue(JobRequest.builder(SCALE_SET).duration(duration).build(), 1);
    }

    /** Returns the ID of a job that runs until {@link #finishJob}. */
    long startJob() throws InterruptedException {
        long job = queue(Duration.ofHours(1)).getFirst();
        events.await(SimulatorEvent.Kind.JOB_STARTED);
        return job;
    }

    /** Waits until it has succeeded. */
    void finishJob(long job) throws InterruptedException {
        stage.gitHub().finish(List.of(job));
        awaitSuccess();
    }

    void awaitSuccess() throws InterruptedException {
        assertThat(events.await(SimulatorEvent.Kind.JOB_COMPLETED).detail()).isEqualTo("succeeded");
    }

    AutoscalingRunnerSet runnerSet() {
        return runnerSet(RUNNERS);
    }

    /** That of a release. */
    AutoscalingRunnerSet runnerSet(HelmRelease release) {
        return client.resources(AutoscalingRunnerSet.class)
                .inNamespace(release.namespace())
                .withName(release.name())
                .get();
    }

    void awaitRunnerSet(Predicate<AutoscalingRunnerSet> condition) {
        awaitRunnerSet(RUNNERS, condition);
    }

    void awaitRunnerSet(HelmRelease release, Predicate<AutoscalingRunnerSet> condition) {
        await().atMost(TIMEOUT).until(() -> runnerSet(release) != null && condition.test(runnerSet(release)));
    }

    /** A copy of the scale set that the controller warns of at once, and again as long as nobody corrects it. */
    void createInvalidScaleSet() {
        AutoscalingRunnerSet invalid = new AutoscalingRunnerSet();
        invalid.getMetadata().setName(INVALID_SCALE_SET);
        invalid.getMetadata().setNamespace(RUNNER_NAMESPACE);
        invalid.setSpec(
                runnerSet().getSpec().toBuilder().minRunners(2).maxRunners(1).build());
        client.resource(invalid).create();
    }

    /** Has the controller look at the invalid scale set until it has raised the count of its Event; then the set goes. */
    void awaitRepeatedWarning() {
        Resource<AutoscalingRunnerSet> invalid = client.resources(AutoscalingRunnerSet.class)
                .inNamespace(RUNNER_NAMESPACE)
                .withName(INVALID_SCALE_SET);
        await().atMost(TIMEOUT).pollInterval(Duration.ofSeconds(1)).until(() -> {
            invalid.patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    "{\"metadata\":{\"annotations\":{\"looked-at\":\"%d\"}}}".formatted(System.nanoTime()));
            return client
                    .v1()
                    .events()
                    .inNamespace(RUNNER_NAMESPACE)
                    .withField("involvedObject.name", INVALID_SCALE_SET)
                    .list()
                    .getItems()
                    .stream()
                    .anyMatch(event -> event.getReason().equals("InvalidLimits") && event.getCount() > 1);
        });
        invalid.delete();
        await().atMost(TIMEOUT).until(() -> invalid.get() == null);
    }

    EphemeralRunnerSet ephemeralRunnerSet() {
        return client.resources(EphemeralRunnerSet.class)
                .inNamespace(RUNNER_NAMESPACE)
                .withName(SCALE_SET)
                .get();
    }

    AutoscalingListener listener() {
        return client.resources(AutoscalingListener.class)
                .inNamespace(CONTROLLER_NAMESPACE)
                .list()
                .getItems()
                .getFirst();
    }

    boolean hasOneOfEach() {
        return count(EphemeralRunnerSet.class, RUNNER_NAMESPACE) == 1
                && count(AutoscalingListener.class, CONTROLLER_NAMESPACE) == 1;
    }

    private int count(Class<? extends HasMetadata> type, String namespace) {
        return client.resources(type).inNamespace(namespace).list().getItems().size();
    }

    /** The listener stays: it has a job to report. */
    void stopController() {
        var deployments = client.apps().deployments().inNamespace(CONTROLLER_NAMESPACE);
        deployments.withName("arc-gha-rs-controller").scale(0);
        await().atMost(TIMEOUT)
                .until(() -> client.pods()
                        .inNamespace(CONTROLLER_NAMESPACE)
                        .withLabel(Labels.PART_OF, "gha-rs-controller")
                        .list()
                        .getItems()
                        .isEmpty());
    }

    /** UIDs of a scale set and what Helm has made for it, by kind and name. */
    Map<String, String> uids(String namespace) {
        Map<String, String> uids = new HashMap<>();
        for (Class<? extends HasMetadata> type : List.of(
                AutoscalingRunnerSet.class, Secret.class, ServiceAccount.class, Role.class, RoleBinding.class)) {
            for (HasMetadata object :
                    client.resources(type).inNamespace(namespace).list().getItems()) {
                if (object.getMetadata().getAnnotations() != null
                        && object.getMetadata().getAnnotations().containsKey("meta.helm.sh/release-name")) {
                    uids.put(
                            object.getKind() + " " + object.getMetadata().getName(),
                            object.getMetadata().getUid());
                }
            }
        }
        return uids;
    }

    static boolean isReady(AutoscalingRunnerSet set) {
        return set.getStatus() != null && Conditions.isTrue(set.getStatus().conditions(), Conditions.READY);
    }

    static boolean isDegraded(AutoscalingRunnerSet set, String reason) {
        return set.getStatus() != null
                && Conditions.has(set.getStatus().conditions(), Conditions.DEGRADED, true, reason);
    }

    void assertRunnerSetIsWithoutController() {
        AutoscalingRunnerSet set = runnerSet();
        assertThat(set).isNotNull();
        assertThat(set.getStatus().phase()).isEqualTo(Phase.PENDING);
        assertThat(Conditions.has(set.getStatus().conditions(), Conditions.READY, false, "ControllerUninstalled"))
                .isTrue();
    }

    /** Type and reason of each. */
    List<String> eventsOfRunnerSet() {
        return client.v1().events().inNamespace(RUNNER_NAMESPACE).list().getItems().stream()
                .filter(event -> event.getInvolvedObject()
                        .getUid()
                        .equals(runnerSet().getMetadata().getUid()))
                .map(event -> event.getType() + " " + event.getReason())
                .toList();
    }

    /** What Helm has left of the objects of a hook of the controller's chart. */
    List<HasMetadata> objectsOfHook(String hook) {
        return Stream.<List<? extends HasMetadata>>of(
                        client.batch()
                                .v1()
                                .jobs()
                                .inNamespace(CONTROLLER_NAMESPACE)
                                .list()
                                .getItems(),
                        client.rbac().clusterRoles().list().getItems(),
                        client.rbac().clusterRoleBindings().list().getItems(),
                        client.serviceAccounts()
                                .inNamespace(CONTROLLER_NAMESPACE)
                                .list()
                                .getItems())
                .<HasMetadata>flatMap(List::stream)
                .filter(object -> object.getMetadata().getName().endsWith("-" + hook))
                .toList();
    }

    ScaleSetView onlyScaleSet() {
        assertThat(stage.gitHub().scaleSets()).hasSize(1);
        return stage.gitHub().scaleSets().getFirst();
    }

    /** Nothing is left on GitHub. */
    void uninstallScaleSet(HelmProgram helm) throws Exception {
        helm.uninstall(RUNNERS);
        awaitNoRunnerSet();
    }

    /** Nothing is left on GitHub. */
    void awaitNoRunnerSet() throws Exception {
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(client.resources(AutoscalingRunnerSet.class)
                                .inNamespace(RUNNER_NAMESPACE)
                                .list()
                                .getItems())
                        .isEmpty());
        assertThat(stage.gitHub().leftovers()).isEmpty();
    }

    /** Nothing is left in the cluster. */
    void uninstallController(HelmProgram helm) throws Exception {
        helm.uninstall(CONTROLLER);
        assertThat(stage.objects().awaitOnly(beforeInstallation, TIMEOUT)).isEmpty();
        requestsOfTheLast = stage.audit().entries().size();
    }

    /** What controller and listeners are allowed now. */
    RoleRules rules() {
        return RoleRules.of(client, CONTROLLER_NAMESPACE);
    }

    /** Requests that were refused since the last controller was uninstalled, whose permissions went before it did. */
    List<AuditLog.Entry> forbidden() throws Exception {
        List<AuditLog.Entry> requests = stage.audit().entries();
        return new AuditLog(requests.subList(requestsOfTheLast, requests.size())).forbidden();
    }

    /**
     * Each of the rules was needed so far.
     *
     * @param elsewhere those that are not needed in this test
     */
    void assertNoneIsNeedless(RoleRules rules, Predicate<RoleRules.Rule> elsewhere) throws Exception {
        AuditLog requests = stage.audit();
        Files.write(
                Path.of("target", "unused-permissions.txt"),
                rules.unusedVerbs(requests).toList());
        assertThat(rules.unused(requests)).filteredOn(elsewhere.negate()).isEmpty();
    }

    /** As {@code kubectl apply --server-side --force-conflicts -f FOLDER}. */
    void applyServerSide(Path crds) throws IOException {
        try (Stream<Path> files = Files.list(crds)) {
            for (Path file : files.toList()) {
                try (var yaml = Files.newInputStream(file)) {
                    for (HasMetadata crd : client.load(yaml).items()) {
                        client.resource(crd)
                                .fieldManager("kubectl")
                                .forceConflicts()
                                .serverSideApply();
                    }
                }
            }
        }
    }

    /** Replaces the CRD of scale sets by that of an older version, which has no policy. */
    void downgradeCrds() {
        crdOfRunnerSets()
                .patch(PatchContext.of(PatchType.JSON), "[{\"op\": \"remove\", \"path\": \"%s\"}]".formatted(POLICY));
    }

    /** Whether the CRD of scale sets has the field that {@link #downgradeCrds} removes. */
    boolean hasCurrentCrds() {
        return !Serialization.jsonMapper()
                .valueToTree(crdOfRunnerSets().get())
                .at(POLICY)
                .isMissingNode();
    }

    private Resource<CustomResourceDefinition> crdOfRunnerSets() {
        return client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(HasMetadata.getFullResourceName(AutoscalingRunnerSet.class));
    }

    @Override
    public void close() {
        stage.close();
    }
}
