package io.github.arc4j.controller.kube.deserialization;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads only what the controller reports about a pod or bases its decisions on. A job may write 12 KiB into the status
 * of its pod, and anyone who may change the status, as much as the API server accepts.
 */
final class LeanPodStatus extends JsonDeserializer<PodStatus> {
    private static final int MAX_CONDITIONS = 16;
    /** In addition to the runner, whose position depends on the names of the others. */
    private static final int MAX_CONTAINERS = 16;
    /** Characters of a reason, a time or a name. */
    private static final int MAX_WORD = 253;
    /** Characters of a message: as many as are reported. */
    private static final int MAX_MESSAGE = 1024;
    /** Characters of all messages besides that of the runner. The first ones are reported. */
    private static final int MAX_MESSAGES = 4 * MAX_MESSAGE;

    @Override
    public PodStatus deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        return new Reading(parser).status();
    }

    @FunctionalInterface
    private interface Field {
        /** Reads the value at the parser's position, unless it is not used. */
        void read(String name) throws IOException;
    }

    @FunctionalInterface
    private interface Element {
        /** Reads the element at the parser's position. */
        void read() throws IOException;
    }

    private static final class Reading {
        private final JsonParser parser;
        private int remaining = MAX_MESSAGES;

        Reading(JsonParser parser) {
            this.parser = parser;
        }

        PodStatus status() throws IOException {
            PodStatus status = new PodStatus();
            fields(name -> {
                switch (name) {
                    case "phase" -> status.setPhase(word());
                    case "reason" -> status.setReason(word());
                    case "message" -> status.setMessage(message(false));
                    case "podIP" -> status.setPodIP(word());
                    case "startTime" -> status.setStartTime(word());
                    case "conditions" -> status.setConditions(conditions());
                    case "initContainerStatuses" -> status.setInitContainerStatuses(containers());
                    case "containerStatuses" -> status.setContainerStatuses(containers());
                    default -> {}
                }
            });
            return status;
        }

        private List<PodCondition> conditions() throws IOException {
            List<PodCondition> conditions = new ArrayList<>();
            elements(() -> {
                if (conditions.size() < MAX_CONDITIONS) {
                    conditions.add(condition());
                }
            });
            return conditions;
        }

        private PodCondition condition() throws IOException {
            PodCondition condition = new PodCondition();
            fields(name -> {
                switch (name) {
                    case "type" -> condition.setType(word());
                    case "status" -> condition.setStatus(word());
                    case "reason" -> condition.setReason(word());
                    case "message" -> condition.setMessage(message(false));
                    case "lastTransitionTime" -> condition.setLastTransitionTime(word());
                    default -> {}
                }
            });
            return condition;
        }

        private List<ContainerStatus> containers() throws IOException {
            List<ContainerStatus> containers = new ArrayList<>();
            elements(() -> {
                ContainerStatus container = container();
                if (containers.size() < MAX_CONTAINERS || isRunner(container)) {
                    containers.add(container);
                }
            });
            return containers;
        }

        private static boolean isRunner(ContainerStatus container) {
            return EphemeralRunnerSpec.RUNNER_CONTAINER.equals(container.getName());
        }

        private ContainerStatus container() throws IOException {
            ContainerStatus container = new ContainerStatus();
            fields(name -> {
                switch (name) {
                    case "name" -> {
                        container.setName(word());
                        if (isRunner(container)) {
                            remaining += MAX_MESSAGE;
                        }
                    }
                    case "ready" -> container.setReady(parser.getValueAsBoolean());
                    case "state" -> container.setState(state());
                    default -> {}
                }
            });
            return container;
        }

        private ContainerState state() throws IOException {
            ContainerState state = new ContainerState();
            fields(name -> {
                switch (name) {
                    case "waiting" -> state.setWaiting(waiting());
                    case "running" -> state.setRunning(running());
                    case "terminated" -> state.setTerminated(terminated());
                    default -> {}
                }
            });
            return state;
        }

        private ContainerStateWaiting waiting() throws IOException {
            ContainerStateWaiting waiting = new ContainerStateWaiting();
            fields(name -> {
                switch (name) {
                    case "reason" -> waiting.setReason(word());
                    case "message" -> waiting.setMessage(message(false));
                    default -> {}
                }
            });
            return waiting;
        }

        private ContainerStateRunning running() throws IOException {
            ContainerStateRunning running = new ContainerStateRunning();
            fields(name -> {
                if (name.equals("startedAt")) {
                    running.setStartedAt(word());
                }
            });
            return running;
        }

        private ContainerStateTerminated terminated() throws IOException {
            ContainerStateTerminated terminated = new ContainerStateTerminated();
            fields(name -> {
                switch (name) {
                    case "exitCode" -> terminated.setExitCode(parser.getValueAsInt());
                    case "reason" -> terminated.setReason(word());
                    case "message" -> terminated.setMessage(message(true));
                    case "startedAt" -> terminated.setStartedAt(word());
                    case "finishedAt" -> terminated.setFinishedAt(word());
                    default -> {}
                }
            });
            return terminated;
        }

        private void fields(Field field) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return;
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                field.read(name);
                parser.skipChildren();
            }
        }

        private void elements(Element element) throws IOException {
            if (parser.currentToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    element.read();
                    parser.skipChildren();
                }
            }
        }

        private @Nullable String word() throws IOException {
            String text = parser.getValueAsString();
            return text == null || text.length() <= MAX_WORD ? text : text.substring(0, MAX_WORD);
        }

        /** @param log whether the end of the text is more important than its beginning */
        private @Nullable String message(boolean log) throws IOException {
            String text = parser.getValueAsString();
            if (text == null) {
                return null;
            }
            int length = Math.min(text.length(), Math.min(MAX_MESSAGE, remaining));
            remaining -= length;
            return log ? text.substring(text.length() - length) : text.substring(0, length);
        }
    }
}
