package io.github.arc4j.simulator.http.routing;

import io.github.arc4j.simulator.Violation;
import io.github.arc4j.simulator.service.Runners;
import io.github.arc4j.simulator.service.ScaleSets;
import io.github.arc4j.simulator.service.ServiceException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Protocol violations of clients. Equal violations are counted, and the number of distinct ones is limited.
 * Thread-safe.
 */
public final class ViolationLog {
    private static final int MAXIMUM = 1000;

    private final Map<Key, Violation> violations = new LinkedHashMap<>();
    private final Set<Repeat> expectedRepeats = new HashSet<>();

    private record Key(String rule, String message, String call, String userAgent) {}

    private record Repeat(String method, String path, int body) {
        static Repeat of(Call call) {
            return new Repeat(call.method(), call.path(), Arrays.hashCode(call.body()));
        }
    }

    public void add(Call call, String rule, String message) {
        add(rule, message, call.name(), call.header("User-Agent"));
    }

    /** Checks whether a client may have started the process of a runner. */
    public void check(Runners.Attempt attempt, String call) {
        if (attempt instanceof Runners.Rejected rejected && rejected.jitConfigUsed()) {
            add("jit-config", "used for a second runner", call, "");
        } else if (attempt instanceof Runners.Connection process && process.isOneTooMany()) {
            add("too-many-runners", "more are online than the listener's capacity", call, "");
        }
    }

    private synchronized void add(String rule, String message, String call, String userAgent) {
        Key key = new Key(rule, message, call, userAgent);
        Instant now = Instant.now();
        Violation known = violations.get(key);
        if (known != null || violations.size() < MAXIMUM) {
            int count = known == null ? 1 : known.count() + 1;
            Instant first = known == null ? now : known.first();
            violations.put(key, new Violation(rule, message, call, userAgent, count, first, now));
        }
    }

    /** Like {@link #add}, but a client may do this once if it did not receive the response to the same call. */
    public synchronized void addUnlessRepeated(Call call, String rule, String message) {
        if (!expectedRepeats.remove(Repeat.of(call))) {
            add(call, rule, message);
        }
    }

    /** Called for every error of a call that requires an existing scale set. */
    public void unknownScaleSet(Call call, ServiceException error, ScaleSets scaleSets) {
        if (error.status() == 404 && !scaleSets.existed(call.id())) {
            add(call, "unknown-scale-set", "no scale set with this ID has ever existed");
        }
    }

    /** The call was processed (or rejected as a repetition), but the client did not receive the response. */
    public synchronized void expectRepeat(Call call) {
        expectedRepeats.add(Repeat.of(call));
    }

    public synchronized List<Violation> all() {
        return List.copyOf(violations.values());
    }

    public synchronized void clear() {
        violations.clear();
    }
}
