package io.github.arc4j.controller.kube;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.controller.runtime.EventRecorder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Emits Events for conditions, one for each reason however many conditions have it.
 *
 * <p>What may heal by itself is a Warning only when it has lasted for {@link #PATIENCE}: most failures of a call are over
 * with the next try. Since when a problem lasts is in the object's status, so that a new process does not begin to wait
 * again. As long as it lasts, each pass repeats the Warning, at intervals of {@link #PATIENCE} at least; the log has it
 * when it begins, and once an hour.
 */
public final class ConditionEvents {
    /** For so long a problem may last before it is a Warning. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A problem that lasts is logged again at such intervals at least. */
    private static final Duration REMINDER = Duration.ofHours(1);

    /** Not in order, but as it has to be for a while. */
    private static final Set<String> EXPECTED = Set.of(
            "ListenerStarting",
            "ListenerReplaced",
            "Draining",
            "Deleting",
            "RunnerSetEnding",
            "PodStarting",
            "PodNotReady");

    /** What happened to a runner. */
    private static final Set<String> INCIDENTS = Set.of("PodFailed", "InvalidPod", "Outdated");

    /** No retry helps: somebody has to do something, or it has happened already. */
    private static final Set<String> FINAL = Set.of(
            "GitHubHostNotAllowed",
            "InvalidConfigUrl",
            "InvalidCredentials",
            "InvalidLimits",
            "InvalidListenerConfig",
            "InvalidProxy",
            "InvalidTLS",
            "InvalidTemplate",
            "ListenerEnded",
            "RunnerOutdated",
            "ScaleSetMissing",
            "VaultInvalid");

    private static final String CANNOT_START = "runners can't start; the conditions say how many, and why the last one";

    /** What the conditions say of these names one of many runners, so that each Event would be another. */
    private static final Map<String, String> WITHOUT_NAMES = Map.of(
            "RunnersFailed", CANNOT_START,
            "RunnersStuck", CANNOT_START,
            "RunnersRefused", "Kubernetes refuses new runners; the conditions say why");

    private final EventRecorder events;
    private final InstantSource clock;
    private final RecentTimes emitted = new RecentTimes(PATIENCE);
    /** When Warnings were not mere repeats. */
    private final RecentTimes recorded = new RecentTimes(REMINDER);
    /** Since when there is a problem where something expected was before: the condition's own time is of that. */
    private final RecentTimes begun = new RecentTimes(PATIENCE);

    public ConditionEvents(EventRecorder events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    /** Whether an Event is emitted where the problem is met, rather than for the condition that it leaves behind. */
    public static boolean isIncident(String reason) {
        return INCIDENTS.contains(reason);
    }

    /**
     * Tells at once what is normal, and what no retry can heal. The rest is for {@link #passed}.
     *
     * @param before conditions that {@code object} had
     */
    public void changed(HasMetadata object, List<Condition> before, List<Condition> after) {
        for (Condition condition : after) {
            String reason = condition.getReason();
            if (Conditions.has(before, condition.getType(), isTrue(condition), reason)) {
                continue;
            }
            if (!isProblem(condition)) {
                if (condition.getType().equals(Conditions.READY) && !isOverUnnoticed(object, before)) {
                    events.normal(object, reason, condition.getMessage());
                }
            } else if (EXPECTED.contains(reason)) {
                emit(object, EventRecorder.Type.NORMAL, condition);
            } else if (FINAL.contains(reason)) {
                emit(object, EventRecorder.Type.WARNING, condition);
            }
        }
    }

    /**
     * To be called after each pass, whatever came of it: warns of what has lasted for too long.
     *
     * @param before conditions that {@code object} had before the pass
     * @return when a pass is due to warn of what lasts until then; null if there is nothing
     */
    public @Nullable Duration passed(HasMetadata object, List<Condition> before, List<Condition> after) {
        Map<String, Condition> due = new LinkedHashMap<>();
        Map<String, Duration> rests = new HashMap<>();
        for (Condition condition : after) {
            String reason = condition.getReason();
            noteBegin(object, before, condition);
            if (!isProblem(condition) || EXPECTED.contains(reason) || INCIDENTS.contains(reason)) {
                continue;
            }
            Duration rest = rest(object, condition);
            if (rest.isPositive()) {
                rests.merge(reason, rest, (one, other) -> one.compareTo(other) < 0 ? one : other);
            } else {
                due.putIfAbsent(reason, condition);
            }
        }
        due.values().forEach(condition -> warn(object, condition));
        rests.keySet().removeAll(due.keySet());
        return rests.values().stream().min(Duration::compareTo).orElse(null);
    }

    private void noteBegin(HasMetadata object, List<Condition> before, Condition condition) {
        Optional<Condition> former = Conditions.find(before, condition.getType());
        if (former.isEmpty() || !former.get().getStatus().equals(condition.getStatus())) {
            begun.remove(key(object, condition.getType()));
        } else if (isProblem(condition)
                && EXPECTED.contains(former.get().getReason())
                && !EXPECTED.contains(condition.getReason())) {
            begun.put(key(object, condition.getType()), clock.instant());
        }
    }

    /** How long a problem may last yet. Conditions tell time in whole seconds, and maybe by the clock of another node. */
    private Duration rest(HasMetadata object, Condition condition) {
        if (FINAL.contains(condition.getReason())) {
            return Duration.ZERO;
        }
        Instant now = clock.instant();
        Instant noted = begun.get(key(object, condition.getType()), now);
        Instant since = noted == null ? Instant.parse(condition.getLastTransitionTime()) : noted;
        Duration lasted = Duration.between(since.truncatedTo(ChronoUnit.SECONDS), now.truncatedTo(ChronoUnit.SECONDS));
        return PATIENCE.minus(lasted.abs());
    }

    /** Whether nobody was told of the problem that is over now, and it was not the first thing that happened. */
    private boolean isOverUnnoticed(HasMetadata object, List<Condition> before) {
        return Conditions.find(before, Conditions.READY)
                .filter(former -> isProblem(former) && !EXPECTED.contains(former.getReason()))
                .filter(former -> begun.get(key(object, Conditions.READY), clock.instant()) == null)
                .filter(former -> rest(object, former).isPositive())
                .isPresent();
    }

    private void emit(HasMetadata object, EventRecorder.Type type, Condition condition) {
        if (isDue(object, condition)) {
            recorded.put(key(object, condition.getReason()), clock.instant());
            events.record(object, type, condition.getReason(), message(condition));
        }
    }

    private void warn(HasMetadata object, Condition condition) {
        if (!hasLastedSinceRecorded(object, condition)) {
            emit(object, EventRecorder.Type.WARNING, condition);
        } else if (isDue(object, condition)) {
            events.recordAgain(object, EventRecorder.Type.WARNING, condition.getReason(), message(condition));
        }
    }

    private boolean hasLastedSinceRecorded(HasMetadata object, Condition condition) {
        Instant at = recorded.get(key(object, condition.getReason()), clock.instant());
        return at != null && !at.isBefore(Instant.parse(condition.getLastTransitionTime()));
    }

    /** Several conditions have one reason, and passes may follow each other quickly: each reason is one Event. */
    private boolean isDue(HasMetadata object, Condition condition) {
        String key = key(object, condition.getReason());
        Instant now = clock.instant();
        if (emitted.get(key, now) != null) {
            return false;
        }
        emitted.put(key, now);
        return true;
    }

    private static String message(Condition condition) {
        return WITHOUT_NAMES.getOrDefault(condition.getReason(), condition.getMessage());
    }

    private static String key(HasMetadata object, String word) {
        return object.getMetadata().getUid() + "/" + word;
    }

    /** All conditions but one say what is in order. */
    private static boolean isProblem(Condition condition) {
        return isTrue(condition) == condition.getType().equals(Conditions.DEGRADED);
    }

    private static boolean isTrue(Condition condition) {
        return "True".equals(condition.getStatus());
    }
}
