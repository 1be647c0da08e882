package io.github.arc4j.controller.ephemeralrunner.rules;

import java.time.Duration;
import java.time.Instant;

/** What {@link RegistrationRules} conclude about a runner, and when to ask GitHub again. */
public sealed interface RegistrationFinding {
    /** Nothing is wrong. */
    record Fine(boolean isOnline, Duration untilNext) implements RegistrationFinding {}

    /** GitHub does not know the runner, which another check has to confirm. */
    record Missing(Duration untilNext) implements RegistrationFinding {}

    /** The idle runner is not connected to GitHub. */
    record Offline(Instant since, Duration untilNext) implements RegistrationFinding {}

    /** The runner ends. */
    record End(Verdict.End verdict) implements RegistrationFinding {}
}
