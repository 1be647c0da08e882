package io.github.arc4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.listener.kube.KubeClient;
import io.github.arc4j.listener.kube.KubeEndpoint;
import io.github.arc4j.listener.kube.KubeRunnerSetPatches;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.process.ListenerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * The listener writes that a runner is running, together with its job, exactly as the controller would: otherwise the
 * controller would write it again. They share constants, but no code, because the listener does without data binding.
 */
class RunningStatusTest {
    private static final String NAME = "runner";
    private static final long ID = 7;
    private static final Instant STARTED = Instant.parse("2026-01-01T00:00:05Z");

    private final KubernetesSerialization json = new KubernetesSerialization();

    @Test
    void theListenerWritesTheSameAsTheController() throws Exception {
        ObjectNode byListener =
                (ObjectNode) json.unmarshal(patchOfListener(), JsonNode.class).path("status");
        ObjectNode byController =
                (ObjectNode) json.unmarshal(json.asJson(Statuses.running(runner(), ID, true, STARTED)), JsonNode.class);
        // In a merge patch, null removes a field.
        byListener.properties().removeIf(field -> field.getValue().isNull() || isOfJob(field.getKey()));
        assertThat(byListener).isEqualTo(byController);
    }

    @Test
    void theControllerHasNothingToAdd() throws Exception {
        EphemeralRunner runner = runner();
        JsonNode patch = json.unmarshal(patchOfListener(), JsonNode.class);
        runner.setStatus(
                json.convertValue(patch.path("status"), runner.statusOrEmpty().getClass()));
        assertThat(Statuses.running(runner, ID, true, STARTED.plusSeconds(60))).isEqualTo(runner.getStatus());
        assertThat(runner.getStatus().conditions())
                .extracting(Condition::getMessage)
                .containsExactly("the runner is running");
    }

    private static boolean isOfJob(String field) {
        return field.startsWith("job") || field.equals("workflowRunId");
    }

    private static EphemeralRunner runner() {
        EphemeralRunner runner = new EphemeralRunner();
        runner.getMetadata().setName(NAME);
        return runner;
    }

    private static String patchOfListener() throws IOException, InterruptedException {
        AtomicReference<String> body = new AtomicReference<>("");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            body.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (KubeClient kube = new KubeClient(new KubeEndpoint(uri, () -> "token", null), "test")) {
            patches(kube).markJobStarted(new JobStarted(job(), ID, NAME));
        } finally {
            server.stop(0);
        }
        return body.get();
    }

    private static KubeRunnerSetPatches patches(KubeClient kube) {
        ListenerConfig config = ListenerConfig.builder()
                .configureUrl("https://github.com/acme/app")
                .credentials(ListenerConfig.AppConfig.ofToken("t"))
                .ephemeralRunnerSetNamespace("ns")
                .ephemeralRunnerSetName("set")
                .runnerScaleSetId(1)
                .runnerScaleSetName("arc")
                .maxRunners(1)
                .build();
        ListenerMetrics metrics = new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl()));
        return new KubeRunnerSetPatches(kube, "ns", "set", metrics, Timing.SYSTEM);
    }

    private static JobInfo job() {
        return new JobInfo(
                "JobStarted",
                1,
                "app",
                "acme",
                "job",
                "ci.yml",
                "build",
                77,
                "push",
                List.of(),
                null,
                null,
                STARTED,
                null);
    }
}
