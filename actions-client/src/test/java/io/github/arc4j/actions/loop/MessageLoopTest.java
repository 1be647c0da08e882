package io.github.arc4j.actions.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.UnusedScaleSetApi;
import io.github.arc4j.actions.errors.ActionsServiceException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.errors.RateLimitedException;
import io.github.arc4j.actions.errors.SessionConflictException;
import io.github.arc4j.actions.errors.SessionExpiredException;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobMessage;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.messages.UnknownJobMessage;
import io.github.arc4j.actions.messages.UnreadableJobMessage;
import io.github.arc4j.actions.model.Statistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The calls of a {@link MessageListener} and a {@link LoopObserver}. The tests of the listener cover the rest of the
 * loop.
 */
class MessageLoopTest {
    private static final JobInfo JOB =
            new JobInfo("T", 1, "", "", "", "", "", 0, "", List.of(), null, null, null, null);

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<Duration> sleeps = new CopyOnWriteArrayList<>();
    /** What polls end in: a message until it is deleted or a later one is known, anything else once. */
    private final List<Object> polls = new ArrayList<>();

    private final Queue<RuntimeException> openings = new ConcurrentLinkedQueue<>();
    private final Queue<RuntimeException> scaleFailures = new ConcurrentLinkedQueue<>();
    private final MessageLoop loop = new MessageLoop(
            new Service(), 7, "me", new ListenerHandler(new Recorder()), new Observer(), new FakeTime());

    @AfterEach
    void stop() {
        loop.close();
    }

    private void start() {
        Thread.ofVirtual().start(loop);
    }

    private void awaitEvents(String... wanted) {
        await().pollInterval(Duration.ofMillis(2))
                .untilAsserted(() -> assertThat(events).containsSubsequence(wanted));
    }

    private List<String> events(String prefix) {
        return events.stream().filter(event -> event.startsWith(prefix)).toList();
    }

    @Test
    void tellsTheListenerAndDeletesAMessageAtTheEnd() {
        polls.add(message(
                3,
                available(11),
                available(12),
                new JobStarted(JOB, 5, "r"),
                new UnknownJobMessage(JOB),
                new UnreadableJobMessage(JOB, "odd")));
        polls.add(message(4, new JobCompleted(JOB, "succeeded", 5, "r")));
        polls.add("nothing");
        start();

        awaitEvents(
                "open",
                "scale 0",
                "opened",
                "acquire [11, 12]",
                "started r",
                "unknown T",
                "unreadable odd",
                "scale 3",
                "HANDLED 3",
                "completed r",
                "scale 4",
                "HANDLED 4",
                "scale 4");
        awaitEvents("HANDLED 3", "delete 3");
        awaitEvents("HANDLED 4", "delete 4");
        assertThat(events("poll")).contains("poll 0", "poll 3", "poll 4");
        assertThat(sleeps).isEmpty();
    }

    @Test
    void tellsOfFailuresAndOfTheirEnd() {
        polls.add(new ActionsServiceException("down", ErrorDetails.of(500, "")));
        polls.add(new RateLimitedException(
                "slow", new ErrorDetails(429, "", "", "", Duration.ofMinutes(9), true, false)));
        polls.add("nothing");
        start();

        awaitEvents("opened", "SERVICE_ERROR 1: down", "RATE_LIMIT 1: slow", "recovered");
        assertThat(events("open")).containsExactly("open", "opened");
        assertThat(sleeps).hasSize(2).contains(Duration.ofMinutes(9));
    }

    @Test
    void opensAnotherSessionWhenOneIsLostAndKeepsItsPlace() {
        openings.add(new SessionConflictException("taken", ErrorDetails.of(409, "")));
        polls.add(message(3));
        polls.add(new SessionExpiredException("over", ErrorDetails.of(404, "")));
        polls.add(message(4));
        start();

        awaitEvents(
                "SESSION_CONFLICT 1: taken",
                "open",
                "opened",
                "HANDLED 3",
                "lost",
                "close",
                "SESSION_LOST 1: over",
                "open",
                "opened",
                "poll 3",
                "HANDLED 4");
    }

