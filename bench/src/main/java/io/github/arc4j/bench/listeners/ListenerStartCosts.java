package io.github.arc4j.bench.listeners;

import io.github.arc4j.bench.guard.CostGroup;
import io.github.arc4j.bench.guard.JvmStart;
import io.github.arc4j.bench.guard.Starts;
import java.util.Map;

/** The cost of a start of a listener until it is ready. */
public final class ListenerStartCosts implements CostGroup {
    @Override
    public String name() {
        return "listener-start:";
    }

    @Override
    public boolean needsImage() {
        return true;
    }

    @Override
    public boolean toleratesLoad() {
        return false;
    }

    @Override
    public Map<String, Double> measure(boolean isShort) throws Exception {
        try (Surroundings surroundings = new Surroundings()) {
            return Starts.medians(isShort, number -> start(surroundings, "set-" + number));
        }
    }

    private Map<String, Double> start(Surroundings surroundings, String scaleSet) throws Exception {
        var config = surroundings.add(scaleSet);
        JvmStart calibration = JvmStart.run();
        try (ListenerProcess listener = ListenerProcess.start(surroundings, config)) {
            double cpu = listener.process().cpu().toNanos() / 1e9;
            listener.process().stop();
            return Map.of(
                    name() + " time until ready / JVM start",
                    listener.untilReady().toNanos() / 1e9 / calibration.elapsed(),
                    name() + " CPU time until ready / JVM start",
                    cpu / calibration.cpu());
        }
    }
}
