package io.github.arc4j.controller.autoscalinglistener.pod;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.runtime.queue.Slot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads the response of a listener's readiness endpoint. The listener's image may come from a tenant who wants to keep
 * the controller busy, so one limit applies to the total time, and one to the total size. HTTP clients limit each part
 * separately, and some parts not at all.
 */
public record HttpListenerInquiry(int port) implements ListenerInquiry {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int MAX_BYTES = 8192;
    private static final int MAX_REASON = 1000;

    /** With this version, the response ends with the connection and is not divided into chunks. */
    private static final byte[] REQUEST = "GET /readyz HTTP/1.0\r\n\r\n".getBytes(UTF_8);

    private static final String END_OF_HEADERS = "\r\n\r\n";

    @Override
    public Optional<String> whyNotReady(Pod pod) {
        String ip = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
        if (ip == null || ip.isEmpty()) {
            return Optional.empty();
        }
        Slot.releaseCurrent();
        try {
            return reason(ask(new InetSocketAddress(InetAddress.ofLiteral(ip), port)));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String ask(InetSocketAddress listener) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        byte[] response = new byte[MAX_BYTES];
        int length = 0;
        try (Socket socket = new Socket()) {
            socket.connect(listener, millisUntil(deadline));
            socket.getOutputStream().write(REQUEST);
            for (int read = 0; read >= 0 && length < MAX_BYTES; length += Math.max(read, 0)) {
                socket.setSoTimeout(millisUntil(deadline));
                read = socket.getInputStream().read(response, length, MAX_BYTES - length);
            }
        }
        return new String(response, 0, length, UTF_8);
    }

    private static int millisUntil(long deadline) throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("no complete response in time");
        }
        return (int) millis;
    }

    private static Optional<String> reason(String response) {
        int body = response.indexOf(END_OF_HEADERS);
        if (body < 0 || !response.matches("(?s)HTTP/1\\.[01] 503 .*")) {
            return Optional.empty();
        }
        String text = response.substring(body + END_OF_HEADERS.length())
                .replaceAll("\\p{Cntrl}+", " ")
                .strip();
        return Optional.of(text.substring(0, Math.min(text.length(), MAX_REASON)))
                .filter(reason -> !reason.isEmpty());
    }
}
