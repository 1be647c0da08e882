package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.ProxySecret;
import io.github.arc4j.controller.github.SecretReader;
import io.github.arc4j.controller.github.VaultReader;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.Reconciler;
import io.github.arc4j.controller.runtime.Request;
import io.github.arc4j.controller.runtime.ResourceCache;
import io.github.arc4j.controller.runtime.Result;
import io.github.arc4j.controller.runtime.Step;
import io.github.arc4j.controller.sources.Sources;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps the listener of one scale set running. */
public final class AutoscalingListenerReconciler implements Reconciler {
    private final ResourceClient<AutoscalingListener> listeners;
    private final ResourceCache<AutoscalingRunnerSet> sets;
    private final ResourceClient<Pod> pods;
    private final ListenerPermissions permissions;
    private final ListenerSecrets secrets;
    private final ListenerObjects objects;
    private final RestartBackoff backoff;
    private final ListenerStatusWriter status;
    private final EventRecorder events;

    public static AutoscalingListenerReconciler create(
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
        ListenerObjects objects = new ListenerObjects(
                propagation,
                new ListenerPodTemplate(resources.mapper()),
                settings.entryPoint(),
                settings.metricsAddress());
        ListenerConfigs configs = new ListenerConfigs(
                secretReader,
                vaults,
                settings.logLevel(),
                settings.logFormat(),
                settings.metricsAddress(),
                settings.metricsEndpoint());
        return new AutoscalingListenerReconciler(
                resources,
                new ListenerPermissions(
                        resources.serviceAccounts(),
                        resources.roles(),
                        resources.roleBindings(),
                        objects,
                        new OwnedObjects(resources.mapper())),
                new ListenerSecrets(
                        resources.secrets(),
                        proxySecret,
                        new ListenerConfigSecret(resources.secrets(), configs, propagation, sources)),
                objects,
                new RestartBackoff(clock),
                new ListenerStatusWriter(resources.autoscalingListeners(), new ListenerGauge(metrics), clock),
                events);
    }

    private AutoscalingListenerReconciler(
            Resources resources,
            ListenerPermissions permissions,
            ListenerSecrets secrets,
            ListenerObjects objects,
            RestartBackoff backoff,
            ListenerStatusWriter status,
            EventRecorder events) {
        this.listeners = resources.autoscalingListeners();
        this.sets = resources.autoscalingRunnerSets().cache();
        this.pods = resources.pods();
        this.permissions = permissions;
        this.secrets = secrets;
        this.objects = objects;
        this.backoff = backoff;
        this.status = status;
        this.events = events;
    }

    /** The AutoscalingRunnerSet of a listener, which may be in another namespace. */
    public static Request runnerSetOf(AutoscalingListener listener) {
        AutoscalingListenerSpec spec = listener.getSpec();
        return new Request(spec.autoscalingRunnerSetNamespace(), spec.autoscalingRunnerSetName());
    }

    /** The AutoscalingListener that a Role or RoleBinding says it belongs to. */
    public static List<Request> listenerOf(HasMetadata object) {
        Map<String, String> labels =
                Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
        String name = labels.get(Labels.LISTENER_NAME);
        String namespace = labels.get(Labels.LISTENER_NAMESPACE);
        return name == null || namespace == null ? List.of() : List.of(new Request(namespace, name));
    }

    @Override
    public Result reconcile(Request request) throws Exception {
        AutoscalingListener listener = listeners.get(request.namespace(), request.name());
        return listener == null ? Result.done() : new Pass(listener).run();
    }

    /** One pass over one listener. */
    private final class Pass {
        private AutoscalingListener listener;
        private final @Nullable Pod pod;
        private String secretsHash = "";

        Pass(AutoscalingListener listener) {
            this.listener = listener;
            this.pod = pods.get(
                    listener.getMetadata().getNamespace(),
                    listener.getMetadata().getName());
        }

        Result run() throws Exception {
            try {
                return Step.run(
                        this::removeIfDeleted,
                        this::ensureFinalizer,
                        this::removeOrphan,
                        this::ensurePermissions,
                        this::ensureSecrets,
                        this::renewPod,
                        this::removeEndedPod,
                        this::waitOutBackoff,
                        this::startPod,
                        this::report);
            } catch (GitHubAccessException e) {
                problem(e.reason(), Objects.requireNonNullElse(e.getMessage(), ""));
                return Result.after(e.retryAfter());
            } catch (KubernetesClientException e) {
                if (ResourceClient.isInvalid(e) || ResourceClient.isForbidden(e)) {
                    problem("RequestRefused", "Kubernetes refuses a request: " + e.getMessage());
                }
                throw e;
            }
        }

