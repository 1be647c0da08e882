package io.github.arc4j.cli;

import io.github.arc4j.cli.report.Report;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.status.StatusReport;
import picocli.CommandLine.Command;

@Command(
        name = "status",
        description = "Lists the scale sets with their runners, the time that runners take to start, and the current"
                + " problem.")
final class StatusCommand extends ReportCommand {
    @Override
    Report report(Snapshot snapshot) {
        return StatusReport.of(snapshot);
    }
}
