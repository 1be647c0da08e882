package io.github.arc4j.listener;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.actions.JobInfo;
import io.github.arc4j.actions.JobStarted;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The two JSON merge patches, the only calls that a listener's service account may make. A patch is tried a few times
 * within about a second, for a connection that was dropped or an API server that is busy; longer troubles are the
 * caller's.
 */
public final class KubeRunnerSetPatches implements RunnerSetPatches {
    /** Key of an annotation that the controller compares with the runners that it has. */
    private static final String COMPLETED_RUNNERS = "actions.github.com/completed-runners";

    private static final int TRIES = 4;
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Pattern OBJECT_NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]*[a-z0-9])?");

    private final ObjectMapper json = new ObjectMapper();
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
        this.namespacePath = "/apis/actions.github.com/v1alpha1/namespaces/" + namespace + "/";
        this.runnerSet = runnerSet;
        this.metrics = metrics;
        this.timing = timing;
        this.completed = new CompletedRunners(timing);
    }

    @Override
    public void scale(int patchId, int replicas) throws InterruptedException {
        ObjectNode patch = json.createObjectNode();
        ObjectNode spec = patch.putObject("spec").put("patchID", patchId);
        if (replicas == 0) {
            spec.putNull("replicas");
        } else {
            spec.put("replicas", replicas);
        }
        String names = completed.names();
        if (!names.isEmpty()) {
            patch.putObject("metadata").putObject("annotations").put(COMPLETED_RUNNERS, names);
        }
        HttpResponse<String> answer = patch("ephemeralrunnersets/" + runnerSet, patch);
        if (answer.statusCode() != 200) {
            throw failure("could not patch ephemeral runner set", patch, answer);
        }
    }

    @Override
    public void jobCompleted(String runnerName) {
        if (OBJECT_NAME.matcher(runnerName).matches()) {
            completed.add(runnerName);
        }
    }

    @Override
    public boolean markJobStarted(JobStarted started) throws InterruptedException {
        if (!OBJECT_NAME.matcher(started.runnerName()).matches()) {
            return false;
        }
        ObjectNode patch = json.createObjectNode();
        patch.set("status", status(started.job()));
        HttpResponse<String> answer = patch("ephemeralrunners/" + started.runnerName() + "/status", patch);
        if (answer.statusCode() == 404) {
            return false;
        }
        if (answer.statusCode() != 200) {
            throw failure("could not patch ephemeral runner status", patch, answer);
        }
        return true;
    }

    private ObjectNode status(JobInfo job) {
        ObjectNode status = json.createObjectNode();
        if (!job.jobDisplayName().isEmpty()) {
            status.put("jobDisplayName", job.jobDisplayName());
        }
        if (!job.jobId().isEmpty()) {
            status.put("jobId", job.jobId());
        }
        status.put("jobRepositoryName", job.ownerName() + "/" + job.repositoryName());
        if (job.runnerRequestId() != 0) {
            status.put("jobRequestId", job.runnerRequestId());
        }
        if (!job.jobWorkflowRef().isEmpty()) {
            status.put("jobWorkflowRef", job.jobWorkflowRef());
        }
        if (job.workflowRunId() != 0) {
            status.put("workflowRunId", job.workflowRunId());
        }
        return status;
    }

    private HttpResponse<String> patch(String path, ObjectNode patch) throws InterruptedException {
        Duration wait = FIRST_WAIT;
        for (int attempt = 1; ; attempt++) {
            try {
                HttpResponse<String> answer = send(path, patch);
                KubeException failure = new KubeException(answer.statusCode(), "");
                if (attempt == TRIES || !failure.passing()) {
                    return answer;
                }
            } catch (KubeException e) {
                if (attempt == TRIES) {
                    throw e;
                }
            }
            metrics.retry(Trouble.KUBERNETES);
            timing.sleep(wait);
            wait = wait.multipliedBy(2);
        }
    }

    private HttpResponse<String> send(String path, ObjectNode patch) throws InterruptedException {
        try {
            HttpResponse<String> answer = kube.patch(namespacePath + path, patch.toString());
            if (answer.statusCode() >= 400) {
                metrics.apiError("kubernetes", answer.statusCode());
            }
            return answer;
        } catch (KubeException e) {
            metrics.apiError("kubernetes", 0);
            throw e;
        }
    }

    private KubeException failure(String what, ObjectNode patch, HttpResponse<String> answer) {
        return new KubeException(
                answer.statusCode(), "%s, patch JSON: %s, error: %s".formatted(what, patch, reason(answer)));
    }

    /** The message of the API server's Status object, or the HTTP status. */
    private String reason(HttpResponse<String> answer) {
        String message = "";
        try {
            JsonNode status = json.readTree(answer.body());
            message = status.path("message").asText("");
        } catch (IOException e) {
            // A proxy's page, perhaps; the HTTP status says enough.
        }
        return message.isEmpty() ? "status " + answer.statusCode() : message;
    }
}
