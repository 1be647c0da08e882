package io.github.arc4j.listener.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.loop.MessageHandler.Delivery;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobMessage;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.messages.UnknownJobMessage;
import io.github.arc4j.actions.messages.UnreadableJobMessage;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.listener.FakeTiming;
import io.github.arc4j.listener.Jobs;
import io.github.arc4j.listener.RunningListener;
import io.github.arc4j.listener.kube.KubeException;
import io.github.arc4j.listener.kube.RunnerSetPatches;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.process.ListenerConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Messages with far more jobs than GitHub sends. */
class JobMessageHandlerTest {
    private static final JobInfo JOB =
            new JobInfo("T", 1, "", "", "", "", "", 0, "", List.of(), null, null, null, null);

    private final AtomicInteger threads = new AtomicInteger();
    private final ExecutorService tasks = Executors.newThreadPerTaskExecutor(task -> {
        threads.incrementAndGet();
        return Thread.ofVirtual().unstarted(task);
    });
    private final Queue<String> marked = new ConcurrentLinkedQueue<>();
    private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Queue<Map<String, String>> fields = new ConcurrentLinkedQueue<>();
    private final Logger logger = Logger.getLogger(JobMessageHandler.class.getPackageName());
    private final JobMessageHandler handler = handler();

    private JobMessageHandler handler() {
        RunnerSetPatches patches = new Patches();
        ListenerConfig config = RunningListener.config(0, 10);
        ListenerMetrics metrics = new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl()));
        RunnerSetScaling scaling = new RunnerSetScaling(patches, new Scaler(0, 10), metrics, new FakeTiming(), tasks);
        return new JobMessageHandler(10, scaling, new JobEffects(patches, tasks), metrics, tasks);
    }

    @AfterEach
    void stop() {
        tasks.shutdownNow();
    }

    @Test
    void startedJobsOfAMessageShareSomeThreads() throws Exception {
        assertThat(handle(70_000, i -> Jobs.started(i, "r" + i))).isEmpty();

        assertThat(marked).hasSize(70_000).doesNotHaveDuplicates();
        assertThat(threads).hasValueLessThan(30);
    }

    @Test
    void allJobsAreMarkedIfSomeMarksFail() throws Exception {
        for (int i = 0; i < 1000; i++) {
            failures.add(new KubeException(500, "down"));
        }

        Optional<RuntimeException> failure = handle(2000, i -> Jobs.started(i, "r" + i));

        assertThat(marked).hasSize(1000);
        assertThat(failures).isEmpty();
        assertThat(failure).hasValueSatisfying(first -> {
            assertThat(first).isInstanceOf(KubeException.class).hasMessage("down");
            assertThat(first.getSuppressed()).hasSizeBetween(1, 10);
        });
    }

    @Test
    void someJobsOfAMessageAreLoggedOneByOneAndTheRestAsANumber() throws Exception {
        assertLogged(i -> Jobs.completed(i, "r" + i), "Job completed: succeeded", "1950 more completed jobs");
        assertLogged(i -> Jobs.started(i, "r" + i), "Job started", "1950 more started jobs");
        assertLogged(i -> new UnreadableJobMessage(JOB, "odd"), "odd", "1950 more elements that cannot be read");
        assertLogged(i -> new UnknownJobMessage(JOB), "of type T", "1950 more elements of unknown types");
    }

    @Test
    void aJobAndItsRunnerAreFieldsOfTheLine() throws Exception {
        assertLogged(i -> Jobs.completed(i, "r" + i), "Job completed: succeeded", "more completed jobs");
        assertThat(fields)
                .contains(Map.of(
                        "job", "build",
                        "repository", "acme/app",
                        "workflow", "acme/app/.github/workflows/ci.yml@refs/heads/main",
                        "run", "77",
                        "runner", "r1"));
        assertThat(MDC.getCopyOfContextMap()).as("afterwards").isNullOrEmpty();
    }

    private void assertLogged(LongFunction<JobMessage> job, String line, String rest) throws InterruptedException {
        lines.clear();
        Handler recorder = new Handler() {
            @Override
            public void publish(LogRecord logged) {
                lines.add(logged.getMessage());
                Map<String, String> context = MDC.getCopyOfContextMap();
                if (context != null) {
                    fields.add(context);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(recorder);
        logger.setUseParentHandlers(false);
        try {
            handle(2000, job);
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(recorder);
        }
        assertThat(lines).filteredOn(text -> text.contains(line)).hasSize(50);
        assertThat(lines).filteredOn(text -> text.contains(rest)).hasSize(1);
        assertThat(lines).hasSizeLessThan(60);
    }

    private Optional<RuntimeException> handle(int jobs, LongFunction<JobMessage> job) throws InterruptedException {
        List<JobMessage> all = LongStream.range(0, jobs).mapToObj(job).toList();
        return handler.handle(new Session(), new Message(1, Statistics.ZERO, all), Delivery.NEW);
    }

    private final class Patches implements RunnerSetPatches {
        @Override
        public void scale(int patchId, int replicas) {}

        @Override
        public void jobCompleted(JobCompleted job) {}

        @Override
        public boolean markJobStarted(JobStarted job) {
            RuntimeException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            return marked.add(job.runnerName());
        }
    }

    private static final class Session implements MessageSession {
        @Override
        public UUID id() {
            return new UUID(1, 1);
        }

        @Override
        public Statistics initialStatistics() {
            return Statistics.ZERO;
        }

        @Override
        public Optional<Message> poll(long lastMessageId, int maxCapacity) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void deleteMessage(long messageId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Long> acquireJobs(List<Long> requestIds) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
