package io.github.arc4j.simulator.faults;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One call in ten meets one of the failures that GitHub and networks produce, before or after its effect. With the same
 * seed, the n-th call meets the same fault. All faults are short: none lasts longer than two seconds, so a correct
 * client succeeds in the end.
 */
final class BadWorld {
    private static final int CALLS_PER_FAULT = 10;

    private static final Fault ANY = Fault.on(".*", ".*");
    private static final Duration SHORT = Duration.ofMillis(200);

    /** Faults that any call can meet. Suppliers, because one of them contains the current time. */
    private static final List<Supplier<Fault>> OF_ANY_CALL = List.of(
            ANY::dropping,
            () -> ANY.dropping().afterTheEffect(),
            ANY::truncating,
            () -> ANY.stalling(SHORT),
            ANY::garbage,
            () -> ANY.garbage().afterTheEffect(),
            () -> ANY.hanging(SHORT),
            () -> ANY.hanging(SHORT).afterTheEffect(),
            () -> ANY.delaying(SHORT),
            () -> ANY.dripping(SHORT),
            () -> ANY.answering(500, "{}"),
            () -> ANY.answering(502, "bad gateway").afterTheEffect(),
            () -> ANY.answering(503, ""),
            () -> ANY.answering(504, "<html>timeout</html>").afterTheEffect(),
            () -> ANY.limitingRate("0"),
            () -> ANY.limitingRate("1"),
            () -> ANY.limitingRate("-86400"),
            () -> ANY.limitingRate("soon"),
            () -> ANY.limitingRate("Wed, 21 Oct 2015 07:28:00 GMT"),
            () -> ANY.limitingRate(DateTimeFormatter.RFC_1123_DATE_TIME.format(
                    ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2))));

    /** Elements that the response to a poll can contain. */
    private static final List<Supplier<Fault>> OF_POLLS = Stream.of(
                    "null, 7, []",
                    "{\"messageType\": \"JobTeleported\", \"runnerRequestId\": \"x\", \"planet\": {\"name\": null}}",
                    "{\"messageType\": \"JobStarted\", \"runnerId\": \"y\"}",
                    "{\"runnerRequestId\": 1}")
            .<Supplier<Fault>>map(elements -> () -> ANY.addingElements("[" + elements + "]"))
            .toList();

    private final long seed;
    private long calls;

    BadWorld(long seed) {
        this.seed = seed;
    }

    /** The fault that the next call meets; empty if there is none. */
    Optional<Fault> next(String method, String path) {
        SplittableRandom choices = new SplittableRandom(new SplittableRandom(seed).nextLong() + calls++);
        if (choices.nextInt(CALLS_PER_FAULT) > 0) {
            return Optional.empty();
        }
        boolean isPoll = method.equals("GET") && path.endsWith("/messages");
        List<Supplier<Fault>> faults = isPoll && choices.nextBoolean() ? OF_POLLS : OF_ANY_CALL;
        return Optional.of(faults.get(choices.nextInt(faults.size())).get());
    }
}
