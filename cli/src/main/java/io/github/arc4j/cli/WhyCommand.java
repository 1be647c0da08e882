package io.github.arc4j.cli;

import io.github.arc4j.cli.cluster.NoAccessException;
import io.github.arc4j.cli.report.Report;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.why.Question;
import io.github.arc4j.cli.why.WhyReport;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

@Command(
        name = "why",
        description = {
            "Shows the path of a job, a runner or a scale set step by step, the first obstacle, and what to do about"
                    + " it.",
            "If no runner has the job, the scale sets that may run it are shown."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class WhyCommand extends ReportCommand {
    @Parameters(
            paramLabel = "RUN_URL|JOB_ID|SCALE_SET|RUNNER",
            description = "URL of a workflow run or job on GitHub, ID of a job or run, or a name, optionally as"
                    + " NAMESPACE/NAME.")
    private String subject;

    @Option(
            names = "--runs-on",
            split = ",",
            paramLabel = "LABEL",
            description = "Only scale sets that have these labels, if no runner has the job. Repeatable.")
    private List<String> runsOn = new ArrayList<>();

    @Override
    Report report(Snapshot snapshot) {
        WhyReport report = WhyReport.of(snapshot, question(), runsOn);
        if (report.paths().isEmpty()) {
            throw new NoAccessException(String.join("\n", report.text(snapshot.time())), null);
        }
        return report;
    }

    private Question question() {
        try {
            return Question.parse(subject);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec().commandLine(), e.getMessage(), e);
        }
    }
}
