package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.ApiGroup;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.RunnerEnvironment;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.process.ListenAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The objects of a listener as its AutoscalingListener wants them. Pure functions. */
final class ListenerObjects {
    private static final String CONFIG_VOLUME = "listener-config";
    private static final String CONFIG_FOLDER = "/etc/gha-listener";
    static final String CONFIG_KEY = "config.json";
    static final int HEALTH_PORT = 8081;

    private final LabelPropagation propagation;
    private final ListenerPodTemplate podTemplate;
    private final String entryPoint;
    private final String metricsAddress;

    /**
     * @param entryPoint the listener's command in its image
     * @param metricsAddress where the listener serves metrics; empty if it does not
     */
    ListenerObjects(
            LabelPropagation propagation, ListenerPodTemplate podTemplate, String entryPoint, String metricsAddress) {
        this.propagation = propagation;
        this.podTemplate = podTemplate;
        this.entryPoint = entryPoint;
        this.metricsAddress = metricsAddress;
    }

    ServiceAccount serviceAccount(AutoscalingListener listener) {
        return new ServiceAccountBuilder()
                .withMetadata(controllerMetadata(listener, listener.getSpec().serviceAccountMetadata()))
                .build();
    }

    /** All that a listener may do: set the number of runners, and write down which job a runner got. */
    Role role(AutoscalingListener listener) {
        return new RoleBuilder()
                .withMetadata(scaleSetMetadata(listener, listener.getSpec().roleMetadata()))
                .withRules(
                        new PolicyRuleBuilder()
                                .withApiGroups(ApiGroup.NAME)
                                .withResources("ephemeralrunnersets")
                                .withResourceNames(listener.getSpec().ephemeralRunnerSetName())
                                .withVerbs("patch")
                                .build(),
                        new PolicyRuleBuilder()
                                .withApiGroups(ApiGroup.NAME)
                                .withResources("ephemeralrunners/status")
                                .withVerbs("patch")
                                .build())
                .build();
    }

    /** @param account the ServiceAccount of the process that listens */
    RoleBinding roleBinding(AutoscalingListener listener, String account) {
        return binding(
                scaleSetMetadata(listener, listener.getSpec().roleBindingMetadata()),
                listener.getMetadata().getName(),
                listener.getMetadata().getNamespace(),
                account);
    }

    /** What a shared listener may do for this listener in the controller's namespace. */
    Role sharedRole(AutoscalingListener listener) {
        String name = listener.getMetadata().getName();
        return new RoleBuilder()
                .withMetadata(sharedMetadata(listener, listener.getSpec().roleMetadata()))
                .withRules(
                        new PolicyRuleBuilder()
                                .withApiGroups("")
                                .withResources("secrets")
                                .withResourceNames(
                                        ScaleSetNames.listenerConfigSecret(name),
                                        ScaleSetNames.listenerProxySecret(name))
                                .withVerbs("get")
                                .build(),
                        new PolicyRuleBuilder()
                                .withApiGroups(ApiGroup.NAME)
                                .withResources("autoscalinglisteners/status")
                                .withResourceNames(name)
                                .withVerbs("patch")
                                .build())
                .build();
    }

    RoleBinding sharedRoleBinding(AutoscalingListener listener, String account) {
        return binding(
                sharedMetadata(listener, listener.getSpec().roleBindingMetadata()),
                ScaleSetNames.sharedListenerRole(listener.getMetadata().getName()),
                listener.getMetadata().getNamespace(),
                account);
    }

    private static RoleBinding binding(ObjectMeta metadata, String role, String accountNamespace, String account) {
        return new RoleBindingBuilder()
                .withMetadata(metadata)
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", role)
                .addNewSubject()
                .withKind("ServiceAccount")
                .withNamespace(accountNamespace)
                .withName(account)
                .endSubject()
                .build();
    }

