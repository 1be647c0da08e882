package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards.Shard;
import io.github.arc4j.controller.autoscalinglistener.permissions.ListenerPermissionObjects;
import io.github.arc4j.controller.autoscalinglistener.permissions.ListenerPermissions;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerInquiry;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerPodObject;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerPodTemplate;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerTemplateCheck;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.github.credentials.ProxySecret;
import io.github.arc4j.controller.github.credentials.SecretReader;
import io.github.arc4j.controller.github.credentials.VaultReader;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.kube.WarningReconciler;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.runtime.Reconciler;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.Step;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.events.EventRecorder;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reconciles AutoscalingListeners: keeps the listener of each scale set running. */
public final class AutoscalingListenerReconciler implements Reconciler {
    private static final Logger log = LoggerFactory.getLogger(AutoscalingListenerReconciler.class);

    /** How often an unready listener is checked; no watch reports the end of what it waits for. */
    private static final Duration RECHECK_PERIOD = Duration.ofSeconds(30);

    private final ResourceClient<AutoscalingListener> listeners;
    private final ResourceCache<AutoscalingRunnerSet> sets;
    private final ListenerPermissions permissions;
    private final ListenerSecrets secrets;
    private final ListenerPods listenerPods;
    private final SharedListeners shared;
    private final ListenerInquiry inquiry;
    private final ListenerTemplateCheck templates;
    private final ListenerStatusWriter status;
    private final Reconciler passes;

    public AutoscalingListenerReconciler(
            Resources resources,
            ListenerSettings settings,
            LabelPropagation propagation,
            SecretReader secretReader,
            VaultReader vaults,
            ProxySecret proxySecret,
            Sources sources,
            CollectorRegistry metrics,
            EventRecorder events,
            Clock clock) {
        this.listeners = resources.autoscalingListeners();
        this.sets = resources.autoscalingRunnerSets().cache();
        this.permissions = new ListenerPermissions(resources, new ListenerPermissionObjects(propagation));
        ListenerConfigs configs = new ListenerConfigs(secretReader, vaults, settings);
        this.secrets =
                new ListenerSecrets(listeners.cache(), resources.secrets(), proxySecret, configs, propagation, sources);
        ListenerPodObject podObject = new ListenerPodObject(
                new ListenerPodTemplate(resources.mapper()),
                settings.entryPoint(),
                settings.metricsAddress(),
                settings.caBundle(),
                settings.templatePolicy(),
                settings.podMetadata());
        this.listenerPods = new ListenerPods(listeners.cache(), resources.pods(), podObject, events, clock);
        this.shared = new SharedListeners(resources, settings.shards(), clock);
        this.inquiry = settings.inquiry();
        this.templates =
                new ListenerTemplateCheck(settings.templatePolicy(), settings.podMetadata(), resources.mapper());
        ConditionEvents conditionEvents = new ConditionEvents(events, clock);
        this.status = new ListenerStatusWriter(
                listeners, shared, metrics, new SharedModeSuggestion(settings.shards()), conditionEvents, clock);
        this.passes = new WarningReconciler<>(
                this::pass, listeners, ListenerStatusWriter::conditions, Set.of(), conditionEvents);
    }

    @Override
    public Result reconcile(Request request) throws Exception {
        return passes.reconcile(request);
    }

    private Result pass(Request request) throws Exception {
        AutoscalingListener listener = listeners.get(request);
        if (listener == null) {
            status.remove(request);
            return Result.done();
        }
        return new Pass(listener).run();
    }

    /** One reconcile of one listener. */
    private final class Pass {
        /** The shared listener that should host it; null if it has a dedicated pod. */
        private final @Nullable Shard shard;

        private AutoscalingListener listener;
        private String secretsHash = "";
        private @Nullable GitHubAccessException problem;

        Pass(AutoscalingListener listener) {
            this.listener = listener;
            this.shard = shared.shard(listener);
        }

        Result run() throws Exception {
            try {
                return Step.run(
                        this::removeIfDeleted,
                        this::ensureFinalizer,
                        this::removeOrphan,
                        this::rejectTemplate,
                        this::leaveSharedListener,
                        this::ensurePermissionsOfDedicatedPod,
                        this::ensureSecrets,
                        this::moveToSharedListener,
                        this::ensurePod,
                        this::report);
            } catch (KubernetesClientException e) {
                if (ResourceClient.isRejected(e)) {
                    writeProblem("RequestRefused", "Kubernetes rejected a request: " + e.getMessage());
                }
                throw e;
            }
        }

