package io.github.arc4j.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.queue.Priority;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Determines which keys to reconcile when an object changes. Only real changes count: a cache reports nothing if the
 * resourceVersion of an object is unchanged.
 */
public final class EventSource<T extends HasMetadata> {
    private final ResourceCache<T> cache;
    private final Function<T, ? extends Collection<Request>> keys;
    private final BiFunction<@Nullable T, @Nullable T, Priority> priority;

    private EventSource(
            ResourceCache<T> cache,
            Function<T, ? extends Collection<Request>> keys,
            BiFunction<@Nullable T, @Nullable T, Priority> priority) {
        this.cache = cache;
        this.keys = keys;
        this.priority = priority;
    }

    /** The object itself. A changed spec and a deletion have high priority. */
    public static <T extends HasMetadata> EventSource<T> self(ResourceCache<T> cache) {
        return new EventSource<>(
                cache,
                object -> List.of(Request.of(object)),
                (before, after) -> isEdited(before, after) ? Priority.HIGH : Priority.NORMAL);
    }

    /** The controlling owner of the object, if it is of kind {@code owner} (in any version of its group). */
    public static <T extends HasMetadata> EventSource<T> ownedBy(
            Class<? extends HasMetadata> owner, ResourceCache<T> cache) {
        String kind = HasMetadata.getKind(owner);
        String group = Objects.requireNonNullElse(HasMetadata.getGroup(owner), "");
        return mapped(cache, object -> {
            for (OwnerReference reference : object.getMetadata().getOwnerReferences()) {
                if (Boolean.TRUE.equals(reference.getController())
                        && kind.equals(reference.getKind())
                        && group.equals(group(reference.getApiVersion()))) {
                    return List.of(new Request(Request.of(object).namespace(), reference.getName()));
                }
            }
            return List.of();
        });
    }

    /** The keys that {@code keys} returns, which is called for both states of a changed object. */
    public static <T extends HasMetadata> EventSource<T> mapped(
            ResourceCache<T> cache, Function<T, ? extends Collection<Request>> keys) {
        return new EventSource<>(cache, keys, (before, after) -> Priority.NORMAL);
    }

    /** The same keys, with high priority for changes to such a state. */
    public EventSource<T> urgentWhen(Predicate<T> state) {
        return new EventSource<>(
                cache,
                keys,
                (before, after) ->
                        after != null && state.test(after) ? Priority.HIGH : this.priority.apply(before, after));
    }

    /** Adds the keys of future changes to {@code target}. */
    void connect(BiConsumer<Request, Priority> target) {
        cache.onChange((before, after) -> {
            Set<Request> requests = new LinkedHashSet<>();
            if (before != null) {
                requests.addAll(keys.apply(before));
            }
            if (after != null) {
                requests.addAll(keys.apply(after));
            }
            Priority urgency = priority.apply(before, after);
            requests.forEach(request -> target.accept(request, urgency));
        });
    }

    /** Adds the keys of all existing objects to {@code target}. */
    void replay(BiConsumer<Request, Priority> target) {
        for (T object : cache.all()) {
            keys.apply(object).forEach(request -> target.accept(request, Priority.LOW));
        }
    }

    private static boolean isEdited(@Nullable HasMetadata before, @Nullable HasMetadata after) {
        if (before == null || after == null) {
            return false;
        }
        ObjectMeta previous = before.getMetadata();
        ObjectMeta current = after.getMetadata();
        return !Objects.equals(previous.getGeneration(), current.getGeneration())
                || !Objects.equals(previous.getDeletionTimestamp(), current.getDeletionTimestamp());
    }

    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
}
