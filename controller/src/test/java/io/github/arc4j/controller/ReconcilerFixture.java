package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpecBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatusBuilder;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.autoscalingrunnerset.AutoscalingRunnerSetReconciler;
import io.github.arc4j.controller.autoscalingrunnerset.derived.DerivedObjects;
import io.github.arc4j.controller.autoscalingrunnerset.derived.UpdateStrategy;
import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.controller.ephemeralrunner.EphemeralRunnerReconciler;
import io.github.arc4j.controller.ephemeralrunnerset.EphemeralRunnerSetReconciler;
import io.github.arc4j.controller.github.AllowedGitHubHosts;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.github.credentials.ProxyResolver;
import io.github.arc4j.controller.github.credentials.ProxySecret;
import io.github.arc4j.controller.github.credentials.SecretReader;
import io.github.arc4j.controller.kube.LiveObjects;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.runners.Deregistrations;
import io.github.arc4j.controller.runners.RunnerEndings;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.controller.runners.RunnerObserver;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.runtime.Reconciler;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.events.EventRecorder;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The reconcilers of scale sets, runner sets and runners, step by step: a test determines when to reconcile, the time,
 * and when the caches are updated. There is an API server, but no node: pods stay as tests create them.
 */
public final class ReconcilerFixture implements AutoCloseable {
    public static final String NAMESPACE = "runners";
    public static final String CONTROLLER_NAMESPACE = "controller";
    public static final int SCALE_SET_ID = 7;
    public static final String VERSION = "1.2.3";

    public final TestCluster kube;
    /** The test's own. */
    public final KubernetesClient client;

    public final FakeGitHub github = new FakeGitHub();
    /** Reasons of the Events, in order. */
    public final List<String> events = new CopyOnWriteArrayList<>();
    /** What the observer of runners has seen. */
    public final List<EphemeralRunner> observed = new CopyOnWriteArrayList<>();

    public final CollectorRegistry metrics = new CollectorRegistry();

    private final KubernetesApi testApi;
    private final KubernetesApi api;
    private final TestClock clock = new TestClock();
    private final Sources sources;
    private final SyncedCaches caches;
    private final Resources resources;
    private final BiFunction<SyncedCaches, Deregistrations, Reconciler> newRunnerReconciler;
    private SyncedCaches runnerCaches;
    private final Reconciler setReconciler;
    private final Reconciler scaleSetReconciler;
    private Reconciler runnerReconciler;
    private @Nullable GitHubAccessException accessFailure;
    private String crdProblem = "";
    private boolean apiServerIsBusy;
    /** Newer than any list. */
    private long versionOfCached = Long.MAX_VALUE / 2;

    public ReconcilerFixture() {
        this(UpdateStrategy.IMMEDIATE);
    }

    public ReconcilerFixture(UpdateStrategy updateStrategy) {
        kube = TestCluster.start(NAMESPACE, CONTROLLER_NAMESPACE, clock);
        testApi = kube.connect("test");
        client = testApi.client();
        caches = new SyncedCaches(kube, client);
        runnerCaches = new SyncedCaches(kube, client);
        api = kube.connectAsController();
        EventRecorder recorder = (object, type, reason, message) -> events.add(reason);
        resources = Resources.of(api.client(), api.json(), caches, recorder, clock);
        Deregistrations deregistrations =
                new Deregistrations(resources.ephemeralRunners().cache());
        RunnerEndings endings = new RunnerEndings(resources.ephemeralRunners().cache());
        LabelPropagation propagation = new LabelPropagation(List.of());
        RunnerMetrics runnerMetrics = new RunnerMetrics(
                metrics,
                resources.autoscalingRunnerSets().cache(),
                resources.ephemeralRunnerSets().cache());
        newRunnerReconciler = (own, ownDeregistrations) -> new EphemeralRunnerReconciler(
                Resources.of(api.client(), api.json(), own, recorder, clock),
                () -> apiServerIsBusy,
                propagation,
                this::access,
                ownDeregistrations,
                endings,
                Duration.ofMinutes(20),
                runnerMetrics,
                new RunnerObserver() {
                    @Override
                    public void observed(EphemeralRunner runner, @Nullable Pod pod) {
                        observed.add(runner);
                    }
                },
                recorder,
                clock,
                VERSION);
        runnerReconciler = newRunnerReconciler.apply(runnerCaches, deregistrations);
        sources = new Sources(api, source -> true, clock);
        ProxySecret proxySecret = new ProxySecret(
                resources.secrets(),
                new ProxyResolver(new SecretReader(
                        new LiveObjects(api.client(), api.json()), sources, CredentialsNamespaces.OWN)),
                sources,
                resources.ephemeralRunnerSets().cache());
        setReconciler = new EphemeralRunnerSetReconciler(
                resources,
                propagation,
                proxySecret,
                this::access,
                deregistrations,
                endings,
                runnerMetrics,
                metrics,
                recorder,
                clock);
        scaleSetReconciler = new AutoscalingRunnerSetReconciler(
                resources,
                new DerivedObjects(
                        CONTROLLER_NAMESPACE, "arc4j:dev", List.of("pull-secret"), propagation, updateStrategy),
                this::access,
                AllowedGitHubHosts.ANY,
                () -> crdProblem,
                metrics,
                recorder,
                clock,
                VERSION);
    }

