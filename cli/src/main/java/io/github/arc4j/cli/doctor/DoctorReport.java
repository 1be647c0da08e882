package io.github.arc4j.cli.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.arc4j.cli.doctor.cluster.ClockCheck;
import io.github.arc4j.cli.doctor.cluster.ControllerCheck;
import io.github.arc4j.cli.doctor.cluster.CrdCheck;
import io.github.arc4j.cli.doctor.cluster.FinalizerCheck;
import io.github.arc4j.cli.doctor.cluster.ImageCheck;
import io.github.arc4j.cli.doctor.cluster.ListenerCheck;
import io.github.arc4j.cli.doctor.cluster.QuotaCheck;
import io.github.arc4j.cli.doctor.cluster.RolesCheck;
import io.github.arc4j.cli.doctor.cluster.ScaleSetCheck;
import io.github.arc4j.cli.doctor.cluster.VersionCheck;
import io.github.arc4j.cli.doctor.finding.Check;
import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.doctor.finding.Severity;
import io.github.arc4j.cli.doctor.github.CredentialsCheck;
import io.github.arc4j.cli.doctor.github.GitHubCheck;
import io.github.arc4j.cli.doctor.github.VaultPathCheck;
import io.github.arc4j.cli.doctor.takeover.GoControllerCheck;
import io.github.arc4j.cli.doctor.takeover.ListenerTemplateCheck;
import io.github.arc4j.cli.doctor.takeover.NameCheck;
import io.github.arc4j.cli.report.Report;
import io.github.arc4j.cli.report.Table;
import io.github.arc4j.cli.snapshot.Gap;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private record Named(String name, Check check) {}

    private static final String CRDS = "custom resource definitions";
    private static final Named CREDENTIALS = new Named("credentials", new CredentialsCheck());
    private static final Named NAMES = new Named("names", new NameCheck());
    private static final Named LISTENERS = new Named("listeners", new ListenerCheck());
    private static final Named QUOTAS = new Named("resource quotas", new QuotaCheck());
    private static final Named DELETIONS = new Named("deletions", new FinalizerCheck());

    /** Checks an installation. */
    public static DoctorReport of(Snapshot snapshot) {
        return of(snapshot, installation(List.of()));
    }

    /**
     * Checks an installation, and asks GitHub.
     *
     * @param environment environment variables with proxies and certificates
     */
    public static DoctorReport withGitHub(Snapshot snapshot, Map<String, String> environment) {
        return of(snapshot, installation(List.of(new Named("GitHub", new GitHubCheck(environment)))));
    }

    /** Checks whether an installation of the Go system can be taken over. */
    public static DoctorReport beforeTakeover(Snapshot snapshot) {
        return of(
                snapshot,
                List.of(
                        new Named("Go system", new GoControllerCheck()),
                        CREDENTIALS,
                        new Named("listener templates", new ListenerTemplateCheck()),
                        new Named("vault certificates", new VaultPathCheck()),
                        LISTENERS,
                        NAMES,
                        QUOTAS,
                        DELETIONS,
                        // The Go system's definitions lack fields, but the chart upgrades them.
                        new Named(CRDS, new CrdCheck(Severity.WARNING, "CRDsOfGoSystem"))));
    }

    /** @param ofGitHub checks that need the credentials */
    private static List<Named> installation(List<Named> ofGitHub) {
        List<Named> causes = List.of(
                new Named(CRDS, new CrdCheck(Severity.PROBLEM, "CRDOutdated")),
                new Named("controller", new ControllerCheck()),
                new Named("clocks", new ClockCheck()),
                new Named("permissions", new RolesCheck()),
                CREDENTIALS);
        List<Named> effects = List.of(
                NAMES,
                new Named("versions", new VersionCheck()),
                LISTENERS,
                new Named("images", new ImageCheck()),
                QUOTAS,
                DELETIONS,
                new Named("scale sets", new ScaleSetCheck()));
        return Stream.of(causes, ofGitHub, effects).flatMap(List::stream).toList();
    }

    private static DoctorReport of(Snapshot snapshot, List<Named> checks) {
        Set<String> reported = new HashSet<>();
        List<Result> results = new ArrayList<>();
        for (Named check : checks) {
            List<Finding> findings = found(check, snapshot).stream()
                    // A later check may find the same, as an effect.
                    .filter(finding -> finding.reason().isEmpty()
                            || reported.add(finding.object() + " " + finding.reason() + " "
                                    + (finding.severity() == Severity.WARNING)))
                    .toList();
            results.add(Result.of(check.name(), findings));
        }
        return new DoctorReport(results, snapshot.gaps());
    }

    /** An object that a check cannot deal with must not hide what the others find. */
    private static List<Finding> found(Named check, Snapshot snapshot) {
        try {
            return check.check().find(snapshot);
        } catch (RuntimeException e) {
            return List.of(Finding.unknown(check.name(), "not checked: " + e));
        }
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
