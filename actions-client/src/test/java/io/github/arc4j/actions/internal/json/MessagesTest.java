package io.github.arc4j.actions.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.arc4j.actions.Mutations;
import io.github.arc4j.actions.internal.json.Messages.UnreadableException;
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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {
    private static final String JOB =
            "\"runnerRequestId\":9007199254740993,\"repositoryName\":\"app\",\"ownerName\":\"acme\",\"jobId\":\"j-1\","
                    + "\"jobWorkflowRef\":\"acme/app/.github/workflows/ci.yml@refs/heads/main\",\"jobDisplayName\":\"build\","
                    + "\"workflowRunId\":12,\"eventName\":\"push\",\"requestLabels\":[\"a\",\"b\"],"
                    + "\"queueTime\":\"2024-05-06T07:08:09Z\",\"scaleSetAssignTime\":\"2024-05-06T07:08:10.123456789Z\","
                    + "\"runnerAssignTime\":\"2024-05-06T09:08:11+02:00\",\"finishTime\":\"0001-01-01T00:00:00Z\"";
    private static final String ALL_TYPES = "["
            + "{\"messageType\":\"JobAvailable\",\"acquireJobUrl\":\"http://x\"," + JOB + "},"
            + "{\"messageType\":\"JobAssigned\"," + JOB + "},"
            + "{\"messageType\":\"JobStarted\",\"runnerId\":5,\"runnerName\":\"r\"," + JOB + "},"
            + "{\"messageType\":\"JobCompleted\",\"result\":\"succeeded\",\"runnerId\":5,\"runnerName\":\"r\"," + JOB
            + "},"
            + "{\"messageType\":\"JobTeleported\",\"other\":{\"x\":[]}," + JOB + "}]";

    @Test
    void textsOfAnyLengthAreCutWithoutCuttingACharacterInTwo() throws Exception {
        String huge = "x" + "\uD83D\uDE00".repeat(20_000);
        String cut = huge.substring(0, JobInfo.LONGEST_TEXT - 1);
        String all = ALL_TYPES;
        for (String text : List.of("app", "acme", "j-1", "build", "push", "a", "b", "r", "succeeded")) {
            all = all.replace('"' + text + '"', '"' + huge + '"');
        }
        for (JobMessage message : parse(envelope(all)).jobs()) {
            JobInfo job = message.job();
            assertThat(List.of(
                            job.repositoryName(), job.ownerName(), job.jobId(), job.jobDisplayName(), job.eventName()))
                    .containsOnly(cut);
            assertThat(job.requestLabels()).containsOnly(cut);
            if (message instanceof JobCompleted completed) {
                assertThat(List.of(completed.runnerName(), completed.result())).containsOnly(cut);
            }
        }
    }

    @Test
    void ofVeryManyLabelsTheFirstAreKept() throws Exception {
        String labels =
                IntStream.range(0, 290_000).mapToObj(i -> "\"" + i + '"').collect(Collectors.joining(","));
        String all = ALL_TYPES.replace("[\"a\",\"b\"]", '[' + labels + ']');

        Message message = parse(envelope(all.substring(0, all.indexOf("},") + 1) + ']'));

        assertThat(message.jobs()).singleElement().isInstanceOf(JobAvailable.class);
        assertThat(message.jobs().get(0).job().requestLabels())
                .hasSize(JobInfo.MOST_LABELS)
                .startsWith("0", "1", "2");
    }

    static List<Arguments> tooLarge() {
        String labels = "{\"messageType\":\"JobAvailable\",\"requestLabels\":[" + "\"a\",".repeat(99) + "\"b\"]}";
        String texts = "{\"messageType\":\"JobStarted\",\"runnerName\":\"" + "\u0394".repeat(2048) + "\"}";
        return List.of(
                Arguments.of("no objects", "1", 290_000),
                Arguments.of("empty objects", "{}", 140_000),
                Arguments.of("many labels", labels, 2700),
                Arguments.of("long texts", texts, 900));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tooLarge")
    void ofAMessageThatIsTooLargeTheFirstJobsAreKept(String name, String element, int elements) throws Exception {
        Message message = parse(envelope("[" + (element + ',').repeat(elements - 1) + element + ']'));

        int kept = message.jobs().size() - 1;
        assertThat(JobSize.of(message)).isBetween((long) Messages.MAX_BYTES, Messages.MAX_BYTES + 20_000L);
        assertThat(message.jobs().get(kept)).isInstanceOfSatisfying(UnreadableJobMessage.class, rest -> {
            assertThat(rest.problem()).contains("too large").contains(" " + (elements - kept) + " elements");
        });
    }

    @Test
    void fiveHundredJobsAreNotTooLarge() throws Exception {
        String four = ALL_TYPES.substring(1, ALL_TYPES.length() - 1);
        List<JobMessage> jobs =
                parse(envelope('[' + (four + ',').repeat(99) + four + ']')).jobs();

        assertThat(jobs).hasSize(500).noneMatch(UnreadableJobMessage.class::isInstance);
    }

    @Test
    void readsAllTypesInTheirOrder() throws Exception {
        Message message = parse(envelope(ALL_TYPES));

        assertThat(message.id()).isEqualTo(4);
        assertThat(message.statistics()).isEqualTo(new Statistics(0, 0, 3, 0, 0, 0, 0));
        assertThat(message.jobs())
                .containsExactly(
                        new JobAvailable(job("JobAvailable"), "http://x"),
                        new JobAssigned(job("JobAssigned")),
                        new JobStarted(job("JobStarted"), 5, "r"),
                        new JobCompleted(job("JobCompleted"), "succeeded", 5, "r"),
                        new UnknownJobMessage(job("JobTeleported")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]"})
    void aBatchMayBeEmpty(String body) throws Exception {
        assertThat(parse(envelope(body)).jobs()).isEmpty();
    }

    @Test
    void missingFieldsAreEmpty() throws Exception {
        JobMessage job = parse(envelope("[{\"requestLabels\":[null]}]")).jobs().get(0);

        assertThat(job)
                .isEqualTo(new UnknownJobMessage(
                        new JobInfo("", 0, "", "", "", "", "", 0, "", List.of(""), null, null, null, null)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                | 0 | failed to decode runner scale set message response: EOF",
                "{\"messageId\":4,\"messageType\":\"Other\"}       | 4 | unsupported message type: Other",
                "{\"messageId\":4}                                 | 4 | unsupported message type: ",
                "{\"messageId\":4,\"messageType\":\"RunnerScaleSetJobMessages\"} | 4 | message without statistics",
                "{\"messageId\":\"x\"}                             | 0 | failed to decode runner scale set message response: ",
                "[]                                                | 0 | failed to decode runner scale set message response: ",
                "null                                              | 0 | failed to decode runner scale set message response: "
            })
    void aBrokenEnvelopeIsATypedError(String json, long id, String problem) {
        UnreadableException e = catchThrowableOfType(UnreadableException.class, () -> parse(json));

        assertThat(e.messageId()).isEqualTo(id);
        assertThat(e).hasMessageStartingWith("failed to parse message response: " + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "nonsense", "[{}", "[] []"})
    void aBrokenBatchIsATypedErrorThatKnowsItsMessage(String body) {
        assertThatThrownBy(() -> parse(envelope(body)))
                .isInstanceOfSatisfying(
                        UnreadableException.class,
                        e -> assertThat(e.messageId()).isEqualTo(4))
                .hasMessageStartingWith("failed to parse message response: failed to unmarshal batched messages: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1                                                          | ''           | a JSON object was expected",
                "null                                                       | ''           | a JSON object was expected",
                "{\"messageType\":\"JobAvailable\",\"runnerRequestId\":\"x\"}  | JobAvailable | runnerRequestId",
                "{\"messageType\":\"JobStarted\",\"runnerId\":{}}           | JobStarted   | runnerId",
                "{\"messageType\":\"JobCompleted\",\"finishTime\":\"soon\"}   | JobCompleted | finishTime"
            })
    void anElementThatCannotBeReadDoesNotSpoilTheOthers(String element, String type, String problem) throws Exception {
        List<JobMessage> jobs =
                parse(envelope("[" + element + "," + ALL_TYPES.substring(1))).jobs();

        assertThat(jobs).hasSize(6);
        assertThat(jobs.get(0)).isInstanceOfSatisfying(UnreadableJobMessage.class, unreadable -> {
            assertThat(unreadable.job().messageType()).isEqualTo(type);
            assertThat(unreadable.problem()).contains(problem);
        });
        assertThat(jobs.get(1)).isEqualTo(new JobAvailable(job("JobAvailable"), "http://x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"messageType\":\"JobTeleported\",\"runnerRequestId\":\"x\"}", "{\"messageType\":7}"})
    void anUnknownTypeMayHaveFieldsOfAnyKind(String element) throws Exception {
        List<JobMessage> jobs =
                parse(envelope("[" + element + "," + ALL_TYPES.substring(1))).jobs();

        assertThat(jobs).hasSize(6);
        assertThat(jobs.get(0)).isInstanceOf(UnknownJobMessage.class);
    }

    /** 10,000 messages with some bytes changed, removed or doubled. */
    @Property(tries = 10_000)
    void aMutatedMessageIsAMessageOrATypedError(@ForAll long seed) throws Exception {
        String json = Mutations.mutate(envelope(ALL_TYPES), new Random(seed));
        try {
            assertThat(parse(json).jobs()).isNotNull();
        } catch (UnreadableException e) {
            assertThat(e.getMessage()).startsWith("failed to parse message response: ");
        }
    }

    @Property
    void anyBytesAreAMessageOrATypedError(@ForAll byte[] bytes) {
        try {
            Messages.parse(bytes);
        } catch (UnreadableException e) {
            assertThat(e.getMessage()).startsWith("failed to parse message response: ");
        }
    }

    private static Message parse(String json) throws UnreadableException {
        return Messages.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String envelope(String body) {
        try {
            return "{\"messageId\":4,\"messageType\":\"RunnerScaleSetJobMessages\",\"body\":"
                    + new ObjectMapper().writeValueAsString(body) + ",\"statistics\":{\"totalAssignedJobs\":3}}";
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static JobInfo job(String type) {
        return new JobInfo(
                type,
                9007199254740993L,
                "app",
                "acme",
                "j-1",
                "acme/app/.github/workflows/ci.yml@refs/heads/main",
                "build",
                12,
                "push",
                List.of("a", "b"),
                Instant.parse("2024-05-06T07:08:09Z"),
                Instant.parse("2024-05-06T07:08:10.123456789Z"),
                Instant.parse("2024-05-06T07:08:11Z"),
                null);
    }
}
