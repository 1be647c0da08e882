package io.github.arc4j.actions.internal.http;

import io.github.arc4j.actions.internal.concurrent.VirtualThreads;
import io.github.arc4j.actions.wire.HttpThreads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's HTTP clients, with a limit on concurrent requests. A client of the JDK has one HTTP/2 connection to each
 * host and fails, rather than waits, when all streams of the connection are in use. Therefore there are several
 * clients, each used when those before it are full.
 */
final class HttpClients implements AutoCloseable {
    /** The number of concurrent streams that servers permit on a connection. */
    private static final int STREAMS = 100;

    private static final int CLIENTS = 4;
    /** Enough for the work of the JDK's client between its system calls. */
    private static final int THREADS = 4;
    /** After this time, every request that obtained a client before its retirement has been sent. */
    private static final int RETIREMENT_SECONDS = 10;
    /** More concurrent connections would cost memory (100 KiB each) without saving time. */
    private static final int HTTP1_CONNECTIONS = 350;

    private final List<Lane> lanes;
    private final Semaphore streams = new Semaphore(CLIENTS * STREAMS);
    private final Semaphore connections = new Semaphore(HTTP1_CONNECTIONS);

    /** An HTTP exchange with a client. */
    @FunctionalInterface
    interface Exchange {
        /**
         * Performs the exchange.
         *
         * @param connected must be run when the request has its connection
         */
        HttpResponse<byte[]> run(HttpClient client, Runnable connected) throws IOException, InterruptedException;
    }

    /** @param factory creates a client with the given executor, when it is needed */
    HttpClients(Function<Executor, HttpClient> factory) {
        Executor executor = HttpThreads.executor(THREADS);
        lanes = Stream.generate(() -> new Lane(factory, executor))
                .limit(CLIENTS)
                .toList();
    }

    /** Returns the client for long polls, which do not count towards the limits: each poll has its own connection. */
    HttpClient forPolls() throws NotSentException {
        return lanes.get(0).client();
    }

    /**
     * Performs an exchange as soon as a connection is free.
     *
     * @param http2 whether concurrent exchanges share a connection
     * @throws NotSentException if no connection is free before the deadline
     */
    HttpResponse<byte[]> exchange(URI uri, boolean http2, long deadline, Exchange exchange)
            throws IOException, InterruptedException {
        Semaphore all = http2 ? streams : connections;
        if (!all.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            throw new NotSentException("no connection was free in time", false);
        }
        try {
            return http2
                    ? overHttp2(uri.getRawAuthority(), deadline, exchange)
                    : exchange.run(lanes.get(0).client(), () -> {});
        } finally {
            all.release();
        }
    }

    private HttpResponse<byte[]> overHttp2(String host, long deadline, Exchange exchange)
            throws IOException, InterruptedException {
        Lane lane = freeLane();
        try (Opening.Passage passage = lane.opening().enter(host, deadline)) {
            return exchange.run(lane.client(), passage::connected);
        } finally {
            lane.free.release();
        }
    }

    /** Always succeeds, because the permits for requests equal the streams of all lanes. */
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
     * Replaces the client of a request that timed out. The request's connection may be dead without any notification,
     * for example because a firewall dropped its state, and the JDK's client would continue to use it for minutes.
     * Later requests therefore get another client.
     */
    void timedOut(HttpClient client) {
        lanes.forEach(lane -> lane.retire(client));
    }

    @Override
    public void close() {
        lanes.forEach(Lane::close);
    }

    /** A client, created on first use, and its streams. */
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

        /** Replaces the client; requests in flight, such as long polls, may finish. */
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

        /** Closes the connections, from Java 21 on; on older versions the garbage collector does. */
        synchronized void close() {
            closed = true;
            retired.forEach(VirtualThreads::shutdownNow);
            if (client != null) {
                VirtualThreads.shutdownNow(client);
            }
        }
    }
}
