package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.autoscalingrunnerset.AutoscalingRunnerSetReconciler;
import io.github.arc4j.controller.autoscalingrunnerset.derived.DerivedObjects;
import io.github.arc4j.controller.autoscalingrunnerset.derived.UpdateStrategy;
import io.github.arc4j.controller.ephemeralrunner.EphemeralRunnerReconciler;
import io.github.arc4j.controller.ephemeralrunnerset.EphemeralRunnerSetReconciler;
import io.github.arc4j.controller.github.AllowedGitHubHosts;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.github.credentials.ProxyResolver;
import io.github.arc4j.controller.github.credentials.ProxySecret;
import io.github.arc4j.controller.github.credentials.SecretReader;
import io.github.arc4j.controller.kube.LiveObjects;
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
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The reconcilers of scale sets, runner sets and runners, step by step: a test also determines when to reconcile, and
 * when the caches are updated.
 */
public final class ReconcilerFixture extends ClusterFixture {
    public static final String VERSION = "1.2.3";

    /** Reasons of the Events, in order. */
    public final List<String> events = new CopyOnWriteArrayList<>();
    /** What the observer of runners has seen. */
    public final List<EphemeralRunner> observed = new CopyOnWriteArrayList<>();

    public final CollectorRegistry metrics = new CollectorRegistry();

    private final KubernetesApi api;
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

    /** A new process reconciles runners from now on. */
    public void restart() {
        runnerCaches = new SyncedCaches(kube, client);
        runnerReconciler = newRunnerReconciler.apply(
                runnerCaches, new Deregistrations(resources.ephemeralRunners().cache()));
    }

    /** A runner whose container is running. */
    public EphemeralRunner createRunning(String name) throws Exception {
        createRunner(name);
        reconcileRunner(name);
        podRuns(name);
        reconcileRunner(name);
        return Objects.requireNonNull(runner(name));
    }

    @Override
    public void close() {
        sources.close();
        api.close();
        super.close();
    }
}
