package io.github.arc4j.controller.sources;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.watch.VersionWatch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks whether data derived from {@link Source}s is up to date. Secrets are watched per namespace, because every
 * scale set may have its own; ConfigMaps are watched one by one, because the charts grant no more. Only resource
 * versions are stored. Without permission to watch, derived data counts as up to date only for a limited time.
 *
 * <p>Usage: take a {@link #stamp}, then read the sources; the result may be used as long as {@link #isCurrent} holds.
 */
public final class Sources implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Sources.class);

    /** Limits the effect of a watch that silently misses changes. */
    private static final Duration MAX_LIFETIME = Duration.ofMinutes(10);

    /**
     * A point in time before some sources were read.
     *
     * @param change the sequence number of the last change known at that time
     */
    public record Stamp(Set<Source> sources, long change, Instant at) {
        public Stamp {
            sources = Set.copyOf(sources);
        }
    }

    /** The scope of one watch. */
    private record Scope(Class<? extends HasMetadata> type, String namespace, String name) {
        static Scope of(Source source) {
            return new Scope(source.type(), source.namespace(), source.type() == Secret.class ? "" : source.name());
        }
    }

    private static final class Tracked {
        private @Nullable String version;
        private long lastChange;
    }

    private final KubernetesApi api;
    private final Predicate<Source> referenced;
    private final Clock clock;
    private final List<Consumer<Source>> listeners = new CopyOnWriteArrayList<>();
    private final Map<Source, Tracked> tracked = new HashMap<>();
    private final Map<Scope, VersionWatch> watches = new HashMap<>();
    private long changes;
    private boolean closed;

    /**
     * @param referenced whether a scale set currently refers to a source; others are not watched, because the
     *     permission to watch them exists only as long as the scale set
     */
    public Sources(KubernetesApi api, Predicate<Source> referenced, Clock clock) {
        this.api = api;
        this.referenced = referenced;
        this.clock = clock;
    }

    /** Registers {@code listener} for changes of every source that a stamp was taken of. It must return quickly. */
    public void onChange(Consumer<Source> listener) {
        listeners.add(listener);
    }

    /** Starts to track the sources. Call it before reading them. */
    public synchronized Stamp stamp(Collection<Source> sources) {
        sources.forEach(this::track);
        return new Stamp(Set.copyOf(sources), changes, clock.instant());
    }

    /**
     * Whether data read after the stamp is still current.
     *
     * @param unwatched how long it counts as current without a watch
     */
    public boolean isCurrent(Stamp stamp, Duration unwatched) {
        return !hasChanged(stamp) && stamp.at().plus(lifetime(stamp, unwatched)).isAfter(clock.instant());
    }

    /** Whether a source is known to have changed since the stamp. */
    public synchronized boolean hasChanged(Stamp stamp) {
        return stamp.sources().stream()
                .map(tracked::get)
                .anyMatch(source -> source != null && source.lastChange > stamp.change());
    }

    /** Whether the stamp is older than {@code age}. */
    public boolean isOlder(Stamp stamp, Duration age) {
        return stamp.at().plus(age).isBefore(clock.instant());
    }

    /** How long the data counts as current if no change is reported. */
    public Duration lifetime(Stamp stamp, Duration unwatched) {
        return isWatched(stamp.sources()) ? MAX_LIFETIME : unwatched;
    }

    private synchronized boolean isWatched(Collection<Source> sources) {
        return sources.stream().allMatch(source -> {
            VersionWatch watch = tracked.containsKey(source) ? watches.get(Scope.of(source)) : null;
            return watch != null && watch.isOpen();
        });
    }

    /**
     * Records a resource version that was read or that a watch reported.
     *
     * @param version empty if the source does not exist
     */
    public void seen(Source source, String version) {
        if (update(source, version)) {
            log.debug("{} has changed", source);
            notifyListeners(source);
        }
    }

    /** Records the version; returns whether the source has changed. */
    private synchronized boolean update(Source source, String version) {
        Tracked known = tracked.get(source);
        if (known == null || version.equals(known.version)) {
            return false;
        }
        boolean first = known.version == null;
        known.version = version;
        if (!first) {
            known.lastChange = ++changes;
        }
        return !first;
    }

    /** Ends the watches of sources that no scale set refers to any more. */
    public synchronized void dropUnreferenced(Collection<Source> candidates) {
        for (Source source : candidates) {
            if (tracked.containsKey(source) && !referenced.test(source)) {
                tracked.remove(source);
                Scope scope = Scope.of(source);
                if (tracked.keySet().stream().noneMatch(other -> Scope.of(other).equals(scope))) {
                    VersionWatch watch = watches.remove(scope);
                    if (watch != null) {
                        watch.close();
                    }
                }
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        watches.values().forEach(VersionWatch::close);
        watches.clear();
    }

    private void track(Source source) {
        if (closed || tracked.containsKey(source) || !referenced.test(source)) {
            return;
        }
        Tracked entry = new Tracked();
        entry.lastChange = ++changes; // it may have changed while it was not tracked
        tracked.put(source, entry);
        watches.computeIfAbsent(
                Scope.of(source),
                scope -> new VersionWatch(api, scope.type(), scope.namespace(), scope.name(), observer(scope)));
    }

    private VersionWatch.Observer observer(Scope scope) {
        return new VersionWatch.Observer() {
            @Override
            public void seen(String name, String version) {
                Sources.this.seen(new Source(scope.type(), scope.namespace(), name), version);
            }

            @Override
            public void missedSomething() {
                countAsChanged(scope).forEach(Sources.this::notifyListeners);
            }
        };
    }

    private synchronized List<Source> countAsChanged(Scope scope) {
        List<Source> affected = new ArrayList<>();
        tracked.forEach((source, entry) -> {
            if (Scope.of(source).equals(scope)) {
                entry.lastChange = ++changes;
                affected.add(source);
            }
        });
        return affected;
    }

    private void notifyListeners(Source source) {
        listeners.forEach(listener -> listener.accept(source));
    }
}
