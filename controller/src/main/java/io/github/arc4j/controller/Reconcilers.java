package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.autoscalinglistener.AutoscalingListenerReconciler;
import io.github.arc4j.controller.autoscalingrunnerset.AutoscalingRunnerSetReconciler;
import io.github.arc4j.controller.autoscalingrunnerset.DerivedObjects;
import io.github.arc4j.controller.ephemeralrunner.EphemeralRunnerReconciler;
import io.github.arc4j.controller.ephemeralrunnerset.EphemeralRunnerSetReconciler;
import io.github.arc4j.controller.github.CachedGitHubClients;
import io.github.arc4j.controller.github.ProxyResolver;
import io.github.arc4j.controller.github.ProxySecret;
import io.github.arc4j.controller.github.SecretReader;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.runtime.Controller;
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.EventSource;
import io.github.arc4j.controller.runtime.Manager;
import io.github.arc4j.controller.runtime.ResourceCache;
import io.github.arc4j.controller.runtime.client.KubernetesApi;
import io.github.arc4j.controller.runtime.metrics.RuntimeMetrics;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.util.List;

/** The four reconcilers, their caches, and what wakes each of them. */
public final class Reconcilers {
    private Reconcilers() {}

    /** Has the manager run all of it. */
    public static void register(
            Manager manager,
            KubernetesApi api,
            ReconcilerSettings settings,
            RuntimeMetrics metrics,
            CollectorRegistry registry,
            EventRecorder events) {
        Clock clock = Clock.systemUTC();
        LabelPropagation propagation = new LabelPropagation(settings.excludedLabelPrefixes());
        Resources resources = Resources.of(api.client(), api.json(), new Resources.Caches() {
            @Override
            public <T extends HasMetadata> ResourceCache<T> of(Class<T> kind) {
                return manager.feed(new ResourceCache<>(kind), settings.watchedNamespaces());
            }
        });
        SecretReader secrets = new SecretReader(api.client());
        ProxyResolver proxies = new ProxyResolver(secrets);
        ProxySecret proxySecret = new ProxySecret(resources.secrets(), proxies, clock);
        CachedGitHubClients github =
                new CachedGitHubClients(secrets, proxies, settings.userAgent(), settings.environment(), clock);
        manager.closeAtEnd(github);

        ResourceCache<AutoscalingRunnerSet> sets =
                resources.autoscalingRunnerSets().cache();
        ResourceCache<AutoscalingListener> listeners =
                resources.autoscalingListeners().cache();
        ResourceCache<EphemeralRunnerSet> runnerSets =
                resources.ephemeralRunnerSets().cache();
        ResourceCache<EphemeralRunner> runners = resources.ephemeralRunners().cache();
        ResourceCache<Pod> pods = resources.pods().cache();
        ResourceCache<ServiceAccount> accounts = resources.serviceAccounts().cache();
        ResourceCache<Role> roles = resources.roles().cache();
        ResourceCache<RoleBinding> bindings = resources.roleBindings().cache();
        String version = settings.userAgent().version();

        manager.add(Controller.builder(
                        "autoscalingrunnerset",
                        AutoscalingRunnerSetReconciler.create(
                                resources,
                                new DerivedObjects(
                                        settings.controllerNamespace(),
                                        settings.listenerImage(),
                                        settings.listenerImagePullSecrets(),
                                        propagation),
                                github,
                                events,
                                clock,
                                version))
                .on(EventSource.self(sets))
                .on(EventSource.ownedBy(AutoscalingRunnerSet.class, runnerSets))
                .on(EventSource.mapped(
                        listeners, listener -> List.of(AutoscalingListenerReconciler.runnerSetOf(listener))))
                .build(metrics));
        manager.add(Controller.builder(
                        "autoscalinglistener",
                        AutoscalingListenerReconciler.create(
                                resources,
                                settings.listeners(),
                                propagation,
                                secrets,
                                proxySecret,
                                registry,
                                events,
                                clock))
                .on(EventSource.self(listeners))
                .on(EventSource.ownedBy(AutoscalingListener.class, pods))
                .on(EventSource.ownedBy(AutoscalingListener.class, accounts))
                .on(EventSource.mapped(roles, AutoscalingListenerReconciler::listenerOf))
                .on(EventSource.mapped(bindings, AutoscalingListenerReconciler::listenerOf))
                .build(metrics));
        manager.add(Controller.builder(
                        "ephemeralrunnerset",
                        EphemeralRunnerSetReconciler.create(
                                resources, propagation, proxySecret, github, registry, events, clock))
                .on(EventSource.self(runnerSets))
                .on(EventSource.ownedBy(EphemeralRunnerSet.class, runners))
                .build(metrics));
        manager.add(Controller.builder(
                        "ephemeralrunner",
                        EphemeralRunnerReconciler.create(resources, propagation, github, events, clock, version))
                .on(EventSource.self(runners))
                .on(EventSource.ownedBy(EphemeralRunner.class, pods))
                .concurrency(settings.runnerConcurrency())
                .build(metrics));
    }
}
