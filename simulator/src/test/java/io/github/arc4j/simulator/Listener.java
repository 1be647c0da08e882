package io.github.arc4j.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * The message loop of a listener: polls, acknowledges, acquires, and collects all elements, until it is interrupted.
 */
final class Listener implements AutoCloseable {
    final List<JsonNode> elements = new CopyOnWriteArrayList<>();
    private final WireClient client;
    private final int scaleSet;
    private final int capacity;
    private final CountDownLatch connected = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean closed;

    Listener(WireClient client, int scaleSet, int capacity) {
        this.client = client;
        this.scaleSet = scaleSet;
        this.capacity = capacity;
        thread = Thread.ofVirtual().start(this::run);
    }

    List<String> types() {
        return elements.stream()
                .map(element -> element.path("messageType").asText())
                .toList();
    }

    private void run() {
        try {
            WireClient.Session session = connect();
            long last = 0;
            while (true) {
                WireClient.Response message = client.poll(session, last, capacity);
                if (message.status() == 200) {
                    last = message.json().path("messageId").asLong();
                    handle(session, message);
                    client.delete(session, last);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            if (!closed) {
                throw new IllegalStateException(e);
            }
        }
    }

    private WireClient.Session connect() throws Exception {
        try {
            return client.session(scaleSet);
        } finally {
            connected.countDown();
        }
    }

    private void handle(WireClient.Session session, WireClient.Response message) throws Exception {
        List<Long> offers = new ArrayList<>();
        for (JsonNode element : WireClient.elements(message)) {
            elements.add(element);
            if (element.path("messageType").asText().equals("JobAvailable")) {
                offers.add(element.path("runnerRequestId").asLong());
            }
        }
        if (!offers.isEmpty()) {
            client.acquire(scaleSet, session, offers.toString());
        }
    }

    /** Waits until the session is open, because otherwise it could be opened after the test expects it. */
    @Override
    public void close() throws InterruptedException {
        connected.await();
        closed = true;
        thread.interrupt();
        thread.join();
    }
}