    @Test
    void pollsThatEndImmediatelyWithoutAMessageAreSlowedDown() {
        for (int i = 0; i < 7; i++) {
            polls.add("nothing");
        }
        start();

        await().until(() -> events("poll 0").size() == 8);
        assertThat(sleeps).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    @Test
    void aBurstOfMessagesIsReceivedWithoutPauses() {
        for (int i = 1; i <= PollPace.BURST; i++) {
            polls.add(message(i));
        }
        start();

        awaitEvents("HANDLED " + PollPace.BURST);
        assertThat(sleeps).isEmpty();
    }

    @Test
    void moreMessagesThanGitHubSendsAreSlowedDown() {
        int messages = PollPace.BURST + 200;
        for (int i = 1; i <= messages; i++) {
            polls.add(message(i));
        }
        start();

        awaitEvents("HANDLED " + messages);
        assertThat(sleeps).hasSize(200).containsOnly(PollPace.INTERVAL);
    }

    @Test
    void aMessageThatCannotBeReadIsSkippedAfterThreeTries() {
        cannotBeRead(3);
        start();

        awaitEvents("INVALID_RESPONSE 2: what", "UNREADABLE 7", "lost", "close", "open", "scale 0", "opened", "poll 7");
        awaitEvents("delete 7");
    }

    @Test
    void aSkippedMessageThatIsDeliveredAgainCausesNoMoreSessions() {
        cannotBeRead(6);
        polls.add(message(8));
        start();

        awaitEvents("UNREADABLE 7", "open", "HANDLED 8");
        assertThat(events("UNREADABLE")).hasSize(1);
        assertThat(events("open")).containsExactly("open", "opened", "open", "opened");
        assertThat(sleeps).hasSize(5).endsWith(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400));
    }

    @Test
    void anotherMessageWithTheIdOfASkippedOneIsTriedAsOftenAndCausesANewSessionToo() {
        cannotBeRead(3);
        polls.add("nothing");
        polls.add(message(1)); // this session numbers its messages from 1 again
        cannotBeRead(3);
        start();

        awaitEvents("UNREADABLE 7", "HANDLED 1", "UNREADABLE 7", "open");
        assertThat(sleeps).hasSize(4);
    }

    private void cannotBeRead(int times) {
        for (int i = 0; i < times; i++) {
            polls.add(new InvalidResponseException("what", ErrorDetails.of(200, ""), null, 7));
        }
    }

    @Test
    void aListenerThatFailsIsCalledAgain() {
        scaleFailures.add(new HandlerException("no room", null));
        scaleFailures.add(new IllegalStateException("a bug"));
        start();

        awaitEvents("open", "scale 0", "HANDLER 1: no room", "scale 0", "INTERNAL 1: a bug", "scale 0", "opened");
        assertThat(events("open")).containsExactly("open", "opened");
    }

    @Test
    void aMessageThatTheListenerCannotTakeIsSetAsideAndDoesNotHoldUpTheNext() {
        polls.add(message(3, new JobStarted(JOB, 5, "bad")));
        polls.add(message(4, new JobStarted(JOB, 6, "good")));
        start();

        awaitEvents("started bad", "SET_ASIDE 3", "started good", "HANDLED 4", "delete 4");
        assertThat(events).doesNotContain("delete 3");
    }

    @Test
    void rejectedCredentialsDoNotEndTheLoopButItsObserverMay() throws Exception {
        for (int i = 0; i < 3; i++) {
            openings.add(new AuthenticationException("no", ErrorDetails.of(401, ""), null));
        }
        Thread thread = Thread.ofVirtual().start(loop);

        assertThat(thread.join(Duration.ofSeconds(4)))
                .as("without waiting for itself")
                .isTrue();
        assertThat(events).containsExactly("REFUSED 1: no", "REFUSED 2: no", "REFUSED 3: no", "stopped");
    }

    @Test
    void closingEndsThePollAndDeletesTheSession() {
        start();
        awaitEvents("poll 0");

        loop.close();

        awaitEvents("close", "stopped");
    }

