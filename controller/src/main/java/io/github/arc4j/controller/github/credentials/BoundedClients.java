package io.github.arc4j.controller.github.credentials;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * One client for each target in use. Whoever edits a scale set chooses its targets, so there may be a new one with each
 * edit: beyond a limit per namespace, the clients that were used least recently are closed, because each has threads and
 * connections.
 *
 * @param <K> what identifies a target
 * @param <C> the clients
 */
public final class BoundedClients<K, C> implements AutoCloseable {
    private final Function<K, C> factory;
    private final Consumer<C> closing;
    private final ToIntFunction<String> limit;
    private final InstantSource clock;
    private final Map<K, Entry> entries = new ConcurrentHashMap<>();

    private final class Entry {
        final K key;
        final String namespace;
        final C client;
        volatile Instant lastUse;

        Entry(K key, String namespace, Instant now) {
            this.key = key;
            this.namespace = namespace;
            this.client = factory.apply(key);
            this.lastUse = now;
        }

        void close() {
            if (entries.remove(key, this)) {
                closing.accept(client);
            }
        }
    }

    /**
     * @param factory creates a client; must return quickly
     * @param closing closes a client
     * @param limit the maximum number of clients of a namespace
     */
    public BoundedClients(
            Function<K, C> factory, Consumer<C> closing, ToIntFunction<String> limit, InstantSource clock) {
        this.factory = factory;
        this.closing = closing;
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * The client for a target.
     *
     * @param namespace whose limit counts if there is no client yet
     */
    public C get(String namespace, K key) {
        Instant now = clock.instant();
        Entry known = entries.get(key);
        Entry used = known != null ? known : entries.computeIfAbsent(key, k -> new Entry(k, namespace, now));
        used.lastUse = now;
        if (known == null) {
            closeSurplus(used);
        }
        return used.client;
    }

    private void closeSurplus(Entry added) {
        Map<Entry, Instant> lastUses = new HashMap<>();
        for (Entry entry : entries.values()) {
            if (entry.namespace.equals(added.namespace)) {
                lastUses.put(entry, entry.lastUse);
            }
        }
        int surplus = lastUses.size() - limit.applyAsInt(added.namespace);
        if (surplus > 0) {
            lastUses.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue())
                    .limit(surplus)
                    .map(Map.Entry::getKey)
                    .filter(entry -> entry != added)
                    .forEach(Entry::close);
        }
    }

    public void closeIdle(Duration time) {
        Instant cutoff = clock.instant().minus(time);
        for (Entry entry : entries.values()) {
            if (entry.lastUse.isBefore(cutoff)) {
                entry.close();
            }
        }
    }

    public int size() {
        return entries.size();
    }

    @Override
    public void close() {
        entries.values().forEach(Entry::close);
    }
}
