package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.Clients.Waits;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.internal.tls.AlternativeRoots;
import io.github.arc4j.actions.internal.tls.Trust;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyAndTlsTest {
    private static final String RUNNER = "{\"id\":5,\"name\":\"r\"}";

    @TempDir
    private static Path directory;

    private static String authority;
    private static String stranger;
    private static SSLContext serverTls;

    private final Waits waits = new Waits();
    private FakeGitHub github = new FakeGitHub();

    @BeforeAll
    static void makeCertificates() throws Exception {
        Certificates certificates = new Certificates(directory);
        authority = certificates.createAuthority("ours");
        stranger = certificates.createAuthority("stranger");
        serverTls = certificates.createServer("ours", "ip:127.0.0.1,dns:github.test");
    }

    @AfterEach
    void stop() {
        github.close();
    }

    @Test
    void trustsAPrivateAuthority() throws Exception {
        useTls();
        for (String pem : new String[] {
            authority,
            "# a comment\n" + stranger + authority,
            authority.replace("\n", "\r\n"),
            "junk\n" + authority + "junk"
        }) {
            try (ActionsClient client =
                    Clients.builder(github, waits).trust(pem).build()) {
                assertThat(client.getRunner(5)).isPresent();
            }
        }
    }

    /** As a GitHub Enterprise Server does whose config URL lacks TLS. */
    @Test
    void followsARedirectToTheSameHostWithTlsAndNotBack() throws Exception {
        try (FakeGitHub withTls = new FakeGitHub(serverTls)) {
            github.service(
                    "GET",
                    AGENTS + "/5",
                    empty(302, "Location", withTls.uri("/5").toString()));
            withTls.on("GET", "/5", json(200, RUNNER));
            try (ActionsClient client =
                    Clients.builder(github, waits).trust(authority).build()) {
                assertThat(client.getRunner(5)).isPresent();
            }
            assertThat(withTls.only("GET", "/5").header("Authorization")).startsWith("Bearer ");
        }
        String withoutTls = github.uri("/6").toString();
        useTls();
        github.service("GET", AGENTS + "/6", empty(302, "Location", withoutTls));
        try (ActionsClient client =
                Clients.builder(github, waits).trust(authority).build()) {
            assertThatThrownBy(() -> client.getRunner(6)).hasMessageContaining("302 Found");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rejectsAnUnknownAuthorityImmediately(boolean otherAuthority) {
        useTls();
        ActionsClient.Builder builder = Clients.builder(github, waits);
        try (ActionsClient client = (otherAuthority ? builder.trust(stranger) : builder).build()) {
            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("PKIX path")
                    .satisfies(e -> {
                        assertThat(((ActionsException) e).retryable()).isFalse();
                        assertThat(((ActionsException) e).outcomeUnknown()).isFalse();
                    });
        }
        assertThat(waits.all()).isEmpty();
    }

    @Test
    void rejectsACertificateOfAnotherHost() {
        useTls();
        ConfigUrl config = ConfigUrl.parse("https://localhost:" + github.port() + "/org");
        try (ActionsClient client = ActionsClient.builder(config, () -> new PersonalAccessToken("x"))
                .trust(authority)
                .sleeper(waits::add)
                .build()) {
            assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(ConnectionException.class);
        }
        assertThat(waits.all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "-----BEGIN CERTIFICATE-----\nZ2VoZWlt\n-----END CERTIFICATE-----"})
    void rejectsToTrustNothing(String pem) {
        assertThatThrownBy(() -> Clients.builder(github, waits).trust(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("failed to parse root certificate");
    }

    @Test
    void takesAnSslContext() throws Exception {
        useTls();
        SSLContext context = Trust.with(authority, AlternativeRoots.JDK);
        try (ActionsClient client =
                Clients.builder(github, waits).trust(context).build()) {
            assertThat(client.getRunner(5)).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource({"http, ''", "http, user:pass", "https, ''", "https, user:p%40ss"})
    void reachesGitHubThroughAProxy(String scheme, String userInfo) throws Exception {
        if (scheme.equals("https")) {
            useTls();
        }
        try (FakeProxy proxy = new FakeProxy(github.port(), userInfo.replace("%40", "@"));
                ActionsClient client = clientBehind(proxy, scheme, userInfo)) {
            assertThat(client.getRunner(5)).isPresent();

            assertThat(proxy.requests()).isNotEmpty();
            assertThat(proxy.requests().get(0))
                    .isEqualTo(
                            scheme.equals("https")
                                    ? "CONNECT github.test:443 HTTP/1.1"
                                    : "POST http://github.test/api/v3/orgs/org" + FakeGitHub.REGISTRATION_TOKEN
                                            + " HTTP/1.1");
        }
        assertThat(github.requests()).hasSize(3).allSatisfy(seen -> {
            if (scheme.equals("https")) {
                assertThat(seen.header("Proxy-Authorization")).isEmpty();
            }
        });
    }

    /** Java reads its setting once, hence a process of its own. */
    @Test
    void allowsBasicAuthenticationForTunnelsByItself() throws Exception {
        useTls();
        try (FakeProxy proxy = new FakeProxy(github.port(), "user:pass")) {
            assertThat(callThroughProxy(proxy, "first")).isEmpty();
        }
        assertThat(github.requests("POST", FakeGitHub.REGISTRATION_TOKEN)).hasSize(1);
    }

    @Test
    void saysThatJavaWithholdsCredentialsWhereTheClientCameTooLate() throws Exception {
        useTls();
        try (FakeProxy proxy = new FakeProxy(github.port(), "user:pass")) {
            String output = callThroughProxy(proxy, "late");

            assertThat(output.lines())
                    .filteredOn(line -> line.contains("407 Proxy Authentication Required"))
                    .hasSize(2)
                    .allMatch(line -> line.contains("-Djdk.http.auth.tunneling.disabledSchemes="));
            assertThat(output).containsOnlyOnce("No proxy that requires credentials can be used for https");
        }
        assertThat(github.requests()).isEmpty();
    }

    private String callThroughProxy(FakeProxy proxy, String order) throws Exception {
        Path pem = Files.writeString(directory.resolve("ca.pem"), authority);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CallThroughProxy.class.getName(),
                        "http://user:pass@127.0.0.1:" + proxy.port(),
                        pem.toString(),
                        order)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /**
     * Calls github.test through the proxy in the first argument, trusting the file in the second. {@code late} means
     * that Java's HTTP client is used before; then two calls fail, and their messages are printed.
     */
    static final class CallThroughProxy {
        private CallThroughProxy() {}

        public static void main(String[] arguments) throws Exception {
            boolean late = arguments[2].equals("late");
            if (late) {
                HttpClient.newHttpClient();
            }
            try (ActionsClient client = ActionsClient.builder(
                            ConfigUrl.parse("https://github.test/org"), () -> new PersonalAccessToken("x"))
                    .proxy(ProxySettings.of(null, arguments[0], null))
                    .trust(Files.readString(Path.of(arguments[1])))
                    .retry(RetrySettings.NONE)
                    .build()) {
                if (late) {
                    for (int i = 0; i < 2; i++) {
                        assertThatThrownBy(() -> client.getRunner(5))
                                .isInstanceOf(ConnectionException.class)
                                .satisfies(e -> System.out.println(e.getMessage()));
                    }
                } else {
                    assertThat(client.getRunner(5)).isPresent();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"http, ''", "http, user:geheim", "https, ''", "https, user:geheim"})
    void aProxyThatRefusesIsAConnectionFailure(String scheme, String userInfo) {
        if (scheme.equals("https")) {
            useTls();
        }
        try (FakeProxy proxy = new FakeProxy(github.port(), "other:password");
                ActionsClient client = clientBehind(proxy, scheme, userInfo)) {
            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("407 Proxy Authentication Required")
                    .satisfies(e -> {
                        assertThat(((ActionsException) e).retryable()).isFalse();
                        assertThat(((ActionsException) e).outcomeUnknown()).isFalse();
                        assertThat(e.getMessage()).doesNotContain("geheim");
                    });
        }
        assertThat(github.requests()).isEmpty();
    }

    @Test
    void aProxyThatIsDownIsRetried() {
        FakeProxy gone = new FakeProxy(github.port(), "");
        gone.close();
        try (ActionsClient client = clientBehind(gone, "https", "")) {
            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOf(ConnectionException.class)
                    .satisfies(e ->
                            assertThat(((ActionsException) e).outcomeUnknown()).isFalse());
        }
        assertThat(waits.all()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({"http, ''", "http, user:pass", "https, ''", "https, user:p%40ss"})
    void reachesGitHubThroughAProxyThatWantsTls(String scheme, String userInfo) throws Exception {
        if (scheme.equals("https")) {
            useTls();
        }
        try (FakeProxy proxy =
                        new FakeProxy(github.port(), userInfo.replace("%40", "@"), serverTls.getServerSocketFactory());
                ActionsClient client = clientBehind("https", proxy, scheme, userInfo)) {
            assertThat(client.getRunner(5)).isPresent();

            assertThat(proxy.requests())
                    .first(STRING)
                    .startsWith(scheme.equals("https") ? "CONNECT github.test:443" : "POST http://github.test/");
        }
        assertThat(github.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void doesNotTrustAProxyOfAStranger(String scheme) throws Exception {
        Certificates certificates = new Certificates(Files.createTempDirectory(directory, "stranger"));
        certificates.createAuthority("unknown");
        SSLContext strangers = certificates.createServer("unknown", "ip:127.0.0.1");
        try (FakeProxy proxy = new FakeProxy(github.port(), "", strangers.getServerSocketFactory());
                ActionsClient client = clientBehind("https", proxy, scheme, "user:geheim")) {
            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOf(ActionsException.class)
                    .hasMessageContaining("502")
                    .satisfies(e ->
                            assertThat(((ActionsException) e).outcomeUnknown()).isFalse());

            assertThat(proxy.requests()).isEmpty();
        }
    }

    @Test
    void aClosedClientLeavesNoPortOpen() throws Exception {
        try (FakeProxy proxy = new FakeProxy(github.port(), "", serverTls.getServerSocketFactory())) {
            ActionsClient client = clientBehind("https", proxy, "http", "");
            client.getRunner(5);
            client.close();

            await().untilAsserted(() -> assertThat(proxy.openConnections()).isZero());
        }
    }

    @Test
    void bypassesTheProxyWhereConfigured() throws Exception {
        github.service("GET", AGENTS + "/5", json(200, RUNNER));
        try (FakeProxy proxy = new FakeProxy(github.port(), "");
                ActionsClient client = Clients.builder(github, waits)
                        .proxy(ProxySettings.of("http://u:p@127.0.0.1:" + proxy.port(), null, null))
                        .build()) {
            assertThat(client.getRunner(5)).isPresent();

            assertThat(proxy.requests()).isEmpty();
        }
        assertThat(github.requests())
                .allSatisfy(
                        seen -> assertThat(seen.header("Proxy-Authorization")).isEmpty());
    }

    private void useTls() {
        github.close();
        github = new FakeGitHub(serverTls);
        github.service("GET", AGENTS + "/5", json(200, RUNNER));
    }

    /** The client thinks that GitHub is github.test, which only the proxy knows. */
    private ActionsClient clientBehind(FakeProxy proxy, String scheme, String userInfo) {
        return clientBehind("http", proxy, scheme, userInfo);
    }

    private ActionsClient clientBehind(String proxyScheme, FakeProxy proxy, String scheme, String userInfo) {
        String url = proxyScheme + "://" + (userInfo.isEmpty() ? "" : userInfo + "@") + "127.0.0.1:" + proxy.port();
        String token =
                FakeGitHub.jwt("{\"exp\":" + Instant.now().plusSeconds(3600).getEpochSecond() + "}");
        github.on(
                        "POST",
                        FakeGitHub.CONNECTION_PATH,
                        json(200, "{\"url\":\"" + scheme + "://github.test/tenant\",\"token\":\"" + token + "\"}"))
                .service("GET", AGENTS + "/5", json(200, RUNNER));
        return ActionsClient.builder(ConfigUrl.parse(scheme + "://github.test/org"), () -> new PersonalAccessToken("x"))
                .proxy(ProxySettings.of(url, url, "localhost"))
                .trust(authority)
                .sleeper(waits::add)
                .build();
    }
}
