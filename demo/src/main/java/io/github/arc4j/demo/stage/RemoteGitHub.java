package io.github.arc4j.demo.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.RunnerView;
import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.SessionView;
import io.github.arc4j.simulator.SimulatorEvent;
import io.github.arc4j.simulator.Violation;
import io.github.arc4j.simulator.faults.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A simulator in a pod, called through the API server's service proxy. */
public final class RemoteGitHub implements GitHubSide {
    private static final Logger log = LoggerFactory.getLogger(RemoteGitHub.class);
    private static final int WAIT_MS = 5_000;

    private final KubernetesClient client;
    private final String proxy;
    private final String url;
    private final ObjectMapper json = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** @param service name of the simulator's Service */
    public RemoteGitHub(KubernetesClient client, String namespace, String service, int port) {
        this.client = client;
        this.proxy = "/api/v1/namespaces/%s/services/%s:%d/proxy/sim/".formatted(namespace, service, port);
        this.url = "http://%s.%s.svc:%d".formatted(service, namespace, port);
    }

    /** Base URL for pods. */
    public String url() {
        return url;
    }

    @Override
    public String configUrl(String path) {
        return url + "/" + path;
    }

    private record Queued(List<Long> ids) {}

    @Override
    public List<Long> queue(JobRequest job, int count) {
        ObjectNode body = body(job, "duration", job.duration()).put("count", count);
        return read(client.raw(proxy + "jobs", "POST", body), Queued.class).ids();
    }

    @Override
    public void finish(List<Long> jobs) {
        jobs.forEach(job -> client.raw(proxy + "jobs/%d/finish".formatted(job), "POST", Map.of()));
    }

    @Override
    public void inject(Fault fault) {
        client.raw(proxy + "faults", "POST", body(fault, "delay", fault.delay()));
    }

    /** The components of a record, with its duration in milliseconds. */
    private ObjectNode body(Object components, String name, Duration duration) {
        ObjectNode body = json.valueToTree(components);
        body.remove(name);
        return body.put(name + "Ms", duration.toMillis());
    }

    @Override
    public AutoCloseable subscribe(Consumer<SimulatorEvent> subscriber) {
        List<SimulatorEvent> past = events(0, 0);
        long since = past.isEmpty() ? 0 : past.getLast().sequence();
        Thread thread = Thread.ofVirtual().name("simulator-events").start(() -> follow(since, subscriber));
        return thread::interrupt;
    }

    private void follow(long since, Consumer<SimulatorEvent> subscriber) {
        long last = since;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                for (SimulatorEvent event : events(last, WAIT_MS)) {
                    last = event.sequence();
                    subscriber.accept(event);
                }
            } catch (KubernetesClientException e) {
                if (!Thread.currentThread().isInterrupted()) {
                    log.error("No longer receiving events from the simulator", e);
                }
                return;
            }
        }
    }

    private List<SimulatorEvent> events(long since, int waitMs) {
        return list("events?since=%d&waitMs=%d".formatted(since, waitMs), SimulatorEvent[].class);
    }

    @Override
    public List<ScaleSetView> scaleSets() {
        return list("scalesets", ScaleSetView[].class);
    }

    @Override
    public List<RunnerView> runners() {
        return list("runners", RunnerView[].class);
    }

    @Override
    public List<SessionView> sessions() {
        return list("sessions", SessionView[].class);
    }

    @Override
    public List<Violation> violations() {
        return list("violations", Violation[].class);
    }

    private <T> List<T> list(String path, Class<T[]> type) {
        return List.of(read(client.raw(proxy + path), type));
    }

    private <T> T read(String response, Class<T> type) {
        try {
            return json.readValue(Objects.requireNonNull(response, "no response from the simulator"), type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("unexpected response from the simulator: " + response, e);
        }
    }
}
