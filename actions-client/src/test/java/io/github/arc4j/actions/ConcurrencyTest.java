package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.SCALE_SETS;
import static io.github.arc4j.actions.FakeGitHub.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
    private static final int CALLS = 1000;

    @Test
    void aThousandCallsDoNotWaitForEachOther() throws Exception {
        try (FakeGitHub github = new FakeGitHub();
                ActionsClient client = Clients.client(github)) {
            github.service(
                    "POST",
                    SCALE_SETS + "/7/generatejitconfig",
                    github.after(150, json(200, "{\"runner\":{\"id\":5,\"name\":\"r\"},\"encodedJITConfig\":\"x\"}")));
            List<Future<?>> calls = new ArrayList<>();
            long start = System.nanoTime();
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < CALLS; i++) {
                    String name = "runner-" + i;
                    calls.add(executor.submit(() -> client.generateJitConfig(7, name, "")));
                }
            }
            Duration taken = Duration.ofNanos(System.nanoTime() - start);

            for (Future<?> call : calls) {
                call.get();
            }
            assertThat(github.requests("POST", "/generatejitconfig")).hasSize(CALLS);
            // one after the other they would take 150 s; the limit leaves room for a busy machine
            assertThat(taken).isLessThan(Duration.ofSeconds(15));
        }
    }
}
