package io.github.arc4j.controller.kube.conditions;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.process.advice.Reasons;
import io.github.arc4j.runtime.events.EventRecorder;
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
 * Emits Events for conditions, one per reason even if several conditions have the same reason.
 *
 * <p>A problem that may resolve by itself becomes a Warning only after {@link #WARNING_DELAY}, because most failed
 * calls succeed when retried. The start of a problem is in the object's status, so a new process does not wait again.
 * While the problem lasts, reconciles repeat the Warning at most once per {@link #WARNING_DELAY}; it is logged when it
 * begins, and once an hour.
 */
public final class ConditionEvents {
    /** How long a problem must last before it becomes a Warning. */
    public static final Duration WARNING_DELAY = Duration.ofSeconds(30);

    /** Minimum interval at which a lasting problem is logged again. */
    private static final Duration REMINDER = Duration.ofHours(1);

    /** Reasons of incidents of a runner, for which an Event is emitted when they occur or end the runner. */
    private static final Set<String> INCIDENTS = Set.of("PodFailed", "InvalidPod", "Outdated", "RunnerOffline");

    /** Reasons of problems that no retry can fix: the user must act, or the incident is over. */
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
            "SpecTooLarge",
            "VaultInvalid");

    /** Characters of a reason or type that are remembered; those of the controller are shorter. */
    private static final int MAX_NAME = 64;

    private static final String CANNOT_START =
            "runners cannot start; see the conditions for their number and the latest reason";

    /**
     * Messages for reasons whose condition messages name one of many runners, and would cause a separate Event for
     * each.
     */
    private static final Map<String, String> GENERIC_MESSAGES = Map.of(
            "RunnersFailed", CANNOT_START,
            "RunnersStuck", CANNOT_START,
            "RunnersRefused", "Kubernetes rejects new runners; see the conditions for the reason");

    private static final Set<String> FALSE_IF_PROBLEM = Set.copyOf(ConditionTypes.CAUSES_FIRST);
    private static final Set<String> TRUE_IF_PROBLEM = Set.of(Conditions.DEGRADED, Conditions.DEMAND_STALE);

    private final EventRecorder events;
    private final InstantSource clock;
    private final RecentTimes emitted = new RecentTimes(WARNING_DELAY);
    /** When Warnings were recorded that were not repetitions. */
    private final RecentTimes recorded = new RecentTimes(REMINDER);
    /** When a problem replaced an expected state; the condition's transition time is that of the expected state. */
    private final RecentTimes begun = new RecentTimes(WARNING_DELAY);

    public ConditionEvents(EventRecorder events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    /**
     * Emits Events for normal states and for problems that no retry can fix. {@link #passed} emits the others.
     *
     * @param before the previous conditions of {@code object}
     */
    public void changed(HasMetadata object, List<Condition> before, List<Condition> after) {
        for (Condition condition : after) {
            String reason = condition.getReason();
            if (Conditions.has(before, condition.getType(), isTrue(condition), reason)) {
                continue;
            }
            if (!isProblem(condition)) {
                if (condition.getType().equals(Conditions.READY) && !endedUnreported(object, before)) {
                    events.normal(object, reason, condition.getMessage());
                }
            } else if (Reasons.isProgress(reason)) {
                emit(object, EventRecorder.Type.NORMAL, condition);
            } else if (FINAL.contains(reason)) {
                emit(object, EventRecorder.Type.WARNING, condition);
            }
        }
    }

    /**
     * Emits Warnings for problems that have lasted too long. Call it after each reconcile, even a failed one.
     *
     * @param before the conditions of {@code object} before the reconcile
     * @return when the next reconcile is due to warn about a problem that still lasts; null if there is none
     */
    public @Nullable Duration passed(HasMetadata object, List<Condition> before, List<Condition> after) {
        Map<String, Condition> due = new LinkedHashMap<>();
        Map<String, Duration> delays = new HashMap<>();
        for (Condition condition : after) {
            String reason = condition.getReason();
            recordStart(object, before, condition);
            if (!isProblem(condition) || Reasons.isProgress(reason) || INCIDENTS.contains(reason)) {
                continue;
            }
            Duration delay = untilWarning(object, condition);
            if (delay.isPositive()) {
                delays.merge(reason, delay, (one, other) -> one.compareTo(other) < 0 ? one : other);
            } else {
                due.putIfAbsent(reason, condition);
            }
        }
        due.values().forEach(condition -> warn(object, condition));
        delays.keySet().removeAll(due.keySet());
        return delays.values().stream().min(Duration::compareTo).orElse(null);
    }

    private void recordStart(HasMetadata object, List<Condition> before, Condition condition) {
        Optional<Condition> previous = Conditions.find(before, condition.getType());
        if (previous.isEmpty() || !previous.get().getStatus().equals(condition.getStatus())) {
            begun.remove(key(object, condition.getType()));
        } else if (isProblem(condition)
                && Reasons.isProgress(previous.get().getReason())
                && !Reasons.isProgress(condition.getReason())) {
            begun.put(key(object, condition.getType()), clock.instant());
        }
    }

    /**
     * The remaining time before a problem becomes a Warning. Conditions have times in whole seconds, possibly of
     * another node's clock.
     */
    private Duration untilWarning(HasMetadata object, Condition condition) {
        if (FINAL.contains(condition.getReason())) {
            return Duration.ZERO;
        }
        Instant now = clock.instant();
        Instant started = begun.get(key(object, condition.getType()), now);
        Instant since = started == null ? Conditions.since(condition) : started;
        Duration lasted = Duration.between(since.truncatedTo(ChronoUnit.SECONDS), now.truncatedTo(ChronoUnit.SECONDS));
        return WARNING_DELAY.minus(lasted.abs());
    }

    /** Whether a problem has ended that was not reported, so its end is not reported either. */
    private boolean endedUnreported(HasMetadata object, List<Condition> before) {
        return Conditions.find(before, Conditions.READY)
                .filter(previous -> isProblem(previous) && !Reasons.isProgress(previous.getReason()))
                .filter(previous -> begun.get(key(object, Conditions.READY), clock.instant()) == null)
                .filter(previous -> untilWarning(object, previous).isPositive())
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
        return at != null && !at.isBefore(Conditions.since(condition));
    }

    /**
     * Several conditions may have the same reason, and reconciles may follow each other quickly; each reason is one
     * Event.
     */
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
        return GENERIC_MESSAGES.getOrDefault(condition.getReason(), condition.getMessage());
    }

    private static String key(HasMetadata object, String suffix) {
        return object.getMetadata().getUid() + "/" + suffix.substring(0, Math.min(suffix.length(), MAX_NAME));
    }

    /** Conditions that others add to the object, such as {@code Stalled}, are theirs to report. */
    private static boolean isProblem(Condition condition) {
        return (isTrue(condition) ? TRUE_IF_PROBLEM : FALSE_IF_PROBLEM).contains(condition.getType());
    }

    private static boolean isTrue(Condition condition) {
        return "True".equals(condition.getStatus());
    }
}
