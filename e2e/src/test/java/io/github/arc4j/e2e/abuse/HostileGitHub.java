package io.github.arc4j.e2e.abuse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.arc4j.demo.stage.GitHubSide;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.faults.Fault;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lets GitHub's side send hostile text wherever it sends text: of workflows, whose authors choose it, and of its own. */
final class HostileGitHub {
    private static final int LARGEST = 1 << 20;
    private static final int LARGE = 16 * 1024;

    /** Of a message's element. */
    private static final List<String> TEXTS = List.of(
            "ownerName",
            "repositoryName",
            "jobId",
            "jobWorkflowRef",
            "jobDisplayName",
            "eventName",
            "runnerName",
            "result",
            "queueTime");

    private final GitHubSide gitHub;
    private final ObjectMapper json = new ObjectMapper();

    HostileGitHub(GitHubSide gitHub) {
        this.gitHub = gitHub;
    }

    /** A job of a hostile author. */
    void queueJob(String scaleSet) {
        String text = HostileText.of(LARGE);
        gitHub.queue(
                JobRequest.builder(scaleSet)
                        .workflow(text)
                        .ref("refs/heads/" + text)
                        .displayName(HostileText.of(LARGEST))
                        .eventName(text)
                        .duration(Duration.ofSeconds(1))
                        .build(),
                1);
    }

    /** The next calls for a job fail once each, and messages bring what nobody has asked for. */
    void answerCallsOfAJob() throws JsonProcessingException {
        fail("POST", ".*/generatejitconfig", 400);
        fail("POST", ".*/acquirejobs", 500);
        fail("GET", ".*/messages", 500);
        String elements = json.writeValueAsString(List.of(
                element("JobStarted"), element("JobCompleted"), element(HostileText.of(LARGE)), HostileText.of(LARGE)));
        gitHub.inject(Fault.on("GET", ".*/messages").addingElements(elements).times(3));
    }

    /** The next registration fails. */
    void rejectARegistration() throws JsonProcessingException {
        fail("POST", ".*/registration-token", 403);
    }

    private void fail(String method, String path, int status) throws JsonProcessingException {
        String text = HostileText.of(LARGE);
        gitHub.inject(Fault.on(method, path)
                .answering(
                        status,
                        json.writeValueAsString(Map.of("message", text, "typeName", text)),
                        Map.of("Content-Type", "application/json", "X-GitHub-Request-Id", "id", "ActivityId", "id")));
    }

    private static Map<String, Object> element(String type) {
        Map<String, Object> element = new LinkedHashMap<>();
        TEXTS.forEach(name -> element.put(name, HostileText.of(LARGE)));
        element.put("messageType", type);
        element.put("requestLabels", List.of(HostileText.of(LARGE)));
        element.put("queueTime", "2026-01-01T00:00:00Z");
        element.put("runnerRequestId", 1);
        element.put("runnerId", 1);
        return element;
    }
}
