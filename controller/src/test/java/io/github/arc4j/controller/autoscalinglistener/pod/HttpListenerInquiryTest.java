package io.github.arc4j.controller.autoscalinglistener.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpListenerInquiryTest {
    private final CountDownLatch hold = new CountDownLatch(1);
    private HttpServer listener;
    private int status = 503;
    private String body = "refused: bad\ncredentials";
    private boolean hang;

    @BeforeEach
    void start() throws IOException {
        listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        listener.createContext("/readyz", exchange -> {
            try (exchange) {
                if (hang) {
                    hold.await();
                }
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        listener.start();
    }

    @AfterEach
    void stop() {
        hold.countDown();
        listener.stop(0);
    }

    private HttpListenerInquiry inquiry() {
        return new HttpListenerInquiry(listener.getAddress().getPort());
    }

    private static Pod pod(String ip) {
        return new PodBuilder().withNewStatus().withPodIP(ip).endStatus().build();
    }

    @Test
    void returnsTheListenersResponseInOneLine() {
        awaitResponse(response -> assertThat(response).isEqualTo("refused: bad credentials"));
    }

    @Test
    void aLongResponseIsTruncated() {
        body = "x".repeat(100_000);
        awaitResponse(response -> assertThat(response).hasSize(1000));
    }

    /** When the machine stalls, a response may arrive too late. */
    private void awaitResponse(Consumer<String> requirement) {
        await().untilAsserted(() ->
                assertThat(inquiry().whyNotReady(pod("127.0.0.1"))).hasValueSatisfying(requirement));
    }

    @Test
    void aReadyOrUnreachableListenerHasNoReason() {
        assertThat(inquiry().whyNotReady(new Pod())).isEmpty();
        assertThat(inquiry().whyNotReady(pod("no address"))).isEmpty();
        body = "";
        assertThat(inquiry().whyNotReady(pod("127.0.0.1"))).isEmpty();
        status = 200;
        assertThat(inquiry().whyNotReady(pod("127.0.0.1"))).isEmpty();
        hang = true;
        assertThat(inquiry().whyNotReady(pod("127.0.0.1"))).isEmpty();
        stop();
        assertThat(inquiry().whyNotReady(pod("127.0.0.1"))).isEmpty();
    }

    /** The image of a listener may be that of a tenant; one that drips must not hold up the controller. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 503 Service Unavailable\r\nX: ",
                "HTTP/1.1 503 Service Unavailable\r\n\r\n",
                "HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n1;",
            })
    void aResponseThatDripsIsGivenUp(String begin) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> drip(server, begin));
            HttpListenerInquiry inquiry = new HttpListenerInquiry(server.getLocalPort());

            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> inquiry.whyNotReady(pod("127.0.0.1")));
        }
    }

    private static void drip(ServerSocket server, String begin) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
            while (true) {
                socket.getOutputStream().write('x');
                Thread.sleep(100);
            }
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt(); // the client has given up
        }
    }
}
