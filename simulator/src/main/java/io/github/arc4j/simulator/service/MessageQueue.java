package io.github.arc4j.simulator.service;

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

/** What a scale set's listener has to hear: elements not yet sent, and messages sent but not deleted. Outlives sessions. */
final class MessageQueue {
    private final int maxBatch;
    private final boolean redeliver;
    private final Condition arrivals;
    private final Deque<JobMessage> elements = new ArrayDeque<>();
    private final TreeMap<Long, List<JobMessage>> messages = new TreeMap<>();
    /** Messages that had nothing but offers and went with the session; their deletion may still come. */
    private final Set<Long> dropped = new HashSet<>();

    private long lastId;

    MessageQueue(SimulatorOptions options, Condition arrivals) {
        this.maxBatch = options.maxBatch();
        this.redeliver = options.redeliver();
        this.arrivals = arrivals;
    }

    /** Signalled when an element arrives or the session ends. */
    Condition arrivals() {
        return arrivals;
    }

    void add(JobMessage element) {
        elements.addLast(element);
        arrivals.signalAll();
    }

    /** The first message after this id, or with {@code redeliver} the first of all: one that is not deleted, else a new one made of waiting elements; null if there is none. */
    @Nullable Long next(long after) {
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

    List<JobMessage> elements(long id) {
        return List.copyOf(messages.getOrDefault(id, List.of()));
    }

    /** Whether there is or was a message with this id, or it is 0. */
    boolean known(long id) {
        return id >= 0 && id <= lastId;
    }

    /** Whether the message was there, or would be if its session had not ended. */
    boolean delete(long id) {
        return messages.remove(id) != null || dropped.remove(id);
    }

    /** Messages that are not deleted, and those that the waiting elements will make. */
    int pending() {
        return messages.size() + (elements.size() + maxBatch - 1) / maxBatch;
    }

    /** Forgets offers of jobs, which go with the session; what happened to jobs is kept for the next session. */
    void dropOffers() {
        elements.removeIf(MessageQueue::isOffer);
        messages.values().forEach(batch -> batch.removeIf(MessageQueue::isOffer));
        messages.entrySet().removeIf(message -> message.getValue().isEmpty() && dropped.add(message.getKey()));
    }

    private static boolean isOffer(JobMessage element) {
        return element.messageType().equals(JobMessage.AVAILABLE);
    }
}
