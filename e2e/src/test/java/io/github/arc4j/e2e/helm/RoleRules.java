package io.github.arc4j.e2e.helm;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.demo.k3s.AuditLog;
import io.github.arc4j.demo.stage.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the roles of a cluster allow the service accounts of one namespace. */
public record RoleRules(List<Rule> rules) {
    /**
     * Not in the audit log of these clusters: only the admission plugin OwnerReferencesPermissionEnforcement, which
     * they do not have, checks the finalizers of owners.
     */
    private static final Pattern NOT_LOGGED = Pattern.compile(".*/finalizers");

    /**
     * A resource of a rule.
     *
     * @param role name of the Role or ClusterRole
     * @param accounts names of those that have it
     * @param namespace where it counts; empty for everywhere
     * @param resource with its subresource after a slash
     * @param names of the objects; empty for all
     */
    public record Rule(
            String role,
            List<String> accounts,
            String namespace,
            String group,
            String resource,
            List<String> verbs,
            List<String> names) {
        boolean allows(AuditLog.Entry request) {
            return accounts.contains(request.account())
                    && (namespace.isEmpty() || namespace.equals(request.namespace()))
                    && group.equals(request.group())
                    && resource.equals(request.resource())
                    && verbs.contains(request.verb())
                    && (names.isEmpty() || names.contains(request.name()));
        }
    }

    /** Of no use until a scale set has had a shared listener. */
    public static boolean isForChangesOfTheListenerMode(Rule rule) {
        return rule.namespace().equals(Stage.CONTROLLER_NAMESPACE)
                && rule.resource().matches("roles|rolebindings")
                && rule.verbs().equals(List.of("delete"));
    }

    /** Those of now. */
    public static RoleRules of(KubernetesClient client, String accountNamespace) {
        List<Rule> rules = new ArrayList<>();
        var rbac = client.rbac();
        rbac.clusterRoleBindings().list().getItems().forEach(binding -> {
            List<String> accounts = accounts(binding.getSubjects(), accountNamespace);
            if (!accounts.isEmpty()) {
                rules.addAll(rules(client, binding.getRoleRef(), "", accounts));
            }
        });
        rbac.roleBindings().inAnyNamespace().list().getItems().forEach(binding -> {
            List<String> accounts = accounts(binding.getSubjects(), accountNamespace);
            if (!accounts.isEmpty()) {
                rules.addAll(rules(
                        client, binding.getRoleRef(), binding.getMetadata().getNamespace(), accounts));
            }
        });
        return new RoleRules(rules);
    }

    private static List<String> accounts(List<Subject> subjects, String namespace) {
        return subjects.stream()
                .filter(subject ->
                        subject.getKind().equals("ServiceAccount") && namespace.equals(subject.getNamespace()))
                .map(Subject::getName)
                .toList();
    }

    private static List<Rule> rules(KubernetesClient client, RoleRef role, String namespace, List<String> accounts) {
        List<PolicyRule> rules = role.getKind().equals("ClusterRole")
                ? client.rbac().clusterRoles().withName(role.getName()).get().getRules()
                : client.rbac()
                        .roles()
                        .inNamespace(namespace)
                        .withName(role.getName())
                        .get()
                        .getRules();
        return rules.stream()
                .flatMap(rule -> rule.getApiGroups().stream()
                        .flatMap(group -> rule.getResources().stream()
                                .map(resource -> new Rule(
                                        role.getName(),
                                        accounts,
                                        namespace,
                                        group,
                                        resource,
                                        rule.getVerbs(),
                                        Objects.requireNonNullElse(rule.getResourceNames(), List.of())))))
                .toList();
    }

    /** The rules that no request has used, except those whose use is not logged. */
    public List<Rule> unused(AuditLog requests) {
        return rules.stream()
                .filter(rule -> !NOT_LOGGED.matcher(rule.resource()).matches())
                .filter(rule -> requests.entries().stream().noneMatch(rule::allows))
                .toList();
    }

    /** Verb, resource and role of what no request has made use of, for a reader. */
    Stream<String> unusedVerbs(AuditLog requests) {
        return rules.stream()
                .flatMap(rule -> rule.verbs().stream()
                        .map(verb -> new Rule(
                                rule.role(),
                                rule.accounts(),
                                rule.namespace(),
                                rule.group(),
                                rule.resource(),
                                List.of(verb),
                                rule.names())))
                .filter(rule -> requests.entries().stream().noneMatch(rule::allows))
                .map(rule -> "%s %s (%s)".formatted(rule.verbs().getFirst(), rule.resource(), rule.role()))
                .sorted();
    }
}
