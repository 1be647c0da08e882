package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.autoscalinglistener.ListenerReferences;
import io.github.arc4j.controller.autoscalinglistener.SharedListeners;
import io.github.arc4j.controller.autoscalingrunnerset.RelatedObjects;
import io.github.arc4j.controller.console.Console;
import io.github.arc4j.controller.console.model.Caches;
import io.github.arc4j.controller.crds.CrdCheck;
import io.github.arc4j.controller.ephemeralrunner.BusyPods;
import io.github.arc4j.controller.ephemeralrunner.JobCompletions;
import io.github.arc4j.controller.ephemeralrunnerset.index.FormerRunnerSets;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.options.ReconcilerSettings;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.controller.sources.Source;
import io.github.arc4j.runtime.Controller;
import io.github.arc4j.runtime.EventSource;
import io.github.arc4j.runtime.Manager;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.events.EventRecorder;
import io.github.arc4j.runtime.metrics.RuntimeMetrics;
import io.github.arc4j.runtime.queue.Priority;
import io.prometheus.client.CollectorRegistry;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Registers the reconcilers, and the changes that trigger each of them. */
public final class Reconcilers {
    private final ReconcilerFactory factory;
    private final ReconcilerSettings settings;
    private final RuntimeMetrics metrics;
    private final Resources resources;

    private Reconcilers(ReconcilerFactory factory, ReconcilerSettings settings, RuntimeMetrics metrics) {
        this.factory = factory;
        this.settings = settings;
        this.metrics = metrics;
        this.resources = factory.resources();
    }

    /**
     * Registers all reconcilers with the manager.
     *
     * @param busy whether the API server is busy, so that non-urgent status writes should be deferred
     */
    public static void register(
            Manager manager,
            KubernetesApi api,
            ReconcilerSettings settings,
            RuntimeMetrics metrics,
            CollectorRegistry registry,
            EventRecorder events,
            BooleanSupplier busy) {
        ReconcilerFactory factory = new ReconcilerFactory(manager, api, settings, registry, events, busy);
        new Reconcilers(factory, settings, metrics).register(manager);
    }

    private void register(Manager manager) {
        Controller sets = autoscalingRunnerSets();
        Controller listeners = autoscalingListeners();
        Controller runnerSets = ephemeralRunnerSets();
        Controller runners = ephemeralRunners();
        List.of(sets, listeners, runnerSets, runners, crds(sets)).forEach(manager::add);
        serveConsole(manager);
        resources.ephemeralRunnerSets().cache().onChange((before, after) -> runnerSetChanged(before, after, runners));
        factory.sources().onChange(source -> enqueueUsersOf(source, sets, listeners, runnerSets, runners));
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
                .ifPresent(address -> manager.serve(
                        address, Console.handlers(Caches.of(resources), factory.version(), factory.clock())));
    }

    /** Enqueues all objects that are built from a changed Secret or ConfigMap. */
    private void enqueueUsersOf(
            Source source, Controller sets, Controller listeners, Controller runnerSets, Controller runners) {
        for (AutoscalingRunnerSet set : SourceReferences.referringTo(
                source, resources.autoscalingRunnerSets().cache())) {
            Request request = Request.of(set);
            sets.enqueue(request, Priority.HIGH);
            runnerSets.enqueue(request, Priority.HIGH);
            RelatedObjects.listenersOf(request, resources.autoscalingListeners().cache())
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
        return Controller.builder("AutoscalingRunnerSet", factory.autoscalingRunnerSets())
                .on(EventSource.self(resources.autoscalingRunnerSets().cache()))
                .on(EventSource.ownedBy(
                        AutoscalingRunnerSet.class,
                        resources.ephemeralRunnerSets().cache()))
                .on(EventSource.mapped(
                        resources.autoscalingListeners().cache(),
                        listener -> List.of(ListenerReferences.runnerSetOf(listener))))
                .backoff(settings.backoff())
                .build(metrics);
    }

    /** The scale sets report outdated CRDs. */
    private Controller crds(Controller sets) {
        CrdCheck crdCheck = factory.crdCheck();
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
        ResourceCache<AutoscalingListener> listeners =
                resources.autoscalingListeners().cache();
        ResourceCache<Pod> pods = resources.pods().cache();
        return Controller.builder("AutoscalingListener", factory.autoscalingListeners())
                .on(EventSource.self(listeners))
                .on(EventSource.ownedBy(AutoscalingListener.class, pods))
                .on(EventSource.mapped(pods, pod -> SharedListeners.hostedBy(pod, listeners)))
                .on(EventSource.ownedBy(
                        AutoscalingListener.class, resources.serviceAccounts().cache()))
                .on(EventSource.mapped(
                        resources.roles().cache(), role -> ListenerReferences.listenerOf(role, listeners)))
                .on(EventSource.mapped(
                        resources.roleBindings().cache(), binding -> ListenerReferences.listenerOf(binding, listeners)))
                .backoff(settings.backoff())
                .build(metrics);
    }

    private Controller ephemeralRunnerSets() {
        ResourceCache<EphemeralRunnerSet> sets = resources.ephemeralRunnerSets().cache();
        ResourceCache<EphemeralRunner> runners = resources.ephemeralRunners().cache();
        return Controller.builder("EphemeralRunnerSet", factory.ephemeralRunnerSets())
                .on(EventSource.self(sets))
                .on(EventSource.ownedBy(EphemeralRunnerSet.class, runners))
                .on(EventSource.mapped(runners, runner -> FormerRunnerSets.successorOfSetOf(runner, sets)))
                .backoff(settings.backoff())
                .build(metrics);
    }

    private Controller ephemeralRunners() {
        ResourceCache<EphemeralRunner> runners = resources.ephemeralRunners().cache();
        ResourceCache<EphemeralRunnerSet> sets = resources.ephemeralRunnerSets().cache();
        ResourceCache<Pod> pods = resources.pods().cache();
        return Controller.builder("EphemeralRunner", factory.ephemeralRunners())
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
}
