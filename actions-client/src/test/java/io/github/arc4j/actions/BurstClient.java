package io.github.arc4j.actions;

import io.github.arc4j.actions.model.JitConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A process that asks for many JIT configs at once, again until it is quick enough, and prints how many milliseconds each
 * time takes.
 */
public final class BurstClient {
    private BurstClient() {}

    /**
     * Asks and prints.
     *
     * @param arguments config URL, number of calls, most rounds, milliseconds that are quick enough, file with a root
     *     certificate if the URL needs one
     */
    public static void main(String[] arguments) throws Exception {
        int calls = Integer.parseInt(arguments[1]);
        ActionsClient.Builder builder =
                ActionsClient.builder(ConfigUrl.parse(arguments[0]), () -> new PersonalAccessToken("secret-pat"));
        if (arguments.length > 4) {
            builder.trust(Files.readString(Path.of(arguments[4])));
        }
        try (ActionsClient client = builder.build()) {
            long taken = Long.MAX_VALUE;
            for (int round = 0;
                    taken >= Long.parseLong(arguments[3]) && round < Integer.parseInt(arguments[2]);
                    round++) {
                taken = round(client, calls);
                System.out.println(taken);
            }
        }
    }

    private static long round(ActionsClient client, int calls) throws Exception {
        List<Future<JitConfig>> responses = new ArrayList<>();
        long start = System.nanoTime();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < calls; i++) {
                String name = "runner-" + i;
                responses.add(executor.submit(() -> client.generateJitConfig(7, name, "")));
            }
        }
        long milliseconds = (System.nanoTime() - start) / 1_000_000;
        for (Future<JitConfig> response : responses) {
            response.get();
        }
        return milliseconds;
    }
}
