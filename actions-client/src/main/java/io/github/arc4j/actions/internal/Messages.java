package io.github.arc4j.actions.internal;

import io.github.arc4j.actions.JobAssigned;
import io.github.arc4j.actions.JobAvailable;
import io.github.arc4j.actions.JobCompleted;
import io.github.arc4j.actions.JobInfo;
import io.github.arc4j.actions.JobMessage;
import io.github.arc4j.actions.JobStarted;
import io.github.arc4j.actions.Message;
import io.github.arc4j.actions.Statistics;
import io.github.arc4j.actions.UnknownJobMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads messages: an envelope whose body is a JSON array in a string. */
public final class Messages {
    private static final String BATCH = "RunnerScaleSetJobMessages";

    private record Envelope(
            long messageId,
            @Nullable String messageType,
            @Nullable String body,
            @Nullable Statistics statistics) {}

    /** The fields of all types together. */
    private record Element(
            @Nullable String messageType,
            long runnerRequestId,
            @Nullable String repositoryName,
            @Nullable String ownerName,
            @Nullable String jobId,
            @Nullable String jobWorkflowRef,
            @Nullable String jobDisplayName,
            long workflowRunId,
            @Nullable String eventName,
            @Nullable List<@Nullable String> requestLabels,
            @Nullable Instant queueTime,
            @Nullable Instant scaleSetAssignTime,
            @Nullable Instant runnerAssignTime,
            @Nullable Instant finishTime,
            @Nullable String acquireJobUrl,
            long runnerId,
            @Nullable String runnerName,
            @Nullable String result) {

        JobMessage message() {
            JobInfo job = job();
            return switch (job.messageType()) {
                case "JobAvailable" -> new JobAvailable(job, text(acquireJobUrl));
                case "JobAssigned" -> new JobAssigned(job);
                case "JobStarted" -> new JobStarted(job, runnerId, text(runnerName));
                case "JobCompleted" -> new JobCompleted(job, text(result), runnerId, text(runnerName));
                default -> new UnknownJobMessage(job);
            };
        }

        private JobInfo job() {
            List<String> labels = new ArrayList<>();
            if (requestLabels != null) {
                requestLabels.forEach(label -> labels.add(text(label)));
            }
            return new JobInfo(
                    text(messageType),
                    runnerRequestId,
                    text(repositoryName),
                    text(ownerName),
                    text(jobId),
                    text(jobWorkflowRef),
                    text(jobDisplayName),
                    workflowRunId,
                    text(eventName),
                    labels,
                    queueTime,
                    scaleSetAssignTime,
                    runnerAssignTime,
                    finishTime);
        }
    }

    /** The message can't be read; its id may be known. */
    public static final class UnreadableException extends IOException {
        private final long messageId;

        UnreadableException(String message, @Nullable Throwable cause, long messageId) {
            super("failed to parse message response: " + message, cause);
            this.messageId = messageId;
        }

        long messageId() {
            return messageId;
        }
    }

    private Messages() {}

    /** Reads a message. */
    public static Message parse(byte[] json) throws UnreadableException {
        Envelope envelope = envelope(json);
        long id = envelope.messageId();
        if (!BATCH.equals(envelope.messageType())) {
            throw new UnreadableException("unsupported message type: " + text(envelope.messageType()), null, id);
        }
        if (envelope.statistics() == null) {
            throw new UnreadableException("message without statistics", null, id);
        }
        return new Message(id, envelope.statistics(), jobs(text(envelope.body()), id));
    }

    /** Reads a list of jobs that may be acquired. */
    static List<JobAvailable> parseAvailable(byte[] json) throws IOException {
        return Json.readPage(json, Element.class).stream()
                .map(element -> new JobAvailable(element.job(), text(element.acquireJobUrl())))
                .toList();
    }

    private static Envelope envelope(byte[] json) throws UnreadableException {
        try {
            return Json.read(json, Envelope.class);
        } catch (IOException e) {
            throw new UnreadableException(
                    "failed to decode runner scale set message response: " + e.getMessage(), e, 0);
        }
    }

    private static List<JobMessage> jobs(String body, long messageId) throws UnreadableException {
        if (body.isEmpty()) {
            return List.of();
        }
        try {
            List<JobMessage> jobs = new ArrayList<>();
            for (Element element : Json.readList(body, Element.class)) {
                jobs.add(element.message());
            }
            return jobs;
        } catch (IOException e) {
            throw new UnreadableException("failed to unmarshal batched messages: " + e.getMessage(), e, messageId);
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
