package io.github.arc4j.controller.runtime.metrics;

import io.github.arc4j.controller.runtime.Request;
import io.prometheus.client.Gauge;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Gauges that have one series each for every object. Series go with their object, and when its labels change. */
public final class ObjectGauges {
    private final List<Gauge> gauges;
    private final Map<Request, List<String>> series = new ConcurrentHashMap<>();

    public ObjectGauges(Gauge... gauges) {
        this.gauges = List.of(gauges);
    }

    /**
     * Sets the object's series.
     *
     * @param labels values of the labels, in the order in which all of the gauges have them
     * @param values one for each gauge
     */
    public void set(Request object, List<String> labels, double... values) {
        List<String> before = series.put(object, labels);
        if (before != null && !before.equals(labels)) {
            remove(before);
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