        /** Deletes the pod first, because it needs its Secrets and permissions to close its session. */
        private Step removeIfDeleted() {
            if (!listener.isMarkedForDeletion()) {
                return Step.next();
            }
            if (listenerPods.remove(listener) instanceof Step.Stop wait) {
                return wait;
            }
            Duration untilReleased = shared.untilReleased(listener);
            if (untilReleased.isPositive()) {
                return Step.after(untilReleased); // the end of the session requeues this key
            }
            secrets.delete(listener);
            permissions.delete(listener);
            listeners.removeFinalizers(listener, Set.of(Finalizers.AUTOSCALING_LISTENER));
            log.info("Deleted the listener with its Secrets and permissions");
            status.remove(Request.of(listener));
            return Step.done();
        }

        private Step ensureFinalizer() {
            AutoscalingListener updated = listeners.addFinalizers(listener, List.of(Finalizers.AUTOSCALING_LISTENER));
            if (updated == null) {
                return Step.done();
            }
            listener = updated;
            return Step.next();
        }

        private Step removeOrphan() {
            Request set = ListenerReferences.runnerSetOf(listener);
            if (sets.get(set) != null) {
                return Step.next();
            }
            listeners.delete(listener);
            log.info("Deleted the listener, because AutoscalingRunnerSet {} does not exist", set);
            return Step.done();
        }

        /**
         * A template that the operator does not allow must not run, even if it was allowed when the pod was created.
         */
        private Step rejectTemplate() {
            Optional<String> rejection = templates.rejection(listener.getSpec());
            if (rejection.isEmpty()) {
                return Step.next();
            }
            Step removal = listenerPods.remove(listener);
            listener = shared.leave(listener, null);
            writeProblem("ListenerTemplateRefused", rejection.get());
            return removal instanceof Step.Stop wait ? wait : Step.done();
        }

        /**
         * The shared listener keeps its permissions until it has closed the session. The response to a patch may contain
         * a newer spec, whose template has not been checked, so the pass begins again with it.
         */
        private Step leaveSharedListener() throws Exception {
            AutoscalingListener left = shared.leave(listener, shard);
            if (left != listener) {
                return new Step.Stop(new Pass(left).run());
            }
            Duration untilReleased = shared.untilReleased(listener);
            return untilReleased.isPositive() ? Step.after(untilReleased) : Step.next();
        }

        private Step ensurePermissionsOfDedicatedPod() {
            if (shard == null) {
                permissions.ensure(listener, null);
            }
            return Step.next();
        }

        /** While credentials cannot be read, the listener keeps running with the previous ones. */
        private Step ensureSecrets() throws InterruptedException {
            if (status.isUnreadyFor(listener, RECHECK_PERIOD)) {
                secrets.recheck(listener); // its pod may wait for a Secret that was deleted
            }
            try {
                secretsHash = secrets.ensure(listener);
                return Step.next();
            } catch (GitHubAccessException e) {
                problem = e;
                String previous = secrets.previousHash(listener);
                if (previous == null) {
                    return report();
                }
                secretsHash = previous;
                return Step.next();
            }
        }

        /** The dedicated pod needs its permissions until it is deleted. */
        private Step moveToSharedListener() {
            if (shard == null) {
                return Step.next();
            }
            if (listenerPods.remove(listener) instanceof Step.Stop wait) {
                return wait;
            }
            permissions.ensure(listener, shard.name());
            listener = shared.assign(listener, shard, secretsHash);
            return report();
        }

        private Step ensurePod() {
            return listenerPods.ensure(
                    listener, secretsHash, end -> listener = status.write(listener, Readiness.ended(end)));
        }

        private Step report() {
            if (problem == null) {
                Readiness readiness = readiness();
                listener = status.write(listener, readiness);
                Duration recheck = secrets.recheckAfter(listener);
                return Step.after(
                        !readiness.health().isOk() && RECHECK_PERIOD.compareTo(recheck) < 0 ? RECHECK_PERIOD : recheck);
            }
            writeProblem(problem.reason(), Objects.requireNonNullElse(problem.getMessage(), ""));
            return new Step.Stop(GitHubFailure.of(problem).result());
        }

        private Readiness readiness() {
            return shard == null
                    ? Readiness.of(listenerPods.get(listener), inquiry)
                    : shared.readiness(listener, shard);
        }

        private void writeProblem(String reason, String message) {
            listener = status.writeProblem(listener, readiness(), Health.problem(reason, message));
        }
    }
}
