package io.github.arc4j.controller.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the console is served. */
@NullUnmarked
class ConsoleHttpTest {
    private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"([\\w.]+)\"|from '\\./([\\w.]+)'");

    private final ConsoleFixture fixture = new ConsoleFixture();
    private final List<Socket> sockets = new ArrayList<>();
    private URI console;

    @BeforeEach
    void start() throws IOException {
        console = fixture.serve();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        fixture.close();
    }

    private Socket send(String method, String path, String... headers) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(console.getHost(), console.getPort()));
        String head = method + " " + path + " HTTP/1.1\r\nConnection: close\r\n" + String.join("\r\n", headers);
        socket.getOutputStream().write((head + "\r\n\r\n").getBytes(UTF_8));
        return socket;
    }

    private String response(String method, String path, String... headers) throws IOException {
        return new String(send(method, path, headers).getInputStream().readAllBytes(), UTF_8);
    }

    /** Without the rest of the response, which may have no end. */
    private String status(String path, String... headers) throws IOException {
        return new BufferedReader(
                        new InputStreamReader(send("GET", path, headers).getInputStream(), UTF_8))
                .readLine();
    }

    private String get(String path) throws IOException {
        return response("GET", path, "Host: localhost:8090");
    }

    @Test
    void allReferencesOfThePageAreServed() throws IOException {
        List<String> open = new ArrayList<>(List.of("/"));
        for (int i = 0; i < open.size(); i++) {
            String response = get(open.get(i));
            assertThat(response).as(open.get(i)).startsWith("HTTP/1.1 200 OK\r\n");
            REFERENCE
                    .matcher(response)
                    .results()
                    .map(found -> "/" + (found.group(1) == null ? found.group(2) : found.group(1)))
                    .filter(path -> !open.contains(path))
                    .forEach(open::add);
        }
        assertThat(open).contains("/console.js", "/fleet.js", "/uplot.js", "/uplot.css", "/style.css");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1:8090", "[::1]:8090"})
    void theNamesOfThisMachineAreAccepted(String host) throws IOException {
        assertThat(status("/", "Host: " + host)).isEqualTo("HTTP/1.1 200 OK");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example.com", "evil.example.com:8090", "localhost.example.com", "127.0.0.1.example.com", ""
            })
    void otherNamesAreRefusedBecauseTheyMayHaveBeenReboundToThisMachine(String host) throws IOException {
        for (String path : List.of("/", "/fleet", "/jobs", "/events")) {
            assertThat(status(path, "Host: " + host)).isEqualTo("HTTP/1.1 403 Forbidden");
        }
    }

    @Test
    void aRequestWithoutAHostIsRefused() throws IOException {
        assertThat(status("/fleet", "Accept: */*")).isEqualTo("HTTP/1.1 403 Forbidden");
    }

    @Test
    void otherSitesMayLinkToTheConsoleButNotReadIt() throws IOException {
        String host = "Host: localhost";
        assertThat(status("/", host, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"))
                .isEqualTo("HTTP/1.1 200 OK");
        for (String site : List.of("cross-site", "same-site")) {
            assertThat(status("/events", host, "Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: cors"))
                    .isEqualTo("HTTP/1.1 403 Forbidden");
        }
        assertThat(status("/fleet", host, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors"))
                .isEqualTo("HTTP/1.1 200 OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void nothingCanBeChanged(String method) throws IOException {
        assertThat(response(method, "/fleet", "Host: localhost"))
                .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
                .contains("\r\nAllow: GET, HEAD\r\n");
    }

    @Test
    void aHeadRequestHasNoBodyAndUsesNoStream() throws IOException {
        for (int i = 0; i <= EventStream.MAX_STREAMS; i++) {
            assertThat(response("HEAD", "/events", "Host: localhost"))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console.js", "/fleet", "/jobs", "/uplot.css"})
    void browsersRunOnlyTheScriptsOfTheConsole(String path) throws IOException {
        assertThat(get(path))
                .contains("\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';"
                        + " connect-src 'self'; img-src 'self' data:;")
                .contains("\r\nX-Content-Type-Options: nosniff\r\n")
                .contains("\r\nReferrer-Policy: no-referrer\r\n");
    }

    @Test
    void thePageContainsNoInlineScriptsAndStyles() throws IOException {
        assertThat(get("/"))
                .doesNotContain("style=", "<style", "onclick=")
                .doesNotContainPattern("<script(?![^>]*src=)");
    }

    /** Reads the events of a stream. */
    private final class Events {
        private final BufferedReader lines;

        Events(String path) throws IOException {
            lines = new BufferedReader(
                    new InputStreamReader(send("GET", path, "Host: localhost").getInputStream(), UTF_8));
        }

        /** The data of the next event of this type. */
        JsonNode next(String type) throws IOException {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("event: " + type)) {
                    return new JsonMapper().readTree(lines.readLine().substring("data: ".length()));
                }
            }
            throw new IOException("the stream has ended");
        }

        String head() throws IOException {
            return lines.readLine();
        }
    }

    @Test
    void aStreamBeginsWithEverythingAndContinuesWithWhatHasChanged() throws IOException {
        fixture.scaleSet("quiet", 0);
        fixture.scaleSet("set", 0);
        Events events = new Events("/events?set=runners%2Fset");
        JsonNode first = events.next("fleet");
        assertThat(first.path("isComplete").asBoolean()).isTrue();
        assertThat(first.path("version").asText()).isEqualTo("1.2.3");
        assertThat(first.path("changed").findValuesAsText("key")).containsExactly("runners/quiet", "runners/set");
        assertThat(events.next("jobs").path("isComplete").asBoolean()).isTrue();

        fixture.scaleSet("set", 5);
        fixture.runner("set", "runner", ConsoleFixture.idle());
        fixture.runner("quiet", "other", ConsoleFixture.idle());

        JsonNode second = events.next("jobs");
        assertThat(second.path("isComplete").asBoolean()).isFalse();
        assertThat(second.path("changed").findValuesAsText("runner")).containsExactly("runner");
        fixture.removed(fixture.caches.runners().get(ConsoleFixture.NAMESPACE, "runner"));
        assertThat(events.next("jobs").path("removed").path(0).asText()).isEqualTo("uid-of-runner");
    }

    @Test
    void onlyChangedScaleSetsAreSent() throws IOException {
        fixture.scaleSet("quiet", 0);
        Events events = new Events("/events");
        events.next("fleet");

        fixture.scaleSet("set", 5);

        assertThat(events.next("fleet").path("changed").findValuesAsText("name"))
                .containsExactly("set");
        fixture.caches.scaleSets().deleted(fixture.caches.scaleSets().get(ConsoleFixture.NAMESPACE, "quiet"));
        assertThat(events.next("fleet").path("removed").path(0).asText()).isEqualTo("runners/quiet");
    }

    @Test
    void waitingTimesAreSentWhenThereAreNewOnes() throws IOException {
        fixture.scaleSet("set", 1);
        fixture.runner("set", "runner", fixture.busy("job", Duration.ofSeconds(4)));

        assertThat(new Events("/events?set=runners/set")
                        .next("waits")
                        .path("jobs")
                        .path("p95")
                        .path(0)
                        .asDouble())
                .isEqualTo(4.0);
    }

    @Test
    void theNumberOfStreamsIsLimited() throws IOException {
        for (int i = 0; i < EventStream.MAX_STREAMS; i++) {
            new Events("/events").next("fleet");
        }

        assertThat(new Events("/events").head()).startsWith("HTTP/1.1 503");
        assertThat(get("/")).startsWith("HTTP/1.1 200 OK\r\n");

        sockets.getFirst().close();
        // The closed connection is noticed when something is sent.
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            fixture.scaleSet("set", (int) (System.nanoTime() % 1000));
            assertThat(new Events("/events").head()).startsWith("HTTP/1.1 200");
        });
    }

    @Test
    void aBrowserThatDoesNotReadDelaysNoOther() throws IOException {
        for (int i = 0; i < 2000; i++) {
            fixture.scaleSet("scale-set-with-a-long-name-" + i, 0);
        }
        send("GET", "/events", "Host: localhost");
        Events reader = new Events("/events");
        assertThat(reader.next("fleet").path("changed")).hasSize(2000);

        fixture.scaleSet("new", 0);

        assertThat(reader.next("fleet").path("changed").findValuesAsText("name"))
                .containsExactly("new");
    }
}
