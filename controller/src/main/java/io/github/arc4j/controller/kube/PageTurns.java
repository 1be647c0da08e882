package io.github.arc4j.controller.kube;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Limits how many pages of objects are read at a time, because of the memory that they take. A user who fills
 * several namespaces with objects makes each page there slow, so slow namespaces share a limit, and leave room for the
 * others. Waiting reads take turns, and each request has a timeout, so every wait ends.
 */
public final class PageTurns {
    private static final int OF_NAMESPACE = 2;
    private static final int OF_SLOW_NAMESPACES = 2;
    private static final int OF_OTHER_NAMESPACES = 4;

    /** The API server usually responds within a fraction of this time, even for large namespaces. */
    private static final Duration SLOW = Duration.ofSeconds(2);

    /** How long a namespace counts as slow. */
    private static final Duration SLOW_FOR = Duration.ofMinutes(10);

    private static final class Namespace {
        private final Semaphore pages = fair(OF_NAMESPACE);
        private volatile Instant slowUntil = Instant.MIN;
    }

    private final InstantSource clock;
    private final Semaphore pagesOfSlow = fair(OF_SLOW_NAMESPACES);
    private final Semaphore pagesOfOthers = fair(OF_OTHER_NAMESPACES);
    /** One for each namespace whose runners have container hooks. */
    private final Map<String, Namespace> namespaces = new ConcurrentHashMap<>();

    public PageTurns(InstantSource clock) {
        this.clock = clock;
    }

    private static Semaphore fair(int permits) {
        return new Semaphore(permits, true);
    }

    /** Reads a page when it is its turn. */
    public <T> T read(String name, Supplier<T> page) throws InterruptedException {
        Namespace namespace = namespaces.computeIfAbsent(name, key -> new Namespace());
        namespace.pages.acquire();
        try {
            Semaphore shared = clock.instant().isBefore(namespace.slowUntil) ? pagesOfSlow : pagesOfOthers;
            shared.acquire();
            Instant begun = clock.instant();
            try {
                return page.get();
            } finally {
                Instant ended = clock.instant();
                if (Duration.between(begun, ended).compareTo(SLOW) >= 0) {
                    namespace.slowUntil = ended.plus(SLOW_FOR);
                }
                shared.release();
            }
        } finally {
            namespace.pages.release();
        }
    }
}
