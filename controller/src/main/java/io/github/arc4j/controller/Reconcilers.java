package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.autoscalinglistener.AutoscalingListenerReconciler;
import io.github.arc4j.controller.autoscalinglistener.SharedListeners;
import io.github.arc4j.controller.autoscalingrunnerset.AutoscalingRunnerSetReconciler;
import io.github.arc4j.controller.autoscalingrunnerset.Family;
import io.github.arc4j.controller.autoscalingrunnerset.derived.DerivedObjects;
import io.github.arc4j.controller.console.Console;
import io.github.arc4j.controller.console.model.Caches;
import io.github.arc4j.controller.crds.CrdCheck;
import io.github.arc4j.controller.ephemeralrunner.BusyPods;
import io.github.arc4j.controller.ephemeralrunner.EphemeralRunnerReconciler;
import io.github.arc4j.controller.ephemeralrunner.JobCompletions;
import io.github.arc4j.controller.ephemeralrunner.pod.PodState;
import io.github.arc4j.controller.ephemeralrunnerset.EphemeralRunnerSetReconciler;
import io.github.arc4j.controller.ephemeralrunnerset.index.FormerRunnerSets;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.controller.github.CachedGitHubClients;
import io.github.arc4j.controller.github.ClientFactory;
import io.github.arc4j.controller.github.Deregistrations;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubContact;
import io.github.arc4j.controller.github.GitHubMetrics;
import io.github.arc4j.controller.github.credentials.ProxyResolver;
import io.github.arc4j.controller.github.credentials.ProxySecret;
import io.github.arc4j.controller.github.credentials.SecretReader;
import io.github.arc4j.controller.github.credentials.VaultReader;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.options.ReconcilerSettings;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.controller.runners.RunnerObserver;
import io.github.arc4j.controller.runners.UnstartedRunners;
import io.github.arc4j.controller.runtime.Controller;
import io.github.arc4j.controller.runtime.EventSource;
import io.github.arc4j.controller.runtime.Manager;
import io.github.arc4j.controller.runtime.cache.Request;
import io.github.arc4j.controller.runtime.cache.ResourceCache;
import io.github.arc4j.controller.runtime.client.KubernetesApi;
import io.github.arc4j.controller.runtime.events.EventRecorder;
import io.github.arc4j.controller.runtime.metrics.RuntimeMetrics;
import io.github.arc4j.controller.runtime.queue.Priority;
import io.github.arc4j.controller.sources.Source;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.controller.tracing.JobTraces;
import io.github.arc4j.controller.tracing.OtlpExport;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The reconcilers, their caches and their event sources. */
public final class Reconcilers {
    private final ReconcilerSettings settings;
    private final RuntimeMetrics metrics;
    private final CollectorRegistry registry;
    private final EventRecorder events;
    private final Clock clock = Clock.systemUTC();
    private final LabelPropagation propagation;
    private final Resources resources;
    private final BooleanSupplier busy;
    private final Sources sources;
    private final SecretReader secrets;
    private final ProxySecret proxySecret;
    private final VaultReader vaults;
    private final CachedGitHubClients github;
    private final Deregistrations deregistrations;
    private final UnstartedRunners unstarted;
    private final RunnerMetrics runnerMetrics;
    private final RunnerObserver observer;
    private final CrdCheck crdCheck;

