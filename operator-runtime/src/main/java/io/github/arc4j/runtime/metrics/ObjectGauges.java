package io.github.arc4j.runtime.metrics;

import io.github.arc4j.runtime.cache.Request;
import io.prometheus.client.Gauge;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Gauges with one series per object. A series is removed with its object, and when its labels change. */
public final class ObjectGauges {
    private final List<Gauge> gauges;
    private final Map<Request, List<String>> series = new ConcurrentHashMap<>();

    public ObjectGauges(Gauge... gauges) {
        this.gauges = List.of(gauges);
    }

    /**
     * Sets the object's series.
     *
     * @param labels label values, in the order of the label names that all gauges share
     * @param values one value per gauge
     */
    public void set(Request object, List<String> labels, double... values) {
        List<String> previous = series.put(object, labels);
        if (previous != null && !previous.equals(labels)) {
            remove(previous);
        }
        for (int i = 0; i < values.length; i++) {
            gauges.get(i).labels(labels.toArray(String[]::new)).set(values[i]);
        }
    }

    public void remove(Request object) {
        List<String> labels = series.remove(object);
        if (labels != null) {
            remove(labels);
        }
    }

    private void remove(List<String> labels) {
        gauges.forEach(gauge -> gauge.remove(labels.toArray(String[]::new)));
    }
}