    @Test
    void runsOnItsOwnThreadFromStartToClose() {
        assertThat(loop.isRunning()).isFalse();

        loop.start();
        awaitEvents("poll 0");
        assertThat(loop.isRunning()).isTrue();
        loop.close();

        assertThat(loop.isRunning()).isFalse();
        assertThat(events).endsWith("close", "stopped");
    }

    @Test
    void runsOnlyOnce() {
        loop.start();

        assertThatThrownBy(loop::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(loop::run).isInstanceOf(IllegalStateException.class);

        awaitEvents("poll 0");
        loop.close();
        assertThat(events("open")).containsExactly("open", "opened");
        assertThatThrownBy(loop::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void doesNotStartAfterItWasClosed() {
        loop.close();

        assertThatThrownBy(loop::start).isInstanceOf(IllegalStateException.class);
        assertThat(events).isEmpty();
    }

    private static Message message(int id, JobMessage... jobs) {
        return new Message(id, new Statistics(0, 0, id, 0, 0, 0, 0), List.of(jobs));
    }

    private static JobMessage available(long id) {
        return new JobAvailable(
                new JobInfo("JobAvailable", id, "", "", "", "", "", 0, "", List.of(), null, null, null, null), "");
    }

    private final class Recorder implements MessageListener {
        @Override
        public int maxCapacity() {
            return 3;
        }

        @Override
        public void scale(Statistics statistics) {
            events.add("scale " + statistics.totalAssignedJobs());
            RuntimeException failure = scaleFailures.poll();
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void started(JobStarted job) {
            events.add("started " + job.runnerName());
            if (job.runnerName().equals("bad")) {
                throw new IllegalStateException("never");
            }
        }

        @Override
        public void completed(JobCompleted job) {
            events.add("completed " + job.runnerName());
        }

        @Override
        public void unknown(UnknownJobMessage job) {
            events.add("unknown " + job.job().messageType());
        }

        @Override
        public void unreadable(UnreadableJobMessage job) {
            events.add("unreadable " + job.problem());
        }
    }

    private final class Observer implements LoopObserver {
        @Override
        public void opened(UUID session) {
            events.add("opened");
        }

        @Override
        public void lost(UUID session) {
            events.add("lost");
        }

        @Override
        public void retrying(FailureKind kind, RuntimeException failure, int failures, Duration pause) {
            events.add(kind + " " + failures + ": " + failure.getMessage());
            if (kind == FailureKind.REFUSED && failures == 3) {
                loop.close();
            }
        }

        @Override
        public void recovered() {
            events.add("recovered");
        }

        @Override
        public void message(long id, Result result) {
            events.add(result + " " + id);
        }

        @Override
        public void stopped() {
            events.add("stopped");
        }
    }

    /** Passes while somebody sleeps. */
    private final class FakeTime implements Timing {
        private final AtomicLong nanos = new AtomicLong();

        @Override
        public long nanoTime() {
            return nanos.get();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            sleeps.add(duration);
            nanos.addAndGet(duration.toNanos());
        }
    }

    /** A service whose polls end as scripted. */
    private final class Service extends UnusedScaleSetApi {
        @Override
        public MessageSession openSession(int scaleSetId, String owner) {
            RuntimeException failure = openings.poll();
            if (failure != null) {
                throw failure;
            }
            events.add("open");
            return new Session();
        }
    }

    private final class Session implements MessageSession {
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
            synchronized (polls) {
                while (true) {
                    for (Object outcome : List.copyOf(polls)) {
                        if (outcome instanceof Message message && message.id() > lastMessageId) {
                            return Optional.of(message);
                        } else if (!(outcome instanceof Message)) {
                            polls.remove(outcome);
                            if (outcome instanceof RuntimeException failure) {
                                throw failure;
                            }
                            return Optional.empty();
                        }
                    }
                    polls.wait();
                }
            }
        }

        @Override
        public void deleteMessage(long messageId) {
            events.add("delete " + messageId);
            synchronized (polls) {
                polls.removeIf(outcome -> outcome instanceof Message message && message.id() == messageId);
            }
        }

        @Override
        public List<Long> acquireJobs(List<Long> requestIds) {
            events.add("acquire " + requestIds);
            return requestIds;
        }

        @Override
        public void close() {
            events.add("close");
        }
    }
}
