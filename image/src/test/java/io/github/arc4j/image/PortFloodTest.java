package io.github.arc4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attacks on the port of a listener, with the listener's own JVM options. */
class PortFloodTest {

    private static final int FLOOD = 3000;
    private static final int CLOSE_TIMEOUT_SECONDS = 30;
    private static final int PROBES = 3;

    private final List<Socket> connections = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private Process process;
    private int port;

    @BeforeEach
    void start() throws IOException {
        Launcher launcher = Launcher.read(Path.of("src", "main", "launchers", "ghalistener.cfg"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(launcher.optionsWithoutArchive());
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(ServedPort.class.getName());
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        port = Integer.parseInt(output.readLine());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        for (Socket socket : connections) {
            socket.close();
        }
        process.destroy();
        assertThat(process.waitFor(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closesIncompleteRequestsAndAnswersProbes() throws Exception {
        assertScrapersKeepTheirConnection();
        Socket slowHead = send("GET /healthz HTTP/1.1\r\nHost: ");
        Socket slowBody = send("POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nstart");
        Socket silent = send("");

        assertClosed(slowHead);
        assertClosed(slowBody);
        assertClosed(silent);

        for (int i = 0; i < FLOOD; i++) {
            send("GET /metrics HTTP/1.1\r\nHost: ");
        }
        assertThat(status("/healthz")).isEqualTo(200);
        assertThat(status("/metrics")).isEqualTo(200);
        assertThat(process.isAlive()).isTrue();
    }

    private Socket send(String start) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        connections.add(socket);
        socket.setSoTimeout(CLOSE_TIMEOUT_SECONDS * 1000);
        socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private void assertScrapersKeepTheirConnection() throws IOException {
        Socket scraper = send("");
        BufferedReader responses =
                new BufferedReader(new InputStreamReader(scraper.getInputStream(), StandardCharsets.US_ASCII));
        for (int scrape = 0; scrape < 2; scrape++) {
            scraper.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(responses.readLine()).startsWith("HTTP/1.1 200");
            for (String line = responses.readLine(); !line.isEmpty(); line = responses.readLine()) {
                assertThat(line).isNotEqualToIgnoringCase("Connection: close");
            }
            assertThat(new char[] {(char) responses.read(), (char) responses.read()})
                    .containsExactly("ok".toCharArray());
        }
    }

    /** Fails with the socket's timeout if the connection stays open. */
    private static void assertClosed(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            return;
        }
    }

    /** Asks again, as a kubelet does: on a busy machine, a client may be slower than the port allows. */
    private int status(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        for (int attempt = 1; ; attempt++) {
            try {
                return client.send(request, BodyHandlers.discarding()).statusCode();
            } catch (IOException e) {
                if (attempt == PROBES) {
                    throw e;
                }
            }
        }
    }
}