    private Reconcilers(
            Manager manager,
            KubernetesApi api,
            ReconcilerSettings settings,
            RuntimeMetrics metrics,
            CollectorRegistry registry,
            EventRecorder events,
            BooleanSupplier busy) {
        this.settings = settings;
        this.metrics = metrics;
        this.registry = registry;
        this.observer = observer(manager, settings);
        this.events = events;
        this.propagation = new LabelPropagation(settings.excludedLabelPrefixes());
        this.resources = Resources.of(
                api.client(),
                api.json(),
                new Resources.Caches() {
                    @Override
                    public <T extends HasMetadata> ResourceCache<T> of(Class<T> kind) {
                        return manager.feed(new ResourceCache<>(kind), namespacesOf(kind));
                    }
                },
                events,
                clock);
        this.deregistrations = new Deregistrations(resources.ephemeralRunners().cache());
        this.runnerMetrics = new RunnerMetrics(
                registry,
                resources.autoscalingRunnerSets().cache(),
                resources.ephemeralRunnerSets().cache());
        this.unstarted = new UnstartedRunners(resources.ephemeralRunners().cache());
        new ConditionMetrics(resources).register(registry);
        if (!settings.watchedNamespaces().isEmpty()) {
            // Another controller may run its listeners in the same namespace.
            resources
                    .autoscalingListeners()
                    .cache()
                    .only(listener -> settings.watchedNamespaces()
                            .contains(listener.getSpec().autoscalingRunnerSetNamespace()));
        }
        this.busy = busy;
        this.crdCheck = new CrdCheck(path -> api.client().raw(path), api.json());
        this.sources = SourceReferences.track(
                api, resources.autoscalingRunnerSets().cache(), settings.credentialsNamespaces(), clock);
        this.secrets = new SecretReader(resources.live(), sources, settings.credentialsNamespaces());
        ProxyResolver proxies = new ProxyResolver(secrets);
        this.proxySecret = new ProxySecret(
                resources.secrets(),
                proxies,
                sources,
                resources.autoscalingListeners().cache(),
                resources.ephemeralRunnerSets().cache());
        this.vaults = new VaultReader(proxies, settings.environment(), settings.vaultCertificates(), clock);
        GitHubContact contact = new GitHubContact(clock);
        manager.readyUnless(contact::problem);
        GitHubMetrics gitHubMetrics = new GitHubMetrics(registry, contact);
        ClientFactory clients = new ClientFactory(
                secrets,
                proxies,
                vaults,
                settings.allowedGitHubHosts(),
                settings.userAgent(),
                settings.environment(),
                gitHubMetrics);
        this.github = new CachedGitHubClients(clients, sources, this::countScaleSets, gitHubMetrics, clock);
    }

    private int countScaleSets(String namespace) {
        return Math.toIntExact(resources.autoscalingRunnerSets().cache().all().stream()
                .filter(set -> set.getMetadata().getNamespace().equals(namespace))
                .count());
    }

    /** Without a collector, the classes of tracing are not loaded. */
    private RunnerObserver observer(Manager manager, ReconcilerSettings settings) {
        return settings.tracesCollector()
                .map(collector -> {
                    OtlpExport export = new OtlpExport(collector, version());
                    manager.closeAtEnd(export);
                    return (RunnerObserver) JobTraces.to(export, clock);
                })
                .orElse(RunnerObserver.NONE);
    }

    /**
     * Listeners are read only in the namespace in which the controller creates them. Otherwise, anyone who may create
     * an AutoscalingListener in another namespace could run an image of their choice with the credentials of any scale
     * set.
     */
    private Set<String> namespacesOf(Class<? extends HasMetadata> kind) {
        return kind == AutoscalingListener.class
                ? Set.of(settings.controllerNamespace())
                : settings.watchedNamespaces();
    }

    /** Registers all reconcilers with the manager. */
    public static void register(
            Manager manager,
            KubernetesApi api,
            ReconcilerSettings settings,
            RuntimeMetrics metrics,
            CollectorRegistry registry,
            EventRecorder events) {
        register(manager, api, settings, metrics, registry, events, api::isBusy);
    }

    /** @param busy whether the API server is busy, so that non-urgent status writes should be deferred */
    static void register(
            Manager manager,
            KubernetesApi api,
            ReconcilerSettings settings,
            RuntimeMetrics metrics,
            CollectorRegistry registry,
            EventRecorder events,
            BooleanSupplier busy) {
        new Reconcilers(manager, api, settings, metrics, registry, events, busy).register(manager);
    }

