package io.github.arc4j.actions;

import io.github.arc4j.actions.internal.Sleeper;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the messages of a scale set: opens a session, polls, acquires jobs, tells a listener, acknowledges. It goes on
 * through whatever passes by itself (lost connections, errors of the service, expired or conflicting sessions, messages
 * that can't be read, which are skipped), and ends with what does not: credentials that are refused, a scale set that is
 * gone. Between tries it waits 1 s to 1 min, growing, or longer if the service asks for it. An {@link ActionsException}
 * that the listener throws counts as one of the loop's own calls; anything else that it throws ends the loop.
 */
public final class MessageLoop {
    private static final Logger LOG = LoggerFactory.getLogger(MessageLoop.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final ScaleSetApi api;
    private final int scaleSetId;
    private final String owner;
    private final MessageListener listener;
    private final Sleeper sleeper;

    private Duration pause = FIRST_PAUSE;
    private long lastMessageId;

    /**
     * Creates a loop.
     *
     * @param owner who holds the session, such as the host name
     */
    public MessageLoop(ScaleSetApi api, int scaleSetId, String owner, MessageListener listener) {
        this(api, scaleSetId, owner, listener, Sleeper.REAL);
    }

    MessageLoop(ScaleSetApi api, int scaleSetId, String owner, MessageListener listener, Sleeper sleeper) {
        this.api = api;
        this.scaleSetId = scaleSetId;
        this.owner = owner;
        this.listener = listener;
        this.sleeper = sleeper;
    }

    /**
     * Runs until it is interrupted; the session is deleted then. To be called once.
     *
     * @throws ActionsException when another try would not help
     */
    public void run() throws InterruptedException {
        while (true) {
            try (MessageSession session = api.openSession(scaleSetId, owner)) {
                receive(session);
            } catch (ActionsException e) {
                pauseAfter(e);
            }
        }
    }

    /** Receives until the session is over or the failure is final. */
    private void receive(MessageSession session) throws InterruptedException {
        Statistics latest = session.initialStatistics();
        boolean told = false;
        while (true) {
            try {
                if (!told) {
                    listener.scale(latest);
                    told = true;
                }
                Optional<Message> message = poll(session);
                if (message.isPresent()) {
                    latest = message.get().statistics();
                    handle(session, message.get());
                } else {
                    listener.scale(latest);
                }
                pause = FIRST_PAUSE;
            } catch (ActionsException e) {
                if (isSessionOver(e)) {
                    throw e;
                }
                pauseAfter(e);
            }
        }
    }

    /** The next message; one that can't be read is acknowledged unread and counts as a failure. */
    private Optional<Message> poll(MessageSession session) throws InterruptedException {
        try {
            return session.poll(lastMessageId, listener.maxCapacity());
        } catch (InvalidResponseException e) {
            if (e.messageId().isPresent()) {
                LOG.warn("Skipping a message: {}", e.getMessage());
                lastMessageId = e.messageId().getAsLong();
                session.deleteMessage(lastMessageId);
            }
            throw e;
        }
    }

    private void handle(MessageSession session, Message message) throws InterruptedException {
        List<Long> available = message.jobs().stream()
                .filter(JobAvailable.class::isInstance)
                .map(job -> job.job().runnerRequestId())
                .toList();
        if (!available.isEmpty()) {
            session.acquireJobs(available);
        }
        for (JobMessage job : message.jobs()) {
            if (job instanceof JobStarted started) {
                listener.started(started);
            } else if (job instanceof JobCompleted completed) {
                listener.completed(completed);
            } else if (job instanceof UnknownJobMessage unknown) {
                listener.unknown(unknown);
            } else if (job instanceof UnreadableJobMessage unreadable) {
                LOG.warn("Skipping an element of message {}: {}", message.id(), unreadable.problem());
                listener.unreadable(unreadable);
            }
        }
        listener.scale(message.statistics());
        session.deleteMessage(message.id());
        lastMessageId = message.id();
    }

    private void pauseAfter(ActionsException failure) throws InterruptedException {
        if (!failure.retryable() && !isSessionOver(failure) && !(failure instanceof InvalidResponseException)) {
            throw failure;
        }
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        Duration wait = asked.compareTo(pause) > 0 ? asked : pause;
        LOG.warn("Trying again in {} s: {}", wait.toSeconds(), failure.getMessage());
        sleeper.sleep(wait);
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private static boolean isSessionOver(ActionsException e) {
        return e instanceof SessionExpiredException
                || e instanceof SessionConflictException
                || e instanceof MessageQueueTokenExpiredException;
    }
}