    /**
     * The pod. Its integrity hash covers itself and what it reads, so that it changes just when the listener has to be
     * started anew.
     *
     * @param secretsHash of the configuration and the proxies
     */
    Pod pod(AutoscalingListener listener, String secretsHash) {
        AutoscalingListenerSpec spec = listener.getSpec();
        PodTemplateSpec template = spec.template();
        PodSpec podSpec = podTemplate.merge(generatedPod(listener), template == null ? null : template.getSpec());
        ObjectMeta user = template == null ? null : template.getMetadata();
        Map<String, String> labels = Annotations.merge(
                user == null ? null : user.getLabels(), listener.getMetadata().getLabels());
        Map<String, String> annotations = Annotations.merge(
                user == null ? null : user.getAnnotations(),
                Map.of(Annotations.INTEGRITY_HASH, IntegrityHash.of(hashed(podSpec, user, secretsHash))));
        return new PodBuilder()
                .withNewMetadata()
                .withName(listener.getMetadata().getName())
                .withNamespace(listener.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(annotations)
                .withOwnerReferences(Owners.controller(listener))
                .endMetadata()
                .withSpec(podSpec)
                .build();
    }

    private static Map<String, Object> hashed(PodSpec spec, @Nullable ObjectMeta user, String secretsHash) {
        Map<String, Object> all = new HashMap<>(Map.of("spec", spec, "config", secretsHash));
        if (user != null) {
            all.put("metadata", user);
        }
        return all;
    }

    private PodSpec generatedPod(AutoscalingListener listener) {
        String name = listener.getMetadata().getName();
        PodSpecBuilder pod = new PodSpecBuilder()
                .withServiceAccountName(name)
                .addToNodeSelector("kubernetes.io/os", "linux")
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(60L)
                .withImagePullSecrets(listener.getSpec().imagePullSecrets())
                .addNewContainer()
                .withName(ListenerPodTemplate.LISTENER_CONTAINER)
                .withImage(listener.getSpec().image())
                .withCommand(entryPoint)
                .withEnv(environment(listener))
                .addNewVolumeMount()
                .withName(CONFIG_VOLUME)
                .withMountPath(CONFIG_FOLDER)
                .withReadOnly(true)
                .endVolumeMount()
                // A busy node may take its time until the process runs; then readiness is seen at once.
                .withStartupProbe(probe("/healthz", 1, 120))
                .withLivenessProbe(probe("/healthz", 10, 3))
                .withReadinessProbe(probe("/readyz", 5, 1))
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withRunAsNonRoot(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .endContainer()
                .addNewVolume()
                .withName(CONFIG_VOLUME)
                .withNewSecret()
                .withSecretName(ScaleSetNames.listenerConfigSecret(name))
                .endSecret()
                .endVolume();
        if (!metricsAddress.isEmpty()) {
            pod.editFirstContainer()
                    .addNewPort()
                    .withName("metrics")
                    .withProtocol("TCP")
                    .withContainerPort(ListenAddress.parse(metricsAddress).port())
                    .endPort()
                    .endContainer();
        }
        return pod.build();
    }

    private static List<EnvVar> environment(AutoscalingListener listener) {
        List<EnvVar> environment = new ArrayList<>();
        environment.add(literal("LISTENER_CONFIG_PATH", CONFIG_FOLDER + "/" + CONFIG_KEY));
        environment.add(literal("LISTENER_HEALTH_ADDR", ":" + HEALTH_PORT));
        ProxyConfig proxy = listener.getSpec().proxy();
        if (proxy != null) {
            String secret =
                    ScaleSetNames.listenerProxySecret(listener.getMetadata().getName());
            if (proxy.http() != null) {
                environment.add(fromSecret(RunnerEnvironment.HTTP_PROXY, secret));
            }
            if (proxy.https() != null) {
                environment.add(fromSecret(RunnerEnvironment.HTTPS_PROXY, secret));
            }
            if (!proxy.noProxy().isEmpty()) {
                environment.add(fromSecret(RunnerEnvironment.NO_PROXY, secret));
            }
        }
        return environment;
    }

    private static Probe probe(String path, int seconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withNewPort(HEALTH_PORT)
                .endHttpGet()
                .withPeriodSeconds(seconds)
                .withFailureThreshold(failures)
                .build();
    }

    private static EnvVar literal(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }

    private static EnvVar fromSecret(String name, String secret) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewSecretKeyRef(name, secret, null)
                .endValueFrom()
                .build();
    }

    /** Of objects in the controller's namespace, which the AutoscalingListener owns. */
    private ObjectMeta controllerMetadata(AutoscalingListener listener, ResourceMeta user) {
        return new ObjectMetaBuilder()
                .withName(listener.getMetadata().getName())
                .withNamespace(listener.getMetadata().getNamespace())
                .withLabels(
                        propagation.merge(user.labels(), listener.getMetadata().getLabels()))
                .withAnnotations(user.annotations())
                .withOwnerReferences(Owners.controller(listener))
                .build();
    }

    /** Of objects in the scale set's namespace; labels instead of an owner reference tell whose they are. */
    private ObjectMeta scaleSetMetadata(AutoscalingListener listener, ResourceMeta user) {
        return new ObjectMetaBuilder()
                .withName(listener.getMetadata().getName())
                .withNamespace(listener.getSpec().autoscalingRunnerSetNamespace())
                .withLabels(propagation.merge(user.labels(), withListener(listener)))
                .withAnnotations(user.annotations())
                .build();
    }

    /** Of the permissions of a shared listener in the controller's namespace, which the AutoscalingListener owns. */
    private ObjectMeta sharedMetadata(AutoscalingListener listener, ResourceMeta user) {
        return new ObjectMetaBuilder(controllerMetadata(listener, user))
                .withName(
                        ScaleSetNames.sharedListenerRole(listener.getMetadata().getName()))
                .withLabels(propagation.merge(user.labels(), withListener(listener)))
                .build();
    }

    private static Map<String, String> withListener(AutoscalingListener listener) {
        return Annotations.merge(
                listener.getMetadata().getLabels(),
                Map.of(
                        Labels.LISTENER_NAME, listener.getMetadata().getName(),
                        Labels.LISTENER_NAMESPACE, listener.getMetadata().getNamespace()));
    }
}
