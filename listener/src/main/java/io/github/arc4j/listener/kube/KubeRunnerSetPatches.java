package io.github.arc4j.listener.kube;

import static io.github.arc4j.actions.wire.JsonText.writeIfSet;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.arc4j.actions.loop.FailureKind;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.actions.wire.JsonText;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.ApiGroup;
import io.github.arc4j.api.RunnerRunning;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.process.Json;
import io.github.arc4j.process.log.LogText;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The two JSON merge patches, which are the only calls that a listener's service account may make. A patch is retried a
 * few times within about a second, in case of a dropped connection or a busy API server; the caller handles longer
 * problems.
 */
public final class KubeRunnerSetPatches implements RunnerSetPatches {
    private static final int MAX_ATTEMPTS = 4;
    /** 100, 200 and 400 ms. */
    private static final Backoff BACKOFF = Backoff.doublingExactly(Duration.ofMillis(100), Duration.ofMillis(400));

    /**
     * Of a name in a runner's status, in characters. All names together, escaped in JSON, are shorter than a status that
     * the controller reads.
     */
    private static final int MAX_NAME = 1024;

    /** At most 253 characters, so that no annotation or URL gets too long. */
    private static final Pattern OBJECT_NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

    private final KubeClient kube;
    private final String namespacePath;
    private final String runnerSet;
    private final ListenerMetrics metrics;
    private final Timing timing;
    private final CompletedRunners completed;

    /** @param runnerSet name of the EphemeralRunnerSet */
    public KubeRunnerSetPatches(
            KubeClient kube, String namespace, String runnerSet, ListenerMetrics metrics, Timing timing) {
        this.kube = kube;
        this.namespacePath = ApiGroup.PATH + "/namespaces/" + namespace + "/";
        this.runnerSet = runnerSet;
        this.metrics = metrics;
        this.timing = timing;
        this.completed = new CompletedRunners(timing);
    }

    @Override
    public void scale(int patchId, int replicas) throws InterruptedException {
        String completedRunners = completed.annotation();
        String patch = JsonText.object(out -> {
            out.writeObjectFieldStart("spec");
            out.writeNumberField("patchID", patchId);
            if (replicas == 0) {
                out.writeNullField("replicas");
            } else {
                out.writeNumberField("replicas", replicas);
            }
            out.writeEndObject();
            if (!completedRunners.isEmpty()) {
                out.writeObjectFieldStart("metadata");
                out.writeObjectFieldStart("annotations");
                out.writeStringField(Annotations.COMPLETED_RUNNERS, completedRunners);
                out.writeEndObject();
                out.writeEndObject();
            }
        });
        HttpResponse<byte[]> response = patch("ephemeralrunnersets/" + runnerSet, patch);
        if (response.statusCode() != 200) {
            throw failure("could not patch ephemeral runner set", patch, response);
        }
    }

    @Override
    public void jobCompleted(JobCompleted job) {
        if (OBJECT_NAME.matcher(job.runnerName()).matches()) {
            completed.add(job);
        }
    }

    @Override
    public boolean markJobStarted(JobStarted started) throws InterruptedException {
        if (!OBJECT_NAME.matcher(started.runnerName()).matches()) {
            return false;
        }
        String patch = JsonText.object(out -> {
            out.writeObjectFieldStart("status");
            writeStatus(out, started);
            out.writeEndObject();
        });
        HttpResponse<byte[]> response = patch("ephemeralrunners/" + started.runnerName() + "/status", patch);
        if (response.statusCode() == 404) {
            return false;
        }
        if (response.statusCode() != 200) {
            throw failure("could not patch ephemeral runner status", patch, response);
        }
        return true;
    }

    private static void writeStatus(JsonGenerator out, JobStarted started) throws IOException {
        JobInfo job = started.job();
        if (started.runnerId() > 0 && job.runnerAssignTime() != null) {
            writeThatItRuns(out, started, job.runnerAssignTime());
        }
        writeIfSet(out, "jobDisplayName", LogText.cut(job.jobDisplayName(), MAX_NAME));
        writeIfSet(out, "jobId", LogText.cut(job.jobId(), MAX_NAME));
        writeTime(out, "jobQueueTime", job.queueTime());
        out.writeStringField("jobRepositoryName", LogText.cut(job.ownerName() + "/" + job.repositoryName(), MAX_NAME));
        writeIfSet(out, "jobRequestId", job.runnerRequestId());
        writeTime(out, "jobRunnerAssignTime", job.runnerAssignTime());
        writeTime(out, "jobScaleSetAssignTime", job.scaleSetAssignTime());
        writeIfSet(out, "jobWorkflowRef", LogText.cut(job.jobWorkflowRef(), MAX_NAME));
        writeIfSet(out, "workflowRunId", job.workflowRunId());
    }

    /** Writes what the controller would write about a runner with a job, which saves the controller a patch. */
    private static void writeThatItRuns(JsonGenerator out, JobStarted started, Instant since) throws IOException {
        out.writeNumberField("runnerId", started.runnerId());
        out.writeStringField("runnerName", started.runnerName());
        out.writeStringField("phase", Phase.RUNNING);
        out.writeNullField("reason");
        out.writeNullField("message");
        out.writeBooleanField("ready", true);
        out.writeArrayFieldStart("conditions");
        out.writeStartObject();
        out.writeStringField("type", "Ready");
        out.writeStringField("status", "True");
        out.writeStringField("reason", RunnerRunning.REASON);
        out.writeStringField("message", RunnerRunning.MESSAGE);
        out.writeStringField(
                "lastTransitionTime", since.truncatedTo(ChronoUnit.SECONDS).toString());
        out.writeEndObject();
        out.writeEndArray();
    }

    private static void writeTime(JsonGenerator out, String key, @Nullable Instant value) throws IOException {
        if (value != null) {
            out.writeStringField(key, value.truncatedTo(ChronoUnit.MILLIS).toString());
        }
    }

    private HttpResponse<byte[]> patch(String path, String patch) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                HttpResponse<byte[]> response = send(path, patch);
                KubeException failure = new KubeException(response.statusCode(), "");
                if (attempt == MAX_ATTEMPTS || !failure.isTransient()) {
                    return response;
                }
            } catch (KubeException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
            metrics.retry(FailureKind.HANDLER);
            timing.sleep(BACKOFF.after(attempt));
        }
    }

    private HttpResponse<byte[]> send(String path, String patch) throws InterruptedException {
        try {
            HttpResponse<byte[]> response = kube.patch(namespacePath + path, patch);
            if (response.statusCode() >= 400) {
                metrics.apiError("kubernetes", response.statusCode());
            }
            return response;
        } catch (KubeException e) {
            metrics.apiError("kubernetes", 0);
            throw e;
        }
    }

    private static KubeException failure(String what, String patch, HttpResponse<byte[]> response) {
        return new KubeException(
                response.statusCode(), "%s, patch JSON: %s, error: %s".formatted(what, patch, reason(response)));
    }

    /** The message of the API server's Status object, or the HTTP status. */
    private static String reason(HttpResponse<byte[]> response) {
        try {
            String message = Json.text(Json.readObject(response.body()), "message");
            if (!message.isEmpty()) {
                return message;
            }
        } catch (IOException e) {
            // The body may be the page of a proxy, or truncated; the HTTP status is enough.
        }
        return "status " + response.statusCode();
    }
}
