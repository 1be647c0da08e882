package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.ProxySecret;
import io.github.arc4j.controller.github.SecretReader;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.Reconciler;
import io.github.arc4j.controller.runtime.Request;
import io.github.arc4j.controller.runtime.ResourceCache;
import io.github.arc4j.controller.runtime.Result;
import io.github.arc4j.controller.runtime.Step;
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
    /** Secrets and ConfigMaps are not watched; a rotated one reaches the listener within this time. */
    private static final Duration CONFIG_COMPARE_PERIOD = Duration.ofMinutes(2);

    private final ResourceClient<AutoscalingListener> listeners;
    private final ResourceCache<AutoscalingRunnerSet> sets;
    private final ResourceClient<Pod> pods;
    private final ResourceClient<ServiceAccount> serviceAccounts;
    private final ResourceClient<Role> roles;
    private final ResourceClient<RoleBinding> roleBindings;
    private final LiveSecrets secrets;
    private final ProxySecret proxySecret;
    private final ListenerConfigSecret configSecret;
    private final ListenerObjects objects;
    private final OwnedObjects owned;
    private final RestartBackoff backoff;
    private final ListenerStatusWriter status;
    private final EventRecorder events;

    public static AutoscalingListenerReconciler create(
            Resources resources,
            ListenerSettings settings,
            LabelPropagation propagation,
            SecretReader secretReader,
            ProxySecret proxySecret,
            CollectorRegistry metrics,
            EventRecorder events,
            Clock clock) {
        ListenerConfigs configs = new ListenerConfigs(
                secretReader,
                settings.logLevel(),
                settings.logFormat(),
                settings.metricsAddress(),
                settings.metricsEndpoint());
        return new AutoscalingListenerReconciler(
                resources.autoscalingListeners(),
                resources.autoscalingRunnerSets().cache(),
                resources.pods(),
                resources.serviceAccounts(),
                resources.roles(),
                resources.roleBindings(),
                resources.secrets(),
                proxySecret,
                new ListenerConfigSecret(resources.secrets(), configs, propagation, clock),
                new ListenerObjects(
                        propagation,
                        new ListenerPodTemplate(resources.mapper()),
                        settings.entryPoint(),
                        settings.metricsAddress()),
                new OwnedObjects(resources.mapper()),
                new RestartBackoff(clock),
                new ListenerStatusWriter(resources.autoscalingListeners(), new ListenerGauge(metrics), clock),
                events);
    }

    private AutoscalingListenerReconciler(
            ResourceClient<AutoscalingListener> listeners,
            ResourceCache<AutoscalingRunnerSet> sets,
            ResourceClient<Pod> pods,
            ResourceClient<ServiceAccount> serviceAccounts,
            ResourceClient<Role> roles,
            ResourceClient<RoleBinding> roleBindings,
            LiveSecrets secrets,
            ProxySecret proxySecret,
            ListenerConfigSecret configSecret,
            ListenerObjects objects,
            OwnedObjects owned,
            RestartBackoff backoff,
            ListenerStatusWriter status,
            EventRecorder events) {
        this.listeners = listeners;
        this.sets = sets;
        this.pods = pods;
        this.serviceAccounts = serviceAccounts;
        this.roles = roles;
        this.roleBindings = roleBindings;
        this.secrets = secrets;
        this.proxySecret = proxySecret;
        this.configSecret = configSecret;
        this.objects = objects;
        this.owned = owned;
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
        private String configHash = "";

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
            String name = listener.getMetadata().getName();
            String namespace = listener.getMetadata().getNamespace();
            AutoscalingListenerSpec spec = listener.getSpec();
            secrets.delete(namespace, ScaleSetNames.listenerConfigSecret(name));
            if (spec.proxy() != null) {
                proxySecret.delete(listener, ScaleSetNames.listenerProxySecret(name));
            }
            delete(roleBindings, spec.autoscalingRunnerSetNamespace());
            delete(roles, spec.autoscalingRunnerSetNamespace());
            delete(serviceAccounts, namespace);
            listeners.removeFinalizers(listener, Set.of(Finalizers.AUTOSCALING_LISTENER));
            backoff.forget(listener.getMetadata().getUid());
            configSecret.forget(listener);
            status.forget(listener);
            return Step.done();
        }

        private <T extends HasMetadata> void delete(ResourceClient<T> kind, String namespace) {
            T object = kind.get(namespace, listener.getMetadata().getName());
            if (object != null && !object.isMarkedForDeletion()) {
                kind.delete(object);
            }
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
            owned.ensure(serviceAccounts, objects.serviceAccount(listener));
            owned.ensure(roles, objects.role(listener));
            owned.ensure(roleBindings, objects.roleBinding(listener));
            return Step.next();
        }

        private Step ensureSecrets() throws GitHubAccessException {
            proxySecret.ensure(
                    listener,
                    ScaleSetNames.listenerProxySecret(listener.getMetadata().getName()),
                    listener.getSpec().proxy(),
                    listener.getSpec().autoscalingRunnerSetNamespace());
            configHash = configSecret.ensure(listener, CONFIG_COMPARE_PERIOD);
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
            listener = status.writeProblem(listener, "ListenerEnded", end);
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
            return Step.after(CONFIG_COMPARE_PERIOD);
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
            return objects.pod(listener, configHash);
        }

        private void problem(String reason, String message) {
            events.warning(listener, reason, message);
            listener = status.writeProblem(listener, reason, message);
        }

        private static String hash(Pod pod) {
            return pod.getMetadata().getAnnotations() == null
                    ? ""
                    : pod.getMetadata().getAnnotations().getOrDefault(Annotations.INTEGRITY_HASH, "");
        }
    }
}
