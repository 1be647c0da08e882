package io.github.arc4j.controller.autoscalinglistener.permissions;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.ApiGroup;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.controller.kube.Owners;
import java.util.List;
import java.util.Map;

/** Builds the desired ServiceAccount, Roles and RoleBindings of a listener. Pure functions. */
public record ListenerPermissionObjects(LabelPropagation propagation) {
    ServiceAccount serviceAccount(AutoscalingListener listener) {
        return new ServiceAccountBuilder()
                .withMetadata(controllerMetadata(listener, listener.getSpec().serviceAccountMetadata()))
                .build();
    }

    /**
     * The only permissions of a listener: set the desired number of runners, and record which job a runner was
     * assigned.
     */
    Role role(AutoscalingListener listener) {
        return new RoleBuilder()
                .withMetadata(scaleSetMetadata(listener, listener.getSpec().roleMetadata()))
                .withRules(
                        rule(
                                "patch",
                                ApiGroup.NAME,
                                "ephemeralrunnersets",
                                listener.getSpec().ephemeralRunnerSetName()),
                        rule("patch", ApiGroup.NAME, "ephemeralrunners/status"))
                .build();
    }

    /** @param account the ServiceAccount of the listener's process */
    RoleBinding roleBinding(AutoscalingListener listener, String account) {
        return binding(
                scaleSetMetadata(listener, listener.getSpec().roleBindingMetadata()),
                listener.getMetadata().getName(),
                listener.getMetadata().getNamespace(),
                account);
    }

    /** The permissions of a shared listener for this listener in the controller's namespace. */
    Role sharedRole(AutoscalingListener listener) {
        String name = listener.getMetadata().getName();
        return new RoleBuilder()
                .withMetadata(sharedMetadata(listener, listener.getSpec().roleMetadata()))
                .withRules(
                        rule(
                                "get",
                                "",
                                "secrets",
                                ScaleSetNames.listenerConfigSecret(name),
                                ScaleSetNames.listenerProxySecret(name)),
                        rule("patch", ApiGroup.NAME, "autoscalinglisteners/status", name))
                .build();
    }

    /** @param names of the only objects to which the rule applies; none for all of the resource */
    private static PolicyRule rule(String verb, String apiGroup, String resource, String... names) {
        return new PolicyRule(List.of(apiGroup), List.of(), List.of(names), List.of(resource), List.of(verb));
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

    /** Metadata of objects in the controller's namespace, which the AutoscalingListener owns. */
    private ObjectMeta controllerMetadata(AutoscalingListener listener, ResourceMeta user) {
        return new ObjectMetaBuilder()
                .withName(listener.getMetadata().getName())
                .withNamespace(listener.getMetadata().getNamespace())
                .withLabels(propagation.merge(user.labels(), labels(listener)))
                .withAnnotations(Annotations.ofUser(user.annotations()))
                .withOwnerReferences(Owners.controller(listener))
                .build();
    }

    /**
     * Metadata of objects in the scale set's namespace; labels name the AutoscalingListener, because owner references
     * cannot cross namespaces.
     */
    private ObjectMeta scaleSetMetadata(AutoscalingListener listener, ResourceMeta user) {
        return new ObjectMetaBuilder()
                .withName(listener.getMetadata().getName())
                .withNamespace(listener.getSpec().autoscalingRunnerSetNamespace())
                .withLabels(propagation.merge(user.labels(), withListener(listener)))
                .withAnnotations(Annotations.ofUser(user.annotations()))
                .build();
    }

    /**
     * Metadata of a shared listener's permissions in the controller's namespace, which the AutoscalingListener owns.
     * Without the user's annotations, because replicators copy the rules of the Role that an annotation names.
     */
    private ObjectMeta sharedMetadata(AutoscalingListener listener, ResourceMeta user) {
        return new ObjectMetaBuilder(controllerMetadata(listener, user))
                .withName(
                        ScaleSetNames.sharedListenerRole(listener.getMetadata().getName()))
                .withLabels(propagation.merge(user.labels(), withListener(listener)))
                .withAnnotations(Map.of())
                .build();
    }

    private static Map<String, String> withListener(AutoscalingListener listener) {
        return Annotations.merge(
                labels(listener),
                Map.of(
                        Labels.LISTENER_NAME, listener.getMetadata().getName(),
                        Labels.LISTENER_NAMESPACE, listener.getMetadata().getNamespace()));
    }

    /** Without the shared listener's number, which follows the permissions and would cost another write of each object. */
    private static Map<String, String> labels(AutoscalingListener listener) {
        Map<String, String> labels = Annotations.merge(listener.getMetadata().getLabels(), null);
        labels.remove(Labels.LISTENER_SHARD);
        return labels;
    }
}
