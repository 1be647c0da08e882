package io.github.arc4j.bench;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.model.RunnerScaleSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The measured process: requests JIT configs concurrently in several rounds. */
final class JitClient {
    private JitClient() {}

    /**
     * Measures the rounds and prints the times.
     *
     * @param arguments config URL, number of concurrent calls, number of rounds
     */
    public static void main(String[] arguments) throws Exception {
        int calls = Integer.parseInt(arguments[1]);
        try (ActionsClient client = ActionsClient.builder(
                        ConfigUrl.parse(arguments[0]), () -> new PersonalAccessToken("sim-pat"))
                .build()) {
            RunnerScaleSet settings = RunnerScaleSet.builder()
                    .name("bench")
                    .runnerGroupId(client.getRunnerGroup("Default").id())
                    .build();
            int scaleSet = client.createScaleSet(settings).id();
            StringBuilder line = new StringBuilder("  rounds:");
            for (int round = 0; round < Integer.parseInt(arguments[2]); round++) {
                line.append(" %5d ms"
                        .formatted(round(client, scaleSet, calls, round).toMillis()));
            }
            System.out.println(line);
        }
    }

    /** The time until the last response. */
    private static Duration round(ActionsClient client, int scaleSet, int calls, int round) throws Exception {
        List<Future<?>> responses = new ArrayList<>();
        long start = System.nanoTime();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < calls; i++) {
                String name = "runner-" + round + "-" + i;
                responses.add(executor.submit(() -> client.generateJitConfig(scaleSet, name, "_work")));
            }
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        for (Future<?> response : responses) {
            response.get();
        }
        return elapsed;
    }
}