    private void register(Manager manager) {
        manager.closeAtEnd(github);
        manager.closeAtEnd(vaults);
        manager.closeAtEnd(sources);
        Controller sets = autoscalingRunnerSets();
        Controller listeners = autoscalingListeners();
        Controller runnerSets = ephemeralRunnerSets();
        Controller runners = ephemeralRunners();
        List.of(sets, listeners, runnerSets, runners, crds(sets)).forEach(manager::add);
        serveConsole(manager);
        resources.ephemeralRunnerSets().cache().onChange((before, after) -> runnerSetChanged(before, after, runners));
        sources.onChange(source -> enqueueUsersOf(source, sets, listeners, runnerSets, runners));
    }

    private void runnerSetChanged(
            @Nullable EphemeralRunnerSet before, @Nullable EphemeralRunnerSet after, Controller runners) {
        ResourceCache<EphemeralRunner> cache = resources.ephemeralRunners().cache();
        // A runner that exits after its job changes by itself; others must be checked although nothing changes.
        JobCompletions.newlyReported(before, after).stream()
                .filter(runner -> cache.get(runner) != null)
                .forEach(runner -> runners.enqueue(runner, Priority.LOW));
        // A changed policy applies to existing runners.
        if (before != null
                && after != null
                && !Objects.equals(before.getSpec().policy(), after.getSpec().policy())) {
            RunnerIndex.runnersOf(after, cache).forEach(runner -> runners.enqueue(Request.of(runner), Priority.NORMAL));
        }
    }

    /** Without an address, the classes of the console are not loaded. */
    private void serveConsole(Manager manager) {
        settings.consoleAddress()
                .ifPresent(address -> manager.serve(address, Console.handlers(Caches.of(resources), version(), clock)));
    }

    /** Enqueues all objects that are built from a changed Secret or ConfigMap. */
    private void enqueueUsersOf(
            Source source, Controller sets, Controller listeners, Controller runnerSets, Controller runners) {
        for (AutoscalingRunnerSet set : SourceReferences.referringTo(
                source, resources.autoscalingRunnerSets().cache())) {
            Request request = Request.of(set);
            sets.enqueue(request, Priority.HIGH);
            runnerSets.enqueue(request, Priority.HIGH);
            Family.listenersOf(request, resources.autoscalingListeners().cache())
                    .forEach(listener -> listeners.enqueue(Request.of(listener), Priority.HIGH));
        }
        resources.ephemeralRunners().cache().all().stream()
                .filter(runner -> waitsForGitHub(runner)
                        && GitHubAccess.of(runner)
                                .sources(settings.credentialsNamespaces())
                                .contains(source))
                .forEach(runner -> runners.enqueue(Request.of(runner), Priority.NORMAL));
    }

    private static boolean waitsForGitHub(EphemeralRunner runner) {
        return runner.isMarkedForDeletion() || runner.statusOrEmpty().runnerId() == 0;
    }

    private Controller autoscalingRunnerSets() {
        DerivedObjects derived = new DerivedObjects(
                settings.controllerNamespace(),
                settings.listenerImage(),
                settings.listenerImagePullSecrets(),
                propagation,
                settings.updateStrategy());
        return Controller.builder(
                        "AutoscalingRunnerSet",
                        new AutoscalingRunnerSetReconciler(
                                resources,
                                derived,
                                github,
                                settings.allowedGitHubHosts(),
                                crdCheck::problem,
                                registry,
                                events,
                                clock,
                                version()))
                .on(EventSource.self(resources.autoscalingRunnerSets().cache()))
                .on(EventSource.ownedBy(
                        AutoscalingRunnerSet.class,
                        resources.ephemeralRunnerSets().cache()))
                .on(EventSource.mapped(
                        resources.autoscalingListeners().cache(),
                        listener -> List.of(AutoscalingListenerReconciler.runnerSetOf(listener))))
                .backoff(settings.backoff())
                .build(metrics);
    }

