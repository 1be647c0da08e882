package io.github.arc4j.bench.listeners;

import io.github.arc4j.bench.guard.CostGroup;
import io.github.arc4j.bench.guard.JvmStart;
import io.github.arc4j.bench.guard.Medians;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What it takes until a listener is ready. */
public final class ListenerStartCosts implements CostGroup {
    private static final int STARTS = 7;
    private static final int STARTS_OF_SHORT_FORM = 4;

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
        List<Map<String, Double>> starts = new ArrayList<>();
        try (Surroundings surroundings = new Surroundings()) {
            for (int i = 0; i < (isShort ? STARTS_OF_SHORT_FORM : STARTS); i++) {
                // The first start is slower, because the files are not in memory yet.
                Map<String, Double> start = start(surroundings, "set-" + i);
                if (i > 0) {
                    starts.add(start);
                }
            }
        }
        return Medians.of(starts);
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
