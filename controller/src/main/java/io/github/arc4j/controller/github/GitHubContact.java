package io.github.arc4j.controller.github;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether GitHub responds to this process at all, for the readiness probe. The process is unready when no request to
 * any GitHub host has had a response for {@link #TIMEOUT}.
 *
 * <p>A rejection counts as a response, and so does a response for another scale set: problems of a single scale set
 * (its credentials, proxy or server) are reported by its conditions and by {@code
 * gha_controller_github_silence_seconds}, and must not make the controller unavailable to all others. Only this
 * process's own requests count, so a new process, whose network may work, becomes ready.
 */
public final class GitHubContact {
    /**
     * Each scale set sends a request to GitHub at least every 11 minutes, so a working connection is noticed within
     * this time.
     */
    static final Duration TIMEOUT = Duration.ofMinutes(15);

    private final InstantSource clock;
    private volatile @Nullable Silence silence;

    /** A series of requests without a response. */
    private record Silence(Instant first, Instant last) {}

    public GitHubContact(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Records the result of a request to any GitHub host. Gateways respond with 5xx when GitHub is down, so 5xx does
     * not count as a response.
     */
    void attempted(int status) {
        if (status == 0 || status >= 500) {
            noResponse(clock.instant());
        } else if (silence != null) { // avoids a volatile write in the normal case
            responded();
        }
    }

    private synchronized void responded() {
        silence = null;
    }

    private synchronized void noResponse(Instant now) {
        Silence previous = silence;
        silence = new Silence(previous == null ? now : previous.first(), now);
    }

    /**
     * Why the process is not ready; empty if it is. Old failures without recent requests do not count, because then
     * nothing needs GitHub.
     */
    public Optional<String> problem() {
        Silence current = silence;
        Instant cutoff = clock.instant().minus(TIMEOUT);
        if (current == null
                || !current.first().isBefore(cutoff)
                || current.last().isBefore(cutoff)) {
            return Optional.empty();
        }
        return Optional.of("GitHub has not responded to any request since " + current.first()
                + "; see the conditions of the scale sets for the reason");
    }
}
