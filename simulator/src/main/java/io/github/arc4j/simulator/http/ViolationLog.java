package io.github.arc4j.simulator.http;

import io.github.arc4j.simulator.Violation;
import io.github.arc4j.simulator.service.ScaleSets;
import io.github.arc4j.simulator.service.ServiceException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What clients did wrong; equal findings once, with a count, and at most so many. Safe for use by several threads. */
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

    void add(Call call, String rule, String message) {
        add(rule, message, call.name(), call.header("User-Agent"));
    }

    /** A runner came with a JIT config that has had its job. */
    public void spentJitConfig(String call) {
        add("jit-config", "used for a second runner", call, "");
    }

    /** A runner came online that is one more than the listener of its scale set has said that there may be. */
    public void tooManyRunners(String call) {
        add("too-many-runners", "more are online than the listener's capacity", call, "");
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

    /** Like {@link #add}, but a client may do this once when the answer to the same call was kept from it. */
    synchronized void addUnlessRepeated(Call call, String rule, String message) {
        if (!expectedRepeats.remove(Repeat.of(call))) {
            add(call, rule, message);
        }
    }

    /** To be told of every error of calls that only make sense on a known scale set. */
    void unknownScaleSet(Call call, ServiceException error, ScaleSets scaleSets) {
        if (error.status() == 404 && !scaleSets.existed(call.id())) {
            add(call, "unknown-scale-set", "there never was a scale set with this id");
        }
    }

    /** The call was answered, also if with the refusal of a repeated one, but the client does not know. */
    synchronized void expectRepeat(Call call) {
        expectedRepeats.add(Repeat.of(call));
    }

    public synchronized List<Violation> all() {
        return List.copyOf(violations.values());
    }

    public synchronized void clear() {
        violations.clear();
    }
}
