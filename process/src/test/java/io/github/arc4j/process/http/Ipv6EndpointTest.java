package io.github.arc4j.process.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kubelets of IPv6-only clusters can reach the probes. */
class Ipv6EndpointTest {
    @ParameterizedTest
    @ValueSource(strings = {"[::]:0", "[::1]:0", ":0"})
    void probesAreAnsweredOverIpv6(String address) throws Exception {
        assumeThat(NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")))
                .isNotNull();
        try (HttpEndpoint endpoint = HttpEndpoint.start(
                        ListenAddress.parse(address), Map.of("/healthz", new HealthHandler(Optional::empty)));
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://[::1]:" + endpoint.port() + "/healthz"))
                    .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
