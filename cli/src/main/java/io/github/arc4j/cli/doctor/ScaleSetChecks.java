package io.github.arc4j.cli.doctor;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.github.arc4j.actions.Credentials;
import io.github.arc4j.actions.errors.InvalidCredentialsException;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.VersionGate;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.cli.cluster.Secrets;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.why.Obstacle;
import io.github.arc4j.cli.why.ScaleSetPath;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks of each scale set. */
final class ScaleSetChecks {
    /** The controller rejects longer ones, so such a scale set has no name on GitHub. */
    private static final int LONGEST_URL = 2048;

    private ScaleSetChecks() {}

    /** The chart's Role in the namespace of the scale set is bound to the controller. */
    static Stream<Finding> permissions(ScaleSet set) {
        Snapshot snapshot = set.snapshot();
        String name = Annotations.get(set.object(), Annotations.CLEANUP_MANAGER_ROLE_BINDING);
        if (name.isEmpty()) {
            return Stream.empty(); // not created by the chart
        }
        Optional<RoleBinding> binding = snapshot.find(RoleBinding.class, set.namespace(), name);
        if (binding.isEmpty()) {
            return Stream.of(Finding.problem(
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
                ? Stream.empty()
                : Stream.of(Finding.problem(
                        Finding.name(set),
                        "RoleBindingForeign",
                        "the RoleBinding %s does not name the controller's service account %s/%s"
                                .formatted(name, snapshot.controllerNamespace(), accounts.getFirst())));
    }

    /** The Secrets with the credentials of all scale sets exist and have the right entries. */
    static Stream<Finding> credentials(Snapshot snapshot) {
        Optional<String> doubt = snapshot.controller().doubt();
        return doubt.isPresent()
                ? Stream.of(Finding.unknown("", doubt.get()))
                : snapshot.scaleSets().stream().flatMap(ScaleSetChecks::credentials);
    }

    private static Stream<Finding> credentials(ScaleSet set) {
        if (set.object().getSpec().vaultConfig() != null) {
            return Stream.of(Finding.unknown(Finding.name(set), "the credentials are in a vault"));
        }
        Snapshot snapshot = set.snapshot();
        Controller controller = new Controller(snapshot);
        Optional<String> doubt = controller.doubt(set.namespace());
        if (doubt.isPresent()) {
            return Stream.of(Finding.unknown(Finding.name(set), doubt.get()));
        }
        String namespace = controller.credentialsNamespace(set.namespace()).orElseThrow();
        String name = set.object().getSpec().githubConfigSecret();
        Optional<Secret> secret = snapshot.find(Secret.class, namespace, name);
        if (secret.isEmpty()) {
            return Stream.of(
                    snapshot.hasRead(Secret.class)
                            ? Finding.problem(
                                    Finding.name(set),
                                    "SecretMissing",
                                    "the Secret %s/%s does not exist".formatted(namespace, name))
                            : Finding.unknown(
                                    Finding.name(set), "the Secret %s/%s cannot be read".formatted(namespace, name)));
        }
        try {
            Credentials.of(Secrets.decoded(secret.get()));
            return Stream.empty();
        } catch (InvalidCredentialsException e) {
            return Stream.of(Finding.problem(
                    Finding.name(set),
                    "InvalidCredentials",
                    "the Secret %s/%s: %s".formatted(namespace, name, e.getMessage())));
        }
    }

    /** No two scale sets have the same name on GitHub: they would be one scale set there. */
    static Stream<Finding> names(Snapshot snapshot) {
        Map<String, List<ScaleSet>> byName = snapshot.scaleSets().stream()
                .filter(set -> set.object().getSpec().githubConfigUrl().length() <= LONGEST_URL)
                .collect(Collectors.groupingBy(ScaleSetChecks::nameOnGitHub, LinkedHashMap::new, Collectors.toList()));
        return byName.values().stream()
                .filter(same -> same.size() > 1)
                .map(same -> Finding.problem(
                        Finding.name(same.getLast()),
                        "ScaleSetNameTaken",
                        "%s has the same name %s, runner group and githubConfigUrl"
                                .formatted(
                                        Finding.name(same.getFirst()),
                                        same.getFirst().scaleSetName())));
    }

    private static String nameOnGitHub(ScaleSet set) {
        AutoscalingRunnerSetSpec spec = set.object().getSpec();
        String url = spec.githubConfigUrl();
        int end = url.length();
        while (end > 0 && url.charAt(end - 1) == '/') {
            end--;
        }
        return String.join(
                        "\n",
                        url.substring(0, end),
                        spec.runnerGroup().equalsIgnoreCase("default") ? "" : spec.runnerGroup(),
                        set.scaleSetName())
                .toLowerCase(Locale.ROOT);
    }

    /** The chart of the scale set has a version that the controller supports. */
    static Stream<Finding> version(ScaleSet set) {
        Optional<Condition> condition = set.conditions().find(ConditionTypes.VERSION_SUPPORTED);
        if (condition.isPresent()) {
            return condition
                    .filter(found -> "False".equals(found.getStatus()))
                    .map(found -> Finding.warning(Finding.name(set), "VersionMismatch", Conditions.message(found)))
                    .stream();
        }
        String controller = new Controller(set.snapshot()).version();
        return controller.isEmpty() || VersionGate.isVersionAllowed(set.chartVersion(), controller)
                ? Stream.empty()
                : Stream.of(Finding.warning(
                        Finding.name(set),
                        "VersionMismatch",
                        "the scale set was installed by chart version %s, the controller is %s"
                                .formatted(set.chartVersion(), controller)));
    }

    /** The first obstacle on the path of the scale set, unless the check of the controller reports it once for all. */
    static Stream<Finding> obstacle(ScaleSet set) {
        return ScaleSetPath.of(set)
                .problem()
                .filter(problem -> !problem.reason().equals("ControllerDown")
                        && !problem.reason().equals("ControllerMissing"))
                .map((Obstacle problem) ->
                        Finding.problem(Finding.name(set), problem.reason(), problem.step() + ": " + problem.message()))
                .stream();
    }

    /** Before a takeover: the certificate for vaults is where the default of {@code flags.vaultCertificateDirectory} is. */
    static Stream<Finding> vaultCertificate(ScaleSet set) {
        VaultConfig vault = set.object().getSpec().vaultConfig();
        if (vault == null || vault.azureKeyVault() == null) {
            return Stream.empty();
        }
        String directory = "/vault-certificates/" + set.namespace() + "/";
        String path = vault.azureKeyVault().certificatePath();
        return path.startsWith(directory)
                ? Stream.empty()
                : Stream.of(Finding.problem(
                        Finding.name(set),
                        "VaultInvalid",
                        "keyVault.azureKeyVault.certificatePath %s is not in %s".formatted(path, directory)));
    }
}
