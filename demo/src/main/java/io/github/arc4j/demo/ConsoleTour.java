package io.github.arc4j.demo;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpecBuilder;
import io.github.arc4j.demo.embedded.EmbeddedStage;
import io.github.arc4j.demo.stage.RunnerTemplate;
import io.github.arc4j.demo.stage.Stage;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.simulator.JobRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A busy cluster for the web console: scale sets that constantly get new jobs, one at its limit, and some with typical
 * problems.
 */
final class ConsoleTour {
    private static final int PREFERRED_PORT = 8090;
    private static final Duration POD_START_DELAY = Duration.ofMillis(900);
    private static final String PRIVATE_IMAGE = "registry.example.com/team/runner:1.4";
    private static final String EXPIRED = "expired-token";
    private static final List<String> JOBS = List.of(
            "build", "unit tests (1/3)", "unit tests (2/3)", "unit tests (3/3)", "lint", "package", "scan image");
    private static final List<String> REPOSITORIES = List.of("acme/shop", "acme/payments", "acme/website");

    private final EmbeddedStage stage;
    private final Consumer<String> output;
    private final Random random = new Random(1);

    ConsoleTour(EmbeddedStage stage, Consumer<String> output) {
        this.stage = stage;
        this.output = output;
    }

    /** Starts the simulator and the cluster. */
    static EmbeddedStage stage(Consumer<String> progress) {
        return EmbeddedStage.start(progress, POD_START_DELAY);
    }

    /** Runs jobs until the thread is interrupted. */
    void run() throws IOException, InterruptedException {
        int port = start();
        output.accept("The web console is at http://localhost:%d/ until Ctrl-C".formatted(port));
        while (true) {
            queueJobs();
            Thread.sleep(500 + random.nextInt(2500));
        }
    }

    /** Starts the controller, and creates the scale sets; returns the port of the console. */
    int start() throws IOException {
        int port = freePort();
        stage.kube().kubelet().images(image -> !image.equals(PRIVATE_IMAGE));
        stage.startController(new ListenAddress("127.0.0.1", port));
        stage.createSecret("github", Stage.TOKEN);
        stage.createSecret(EXPIRED, "sim-expired");
        stage.createScaleSet("linux", spec().minRunners(2).maxRunners(20).build());
        stage.createScaleSet("linux-large", spec().maxRunners(3).build());
        stage.createScaleSet("deploy", spec().minRunners(1).build());
        stage.createScaleSet("release", spec().build());
        stage.createScaleSet(
                "gpu",
                spec().minRunners(2)
                        .template(RunnerTemplate.of(
                                PRIVATE_IMAGE, stage.simulator().uri().toString()))
                        .build());
        stage.createScaleSet("mobile", spec().githubConfigSecret(EXPIRED).build());
        stage.createScaleSet(
                "docs", spec().githubConfigSecret("not-created-yet").build());
        return port;
    }

    private AutoscalingRunnerSetSpecBuilder spec() {
        return stage.spec().githubConfigUrl(stage.simulator().configUrl("acme"));
    }

    /** A few jobs of a few seconds each. */
    void queueJobs() {
        queue("linux", 1 + random.nextInt(4), 4, 20);
        if (random.nextInt(5) == 0) {
            queue("linux-large", 1 + random.nextInt(2), 10, 25);
        }
        if (random.nextInt(6) == 0) {
            queue("deploy", 1, 5, 15);
        }
    }

    private void queue(String scaleSet, int jobs, int minSeconds, int maxSeconds) {
        for (int i = 0; i < jobs; i++) {
            stage.simulator()
                    .queueJob(JobRequest.builder(scaleSet)
                            .displayName(any(JOBS))
                            .repository(any(REPOSITORIES))
                            .duration(Duration.ofSeconds(minSeconds + random.nextInt(maxSeconds - minSeconds)))
                            .build());
        }
    }

    private String any(List<String> texts) {
        return texts.get(random.nextInt(texts.size()));
    }

    /** The console's usual port, or any other one. */
    private static int freePort() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket socket = new ServerSocket(PREFERRED_PORT, 1, loopback)) {
            return socket.getLocalPort();
        } catch (IOException inUse) {
            try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
                return socket.getLocalPort();
            }
        }
    }
}
