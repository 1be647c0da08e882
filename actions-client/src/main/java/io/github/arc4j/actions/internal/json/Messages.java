package io.github.arc4j.actions.internal.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.arc4j.actions.messages.JobAssigned;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobMessage;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.messages.UnknownJobMessage;
import io.github.arc4j.actions.messages.UnreadableJobMessage;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.actions.wire.BodyTooLargeException;
import io.github.arc4j.actions.wire.JsonObject;
import io.github.arc4j.actions.wire.JsonTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses messages: an envelope whose body is a JSON array in a string. */
public final class Messages {
    /**
     * How much memory the jobs of a message may occupy: about 650 jobs, of which GitHub sends 50 in a message. A loop
     * holds several messages, and a process may have many loops.
     */
    static final int MAX_BYTES = 1 << 20;

    private static final String ID = "messageId";
    private static final String BATCH = "RunnerScaleSetJobMessages";

    /** The message cannot be parsed; its id may be known. */
    public static final class UnreadableException extends IOException {
        private final long messageId;

        UnreadableException(String message, @Nullable Throwable cause, long messageId) {
            super("failed to parse message response: " + message, cause);
            this.messageId = messageId;
        }

        public long messageId() {
            return messageId;
        }
    }

    private Messages() {}

    public static Message parse(byte[] json) throws UnreadableException {
        long id;
        String type;
        String body;
        @Nullable Statistics statistics;
        try {
            JsonObject envelope = JsonObject.read(json);
            id = envelope.number(ID);
            type = envelope.text("messageType");
            body = envelope.text("body");
            statistics = Responses.statistics(envelope);
        } catch (IOException e) {
            throw new UnreadableException(
                    "failed to decode runner scale set message response: " + e.getMessage(), e, 0);
        }
        if (!BATCH.equals(type)) {
            throw new UnreadableException("unsupported message type: " + bounded(type), null, id);
        }
        if (statistics == null) {
            throw new UnreadableException("message without statistics", null, id);
        }
        return new Message(id, statistics, jobs(body, id));
    }

    /** Returns the id of the message whose response could not be read for this reason; zero if it is unknown. */
    public static long idOf(IOException unreadable) {
        if (unreadable instanceof BodyTooLargeException tooLarge) {
            return JsonObject.number(tooLarge.beginning(), ID);
        }
        return unreadable instanceof UnreadableException message ? message.messageId : 0;
    }

    /** Parses a list of jobs that are available to acquire. */
    public static List<JobAvailable> parseAvailable(byte[] json) throws IOException {
        return Json.readPage(json, element -> available(element, job(element)));
    }

    private static List<JobMessage> jobs(String body, long messageId) throws UnreadableException {
        if (body.isEmpty()) {
            return List.of();
        }
        try {
            return JsonObject.read(body, Messages::jobs);
        } catch (IOException e) {
            throw new UnreadableException("failed to unmarshal batched messages: " + e.getMessage(), e, messageId);
        }
    }

    /** Parses the jobs one by one, not as a tree of the whole list, until they are too large. */
    private static List<JobMessage> jobs(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new IOException("a list was expected");
        }
        List<JobMessage> jobs = new ArrayList<>();
        long bytes = 0;
        int skipped = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (bytes < MAX_BYTES) {
                JobMessage job = element(JsonTree.value(parser));
                bytes += JobSize.of(job);
                jobs.add(job);
            } else {
                parser.skipChildren();
                skipped++;
            }
        }
        if (skipped > 0) {
            jobs.add(unreadable("the message is too large; its last " + skipped + " elements were skipped"));
        }
        return jobs;
    }

    /** Parses an element according to its type. An invalid or unknown element must not affect the others. */
    private static JobMessage element(@Nullable Object element) {
        if (!(element instanceof Map<?, ?> object)) {
            return unreadable("a JSON object was expected");
        }
        JsonObject json = JsonObject.of(object);
        try {
            return switch (json.textOrEmpty("messageType")) {
                case "JobAvailable" -> available(json, job(json));
                case "JobAssigned" -> new JobAssigned(job(json));
                case "JobStarted" -> new JobStarted(job(json), json.number("runnerId"), text(json, "runnerName"));
                case "JobCompleted" ->
                    new JobCompleted(
                            job(json), text(json, "result"), json.number("runnerId"), text(json, "runnerName"));
                default -> new UnknownJobMessage(readable(json));
            };
        } catch (IOException e) {
            return new UnreadableJobMessage(readable(json), bounded(String.valueOf(e.getMessage())));
        }
    }

    private static UnreadableJobMessage unreadable(String problem) {
        return new UnreadableJobMessage(readable(JsonObject.EMPTY), problem);
    }

    private static JobAvailable available(JsonObject json, JobInfo job) throws IOException {
        return new JobAvailable(job, text(json, "acquireJobUrl"));
    }

    /** Returns the complete job or, if that is not possible, only the strings that identify it. */
    private static JobInfo readable(JsonObject json) {
        try {
            return job(json);
        } catch (IOException e) {
            return new JobInfo(
                    bounded(json.textOrEmpty("messageType")),
                    0,
                    bounded(json.textOrEmpty("repositoryName")),
                    bounded(json.textOrEmpty("ownerName")),
                    bounded(json.textOrEmpty("jobId")),
                    bounded(json.textOrEmpty("jobWorkflowRef")),
                    bounded(json.textOrEmpty("jobDisplayName")),
                    0,
                    bounded(json.textOrEmpty("eventName")),
                    List.of(),
                    null,
                    null,
                    null,
                    null);
        }
    }

    private static JobInfo job(JsonObject json) throws IOException {
        List<String> labels = json.texts("requestLabels").stream()
                .limit(JobInfo.MOST_LABELS)
                .map(label -> label == null ? "" : bounded(label))
                .toList();
        return new JobInfo(
                text(json, "messageType"),
                json.number("runnerRequestId"),
                text(json, "repositoryName"),
                text(json, "ownerName"),
                text(json, "jobId"),
                text(json, "jobWorkflowRef"),
                text(json, "jobDisplayName"),
                json.number("workflowRunId"),
                text(json, "eventName"),
                labels,
                json.time("queueTime"),
                json.time("scaleSetAssignTime"),
                json.time("runnerAssignTime"),
                json.time("finishTime"));
    }

    private static String text(JsonObject json, String name) throws IOException {
        return bounded(json.text(name));
    }

    /** Truncates without splitting a surrogate pair. */
    private static String bounded(String text) {
        if (text.length() <= JobInfo.LONGEST_TEXT) {
            return text;
        }
        int end = JobInfo.LONGEST_TEXT;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
    }
}