        /** The pod first, since it ends its session with what it was given. */
        private Step removeIfDeleted() {
            if (!listener.isMarkedForDeletion()) {
                return Step.next();
            }
            if (pod != null) {
                if (!pod.isMarkedForDeletion()) {
                    pods.delete(pod);
                }
                if (pods.get(pod.getMetadata().getNamespace(), pod.getMetadata().getName()) != null) {
                    return Step.done(); // its end wakes this key
                }
            }
            secrets.delete(listener);
            permissions.delete(listener);
            listeners.removeFinalizers(listener, Set.of(Finalizers.AUTOSCALING_LISTENER));
            backoff.forget(listener.getMetadata().getUid());
            status.forget(listener);
            return Step.done();
        }

        private Step ensureFinalizer() {
            AutoscalingListener protectedNow =
                    listeners.addFinalizers(listener, List.of(Finalizers.AUTOSCALING_LISTENER));
            if (protectedNow == null) {
                return Step.done();
            }
            listener = protectedNow;
            return Step.next();
        }

        private Step removeOrphan() {
            AutoscalingListenerSpec spec = listener.getSpec();
            if (sets.get(spec.autoscalingRunnerSetNamespace(), spec.autoscalingRunnerSetName()) != null) {
                return Step.next();
            }
            listeners.delete(listener);
            return Step.done();
        }

        private Step ensurePermissions() {
            permissions.ensure(listener);
            return Step.next();
        }

        private Step ensureSecrets() throws GitHubAccessException {
            secretsHash = secrets.ensure(listener);
            return Step.next();
        }

        /** A pod of another template or configuration makes room for the one that is wanted. */
        private Step renewPod() {
            if (pod == null || pod.isMarkedForDeletion() || hash(pod).equals(hash(wantedPod()))) {
                return Step.next();
            }
            events.normal(listener, "ListenerRenewed", "the listener's configuration changed; its pod is made anew");
            pods.delete(pod);
            return goOnIfGone(pod);
        }

        private Step removeEndedPod() {
            Pod current = currentPod();
            if (current == null) {
                return Step.next();
            }
            if (current.isMarkedForDeletion()) {
                return reportAndEnd(); // its end wakes this key
            }
            String end = ListenerPodEnd.of(current);
            if (end == null) {
                return Step.next();
            }
            events.warning(listener, "ListenerEnded", end);
            backoff.ended(
                    listener.getMetadata().getUid(),
                    Instant.parse(current.getMetadata().getCreationTimestamp()));
            listener = status.writeEnd(listener, end);
            pods.delete(current);
            return goOnIfGone(current);
        }

        private Step waitOutBackoff() {
            Duration rest = backoff.rest(listener.getMetadata().getUid());
            return currentPod() != null || rest.isZero() ? Step.next() : Step.after(rest);
        }

        private Step startPod() {
            if (currentPod() == null) {
                pods.createOrAdopt(wantedPod());
            }
            return Step.next();
        }

        private Step report() {
            return reportAndEnd();
        }

        private Step reportAndEnd() {
            listener = status.write(listener, currentPod());
            return Step.after(secrets.compareAfter(listener));
        }

        private Step goOnIfGone(Pod deleted) {
            return currentPod() == null ? Step.next() : Step.done();
        }

        private @Nullable Pod currentPod() {
            return pods.get(
                    listener.getMetadata().getNamespace(),
                    listener.getMetadata().getName());
        }

        private Pod wantedPod() {
            return objects.pod(listener, secretsHash);
        }

        private void problem(String reason, String message) {
            events.warning(listener, reason, message);
            listener = status.writeProblem(listener, currentPod(), reason, message);
        }

        private static String hash(Pod pod) {
            return pod.getMetadata().getAnnotations() == null
                    ? ""
                    : pod.getMetadata().getAnnotations().getOrDefault(Annotations.INTEGRITY_HASH, "");
        }
    }
}
