package io.github.arc4j.process;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * A virtual thread per request, and a limit on how many requests hold memory: anybody on the network may send the first
 * half of a request, or not read the answer, as often as they like. At the limit the oldest request makes room for the
 * newest, so a flood of such requests delays no probe: a probe is over long before it could be the oldest.
 */
final class RequestThreads implements Executor, AutoCloseable {
    /** Of requests that are being received, and of those that are being answered; each takes about 25 KiB. */
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

    /** To be called by a request's thread once the whole head of the request is there. */
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

    /** Closes the request's connection as well, whose channel takes an interrupt for that. */
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
