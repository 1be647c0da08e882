package io.github.arc4j.bench.listeners;

import io.github.arc4j.bench.ImageProcess;
import io.github.arc4j.bench.guard.CostGroup;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a listener costs at rest and for a job. */
public final class ListenerCosts implements CostGroup {
    private static final int JOBS = 8;
    /** Time for the first poll, and for the end of what only the start needs. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final double MEBI = 1 << 20;
    private static final Pattern USED_HEAP = Pattern.compile("total \\d+K, used (\\d+)K");

    @Override
    public String name() {
        return "listener:";
    }

    @Override
    public boolean needsImage() {
        return true;
    }

    @Override
    public boolean toleratesLoad() {
        return true;
    }

    @Override
    public Map<String, Double> measure(boolean isShort) throws Exception {
        try (Surroundings surroundings = new Surroundings()) {
            var config = surroundings.add("set");
            try (ListenerProcess listener = ListenerProcess.start(surroundings, config)) {
                ImageProcess process = listener.process();
                Map<String, Double> costs = new TreeMap<>();
                Thread.sleep(SETTLING);
                costs.put(name() + " MiB of RSS, idle", process.status("VmRSS") / MEBI);
                costs.put(name() + " MiB of anonymous memory, idle", process.status("RssAnon") / MEBI);
                if (!isShort) {
                    rest(process, costs);
                }
                Surroundings.Requests requests = surroundings.passJobsOneByOne(config, JOBS);
                costs.put(name() + " API requests per job", requests.toApiServer() / (double) JOBS);
                costs.put(name() + " GitHub requests per job", requests.toGitHub() / (double) JOBS);
                costs.put(name() + " KiB of heap after jobs", (double) heap(process));
                return costs;
            }
        }
    }

    private void rest(ImageProcess process, Map<String, Double> costs) throws Exception {
        Duration cpu = process.cpu();
        Thread.sleep(IDLE);
        costs.put(
                name() + " ms of CPU time per minute, idle",
                process.cpu().minus(cpu).toMillis() / (double) IDLE.toMinutes());
    }

    /** KiB in use after a garbage collection. */
    private static long heap(ImageProcess process) throws Exception {
        process.jcmd("GC.run");
        Matcher matcher = USED_HEAP.matcher(process.jcmd("GC.heap_info"));
        long used = 0;
        while (matcher.find()) {
            used += Long.parseLong(matcher.group(1));
        }
        return used;
    }
}
