package io.github.arc4j.simulator.service.state;

import io.github.arc4j.simulator.SimulatorOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** The message queue of a scale set: elements not yet sent, and messages sent but not deleted. It outlives sessions. */
public final class MessageQueue {
    private final int maxBatch;
    private final boolean redeliver;
    private final Condition arrivals;
    private final Deque<JobMessage> elements = new ArrayDeque<>();
    private final TreeMap<Long, List<JobMessage>> messages = new TreeMap<>();
    /** Messages that contained only offers and were dropped with their session; a client may still delete them. */
    private final Set<Long> dropped = new HashSet<>();

    private long lastId;

    public MessageQueue(SimulatorOptions options, Condition arrivals) {
        this.maxBatch = options.maxBatch();
        this.redeliver = options.redeliver();
        this.arrivals = arrivals;
    }

    /** Signalled when an element arrives or the session ends. */
    public Condition arrivals() {
        return arrivals;
    }

    public void add(JobMessage element) {
        elements.addLast(element);
        arrivals.signalAll();
    }

    /**
     * The first undeleted message after this ID (with {@code redeliver}, the first of all), else a new message with the
     * waiting elements; null if there is none.
     */
    public @Nullable Long next(long after) {
        Long sent = messages.higherKey(redeliver ? 0 : after);
        if (sent != null || elements.isEmpty() || after > lastId) {
            return sent;
        }
        List<JobMessage> batch = new ArrayList<>();
        while (batch.size() < maxBatch && !elements.isEmpty()) {
            batch.add(elements.removeFirst());
        }
        messages.put(++lastId, batch);
        return lastId;
    }

    public List<JobMessage> elements(long id) {
        return List.copyOf(messages.getOrDefault(id, List.of()));
    }

    /** Whether a message with this ID was ever sent, or the ID is 0. */
    public boolean known(long id) {
        return id >= 0 && id <= lastId;
    }

    /** Deletes a message; returns whether it existed or was dropped with its session. */
    public boolean delete(long id) {
        return messages.remove(id) != null || dropped.remove(id);
    }

    /** Number of messages that are not deleted, plus those needed for the waiting elements. */
    int pending() {
        return messages.size() + (elements.size() + maxBatch - 1) / maxBatch;
    }

    /** Drops job offers, which end with the session; state changes of jobs are kept for the next session. */
    public void dropOffers() {
        elements.removeIf(MessageQueue::isOffer);
        messages.values().forEach(batch -> batch.removeIf(MessageQueue::isOffer));
        messages.entrySet().removeIf(message -> message.getValue().isEmpty() && dropped.add(message.getKey()));
    }

    private static boolean isOffer(JobMessage element) {
        return element.messageType().equals(JobMessage.AVAILABLE);
    }
}
