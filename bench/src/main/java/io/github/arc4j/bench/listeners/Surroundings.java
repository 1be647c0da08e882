package io.github.arc4j.bench.listeners;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.HttpConnections;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfig.AppConfig;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.network.ServerIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/**
 * The API server and GitHub of the listeners, both over TLS. GitHub responds to polls without jobs after 50 seconds.
 */
final class Surroundings implements AutoCloseable {
    private static final String CONTROLLER_NAMESPACE = "arc-systems";

    private static final String RUNNER_NAMESPACE = "arc-runners";
    private static final int MAX_RUNNERS = 100;
    private static final String TOKEN = "sim-pat";
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(50);
    private static final Duration JOB_DURATION = Duration.ofSeconds(1);
    /** Long enough that the start and the end of a job are different messages. */
    private static final Duration SHORT_JOB = Duration.ofMillis(300);

    /** End of the path of the call that registers a runner, which the listener does not do. */
    private static final String JIT_CONFIG = "generatejitconfig";

    private static final Duration JOBS_TIMEOUT = Duration.ofMinutes(5);

    private final Path directory;
    private final ServerIdentity identity;
    private final HttpConnections connections = new HttpConnections();
    private final GitHubSimulator github;
    private final EmbeddedKube kube;

    Surroundings() throws IOException, InterruptedException, GeneralSecurityException {
        directory = Files.createTempDirectory("bench-listeners");
        identity = ServerIdentity.create(directory);
        github = GitHubSimulator.start(SimulatorOptions.builder()
                .pollTimeout(POLL_TIMEOUT)
                .tls(identity.tls())
                .build());
        kube = EmbeddedKube.builder()
                .resource("actions.github.com", "v1alpha1", "autoscalinglisteners", "AutoscalingListener", true, true)
                .resource("actions.github.com", "v1alpha1", "ephemeralrunnersets", "EphemeralRunnerSet", true, true)
                .resource("actions.github.com", "v1alpha1", "ephemeralrunners", "EphemeralRunner", true, true)
                .namespaces(CONTROLLER_NAMESPACE, RUNNER_NAMESPACE)
                .tls(identity.tls())
                .start();
    }

    /**
     * The environment with the address of the API server for the image's processes, and the configuration of a shared
     * listener.
     */
    Map<String, String> environment() throws IOException {
        Files.writeString(directory.resolve("ca.crt"), identity.certificate());
        Files.writeString(directory.resolve("token"), "any");
        return Map.of(
                "LISTENER_SHARD",
                "0",
                "LISTENER_NAMESPACE",
                CONTROLLER_NAMESPACE,
                "HOSTNAME",
                "bench",
                "KUBERNETES_SERVICE_HOST",
                "127.0.0.1",
                "KUBERNETES_SERVICE_PORT",
                Integer.toString(kube.uri().getPort()),
                "KUBERNETES_SERVICE_ACCOUNT_DIR",
                directory.toString());
    }

    /** Creates scale sets, each for its own repository, as the controller does for a shared listener. */
    void addScaleSets(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            add("set-" + i);
        }
    }

    private ActionsClient client(String url) {
        return ActionsClient.builder(ConfigUrl.parse(url), () -> new PersonalAccessToken(TOKEN))
                .trust(identity.certificate())
                .connections(connections)
                .build();
    }

    /** Creates a scale set and returns the configuration of its listener. */
    ListenerConfig add(String name) throws InterruptedException {
        String url = github.configUrl("acme/" + name);
        int id;
        try (ActionsClient client = client(url)) {
            RunnerScaleSet settings =
                    RunnerScaleSet.builder().name(name).runnerGroupId(1).build();
            id = client.createScaleSet(settings).id();
        }
        ListenerConfig config = ListenerConfig.builder()
                .configureUrl(url)
                .credentials(AppConfig.ofToken(TOKEN))
                .ephemeralRunnerSetNamespace(RUNNER_NAMESPACE)
                .ephemeralRunnerSetName(name)
                .runnerScaleSetId(id)
                .runnerScaleSetName(name)
                .minRunners(0)
                .maxRunners(MAX_RUNNERS)
                .serverRootCa(identity.certificate())
                .build();
        ObjectNode set = object(name);
        set.putObject("spec").put("patchID", 0);
        kube.store().resource("ephemeralrunnersets").create(RUNNER_NAMESPACE, set);
        ObjectNode secret = object(ScaleSetNames.listenerConfigSecret(name));
        secret.putObject("data").put("config.json", Base64.getEncoder().encodeToString(config.toJson()));
        kube.store().resource("secrets").create(CONTROLLER_NAMESPACE, secret);
        ObjectNode listener = object(name);
        ObjectNode metadata = listener.withObject("metadata");
        metadata.putObject("labels").put(Labels.LISTENER_SHARD, "0");
        metadata.putObject("annotations").put(Annotations.LISTENER_CONFIG_HASH, "1");
        kube.store().resource("autoscalinglisteners").create(CONTROLLER_NAMESPACE, listener);
        return config;
    }

    /** Simulates the desired number of runners, and passes jobs through the scale set. */
    void passJobs(ListenerConfig config, int jobs) throws Exception {
        try (ActionsClient client = client(config.configureUrl());
                Runners runners = new Runners(kube.store(), github, client, config)) {
            Thread.startVirtualThread(runners);
            github.queueJobs(
                    JobRequest.builder(config.runnerScaleSetName())
                            .duration(JOB_DURATION)
                            .build(),
                    jobs);
            github.awaitJobs(summary -> summary.succeeded() >= jobs, JOBS_TIMEOUT);
        }
    }

    /** Requests of the listener. */
    record Requests(long toApiServer, long toGitHub) {}

    /** Passes jobs through the scale set, each after the end of the one before; returns the requests for them. */
    Requests passJobsOneByOne(ListenerConfig config, int jobs) throws Exception {
        try (ActionsClient client = client(config.configureUrl());
                Runners runners = new Runners(kube.store(), github, client, config)) {
            Thread.startVirtualThread(runners);
            Requests before = requests();
            int earlier = github.summary().succeeded();
            for (int job = 1; job <= jobs; job++) {
                int finished = earlier + job;
                github.queueJob(JobRequest.builder(config.runnerScaleSetName())
                        .duration(SHORT_JOB)
                        .build());
                github.awaitJobs(summary -> summary.succeeded() == finished, JOBS_TIMEOUT);
                runners.awaitNoneDesired(JOBS_TIMEOUT);
            }
            Requests after = requests();
            return new Requests(after.toApiServer() - before.toApiServer(), after.toGitHub() - before.toGitHub());
        }
    }

    private Requests requests() {
        return new Requests(
                kube.requests().count(request -> request.userAgent().startsWith(ListenerProcess.LAUNCHER)),
                github.calls().entrySet().stream()
                        .filter(call -> !call.getKey().endsWith(JIT_CONFIG))
                        .mapToLong(Map.Entry::getValue)
                        .sum());
    }

    static ObjectNode object(String name) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.putObject("metadata").put("name", name);
        return object;
    }

    int sessions() {
        return github.sessions().size();
    }

    @Override
    public void close() {
        kube.close();
        github.close();
    }
}
