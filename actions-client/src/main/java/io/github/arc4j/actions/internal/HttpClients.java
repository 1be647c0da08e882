package io.github.arc4j.actions.internal;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's HTTP clients, and how many requests run at a time. A client of the JDK has one HTTP/2 connection to each host
 * and fails, rather than waits, when that has no stream left; hence more clients, each used when those before it are full.
 */
final class HttpClients implements AutoCloseable {
    /** What servers allow on one connection. */
    private static final int STREAMS = 100;

    private static final int CLIENTS = 4;
    /** What the JDK's client does between its calls of the system needs no more; virtual threads cost 15 % more time. */
    private static final int THREADS = 4;
    /** By then every request that got a client before it was retired has been sent. */
    private static final int RETIREMENT_SECONDS = 10;
    /** More connections at once cost memory (100 KiB each) and gain no time. */
    private static final int HTTP1_CONNECTIONS = 350;

    private final List<Lane> lanes;
    private final Semaphore streams = new Semaphore(CLIENTS * STREAMS);
    private final Semaphore connections = new Semaphore(HTTP1_CONNECTIONS);

    /** Makes an exchange with a client. */
    @FunctionalInterface
    interface Exchange<T, E extends Exception> {
        /**
         * Makes the exchange.
         *
         * @param connected to be run when the request has its connection
         */
        T run(HttpClient client, Runnable connected) throws InterruptedException, E;
    }

    /**
     * Creates the clients when they are needed.
     *
     * @param factory makes a client with the executor that it is given
     */
    HttpClients(Function<Executor, HttpClient> factory) {
        Executor executor = executor();
        lanes = Stream.generate(() -> new Lane(factory, executor))
                .limit(CLIENTS)
                .toList();
    }

    /** The client for long polls, which take no part in the limits: each has a connection of its own. */
    HttpClient forPolls() throws NotSentException {
        return lanes.get(0).client();
    }

    /**
     * Makes an exchange once there is room for it.
     *
     * @throws NotSentException if there is none until the deadline
     */
    <T, E extends Exception> T exchange(URI uri, long deadline, Exchange<T, E> exchange)
            throws InterruptedException, NotSentException, E {
        boolean tls = "https".equals(uri.getScheme());
        Semaphore all = tls ? streams : connections;
        if (!all.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            throw new NotSentException("no connection was free in time", false);
        }
        try {
            return tls
                    ? overHttp2(uri.getRawAuthority(), deadline, exchange)
                    : exchange.run(lanes.get(0).client(), () -> {});
        } finally {
            all.release();
        }
    }

    private <T, E extends Exception> T overHttp2(String host, long deadline, Exchange<T, E> exchange)
            throws InterruptedException, NotSentException, E {
        Lane lane = freeLane();
        try (Opening.Passage passage = lane.opening().enter(host, deadline)) {
            return exchange.run(lane.client(), passage::connected);
        } finally {
            lane.free.release();
        }
    }

    /** There is one, because as many may look for one as the lanes have streams together. */
    private Lane freeLane() {
        while (true) {
            for (Lane lane : lanes) {
                if (lane.free.tryAcquire()) {
                    return lane;
                }
            }
        }
    }

    /**
     * A request ran into its limit. Its connection may be dead without anybody having said so, since a firewall has
     * forgotten it: the JDK's client would use it for minutes. So the next requests get another client.
     */
    void timedOut(HttpClient client) {
        lanes.forEach(lane -> lane.retire(client));
    }

    @Override
    public void close() {
        lanes.forEach(Lane::close);
    }

    /** Its threads end when there is nothing to do; it is never shut down, because calls that are ended need it too. */
    private static Executor executor() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), VirtualThreads::daemon);
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** A client, made when it is first used, and its streams. */
    private static final class Lane {
        private final Function<Executor, HttpClient> factory;
        private final Executor executor;
        private final Semaphore free = new Semaphore(STREAMS);
        private final Set<HttpClient> retired = new HashSet<>();
        private Opening opening = new Opening();
        private @Nullable HttpClient client;
        private boolean closed;

        private Lane(Function<Executor, HttpClient> factory, Executor executor) {
            this.factory = factory;
            this.executor = executor;
        }

        synchronized HttpClient client() throws NotSentException {
            if (closed) {
                throw new NotSentException("the client is closed", true);
            }
            if (client == null) {
                client = factory.apply(executor);
            }
            return client;
        }

        synchronized Opening opening() {
            return opening;
        }

        /** Requests under way, such as long polls, are left to end. */
        synchronized void retire(HttpClient suspect) {
            if (!closed && suspect.equals(client)) {
                client = null;
                opening = new Opening();
                retired.add(suspect);
                CompletableFuture.delayedExecutor(RETIREMENT_SECONDS, TimeUnit.SECONDS, executor)
                        .execute(() -> end(suspect));
            }
        }

        private synchronized void end(HttpClient client) {
            retired.remove(client);
            VirtualThreads.shutdown(client);
        }

        /** Ends the connections, from Java 21 on; before, the garbage collector does. */
        synchronized void close() {
            closed = true;
            retired.forEach(VirtualThreads::shutdownNow);
            if (client != null) {
                VirtualThreads.shutdownNow(client);
            }
        }
    }
}
