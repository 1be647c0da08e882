package io.github.arc4j.e2e.abuse;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/**
 * A program that holds connections to ports and never completes a request; what the other end closes it opens again. It
 * runs in a pod ({@link FloodPod}), where there is nothing but this class and the JDK.
 */
public final class PortFlood {
    /** What it prints when it has opened that many connections. */
    static final String BEGUN = "flooded";

    /** Of each port. With those of the kubelet they are less than the 2000 that a port has. */
    private static final int CONNECTIONS = 1800;

    private static final List<String> BEGINNINGS = List.of(
            "GET /metrics HTTP/1.1\r\nHost: ",
            "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nstart",
            "");
    private static final int PAUSE_MS = 2000;

    private final long end;
    private final LongAdder opened = new LongAdder();

    private PortFlood(int seconds) {
        this.end = System.nanoTime() + seconds * 1_000_000_000L;
    }

    /** Floods for a time: SECONDS HOST:PORT ... */
    public static void main(String[] arguments) throws InterruptedException {
        PortFlood flood = new PortFlood(Integer.parseInt(arguments[0]));
        List<String> ports = List.of(arguments).subList(1, arguments.length);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                String beginning = BEGINNINGS.get(i % BEGINNINGS.size());
                ports.forEach(port -> threads.execute(() -> flood.holdOne(port, beginning)));
            }
            while (flood.opened.sum() < (long) CONNECTIONS * ports.size() && flood.remainingMs() > 0) {
                Thread.sleep(50);
            }
            System.out.println(BEGUN);
        }
        System.out.println("opened " + flood.opened + " connections");
    }

    private void holdOne(String port, String beginning) {
        int colon = port.lastIndexOf(':');
        InetSocketAddress address =
                new InetSocketAddress(port.substring(0, colon), Integer.parseInt(port.substring(colon + 1)));
        try {
            while (remainingMs() > 0) {
                hold(address, beginning);
                Thread.sleep(Math.min(remainingMs(), PAUSE_MS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until the other end closes it, or the time is over. */
    private void hold(InetSocketAddress address, String beginning) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 1 + remainingMs());
            opened.increment();
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(1 + remainingMs());
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            // Refused, closed by the other end, or the time is over.
        }
    }

    private int remainingMs() {
        return Math.toIntExact(Math.max(0, (end - System.nanoTime()) / 1_000_000));
    }
}
