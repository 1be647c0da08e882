package io.github.arc4j.cli;

import io.github.arc4j.cli.cluster.NoAccessException;
import io.github.arc4j.cli.report.Report;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.status.RunnersReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "runners", description = "Lists runners with their state, age, job and node.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RunnersCommand extends ReportCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "SCALE_SET",
            defaultValue = "",
            description = "Only runners of this scale set: its name, or NAMESPACE/NAME.")
    private String scaleSet;

    @Override
    Report report(Snapshot snapshot) {
        boolean isKnown =
                scaleSet.isEmpty() || snapshot.scaleSets().stream().anyMatch((ScaleSet set) -> set.isNamed(scaleSet));
        if (!isKnown) {
            throw new NoAccessException("There is no scale set %s.".formatted(scaleSet), null);
        }
        return RunnersReport.of(snapshot, scaleSet);
    }
}
