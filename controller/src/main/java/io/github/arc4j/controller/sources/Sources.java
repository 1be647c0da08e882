package io.github.arc4j.controller.sources;

import io.github.arc4j.controller.runtime.client.KubernetesApi;
import io.github.arc4j.controller.runtime.watch.VersionWatch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether what was made of {@link Source}s is up to date. Secrets are followed by one watch per namespace, since
 * scale sets may have one each, and ConfigMaps one by one, since the charts allow no more; only versions are kept.
 * Without the permission to watch, things count as up to date for a while only.
 *
 * <p>Use: take a {@link #stamp}, then read; what was read may be used while {@link #isCurrent} says so.
 */
public final class Sources implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Sources.class);

    /** Against whatever goes wrong with watches. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /**
     * A moment before some sources were read.
     *
     * @param change the number of the last change that was known then
     */
    public record Stamp(Set<Source> sources, long change, Instant at) {
        public Stamp {
            sources = Set.copyOf(sources);
        }
    }

    /** What one watch covers. */
    private record Scope(Source.Kind kind, String namespace, String name) {
        static Scope of(Source source) {
            return new Scope(
                    source.kind(), source.namespace(), source.kind() == Source.Kind.SECRET ? "" : source.name());
        }
    }

    private static final class Followed {
        private @Nullable String version;
        private long lastChange;
    }

    private final KubernetesApi api;
    private final Predicate<Source> referenced;
    private final Clock clock;
    private final List<Consumer<Source>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Source, Followed> followed = new HashMap<>();
    private final Map<Scope, VersionWatch> watches = new HashMap<>();
    private long changes;
    private boolean closed;

    /**
     * @param referenced whether a scale set refers to a source now; others are not watched, because the permission to
     *     do so comes and goes with the scale set
     */
    public Sources(KubernetesApi api, Predicate<Source> referenced, Clock clock) {
        this.api = api;
        this.referenced = referenced;
        this.clock = clock;
    }

    /** Has {@code listener} told of each change of a source that somebody took a stamp of. Must be quick. */
    public void onChange(Consumer<Source> listener) {
        listeners.add(listener);
    }

    /** To be taken before the sources are read. Starts to follow them. */
    public Stamp stamp(Collection<Source> sources) {
        lock.lock();
        try {
            sources.forEach(this::follow);
            return new Stamp(Set.copyOf(sources), changes, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether what was read after the stamp is still so.
     *
     * @param unwatched how long it counts as such while there is no watch
     */
    public boolean isCurrent(Stamp stamp, Duration unwatched) {
        return !hasChanged(stamp) && stamp.at().plus(lifetime(stamp, unwatched)).isAfter(clock.instant());
    }

    /** Whether a source is known to have changed since the stamp. */
    public boolean hasChanged(Stamp stamp) {
        lock.lock();
        try {
            return stamp.sources().stream()
                    .map(followed::get)
                    .anyMatch(source -> source != null && source.lastChange > stamp.change());
        } finally {
            lock.unlock();
        }
    }

    /** Whether the stamp was taken longer ago than that. */
    public boolean isOlder(Stamp stamp, Duration age) {
        return stamp.at().plus(age).isBefore(clock.instant());
    }

    /** How long what was read counts as current if nothing is heard. */
    public Duration lifetime(Stamp stamp, Duration unwatched) {
        return isWatched(stamp.sources()) ? LONGEST : unwatched;
    }

    private boolean isWatched(Collection<Source> sources) {
        lock.lock();
        try {
            return sources.stream().allMatch(source -> {
                VersionWatch watch = followed.containsKey(source) ? watches.get(Scope.of(source)) : null;
                return watch != null && watch.isOpen();
            });
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes note of a version that was read or that a watch told.
     *
     * @param version empty if the source does not exist
     */
    public void seen(Source source, String version) {
        lock.lock();
        try {
            Followed known = followed.get(source);
            if (known == null || version.equals(known.version)) {
                return;
            }
            boolean first = known.version == null;
            known.version = version;
            if (first) {
                return;
            }
            known.lastChange = ++changes;
        } finally {
            lock.unlock();
        }
        log.debug("{} {}/{} has changed", source.kind().type().getSimpleName(), source.namespace(), source.name());
        tell(source);
    }

    /** Ends the watches of sources that no scale set refers to any more. */
    public void dropUnreferenced(Collection<Source> candidates) {
        lock.lock();
        try {
            for (Source source : candidates) {
                if (followed.containsKey(source) && !referenced.test(source)) {
                    followed.remove(source);
                    Scope scope = Scope.of(source);
                    if (followed.keySet().stream()
                            .noneMatch(other -> Scope.of(other).equals(scope))) {
                        VersionWatch watch = watches.remove(scope);
                        if (watch != null) {
                            watch.close();
                        }
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            watches.values().forEach(VersionWatch::close);
            watches.clear();
        } finally {
            lock.unlock();
        }
    }

    private void follow(Source source) {
        if (closed || followed.containsKey(source) || !referenced.test(source)) {
            return;
        }
        Followed entry = new Followed();
        entry.lastChange = ++changes; // it may have changed while nobody looked
        followed.put(source, entry);
        watches.computeIfAbsent(
                Scope.of(source),
                scope -> new VersionWatch(api, scope.kind().type(), scope.namespace(), scope.name(), observer(scope)));
    }

    private VersionWatch.Observer observer(Scope scope) {
        return new VersionWatch.Observer() {
            @Override
            public void seen(String name, String version) {
                Sources.this.seen(new Source(scope.kind(), scope.namespace(), name), version);
            }

            @Override
            public void missedSomething() {
                missed(scope);
            }
        };
    }

    private void missed(Scope scope) {
        List<Source> unsure;
        lock.lock();
        try {
            unsure = followed.keySet().stream()
                    .filter(source -> Scope.of(source).equals(scope))
                    .toList();
            unsure.forEach(source -> {
                Followed entry = followed.get(source);
                if (entry != null) {
                    entry.lastChange = ++changes;
                }
            });
        } finally {
            lock.unlock();
        }
        unsure.forEach(this::tell);
    }

    private void tell(Source source) {
        listeners.forEach(listener -> listener.accept(source));
    }
}
