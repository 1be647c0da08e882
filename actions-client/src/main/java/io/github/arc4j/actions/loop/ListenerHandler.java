package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobMessage;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.messages.UnknownJobMessage;
import io.github.arc4j.actions.messages.UnreadableJobMessage;
import io.github.arc4j.actions.model.Statistics;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Acquires jobs and passes everything else to a listener, one call at a time. */
final class ListenerHandler implements MessageHandler {
    private static final Logger log = LoggerFactory.getLogger(ListenerHandler.class);

    private final MessageListener listener;
    private final ReentrantLock turn = new ReentrantLock();
    private Statistics latest = Statistics.ZERO;

    ListenerHandler(MessageListener listener) {
        this.listener = listener;
    }

    @Override
    public int maxCapacity() {
        turn.lock();
        try {
            return listener.maxCapacity();
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void opened(Statistics statistics) throws InterruptedException {
        latest = statistics;
        idle();
    }

    @Override
    public Optional<RuntimeException> handle(MessageSession session, Message message, Delivery delivery)
            throws InterruptedException {
        latest = message.statistics();
        Optional<RuntimeException> failure = finish(session, message);
        idle();
        return failure;
    }

    @Override
    public Optional<RuntimeException> finish(MessageSession session, Message message) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            acquire(session, message);
            logUnreadable(message);
            for (JobMessage job : message.jobs()) {
                deliver(job);
            }
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(e);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void handleAgain(Message message) throws InterruptedException {
        latest = message.statistics();
        idle();
    }

    @Override
    public void idle() throws InterruptedException {
        turn.lockInterruptibly();
        try {
            listener.scale(latest);
        } finally {
            turn.unlock();
        }
    }

    private static void acquire(MessageSession session, Message message) throws InterruptedException {
        List<Long> available = message.jobs().stream()
                .filter(JobAvailable.class::isInstance)
                .map(job -> job.job().runnerRequestId())
                .toList();
        if (!available.isEmpty()) {
            session.acquireJobs(available);
        }
    }

    /** In one line, because all elements of a message may be unreadable. */
    private static void logUnreadable(Message message) {
        List<String> problems = message.jobs().stream()
                .filter(UnreadableJobMessage.class::isInstance)
                .map(job -> ((UnreadableJobMessage) job).problem())
                .toList();
        if (!problems.isEmpty()) {
            log.warn(
                    "Skipping {} elements of message {}, the first: {}",
                    problems.size(),
                    message.id(),
                    problems.get(0));
        }
    }

    private void deliver(JobMessage job) throws InterruptedException {
        if (job instanceof JobStarted started) {
            listener.started(started);
        } else if (job instanceof JobCompleted completed) {
            listener.completed(completed);
        } else if (job instanceof UnknownJobMessage unknown) {
            listener.unknown(unknown);
        } else if (job instanceof UnreadableJobMessage unreadable) {
            listener.unreadable(unreadable);
        }
    }
}
