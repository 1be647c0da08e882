package io.github.arc4j.listener;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.messages.JobMessage;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.JitConfig;
import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerGroup;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.actions.model.Statistics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The message queue of a scale set. A message is redelivered until it is deleted or a later ID is given; a poll without
 * a message waits until one arrives or {@link #endPolls()} is called.
 */
final class FakeGitHub implements ScaleSetApi {
    /** Calls in order, such as {@code poll 0}, {@code acquire [1]}; shared with the fake cluster. */
    final List<String> calls = new CopyOnWriteArrayList<>();

    final Set<Long> acquired = ConcurrentHashMap.newKeySet();

    private final TreeMap<Long, Message> queue = new TreeMap<>();
    private final Map<String, Deque<Runnable>> scripts = new HashMap<>();
    private @Nullable Session open;
    private boolean redelivers;
    private int conflicts;
    private int conflictsUntilForgotten;
    private long emptyPolls;
    private long lastId;
    private Statistics statistics = Statistics.ZERO;

    /** Runs these actions, which may throw, before the effects of the next calls of this kind, one per call. */
    synchronized void onNext(String call, Runnable... actions) {
        scripts.computeIfAbsent(call, key -> new ArrayDeque<>()).addAll(List.of(actions));
    }

    void failNext(String call, RuntimeException... failures) {
        for (RuntimeException failure : failures) {
            onNext(call, () -> {
                throw failure;
            });
        }
    }

    synchronized long send(int assigned, JobMessage... jobs) {
        return sendAs(lastId + 1, assigned, jobs);
    }

    synchronized long sendAs(long id, int assigned, JobMessage... jobs) {
        lastId = Math.max(lastId, id);
        statistics = assigned(assigned);
        queue.put(id, new Message(id, statistics, List.of(jobs)));
        notifyAll();
        return id;
    }

    static Statistics assigned(int jobs) {
        return new Statistics(0, 0, jobs, 0, 0, 0, 0);
    }

    /** From now on, a message is redelivered until it is deleted, whatever the ID of the last message is. */
    synchronized void redeliverUndeleted() {
        redelivers = true;
    }

    /** Sets the statistics with which the next session is opened. */
    synchronized void nextSessionHas(int assignedJobs) {
        statistics = assigned(assignedJobs);
    }

    /** Ends the waiting poll, or the next one, without a message. */
    synchronized void endPolls() {
        emptyPolls++;
        notifyAll();
    }

    /** Opens the session of another listener. */
    synchronized Held holdSession() {
        Session other = new Session(Statistics.ZERO);
        open = other;
        return () -> {
            synchronized (this) {
                open = null;
            }
        };
    }

    /** Ends an abandoned session after it has caused this number of conflicts. */
    synchronized void forgetSessionsAfterConflicts(int number) {
        conflictsUntilForgotten = number;
    }

    interface Held {
        void release();
    }

    synchronized void expireSession() {
        open = null;
        notifyAll();
    }

    synchronized boolean hasSession() {
        return open != null;
    }

    synchronized List<Long> undeleted() {
        return new ArrayList<>(queue.keySet());
    }

    private void called(String call, String details) {
        calls.add(details.isEmpty() ? call : call + " " + details);
        run(call);
    }

    /**
     * The call has taken effect; an action that {@link #onNext} has for {@code after <call>} may withhold the response.
     */
    private void after(String call) {
        run("after " + call);
    }

    private void run(String call) {
        Runnable script;
        synchronized (this) {
            Deque<Runnable> waiting = scripts.getOrDefault(call, new ArrayDeque<>());
            script = waiting.poll();
        }
        if (script != null) {
            script.run();
        }
    }

    @Override
    public MessageSession openSession(int scaleSetId, String owner) {
        called("open", "");
        Session session;
        synchronized (this) {
            if (open != null) {
                if (++conflicts == conflictsUntilForgotten) {
                    open = null;
                    conflicts = 0;
                }
                throw Failures.conflict();
            }
            session = new Session(statistics);
            open = session;
        }
        after("open");
        return session;
    }

    private final class Session implements MessageSession {
        private final UUID id = UUID.randomUUID();
        private final Statistics initial;

        Session(Statistics initial) {
            this.initial = initial;
        }

        @Override
        public UUID id() {
            return id;
        }

        @Override
        public Statistics initialStatistics() {
            return initial;
        }

        @Override
        public Optional<Message> poll(long lastMessageId, int maxCapacity) throws InterruptedException {
            called("poll", Long.toString(lastMessageId));
            synchronized (FakeGitHub.this) {
                while (true) {
                    requireOpen();
                    Map.Entry<Long, Message> next = queue.higherEntry(redelivers ? 0 : lastMessageId);
                    if (next != null) {
                        return Optional.of(new Message(
                                next.getKey(), statistics, next.getValue().jobs()));
                    }
                    if (emptyPolls > 0) {
                        emptyPolls--;
                        return Optional.empty();
                    }
                    FakeGitHub.this.wait();
                }
            }
        }

        @Override
        public void deleteMessage(long messageId) {
            called("delete", Long.toString(messageId));
            synchronized (FakeGitHub.this) {
                requireOpen();
                queue.remove(messageId);
            }
            after("delete");
        }

        @Override
        public List<Long> acquireJobs(List<Long> requestIds) {
            called("acquire", requestIds.toString());
            synchronized (FakeGitHub.this) {
                requireOpen();
                acquired.addAll(requestIds);
            }
            after("acquire");
            return requestIds;
        }

        @Override
        public void close() {
            called("close", "");
            synchronized (FakeGitHub.this) {
                if (open == this) {
                    open = null;
                }
            }
        }

        private void requireOpen() {
            if (open != this) {
                throw Failures.expired();
            }
        }
    }

    @Override
    public RunnerGroup getRunnerGroup(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<RunnerScaleSet> findScaleSet(int runnerGroupId, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<RunnerScaleSet> getScaleSet(int id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RunnerScaleSet createScaleSet(RunnerScaleSet scaleSet) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RunnerScaleSet updateScaleSet(int id, RunnerScaleSet changes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteScaleSet(int id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public JitConfig generateJitConfig(int scaleSetId, String runnerName, String workFolder) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Runner> getRunner(long id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Runner> findRunner(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeRunner(long id) {
        throw new UnsupportedOperationException();
    }
}
