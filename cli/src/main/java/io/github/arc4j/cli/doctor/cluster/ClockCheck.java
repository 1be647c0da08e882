package io.github.arc4j.cli.doctor.cluster;

import io.github.arc4j.cli.doctor.finding.Check;
import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.doctor.finding.Severity;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.snapshot.Times;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** This machine and the API server have the same time: GitHub accepts an App's tokens for a minute. */
public final class ClockCheck implements Check {
    private static final Duration NOTABLE = Duration.ofSeconds(5);
    private static final Duration TOO_LARGE = Duration.ofSeconds(45);

    @Override
    public List<Finding> find(Snapshot snapshot) {
        Optional<Duration> skew = snapshot.clockSkew().map(Duration::abs);
        if (skew.isEmpty()) {
            return List.of(Finding.unknown("", "the API server's time is unknown"));
        }
        if (skew.get().compareTo(NOTABLE) < 0) {
            return List.of();
        }
        return List.of(Finding.of(
                skew.get().compareTo(TOO_LARGE) < 0 ? Severity.WARNING : Severity.PROBLEM,
                "",
                "ClockSkew",
                "the clocks of this machine and of the API server differ by " + Times.text(skew.get())));
    }
}
