package io.github.arc4j.actions.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.Credentials;
import io.github.arc4j.actions.GitHubApp;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.RetrySettings;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.it.RecordingGateway.Exchange;
import io.github.arc4j.actions.it.RestDescription.Operation;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.faults.Fault;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The client's requests to GitHub's REST API and the simulator's responses match GitHub's public description, and the
 * client understands the example responses in that description.
 */
class RestDescriptionTest {
    private static final String INSTALLATION = "/app/installations/{installation_id}/access_tokens";

    private final RestDescription description = new RestDescription();
    private GitHubSimulator github;
    private RecordingGateway gateway;
    private GitHubApp app;

    @BeforeEach
    void start() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024); // larger ones take seconds
        KeyPair keys = generator.generateKeyPair();
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        app = new GitHubApp("Iv1.abc", 42, pem);
        github = GitHubSimulator.start(SimulatorOptions.builder()
                .appId("Iv1.abc")
                .installationId(42)
                .appKey(keys.getPublic())
                .build());
        gateway = new RecordingGateway(github.uri());
    }

    @AfterEach
    void stop() {
        gateway.close();
        github.close();
    }

    private void register(String scope, Credentials credentials) throws InterruptedException {
        try (ActionsClient client = ActionsClient.builder(ConfigUrl.parse(gateway.url(scope)), () -> credentials)
                .retry(RetrySettings.NONE)
                .build()) {
            client.getRunnerGroup("Default");
        }
    }

    /** All exchanges except those of {@code runner-registration}, which the description does not contain. */
    private List<Exchange> described() {
        return gateway.exchanges().stream()
                .filter(exchange -> !exchange.path().endsWith("/actions/runner-registration"))
                .toList();
    }

    @Test
    void usesEveryOperationAsDescribed() throws Exception {
        register("/org/repo", app);
        register("/org", new PersonalAccessToken("sim-pat"));
        register("/enterprises/company", new PersonalAccessToken("sim-pat"));
        assertThat(described()).allSatisfy(exchange -> {
            assertThat(exchange.status()).isEqualTo(201);
            assertThat(description.problems(exchange)).isEmpty();
        });
        assertThat(described())
                .extracting(exchange ->
                        description.operation(exchange).map(Operation::path).orElse(""))
                .containsExactlyInAnyOrderElementsOf(
                        description.operations().stream().map(Operation::path).toList());
    }

    @Test
    void rejectsRequestsAsDescribed() throws Exception {
        assertThatThrownBy(() -> register("/org", new PersonalAccessToken("wrong")))
                .isInstanceOf(AuthenticationException.class);
        assertThatThrownBy(() -> register("/org", new GitHubApp("Iv1.other", 42, app.privateKey())))
                .isInstanceOf(AuthenticationException.class);
        assertThatThrownBy(() -> register("/org", new GitHubApp("Iv1.abc", 43, app.privateKey())))
                .hasMessageContaining("404");
        assertThat(described()).extracting(Exchange::status).containsExactly(401, 401, 404);
        assertThat(described())
                .allSatisfy(
                        exchange -> assertThat(description.problems(exchange)).isEmpty());
    }

    /** The examples contain all optional fields. */
    @ParameterizedTest
    @ValueSource(strings = {"/org/repo", "/org", "/enterprises/company"})
    void understandsTheExampleResponses(String scope) {
        respondWithExample(".*/access_tokens", description.example(INSTALLATION));
        respondWithExample(
                ".*/registration-token", description.example("/orgs/{org}/actions/runners/registration-token"));
        // The simulator does not know the tokens of the examples, and the client would retry.
        github.faults().add(Fault.on("POST", ".*/runner-registration").answering(404, "{}"));
        assertThatThrownBy(() -> register(scope, app)).hasMessageContaining("404");
        List<Exchange> exchanges = gateway.exchanges();
        assertThat(exchanges.subList(0, 2))
                .allSatisfy(
                        exchange -> assertThat(description.problems(exchange)).isEmpty());
        assertThat(exchanges.get(1).header("Authorization")).isEqualTo("Bearer ghs_from_the_description");
        assertThat(exchanges.get(2).header("Authorization")).isEqualTo("RemoteAuth REGISTRATION_FROM_THE_DESCRIPTION");
    }

    private void respondWithExample(String path, String example) {
        github.faults().add(Fault.on("POST", path).answering(201, example).times(-1));
    }

    @Test
    void detectsDeviationsFromTheDescription() {
        Map<String, String> headers = Map.of("authorization", "Bearer t", "user-agent", "test");
        String response = "{\"token\":\"t\",\"expires_at\":\"2099-07-11T22:14:10Z\"}";
        String path = "/api/v3/app/installations/42/access_tokens";
        Exchange valid = new Exchange("POST", path, headers, "", 201, "application/json", response);
        assertThat(description.problems(valid)).isEmpty();
        assertThat(List.of(
                        new Exchange("PUT", path, headers, "", 201, "application/json", response),
                        new Exchange("POST", path + "/more", headers, "", 201, "application/json", response),
                        new Exchange(
                                "POST",
                                "/api/v3/app/installations/x/access_tokens",
                                headers,
                                "",
                                201,
                                "application/json",
                                response),
                        new Exchange("POST", path, Map.of("user-agent", "t"), "", 201, "application/json", response),
                        new Exchange(
                                "POST", path, headers, "{\"repositories\":[1]}", 201, "application/json", response),
                        new Exchange("POST", path, headers, "", 200, "application/json", response),
                        new Exchange("POST", path, headers, "", 201, "text/plain", response),
                        new Exchange("POST", path, headers, "", 201, "application/json", "{\"token\":\"t\"}"),
                        new Exchange(
                                "POST",
                                path,
                                headers,
                                "",
                                201,
                                "application/json",
                                "{\"token\":\"t\",\"expires_at\":\"tomorrow\"}")))
                .allSatisfy(
                        exchange -> assertThat(description.problems(exchange)).hasSize(1));
    }
}
