package io.github.arc4j.controller.github;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether this process gets answers from GitHub at all, for the readiness probe. It is not ready once no request to any
 * GitHub has been answered for {@link #LIMIT}.
 *
 * <p>A refusal is an answer, and so is an answer to another scale set: what concerns a single one (its credentials, its
 * proxy, its server) is told by its conditions and by {@code gha_controller_github_silence_seconds}, and must not take
 * the controller of all the others out of service. Only what this process has met counts, so that a new one, which may
 * have a better network, becomes ready.
 */
public final class GitHubContact {
    /** Each scale set asks GitHub at least every 11 minutes, so a contact that works is noticed within this. */
    static final Duration LIMIT = Duration.ofMinutes(15);

    private final InstantSource clock;
    private volatile @Nullable Silence silence;

    /** A series of requests without an answer. */
    private record Silence(Instant first, Instant last) {}

    public GitHubContact(InstantSource clock) {
        this.clock = clock;
    }

    /** A request to any GitHub ended. Gateways answer for a GitHub that is away, so 5xx is no answer of it. */
    void attempted(int status) {
        if (status == 0 || status >= 500) {
            unanswered(clock.instant());
        } else if (silence != null) { // no write where all is well, which is nearly always
            answered();
        }
    }

    private synchronized void answered() {
        silence = null;
    }

    private synchronized void unanswered(Instant now) {
        Silence before = silence;
        silence = new Silence(before == null ? now : before.first(), now);
    }

    /** Why the process is not ready; empty if it is. Without recent requests, nobody needs GitHub any more. */
    public Optional<String> problem() {
        Silence current = silence;
        Instant limit = clock.instant().minus(LIMIT);
        if (current == null
                || !current.first().isBefore(limit)
                || current.last().isBefore(limit)) {
            return Optional.empty();
        }
        return Optional.of("GitHub has not answered any request since " + current.first()
                + "; the conditions of the scale sets say why");
    }
}
