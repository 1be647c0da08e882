package io.github.arc4j.process;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Runs each request on a virtual thread, and limits how many requests hold memory: anyone on the network can send the
 * first half of a request, or not read the response, as often as they like. At the limit, the oldest request is aborted
 * in favor of the newest, so a flood of such requests delays no probe: a probe ends long before it can become the
 * oldest.
 */
final class RequestThreads implements Executor, AutoCloseable {
    /** Maximum number of requests being received, and of requests being answered; each takes about 25 KiB. */
    static final int LIMIT = 64;

    private final Set<Thread> receiving = new LinkedHashSet<>();
    private final Set<Thread> answering = new LinkedHashSet<>();
    private boolean closed;

    @Override
    public synchronized void execute(Runnable request) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        Thread thread = Thread.ofVirtual().unstarted(() -> {
            try {
                request.run();
            } finally {
                ended();
            }
        });
        addNewest(receiving, thread);
        thread.start();
    }

    /** Must be called by a request's thread once the complete head of the request has been received. */
    synchronized void received() {
        Thread thread = Thread.currentThread();
        if (receiving.remove(thread)) {
            addNewest(answering, thread);
        }
    }

    private synchronized void ended() {
        Thread thread = Thread.currentThread();
        receiving.remove(thread);
        answering.remove(thread);
    }

    private static void addNewest(Set<Thread> threads, Thread newest) {
        if (threads.size() >= LIMIT) {
            Iterator<Thread> oldestFirst = threads.iterator();
            interrupt(oldestFirst.next());
            oldestFirst.remove();
        }
        threads.add(newest);
    }

    /** Also closes the request's connection, because an interrupt closes its channel. */
    private static void interrupt(Thread thread) {
        thread.interrupt();
    }

    @Override
    public synchronized void close() {
        closed = true;
        receiving.forEach(RequestThreads::interrupt);
        answering.forEach(RequestThreads::interrupt);
    }
}
