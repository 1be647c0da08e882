package io.github.arc4j.kube.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * All requests for resources since the start or the last reset, in the order of their completion; watches are logged
 * when they start. Discovery and health requests are not logged.
 */
public final class RequestLog {

    /** @param status HTTP status of the reply, 0 if the connection was dropped instead */
    public record Entry(ApiRequest request, int status) {}

    private final Object lock = new Object();
    private List<Entry> entries = new ArrayList<>();

    RequestLog() {}

    void add(ApiRequest request, int status) {
        synchronized (lock) {
            entries.add(new Entry(request, status));
        }
    }

    public List<Entry> snapshot() {
        synchronized (lock) {
            return List.copyOf(entries);
        }
    }

    /** Removes and returns all entries. */
    public List<Entry> reset() {
        synchronized (lock) {
            List<Entry> past = entries;
            entries = new ArrayList<>();
            return past;
        }
    }

    public long count(Predicate<ApiRequest> filter) {
        return snapshot().stream().filter(entry -> filter.test(entry.request())).count();
    }

    /** Number of requests per verb and target, such as {@code patch pods/status}. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        snapshot()
                .forEach(entry -> counts.merge(
                        entry.request().verb() + " " + entry.request().target(), 1L, Long::sum));
        return counts;
    }
}
