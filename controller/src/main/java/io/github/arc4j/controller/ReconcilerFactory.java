package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.autoscalinglistener.AutoscalingListenerReconciler;
import io.github.arc4j.controller.autoscalingrunnerset.AutoscalingRunnerSetReconciler;
import io.github.arc4j.controller.autoscalingrunnerset.derived.DerivedObjects;
import io.github.arc4j.controller.crds.CrdCheck;
import io.github.arc4j.controller.ephemeralrunner.EphemeralRunnerReconciler;
import io.github.arc4j.controller.ephemeralrunnerset.EphemeralRunnerSetReconciler;
import io.github.arc4j.controller.github.CachedGitHubClients;
import io.github.arc4j.controller.github.ClientFactory;
import io.github.arc4j.controller.github.GitHubContact;
import io.github.arc4j.controller.github.GitHubMetrics;
import io.github.arc4j.controller.github.credentials.ProxyResolver;
import io.github.arc4j.controller.github.credentials.ProxySecret;
import io.github.arc4j.controller.github.credentials.SecretReader;
import io.github.arc4j.controller.github.credentials.VaultReader;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.options.ReconcilerSettings;
import io.github.arc4j.controller.runners.Deregistrations;
import io.github.arc4j.controller.runners.RunnerEndings;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.controller.runners.RunnerObserver;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.controller.tracing.JobTraces;
import io.github.arc4j.controller.tracing.OtlpExport;
import io.github.arc4j.runtime.Manager;
import io.github.arc4j.runtime.Reconciler;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.events.EventRecorder;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Builds the reconcilers, and what they share: caches, clients of GitHub, settings. */
final class ReconcilerFactory {
    private final ReconcilerSettings settings;
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
    private final RunnerEndings endings;
    private final RunnerMetrics runnerMetrics;
    private final RunnerObserver observer;
    private final CrdCheck crdCheck;

    /**
     * @param manager fills the caches, and closes what has been built
     * @param busy whether the API server is busy, so that non-urgent status writes should be deferred
     */
    ReconcilerFactory(
            Manager manager,
            KubernetesApi api,
            ReconcilerSettings settings,
            CollectorRegistry registry,
            EventRecorder events,
            BooleanSupplier busy) {
        this.settings = settings;
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
        this.endings = new RunnerEndings(resources.ephemeralRunners().cache());
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
        this.vaults = new VaultReader(proxies, settings.environment().variables(), settings.vaultCertificates(), clock);
        GitHubContact contact = new GitHubContact(clock);
        manager.readyUnless(contact::problem);
        GitHubMetrics gitHubMetrics = new GitHubMetrics(registry, contact);
        ClientFactory clients = new ClientFactory(
                secrets,
                proxies,
                vaults,
                settings.allowedGitHubHosts(),
                settings.userAgent(),
                settings.environment().variables(),
                gitHubMetrics);
        this.github = new CachedGitHubClients(clients, sources, this::countScaleSets, gitHubMetrics, clock);
        manager.closeAtEnd(github);
        manager.closeAtEnd(vaults);
        manager.closeAtEnd(sources);
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

    Resources resources() {
        return resources;
    }

    Sources sources() {
        return sources;
    }

    CrdCheck crdCheck() {
        return crdCheck;
    }

    Clock clock() {
        return clock;
    }

    Reconciler autoscalingRunnerSets() {
        DerivedObjects derived = new DerivedObjects(
                settings.controllerNamespace(),
                settings.listenerImage(),
                settings.listenerImagePullSecrets(),
                propagation,
                settings.updateStrategy());
        return new AutoscalingRunnerSetReconciler(
                resources,
                derived,
                github,
                settings.allowedGitHubHosts(),
                crdCheck::problem,
                registry,
                events,
                clock,
                version());
    }

    Reconciler autoscalingListeners() {
        return new AutoscalingListenerReconciler(
                resources,
                settings.listeners(),
                propagation,
                secrets,
                vaults,
                proxySecret,
                sources,
                registry,
                events,
                clock);
    }

    Reconciler ephemeralRunnerSets() {
        return new EphemeralRunnerSetReconciler(
                resources,
                propagation,
                proxySecret,
                github,
                deregistrations,
                endings,
                runnerMetrics,
                registry,
                events,
                clock);
    }

    Reconciler ephemeralRunners() {
        return new EphemeralRunnerReconciler(
                resources,
                busy,
                propagation,
                github,
                deregistrations,
                endings,
                settings.runnerStartTimeout(),
                runnerMetrics,
                observer,
                events,
                clock,
                version());
    }

    String version() {
        return settings.userAgent().version();
    }
}
