package io.github.arc4j.kube.pods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Predicate;

/** Edits the status in a copy of a pod as a kubelet would. */
final class PodStatus {

    private static final List<String> LISTS = List.of("initContainers", "containers");

    private final ObjectNode pod;
    private final ObjectNode status;
    private final String now;

    PodStatus(ObjectNode pod, Instant now) {
        this.pod = pod;
        this.status = Json.child(pod, "status");
        this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static boolean isSidecar(JsonNode initContainer) {
        return initContainer.path("restartPolicy").asText().equals("Always");
    }

    void scheduled() {
        condition("PodScheduled", true, "");
        condition("Initialized", pod.path("spec").path("initContainers").isEmpty(), "ContainersNotInitialized");
        condition("Ready", false, "ContainersNotReady");
        condition("ContainersReady", false, "ContainersNotReady");
        status.put("startTime", now);
        status.put("hostIP", Kubelet.HOST_IP);
        waiting(container -> true, "ContainerCreating", "");
    }

    /** Marks the matching containers, which have never run, as waiting for the given reason. */
    void waiting(Predicate<JsonNode> matching, String reason, String message) {
        status.put("phase", "Pending");
        for (String list : LISTS) {
            for (JsonNode container : pod.path("spec").path(list)) {
                if (matching.test(container)) {
                    ObjectNode waiting = state(list, container, "waiting").put("reason", reason);
                    if (!message.isEmpty()) {
                        waiting.put("message", message);
                    }
                }
            }
        }
    }

    void running(String ip) {
        status.put("phase", "Running");
        status.put("podIP", ip);
        status.putArray("podIPs").addObject().put("ip", ip);
        condition("Initialized", true, "");
        for (JsonNode container : pod.path("spec").path("initContainers")) {
            if (isSidecar(container)) {
                started("initContainers", container);
            } else {
                terminated("initContainers", container, 0);
            }
        }
        pod.path("spec").path("containers").forEach(container -> started("containers", container));
        ready(true);
    }

    private void started(String list, JsonNode container) {
        state(list, container, "running").put("startedAt", now);
        containerStatus(list, container).put("ready", true).put("started", true);
    }

    void ready(boolean ready) {
        condition("Ready", ready, "ContainersNotReady");
        condition("ContainersReady", ready, "ContainersNotReady");
        pod.path("spec")
                .path("containers")
                .forEach(container -> containerStatus("containers", container).put("ready", ready));
    }

    void exited(String name, int code) {
        for (String list : LISTS) {
            for (JsonNode container : pod.path("spec").path(list)) {
                if (container.path("name").asText().equals(name)) {
                    terminated(list, container, code);
                }
            }
        }
    }

    /** Marks the main container, which has exited, as restarting. */
    void restarting(String name) {
        for (JsonNode container : pod.path("spec").path("containers")) {
            if (container.path("name").asText().equals(name)) {
                ObjectNode containerStatus = containerStatus("containers", container);
                JsonNode last = containerStatus.path("state");
                containerStatus.put(
                        "restartCount", containerStatus.path("restartCount").asInt() + 1);
                containerStatus.set("lastState", last);
                state("containers", container, "waiting").put("reason", "CrashLoopBackOff");
            }
        }
        ready(false);
    }

    /** Marks all containers as terminated; those that were not reported with exit code 0. */
    void ended(String mainContainer, int exitCode) {
        exited(mainContainer, exitCode);
        boolean failed = false;
        for (String list : LISTS) {
            for (JsonNode container : pod.path("spec").path(list)) {
                if (!containerStatus(list, container).path("state").has("terminated")) {
                    terminated(list, container, 0);
                }
                int code = containerStatus(list, container)
                        .at("/state/terminated/exitCode")
                        .asInt();
                // The exit codes of sidecars do not count.
                failed |= code != 0 && !(list.equals("initContainers") && isSidecar(container));
            }
        }
        status.put("phase", failed ? "Failed" : "Succeeded");
        condition("Ready", false, failed ? "PodFailed" : "PodCompleted");
        condition("ContainersReady", false, failed ? "PodFailed" : "PodCompleted");
    }

    void evicted(String message) {
        status.put("phase", "Failed").put("reason", "Evicted").put("message", message);
        condition("Ready", false, "PodFailed");
        condition("DisruptionTarget", true, "TerminationByKubelet");
    }

    private void terminated(String list, JsonNode container, int code) {
        ObjectNode containerStatus = containerStatus(list, container);
        String startedAt = containerStatus.at("/state/running/startedAt").asText(now);
        state(list, container, "terminated")
                .put("exitCode", code)
                .put("reason", code == 0 ? "Completed" : "Error")
                .put("startedAt", startedAt)
                .put("finishedAt", now);
        containerStatus.put("ready", false).put("started", false);
    }

    private ObjectNode state(String list, JsonNode container, String kind) {
        ObjectNode state = Json.object();
        containerStatus(list, container).set("state", state);
        return state.putObject(kind);
    }

    private ObjectNode containerStatus(String list, JsonNode container) {
        String field = list.equals("containers") ? "containerStatuses" : "initContainerStatuses";
        ArrayNode statuses = status.get(field) instanceof ArrayNode existing ? existing : status.putArray(field);
        ObjectNode found = named(statuses, "name", container.path("name").asText());
        if (found.path("image").isMissingNode()) {
            found.put("image", container.path("image").asText())
                    .put("imageID", "")
                    .put("ready", false)
                    .put("started", false)
                    .put("restartCount", 0)
                    .putObject("lastState");
        }
        return found;
    }

    private void condition(String type, boolean value, String reasonIfFalse) {
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode existing ? existing : status.putArray("conditions");
        ObjectNode condition = named(conditions, "type", type);
        String text = value ? "True" : "False";
        if (!condition.path("status").asText().equals(text)) {
            condition.put("status", text).put("lastTransitionTime", now);
        }
        if (value && !type.equals("DisruptionTarget") || reasonIfFalse.isEmpty()) {
            condition.remove("reason");
        } else {
            condition.put("reason", reasonIfFalse);
        }
    }

    private static ObjectNode named(ArrayNode list, String key, String value) {
        for (JsonNode item : list) {
            if (item instanceof ObjectNode object && object.path(key).asText().equals(value)) {
                return object;
            }
        }
        return list.addObject().put(key, value);
    }
}
