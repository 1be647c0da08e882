package io.github.arc4j.actions.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ClientMetrics;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.loop.LoopObserver;
import io.github.arc4j.actions.loop.MessageListener;
import io.github.arc4j.actions.loop.MessageLoop;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SimulatorOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the client's README, as pasted into files of its own, with the simulator. */
class ReadmeTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    private static Path classes;

    @TempDir
    private Path directory;

    private final GitHubSimulator github = GitHubSimulator.start(
            SimulatorOptions.builder().pollTimeout(Duration.ofMillis(200)).build());

    @BeforeAll
    static void compile() throws Exception {
        Readme.compile(classes);
    }

    @AfterEach
    void stop() {
        assertThat(github.violations()).isEmpty();
        github.close();
    }

    @Test
    void theQuickStartRunsJobsUntilItIsTerminated() throws Exception {
        Process program = quickStart(runner(""), "sim-pat");
        try {
            github.await(simulator -> !simulator.sessions().isEmpty(), TIMEOUT);
            assertThat(github.runners()).isEmpty();

            github.queueJobs(
                    JobRequest.builder("local").duration(Duration.ofMillis(10)).build(), 6);
            github.awaitJobs(jobs -> jobs.completed() == 6, TIMEOUT);

            program.destroy();
            assertThat(program.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(github.sessions()).isEmpty();
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void theQuickStartStartsAgain() throws Exception {
        for (int run = 0; run < 2; run++) {
            Process program = quickStart(runner(""), "sim-pat");
            try {
                github.await(simulator -> !simulator.sessions().isEmpty(), TIMEOUT);
                program.destroy();
                assertThat(program.waitFor(10, TimeUnit.SECONDS)).isTrue();
            } finally {
                program.destroyForcibly();
            }
        }
        assertThat(github.scaleSets()).hasSize(1);
    }

    @Test
    void theQuickStartReplacesARunnerThatEndsWithoutAJob() throws Exception {
        Path marker = directory.resolve("failed");
        Process program = quickStart(runner("if mkdir '" + marker + "' 2>/dev/null; then exit 1; fi\n"), "sim-pat");
        try {
            github.await(simulator -> !simulator.sessions().isEmpty(), TIMEOUT);
            github.queueJob(
                    JobRequest.builder("local").duration(Duration.ofMillis(10)).build());
            github.awaitJobs(jobs -> jobs.completed() == 1, TIMEOUT);

            assertThat(marker).exists();
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(github.runners()).isEmpty());
        } finally {
            program.destroy();
            program.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void theQuickStartNamesTheMissingToken() throws Exception {
        Process program = quickStart(runner(""), null);

        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output()).contains("no credentials provided: the personal access token is empty");
    }

    @Test
    void theLifecycleStartsAndStopsALoopRepeatedly() throws Exception {
        try (URLClassLoader loader = loader();
                ActionsClient client = client(ClientMetrics.NONE)) {
            int scaleSet = createScaleSet(client);
            Class<?> type = loader.loadClass("MessageLoopLifecycle");
            Supplier<MessageLoop> loops = () -> new MessageLoop(client, scaleSet, "me", new NoRunners());
            Object lifecycle = type.getConstructor(Supplier.class).newInstance(loops);
            assertThat(type.getMethod("isRunning").invoke(lifecycle)).isEqualTo(false);
            for (int run = 0; run < 2; run++) {
                type.getMethod("start").invoke(lifecycle);
                github.await(simulator -> !simulator.sessions().isEmpty(), TIMEOUT);
                assertThat(type.getMethod("isRunning").invoke(lifecycle)).isEqualTo(true);

                type.getMethod("stop").invoke(lifecycle);
                assertThat(type.getMethod("isRunning").invoke(lifecycle)).isEqualTo(false);
                assertThat(github.sessions()).isEmpty();
            }
        }
    }

    @Test
    void theMetricsCountRequestsAndMessages() throws Exception {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (URLClassLoader loader = loader()) {
            Object metrics = loader.loadClass("MicrometerMetrics")
                    .getConstructor(MeterRegistry.class)
                    .newInstance(registry);
            try (ActionsClient client = client((ClientMetrics) metrics)) {
                int scaleSet = createScaleSet(client);
                MessageLoop loop = new MessageLoop(client, scaleSet, "me", new NoRunners(), (LoopObserver) metrics);
                loop.start();
                github.queueJob(JobRequest.builder("local").build());

                await().atMost(TIMEOUT).until(() -> messages(registry) > 0);
                assertThat(registry.get("github.scaleset.sessions").gauge().value())
                        .isEqualTo(1);
                loop.close();
            }
        }
        assertThat(registry.get("github.scaleset.sessions").gauge().value()).isZero();
        assertThat(registry.get("github.requests")
                        .tag("operation", "openSession")
                        .tag("status", "200")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    private static double messages(MeterRegistry registry) {
        return registry.find("github.scaleset.messages").tag("result", "HANDLED").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private static URLClassLoader loader() throws IOException {
        return new URLClassLoader(new URL[] {classes.toUri().toURL()});
    }

    private ActionsClient client(ClientMetrics metrics) {
        return ActionsClient.builder(ConfigUrl.parse(github.configUrl("org")), () -> new PersonalAccessToken("sim-pat"))
                .metrics(metrics)
                .build();
    }

    private static int createScaleSet(ActionsClient client) throws InterruptedException {
        int group = client.getRunnerGroup("default").id();
        return client.createScaleSet(RunnerScaleSet.builder()
                        .name("local")
                        .runnerGroupId(group)
                        .build())
                .id();
    }

    private Process quickStart(Path runner, @Nullable String token) throws IOException {
        ProcessBuilder program = new ProcessBuilder(
                        java(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classes + File.pathSeparator + System.getProperty("java.class.path"),
                        "LocalRunners",
                        github.configUrl("org"),
                        "local",
                        runner.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        program.environment().remove("GITHUB_TOKEN");
        if (token != null) {
            program.environment().put("GITHUB_TOKEN", token);
        }
        return program.start();
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("output"));
    }

    /** A start script like that of GitHub's runner, which begins with these commands. */
    private Path runner(String commands) throws IOException {
        Path script = Files.writeString(
                directory.resolve("run.sh"),
                "#!/bin/sh\n" + commands + "exec '" + java() + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '"
                        + System.getProperty("java.class.path") + "' '" + SimulatedRunner.class.getName() + "' '"
                        + github.uri() + "' \"$2\"\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Starts no runners. */
    private static final class NoRunners implements MessageListener {
        @Override
        public int maxCapacity() {
            return 1;
        }

        @Override
        public void scale(Statistics statistics) {}
    }

    /** Stands in for the runner application; arguments: the simulator's URL and the JIT config. */
    static final class SimulatedRunner {
        private SimulatedRunner() {}

        public static void main(String[] arguments) throws Exception {
            HttpRequest call = HttpRequest.newBuilder(URI.create(arguments[0] + "/sim/runner"))
                    .POST(HttpRequest.BodyPublishers.ofString(arguments[1]))
                    .build();
            HttpClient.newHttpClient().send(call, HttpResponse.BodyHandlers.discarding());
        }
    }
}
