package io.github.arc4j.cli;

import io.github.arc4j.cli.cluster.Cluster;
import io.github.arc4j.cli.report.Format;
import io.github.arc4j.cli.report.Printer;
import io.github.arc4j.cli.report.Report;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** A command that reads a cluster once and prints a report. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
abstract class ReportCommand extends ClusterCommand implements Callable<Integer> {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Format format;

    abstract Report report(Snapshot snapshot);

    Cluster.Scope scope() {
        return Cluster.Scope.SCALE_SETS;
    }

    @Override
    public final Integer call() {
        try (Cluster cluster = connect()) {
            Snapshot snapshot = cluster.read(scope());
            Report report = report(snapshot);
            new Printer(spec().commandLine().getOut(), format).print(report, snapshot.time());
            return report.hasProblem() ? ArcMain.PROBLEM : ExitCode.OK;
        }
    }
}
