package io.github.arc4j.cli;

import io.github.arc4j.cli.cluster.Cluster;
import io.github.arc4j.cli.doctor.DoctorReport;
import io.github.arc4j.cli.report.Report;
import io.github.arc4j.cli.snapshot.Snapshot;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = "Checks the installation: CRDs, controller, permissions, credentials, names, versions,"
                + " listeners, images, quotas and deletions.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DoctorCommand extends ReportCommand {
    @ArgGroup
    private Mode mode = new Mode();

    /** What else to check. */
    private static final class Mode {
        @Option(
                names = "--github",
                description =
                        "Also send requests to GitHub with the credentials of each scale set, and show the responses.")
        private boolean gitHub;

        @Option(
                names = "--before-takeover",
                description = "Check instead whether an installation of the Go system can be taken over.")
        private boolean beforeTakeover;
    }

    @Override
    Cluster.Scope scope() {
        return Cluster.Scope.INSTALLATION;
    }

    @Override
    Report report(Snapshot snapshot) {
        if (mode.beforeTakeover) {
            return DoctorReport.beforeTakeover(snapshot);
        }
        return mode.gitHub ? DoctorReport.withGitHub(snapshot, System.getenv()) : DoctorReport.of(snapshot);
    }
}