    /** The scale sets report outdated CRDs. */
    private Controller crds(Controller sets) {
        crdCheck.onChange(() -> resources
                .autoscalingRunnerSets()
                .cache()
                .all()
                .forEach(set -> sets.enqueue(Request.of(set), Priority.LOW)));
        return Controller.builder("CustomResourceDefinition", crdCheck)
                .startingWith(CrdCheck.REQUEST)
                .build(metrics);
    }

    private Controller autoscalingListeners() {
        return Controller.builder(
                        "AutoscalingListener",
                        new AutoscalingListenerReconciler(
                                resources,
                                settings.listeners(),
                                propagation,
                                secrets,
                                vaults,
                                proxySecret,
                                sources,
                                registry,
                                events,
                                clock))
                .on(EventSource.self(resources.autoscalingListeners().cache()))
                .on(EventSource.ownedBy(
                        AutoscalingListener.class, resources.pods().cache()))
                .on(EventSource.mapped(
                        resources.pods().cache(),
                        pod -> SharedListeners.hostedBy(
                                pod, resources.autoscalingListeners().cache())))
                .on(EventSource.ownedBy(
                        AutoscalingListener.class, resources.serviceAccounts().cache()))
                .on(EventSource.mapped(
                        resources.roles().cache(),
                        object -> AutoscalingListenerReconciler.listenerOf(
                                object, resources.autoscalingListeners().cache())))
                .on(EventSource.mapped(
                        resources.roleBindings().cache(),
                        object -> AutoscalingListenerReconciler.listenerOf(
                                object, resources.autoscalingListeners().cache())))
                .backoff(settings.backoff())
                .build(metrics);
    }

    private Controller ephemeralRunnerSets() {
        return Controller.builder(
                        "EphemeralRunnerSet",
                        new EphemeralRunnerSetReconciler(
                                resources,
                                propagation,
                                proxySecret,
                                github,
                                new RunnerPodReader(clock),
                                deregistrations,
                                unstarted,
                                runnerMetrics,
                                registry,
                                events,
                                clock))
                .on(EventSource.self(resources.ephemeralRunnerSets().cache()))
                .on(EventSource.ownedBy(
                        EphemeralRunnerSet.class, resources.ephemeralRunners().cache()))
                .on(EventSource.mapped(
                        resources.ephemeralRunners().cache(),
                        runner -> FormerRunnerSets.successorOfSetOf(
                                runner, resources.ephemeralRunnerSets().cache())))
                .backoff(settings.backoff())
                .build(metrics);
    }

    private Controller ephemeralRunners() {
        ResourceCache<EphemeralRunner> runners = resources.ephemeralRunners().cache();
        ResourceCache<EphemeralRunnerSet> sets = resources.ephemeralRunnerSets().cache();
        ResourceCache<Pod> pods = resources.pods().cache();
        return Controller.builder(
                        "EphemeralRunner",
                        new EphemeralRunnerReconciler(
                                resources,
                                busy,
                                propagation,
                                github,
                                deregistrations,
                                unstarted,
                                settings.runnerStartTimeout(),
                                runnerMetrics,
                                observer,
                                events,
                                clock,
                                version()))
                .on(EventSource.self(runners).urgentWhen(runner -> BusyPods.awaitsMark(runner, pods, sets)))
                .on(EventSource.ownedBy(EphemeralRunner.class, pods)
                        .urgentWhen(pod -> PodState.of(pod).isEnd()))
                .on(EventSource.mapped(
                                pods,
                                pod -> BusyPods.runnerOfUnmarkedHookPod(pod, runners, sets).stream()
                                        .toList())
                        .urgentWhen(pod -> true))
                .concurrency(settings.runnerConcurrency())
                .backoff(settings.backoff())
                .build(metrics);
    }

    private String version() {
        return settings.userAgent().version();
    }
}
