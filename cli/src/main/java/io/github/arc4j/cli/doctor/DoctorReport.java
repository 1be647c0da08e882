package io.github.arc4j.cli.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.cli.report.Report;
import io.github.arc4j.cli.report.Table;
import io.github.arc4j.cli.snapshot.Gap;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The report of {@code arc doctor}.
 *
 * @param checks the results, causes before their effects
 * @param gaps what could not be read
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DoctorReport(List<Result> checks, List<Gap> gaps) implements Report {
    /**
     * The result of a check.
     *
     * @param check name of the check
     * @param severity the most important finding
     * @param findings what it has found
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Result(String check, Severity severity, List<Finding> findings) {
        static Result of(String check, List<Finding> findings) {
            Severity severity = findings.stream()
                    .map(Finding::severity)
                    .min(Severity::compareTo)
                    .orElse(Severity.OK);
            return new Result(check, severity, findings);
        }
    }

    private record Check(String name, Function<Snapshot, Stream<Finding>> find) {
        static Check ofEach(String name, Function<ScaleSet, Stream<Finding>> find) {
            return new Check(name, snapshot -> snapshot.scaleSets().stream().flatMap(find));
        }

        /** The same check, unless the objects that it needs could not be read. */
        Check of(Class<? extends HasMetadata> type, String kind) {
            return new Check(
                    name,
                    snapshot -> snapshot.hasRead(type)
                            ? find.apply(snapshot)
                            : Stream.of(Finding.unknown("", kind + " cannot be read")));
        }

        /** An object that a check cannot deal with must not hide what the others find. */
        List<Finding> findings(Snapshot snapshot) {
            try {
                return find.apply(snapshot).toList();
            } catch (RuntimeException e) {
                return List.of(Finding.unknown(name, "not checked: " + e));
            }
        }
    }

    private static final Check CREDENTIALS = new Check("credentials", ScaleSetChecks::credentials);
    private static final Check NAMES = new Check("names", ScaleSetChecks::names);
    private static final Check LISTENERS =
            new Check("listeners", ListenerCheck::find).of(AutoscalingListener.class, "AutoscalingListeners");
    private static final Check QUOTAS =
            new Check("resource quotas", ClusterChecks::quotas).of(ResourceQuota.class, "ResourceQuotas");
    private static final Check DELETIONS = new Check("deletions", ClusterChecks::deletions);

    /** Checks an installation. */
    public static DoctorReport of(Snapshot snapshot) {
        return of(snapshot, installation(Stream.empty()));
    }

    /**
     * Checks an installation, and asks GitHub.
     *
     * @param environment environment variables with proxies and certificates
     */
    public static DoctorReport withGitHub(Snapshot snapshot, Map<String, String> environment) {
        return of(snapshot, installation(Stream.of(new Check("GitHub", new GitHubCheck(environment)::find))));
    }

    /** Checks whether an installation of the Go system can be taken over. */
    public static DoctorReport beforeTakeover(Snapshot snapshot) {
        return of(
                snapshot,
                Stream.of(
                        new Check("Go system", GoControllerCheck::find),
                        CREDENTIALS,
                        Check.ofEach("listener templates", ListenerTemplateCheck::find),
                        Check.ofEach("vault certificates", ScaleSetChecks::vaultCertificate),
                        LISTENERS,
                        NAMES,
                        QUOTAS,
                        DELETIONS,
                        // The Go system's definitions lack fields, but the chart upgrades them.
                        crds(Severity.WARNING, "CRDsOfGoSystem")));
    }

    /** @param ofGitHub checks that need the credentials */
    private static Stream<Check> installation(Stream<Check> ofGitHub) {
        Stream<Check> causes = Stream.of(
                crds(Severity.PROBLEM, "CRDOutdated"),
                new Check("controller", ControllerCheck::find),
                new Check("clocks", ClusterChecks::clocks),
                Check.ofEach("permissions", ScaleSetChecks::permissions).of(RoleBinding.class, "RoleBindings"),
                CREDENTIALS);
        Stream<Check> effects = Stream.of(
                NAMES,
                Check.ofEach("versions", ScaleSetChecks::version),
                LISTENERS,
                new Check("images", ClusterChecks::images).of(Pod.class, "pods"),
                QUOTAS,
                DELETIONS,
                Check.ofEach("scale sets", ScaleSetChecks::obstacle));
        return Stream.of(causes, ofGitHub, effects).flatMap(checks -> checks);
    }

    private static Check crds(Severity severity, String reason) {
        return new Check("custom resource definitions", new CrdCheck(severity, reason)::find)
                .of(CustomResourceDefinition.class, "CustomResourceDefinitions");
    }

    private static DoctorReport of(Snapshot snapshot, Stream<Check> checks) {
        Set<String> reported = new HashSet<>();
        List<Result> results = new ArrayList<>();
        checks.forEach(check -> {
            List<Finding> findings = check.findings(snapshot).stream()
                    // A later check may find the same, as an effect.
                    .filter(finding -> finding.reason().isEmpty()
                            || reported.add(finding.object() + " " + finding.reason() + " "
                                    + (finding.severity() == Severity.WARNING)))
                    .toList();
            results.add(Result.of(check.name(), findings));
        });
        return new DoctorReport(results, snapshot.gaps());
    }

    @Override
    public boolean hasProblem() {
        return checks.stream().anyMatch(result -> result.severity() == Severity.PROBLEM);
    }

    @Override
    public List<String> text(Instant now) {
        Table table = new Table("CHECK", "RESULT", "OBJECT", "DETAIL");
        for (Result result : checks) {
            if (result.findings().isEmpty()) {
                table.row(result.check(), Severity.OK, "", "");
            }
            for (Finding finding : result.findings()) {
                table.row(result.check(), severity(finding), finding.object(), detail(finding));
            }
        }
        List<String> lines = new ArrayList<>(table.lines());
        List<Finding> problems = checks.stream()
                .flatMap(result -> result.findings().stream())
                .filter(finding -> finding.severity().compareTo(Severity.WARNING) <= 0)
                .toList();
        int number = 1;
        for (Finding finding : problems) {
            lines.add("");
            lines.add("%d. %s%s".formatted(number++, detail(finding), of(finding)));
            if (!finding.action().isEmpty()) {
                lines.add("   What to do: " + finding.action());
            }
            if (!finding.documentation().isEmpty()) {
                lines.add("   See " + finding.documentation());
            }
        }
        if (problems.isEmpty()) {
            lines.add("");
            lines.add("No problem was found.");
        }
        lines.addAll(Gap.lines(gaps));
        return lines;
    }

    private static String severity(Finding finding) {
        return switch (finding.severity()) {
            case PROBLEM -> "PROBLEM";
            case UNKNOWN -> "not checked";
            case WARNING, OK -> finding.severity().toString();
        };
    }

    private static String of(Finding finding) {
        return finding.object().isEmpty() ? "" : " (" + finding.object() + ")";
    }

    private static String detail(Finding finding) {
        return finding.reason().isEmpty() ? finding.message() : finding.reason() + ": " + finding.message();
    }
}
