package io.github.arc4j.cli.doctor.cluster;

import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.cli.doctor.finding.Check;
import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.List;
import java.util.Optional;

/** The chart's Role in the namespace of each scale set is bound to the controller. */
public final class RolesCheck implements Check {
    @Override
    public List<Finding> find(Snapshot snapshot) {
        if (!snapshot.hasRead(RoleBinding.class)) {
            return List.of(Finding.unknown("", "RoleBindings cannot be read"));
        }
        return snapshot.scaleSets().stream().flatMap(set -> find(set).stream()).toList();
    }

    private static Optional<Finding> find(ScaleSet set) {
        Snapshot snapshot = set.snapshot();
        String name = Annotations.get(set.object(), Annotations.CLEANUP_MANAGER_ROLE_BINDING);
        if (name.isEmpty()) {
            return Optional.empty(); // not created by the chart
        }
        Optional<RoleBinding> binding = snapshot.find(RoleBinding.class, set.namespace(), name);
        if (binding.isEmpty()) {
            return Optional.of(Finding.problem(
                    Finding.name(set), "RoleBindingMissing", "the RoleBinding %s does not exist".formatted(name)));
        }
        Controller controller = new Controller(snapshot);
        List<String> accounts = controller.serviceAccounts();
        // Do not advise granting permissions to an account that only looks like the controller's.
        boolean isBound = accounts.isEmpty()
                || controller.doubt(set.namespace()).isPresent()
                || binding.get().getSubjects().stream()
                        .anyMatch(subject -> snapshot.controllerNamespace().equals(subject.getNamespace())
                                && accounts.contains(subject.getName()));
        return isBound
                ? Optional.empty()
                : Optional.of(Finding.problem(
                        Finding.name(set),
                        "RoleBindingForeign",
                        "the RoleBinding %s does not name the controller's service account %s/%s"
                                .formatted(name, snapshot.controllerNamespace(), accounts.getFirst())));
    }
}
