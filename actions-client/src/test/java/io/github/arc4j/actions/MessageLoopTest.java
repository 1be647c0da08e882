package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.Clients.Waits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageLoopTest {
    private static final ErrorDetails LATER = ErrorDetails.of(500, "");

    private final List<String> events = new ArrayList<>();
    private final Waits waits = new Waits();
    private final Script script = new Script();
    private final Deque<RuntimeException> scaleFailures = new ArrayDeque<>();
    private int failFrom;

    @Test
    void tellsTheListenerAndAcknowledgesLast() throws Exception {
        script.then(message(3, available(11), available(12), new JobStarted(job(), 5, "r"), unknown()))
                .then(message(4, new JobCompleted(job(), "succeeded", 5, "r")))
                .thenNothing();

        run();

        assertThat(events)
                .containsExactly(
                        "open",
                        "scale 0",
                        "poll 0",
                        "acquire [11, 12]",
                        "started r",
                        "unknown T",
                        "scale 3",
                        "delete 3",
                        "poll 3",
                        "completed r",
                        "scale 4",
                        "delete 4",
                        "poll 4",
                        "scale 4",
                        "poll 4",
                        "close");
        assertThat(waits.all()).isEmpty();
    }

    @Test
    void waitsLongerAfterEachFailureAndGoesOnWithTheSession() throws Exception {
        for (int i = 0; i < 8; i++) {
            script.then(new ActionsServiceException("no", LATER));
        }
        script.thenNothing().then(new ActionsServiceException("no", LATER));

        run();

        assertThat(waits.all()).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 1L);
        assertThat(events).filteredOn("open"::equals).hasSize(1);
    }

    @Test
    void opensANewSessionAndKeepsItsPlaceWhenTheSessionIsOver() throws Exception {
        script.then(message(3))
                .then(new SessionExpiredException("over", ErrorDetails.of(404, "")))
                .then(new MessageQueueTokenExpiredException("over", ErrorDetails.of(401, "")));

        run();

        assertThat(events).filteredOn("open"::equals).hasSize(3);
        assertThat(events)
                .filteredOn(event -> event.startsWith("poll"))
                .containsExactly("poll 0", "poll 3", "poll 3", "poll 3");
    }

    @Test
    void waitsForAConflictingSession() throws Exception {
        script.opening(new SessionConflictException("taken", ErrorDetails.of(409, "")))
                .opening(new SessionConflictException("taken", ErrorDetails.of(409, "")));

        run();

        assertThat(waits.all()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(events).contains("poll 0");
    }

    @Test
    void waitsAsLongAsTheServiceAsks() throws Exception {
        script.then(new RateLimitedException(
                "slow down", new ErrorDetails(429, "", "", "", Duration.ofSeconds(99), true, false)));

        run();

        assertThat(waits.all()).containsExactly(Duration.ofSeconds(99));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999})
    void neverAsksAgainAtOnceEvenIfTheServiceAllowsIt(long milliseconds) {
        for (int i = 0; i < 3; i++) {
            script.then(new RateLimitedException(
                    "go on", new ErrorDetails(429, "", "", "", Duration.ofMillis(milliseconds), true, false)));
        }

        run();

        assertThat(waits.all()).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L);
    }

    @Test
    void skipsAMessageThatCannotBeRead() {
        script.then(unreadable(7)).then(unreadable(0));

        run();

        assertThat(events).containsSubsequence("poll 0", "delete 7", "poll 7", "poll 7");
        assertThat(waits.all()).extracting(Duration::toSeconds).containsExactly(1L, 2L);
    }

    @Test
    void keepsTheSessionWhenAnUnreadableMessageCannotBeDeleted() {
        script.then(unreadable(7)).then(message(8));
        script.failDelete = true;

        run();

        assertThat(events)
                .filteredOn(event -> !event.startsWith("scale"))
                .containsExactly("open", "poll 0", "delete 7", "poll 7", "delete 8", "poll 8", "close");
        assertThat(waits.all()).hasSize(1);
    }

    @Test
    void anUnreadableMessageThatComesAgainAndAgainIsNoHotLoop() {
        script.then(unreadable(7)).then(unreadable(7)).then(unreadable(7));

        run();

        assertThat(waits.all()).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L);
    }

    @Test
    void aListenerWhoseCallFailedIsAskedAgainInTheSameSession() {
        scaleFailures.add(new ActionsServiceException("no", LATER));
        scaleFailures.add(new InvalidResponseException("what", ErrorDetails.of(200, ""), null));
        script.thenNothing();

        run();

        assertThat(events)
                .containsExactly("open", "scale 0", "scale 0", "scale 0", "poll 0", "scale 0", "poll 0", "close");
        assertThat(waits.all()).extracting(Duration::toSeconds).containsExactly(1L, 2L);
    }

    @Test
    void aMessageThatTheListenerCouldNotHandleComesAgain() {
        script.then(message(3)).then(message(3));
        scaleFailures.add(new ActionsServiceException("passes", LATER));
        failFrom = 3;

        run();

        assertThat(events)
                .containsExactly(
                        "open", "scale 0", "poll 0", "scale 3", "poll 0", "scale 3", "delete 3", "poll 3", "close");
    }

    @Test
    void whatElseTheListenerThrowsEndsTheLoop() {
        RuntimeException failure = new IllegalStateException("a bug");
        scaleFailures.add(failure);

        assertThatThrownBy(this::loop).isSameAs(failure);

        assertThat(events).containsExactly("open", "scale 0", "close");
    }

    @Test
    void aMessageWhoseJobsCouldNotBeAcquiredComesAgain() throws Exception {
        script.then(message(3, available(11))).then(message(3, available(11)));
        script.failAcquire = true;

        run();

        assertThat(events).containsSubsequence("acquire [11]", "poll 0", "acquire [11]", "delete 3", "poll 3");
    }

    @Test
    void endsWhenNoTryWouldHelp() {
        for (ActionsException failure : List.of(
                new AuthenticationException("no", ErrorDetails.of(401, ""), null),
                new ScaleSetNotFoundException("no", ErrorDetails.of(404, "")),
                new ActionsServiceException("no", ErrorDetails.of(400, "")))) {
            script.then(failure);
            assertThatThrownBy(this::loop).isSameAs(failure);
            script.opening(failure);
            assertThatThrownBy(this::loop).isSameAs(failure);
        }
        assertThat(events).filteredOn("close"::equals).hasSize(3);
    }

    /** Runs until the script is at its end. */
    private void run() {
        assertThatThrownBy(this::loop).isInstanceOf(InterruptedException.class);
    }

    private void loop() throws InterruptedException {
        new MessageLoop(script, 7, "me", new Recorder(), waits::add).run();
    }

    private static Message message(int id, JobMessage... jobs) {
        return new Message(id, new Statistics(0, 0, id, 0, 0, 0, 0), List.of(jobs));
    }

    private static JobInfo job() {
        return new JobInfo("T", 1, "", "", "", "", "", 0, "", List.of(), null, null, null, null);
    }

    private static JobMessage available(long id) {
        return new JobAvailable(
                new JobInfo("JobAvailable", id, "", "", "", "", "", 0, "", List.of(), null, null, null, null), "");
    }

    private static InvalidResponseException unreadable(long messageId) {
        return new InvalidResponseException("what", ErrorDetails.of(200, ""), null, messageId);
    }

    private static JobMessage unknown() {
        return new UnknownJobMessage(job());
    }

    private final class Recorder implements MessageListener {
        @Override
        public int maxCapacity() {
            return 3;
        }

        @Override
        public void scale(Statistics statistics) {
            events.add("scale " + statistics.totalAssignedJobs());
            if (statistics.totalAssignedJobs() >= failFrom && !scaleFailures.isEmpty()) {
                throw scaleFailures.remove();
            }
        }

        @Override
        public void started(JobStarted job) {
            events.add("started " + job.runnerName());
        }

        @Override
        public void completed(JobCompleted job) {
            events.add("completed " + job.runnerName());
        }

        @Override
        public void unknown(UnknownJobMessage job) {
            events.add("unknown " + job.job().messageType());
        }
    }

    /** A service whose polls end as scripted; the end of the script looks like an interrupt. */
    private final class Script extends UnusedScaleSetApi {
        private final Deque<Object> polls = new ArrayDeque<>();
        private final Deque<ActionsException> openings = new ArrayDeque<>();
        private boolean failAcquire;
        private boolean failDelete;

        Script then(Object outcome) {
            polls.add(outcome);
            return this;
        }

        Script thenNothing() {
            return then("nothing");
        }

        Script opening(ActionsException failure) {
            openings.add(failure);
            return this;
        }

        @Override
        public MessageSession openSession(int scaleSetId, String owner) {
            if (!openings.isEmpty()) {
                throw openings.remove();
            }
            events.add("open");
            return new ScriptedSession();
        }

        private final class ScriptedSession implements MessageSession {
            @Override
            public UUID id() {
                return new UUID(1, 1);
            }

            @Override
            public Statistics initialStatistics() {
                return Statistics.ZERO;
            }

            @Override
            public Optional<Message> poll(long lastMessageId, int maxCapacity) throws InterruptedException {
                assertThat(maxCapacity).isEqualTo(3);
                events.add("poll " + lastMessageId);
                if (polls.isEmpty()) {
                    throw new InterruptedException();
                }
                Object outcome = polls.remove();
                if (outcome instanceof ActionsException failure) {
                    throw failure;
                }
                return outcome instanceof Message message ? Optional.of(message) : Optional.empty();
            }

            @Override
            public void deleteMessage(long messageId) {
                events.add("delete " + messageId);
                if (failDelete) {
                    failDelete = false;
                    throw new ActionsServiceException("no", LATER);
                }
            }

            @Override
            public List<Long> acquireJobs(List<Long> requestIds) {
                events.add("acquire " + requestIds);
                if (failAcquire) {
                    failAcquire = false;
                    throw new ActionsServiceException("no", LATER);
                }
                return requestIds;
            }

            @Override
            public void close() {
                events.add("close");
            }
        }
    }
}