    private ScaleSetApi access(GitHubAccess access) throws GitHubAccessException {
        if (accessFailure != null) {
            throw accessFailure;
        }
        return github;
    }

    /** Makes access to GitHub fail; null ends the failure. */
    public void failAccessWith(@Nullable GitHubAccessException e) {
        accessFailure = e;
    }

    /** Sets what the installed CustomResourceDefinitions lack; empty for nothing. */
    public void setCrdProblem(String problem) {
        crdProblem = problem;
    }

    /** Sets whether the controller considers the API server busy. */
    public void setApiServerBusy(boolean busy) {
        apiServerIsBusy = busy;
    }

    public void pass(Duration time) {
        clock.pass(time);
    }

    /** The time in Kubernetes' format. */
    public String now() {
        return clock.instant().toString();
    }

    /** Brings all caches up to date. */
    public void sync() {
        SyncedCaches.sync(List.of(caches, runnerCaches));
    }

    /** Brings only the cache of this kind up to date. */
    public void sync(Class<? extends HasMetadata> kind) {
        SyncedCaches.sync(kind, List.of(caches, runnerCaches));
    }

    /**
     * An object that only the caches contain, as if the garbage collector were a moment late: it deletes objects whose
     * owners are all in other namespaces.
     */
    public void cacheWhatIsCollected(HasMetadata object) {
        object.getMetadata().setResourceVersion(Long.toString(++versionOfCached));
        caches.contain(object);
    }

    /** How many requests, whoever sent them, concerned a namespace. */
    public long requestsIn(String namespace) {
        return kube.requests().count(request -> namespace.equals(request.namespace()));
    }

    /** Reconciles a runner with fresh caches. */
    public Result reconcileRunner(String name) throws Exception {
        sync();
        return reconcileRunnerWithStaleCaches(name);
    }

    /** Reconciles a runner with stale caches. */
    public Result reconcileRunnerWithStaleCaches(String name) throws Exception {
        return runnerReconciler.reconcile(new Request(NAMESPACE, name));
    }

    /** Reconciles a runner set with fresh caches. */
    public Result reconcileSet(String name) throws Exception {
        sync();
        return reconcileSetWithStaleCaches(name);
    }

    /** Reconciles a runner set with stale caches. */
    public Result reconcileSetWithStaleCaches(String name) throws Exception {
        return setReconciler.reconcile(new Request(NAMESPACE, name));
    }

    /** Reconciles a scale set with fresh caches. */
    public Result reconcileScaleSet(String name) throws Exception {
        return reconcileScaleSet(NAMESPACE, name);
    }

    /** Reconciles a scale set of any namespace with fresh caches. */
    public Result reconcileScaleSet(String namespace, String name) throws Exception {
        sync();
        return reconcileScaleSetWithStaleCaches(namespace, name);
    }

    /** Reconciles a scale set with stale caches. */
    public Result reconcileScaleSetWithStaleCaches(String namespace, String name) throws Exception {
        return scaleSetReconciler.reconcile(new Request(namespace, name));
    }

    public static EphemeralRunnerSpecBuilder spec() {
        return EphemeralRunnerSpec.builder()
                .githubConfigUrl("https://github.com/org/repo")
                .githubConfigSecret("github")
                .runnerScaleSetId(SCALE_SET_ID)
                .build()
                .withTemplate(ControllerFixture.template("runner:1"))
                .toBuilder();
    }

    /** A new process reconciles runners from now on. */
    public void restart() {
        runnerCaches = new SyncedCaches(kube, client);
        runnerReconciler = newRunnerReconciler.apply(
                runnerCaches, new Deregistrations(resources.ephemeralRunners().cache()));
    }

