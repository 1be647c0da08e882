package io.github.arc4j.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.actions.internal.json.Messages;
import io.github.arc4j.actions.messages.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Parses the same message as the client does, and as plain JSON trees. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MessageParsing {
    private static final List<String> TYPES = List.of("JobAvailable", "JobAssigned", "JobStarted", "JobCompleted");

    private final ObjectMapper mapper = new ObjectMapper();
    private byte[] message = {};

    /** Number of jobs in the message; the service sends at most 50 per message. */
    @Param({"1", "50"})
    public int jobs;

    /** Creates the message. */
    @Setup
    public void create() throws JsonProcessingException {
        message = message(jobs);
    }

    /** Parses the message as the client does. */
    @org.openjdk.jmh.annotations.Benchmark
    public Message typed() throws IOException {
        return Messages.parse(message);
    }

    /** Parses the envelope as a tree, then the batch in it as a tree. */
    @org.openjdk.jmh.annotations.Benchmark
    public JsonNode tree() throws IOException {
        return mapper.readTree(mapper.readTree(message).path("body").textValue());
    }

    static byte[] message(int jobs) throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();
        ArrayNode batch = mapper.createArrayNode();
        for (int i = 0; i < jobs; i++) {
            addJob(batch, i);
        }
        ObjectNode envelope = mapper.createObjectNode()
                .put("messageId", 17)
                .put("messageType", "RunnerScaleSetJobMessages")
                .put("body", batch.toString());
        envelope.putObject("statistics")
                .put("totalAvailableJobs", 0)
                .put("totalAcquiredJobs", 0)
                .put("totalAssignedJobs", jobs)
                .put("totalRunningJobs", jobs)
                .put("totalRegisteredRunners", jobs)
                .put("totalBusyRunners", jobs)
                .put("totalIdleRunners", 0);
        return envelope.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void addJob(ArrayNode batch, int i) {
        ObjectNode job = batch.addObject()
                .put("messageType", TYPES.get(i % TYPES.size()))
                .put("acquireJobUrl", "https://pipelines.example/acquire/" + i)
                .put("result", "succeeded")
                .put("runnerId", 1000 + i)
                .put("runnerName", "fast-runners-x7k2p-runner-" + i)
                .put("runnerRequestId", 9_000_000_000L + i)
                .put("repositoryName", "monorepo")
                .put("ownerName", "acme")
                .put("jobId", "5b3c9a52-6d1f-4d53-9a3f-" + (100_000_000_000L + i))
                .put("jobWorkflowRef", "acme/monorepo/.github/workflows/ci.yaml@refs/pull/" + i + "/merge")
                .put("jobDisplayName", "build (linux, amd64, shard " + i + ")")
                .put("workflowRunId", 11_000_000_000L + i)
                .put("eventName", "pull_request")
                .put("queueTime", "2026-05-06T07:08:09.1234567Z")
                .put("scaleSetAssignTime", "2026-05-06T07:08:10.2345678Z")
                .put("runnerAssignTime", "2026-05-06T07:08:11.3456789Z")
                .put("finishTime", "0001-01-01T00:00:00Z");
        job.putArray("requestLabels").add("fast-runners").add("linux");
    }
}
