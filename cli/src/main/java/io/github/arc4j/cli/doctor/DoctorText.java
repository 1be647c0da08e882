package io.github.arc4j.cli.doctor;

import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.doctor.finding.Severity;
import io.github.arc4j.cli.report.Table;
import io.github.arc4j.cli.snapshot.Gap;
import java.util.ArrayList;
import java.util.List;

/** The report of {@code arc doctor} for people. */
final class DoctorText {
    private DoctorText() {}

    static List<String> of(DoctorReport report) {
        Table table = new Table("CHECK", "RESULT", "OBJECT", "DETAIL");
        for (DoctorReport.Result result : report.checks()) {
            if (result.findings().isEmpty()) {
                table.row(result.check(), Severity.OK, "", "");
            }
            for (Finding finding : result.findings()) {
                table.row(result.check(), severity(finding), finding.object(), detail(finding));
            }
        }
        List<String> lines = new ArrayList<>(table.lines());
        List<Finding> problems = report.checks().stream()
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
        lines.addAll(Gap.lines(report.gaps()));
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