    /** A scale set and its runner set, which are not reconciled. */
    public void createSetWithPolicy(String name, RunnerPolicy policy) {
        AutoscalingRunnerSet scaleSet = new AutoscalingRunnerSet();
        scaleSet.setMetadata(
                new ObjectMetaBuilder().withName(name).withNamespace(NAMESPACE).build());
        scaleSet.setSpec(AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl("https://github.com/org/repo")
                .githubConfigSecret("github")
                .template(ControllerFixture.template("runner:1"))
                .build());
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(NAMESPACE)
                .withOwnerReferences(Owners.controller(client.resource(scaleSet).create()))
                .build());
        set.setSpec(EphemeralRunnerSetSpec.builder()
                .ephemeralRunnerSpec(spec().build())
                .policy(policy)
                .build());
        client.resource(set).create();
    }

    /** The runner belongs to the set from now on. */
    public void adopt(String set, String runner) {
        client.resource(runner(runner)).edit(owned -> {
            owned.getMetadata().setOwnerReferences(List.of(Owners.controller(set(set))));
            return owned;
        });
    }

    /** As the listener does after the end of jobs. */
    public void reportCompleted(String set, String runners) {
        client.resource(set(set)).edit(reported -> {
            reported.getMetadata().setAnnotations(Map.of(Annotations.COMPLETED_RUNNERS, runners));
            return reported;
        });
    }

    private EphemeralRunnerSet set(String name) {
        return client.resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .get();
    }

    public EphemeralRunner createRunner(String name) {
        return createRunner(name, UnaryOperator.identity());
    }

    public EphemeralRunner createRunner(String name, UnaryOperator<EphemeralRunnerSpecBuilder> change) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(
                new ObjectMetaBuilder().withName(name).withNamespace(NAMESPACE).build());
        runner.setSpec(change.apply(spec()).build());
        return client.resource(runner).create();
    }

    /** A runner whose container is running. */
    public EphemeralRunner createRunning(String name) throws Exception {
        createRunner(name);
        reconcileRunner(name);
        podRuns(name);
        reconcileRunner(name);
        return Objects.requireNonNull(runner(name));
    }

    public EphemeralRunner runner(String name) {
        return client.resources(EphemeralRunner.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .get();
    }

    public List<EphemeralRunner> runners() {
        return client.resources(EphemeralRunner.class)
                .inNamespace(NAMESPACE)
                .list()
                .getItems();
    }

    public EphemeralRunnerStatus status(String name) {
        return runner(name).getStatus();
    }

    public void deleteRunner(String name) {
        client.resource(runner(name)).delete();
    }

    /** The runner, its pod, all Secrets and all registrations are deleted. */
    public void assertThatNothingIsLeftOf(String name) {
        assertThat(runner(name)).isNull();
        assertThat(pod(name)).isNull();
        assertThat(client.secrets().inNamespace(NAMESPACE).list().getItems()).isEmpty();
        assertThat(github.registered).isEmpty();
    }

    /** As the listener does when the job starts. */
    public void jobStarts(String name) {
        github.busy.add(name);
        reportRunner(name, status -> status.jobId("job").jobRequestId(1));
    }

    /** Another client changes the status of a runner. */
    public void reportRunner(String name, UnaryOperator<EphemeralRunnerStatusBuilder> change) {
        EphemeralRunnerStatus before = runner(name).getStatus();
        EphemeralRunnerStatusBuilder builder = (before == null ? EphemeralRunnerStatus.EMPTY : before).toBuilder();
        client.resources(EphemeralRunner.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization()
                                .asJson(Map.of("status", change.apply(builder).build())));
    }

    public Pod pod(String name) {
        return client.pods().inNamespace(NAMESPACE).withName(name).get();
    }

    public void deletePod(String name) {
        client.pods().inNamespace(NAMESPACE).withName(name).delete();
    }

    /** The kubelet reports. */
    public void podReports(String name, UnaryOperator<PodStatusBuilder> change) {
        client.pods().inNamespace(NAMESPACE).withName(name).editStatus(pod -> {
            PodStatus status = Objects.requireNonNullElseGet(pod.getStatus(), PodStatus::new);
            pod.setStatus(change.apply(new PodStatusBuilder(status)).build());
            return pod;
        });
    }

    /** The runner's container has been running for long. */
    public void podRuns(String name) {
        podRunsSince(name, null);
    }

    /** The runner's container started just now, and is ready. */
    public void podStarts(String name) {
        podRunsSince(name, clock.instant().toString());
        podReports(
                name,
                status -> status.addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .endCondition());
    }

    private void podRunsSince(String name, @Nullable String time) {
        podReports(
                name,
                status -> status.withPhase("Running")
                        .withContainerStatuses()
                        .addNewContainerStatus()
                        .withName("runner")
                        .withState(new ContainerStateBuilder()
                                .withNewRunning()
                                .withStartedAt(time)
                                .endRunning()
                                .build())
                        .endContainerStatus());
    }

    /** Keeps the pod from being removed when it is deleted. */
    public void holdPod(String name) {
        client.pods()
                .inNamespace(NAMESPACE)
                .withName(name)
                .edit(pod -> new PodBuilder(pod)
                        .editMetadata()
                        .addToFinalizers("test/hold")
                        .endMetadata()
                        .build());
    }

    /** The runner's container ends; the pod's phase follows unless a sidecar is still running. */
    public void podEnds(String name, int exitCode) {
        podEnds(name, exitCode == 0 ? "Succeeded" : "Failed", exitCode);
    }

    public void podEnds(String name, String phase, int exitCode) {
        podReports(
                name,
                status -> status.withPhase(phase)
                        .withContainerStatuses()
                        .addNewContainerStatus()
                        .withName("runner")
                        .withState(new ContainerStateBuilder()
                                .withNewTerminated()
                                .withExitCode(exitCode)
                                .endTerminated()
                                .build())
                        .endContainerStatus());
    }

    public void podIsRefused(String name, String reason) {
        podReports(name, status -> status.withPhase("Failed").withReason(reason).withMessage("by the node"));
    }

    @Override
    public void close() {
        sources.close();
        api.close();
        testApi.close();
        kube.close();
    }
}
