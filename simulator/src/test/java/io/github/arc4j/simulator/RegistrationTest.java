package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {
    private GitHubSimulator simulator = GitHubSimulator.start();

    @AfterEach
    void stop() {
        simulator.close();
    }

    private void restart(SimulatorOptions options) {
        simulator.close();
        simulator = GitHubSimulator.start(options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"org", "org/repo", "enterprises/big"})
    void personalTokenGivesAccessToTheServiceOfTheScope(String scope) throws Exception {
        WireClient client = new WireClient(simulator);
        WireClient.Response token = client.registrationToken(scope, "sim-pat");
        assertThat(token.status()).isEqualTo(201);
        assertThat(Instant.parse(token.json().path("expires_at").asText()))
                .isBetween(Instant.now().plusSeconds(3500), Instant.now().plusSeconds(3601));
        assertThat(token.http().headers().firstValue("X-GitHub-Request-Id")).isPresent();

        WireClient.Response admin =
                client.register(scope, token.json().path("token").asText());
        assertThat(admin.status()).isEqualTo(200);
        assertThat(admin.json().path("url").asText()).startsWith(simulator.uri() + "/tenant/");
        assertThat(expiryClaim(admin.json().path("token").asText()))
                .isBetween(Instant.now().plusSeconds(3500), Instant.now().plusSeconds(3601));
        assertThat(client.connect(scope).call("GET", WireClient.SETS, "").status())
                .isEqualTo(200);
        assertThat(simulator.violations()).isEmpty();
    }

    private static Instant expiryClaim(String jwt) throws Exception {
        JsonNode claims = WireClient.JSON.readTree(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]));
        return Instant.ofEpochSecond(claims.path("exp").asLong());
    }

    @Test
    void newRegistrationTokenCanBeRejectedForSomeTime() throws Exception {
        restart(SimulatorOptions.builder()
                .registrationTokenDelay(Duration.ofMillis(2500))
                .build());
        WireClient client = new WireClient(simulator);
        String token =
                client.registrationToken("org", "sim-pat").json().path("token").asText();
        assertThat(client.register("org", token).status()).isEqualTo(401);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(client.register("org", token).status()).isEqualTo(200));
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void unknownPersonalTokenIsRejectedButNotAViolation() throws Exception {
        WireClient.Response response = new WireClient(simulator).registrationToken("org", "wrong");
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.json().path("message").asText()).isEqualTo("Bad credentials");
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void acceptedTokensCanBeReplaced() throws Exception {
        WireClient client = new WireClient(simulator);
        simulator.acceptTokens(Set.of("new"));
        assertThat(client.registrationToken("org", "sim-pat").status()).isEqualTo(401);
        assertThat(client.registrationToken("org", "new").status()).isEqualTo(201);
    }

    @Test
    void registrationTokenIsValidOnlyForItsScope() throws Exception {
        WireClient client = new WireClient(simulator);
        String token =
                client.registrationToken("org", "sim-pat").json().path("token").asText();
        assertThat(client.register("other", token).status()).isEqualTo(404);
        assertThat(simulator.violations()).extracting(Violation::rule).containsExactly("registration-url");
    }

    @Test
    void registrationTokenRequiresItsOwnScheme() throws Exception {
        WireClient client = new WireClient(simulator);
        String token =
                client.registrationToken("org", "sim-pat").json().path("token").asText();
        String body = "{\"url\":\"" + simulator.configUrl("org") + "\",\"runner_event\":\"register\"}";
        WireClient.Response response =
                client.send(client.request("POST", simulator.uri() + "/api/v3/actions/runner-registration", body)
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json"));
        assertThat(response.status()).isEqualTo(401);
        assertThat(simulator.violations()).extracting(Violation::message).containsExactly("scheme is not RemoteAuth");
    }

    @Test
    void expiredTokensAreRejectedButNotAViolation() throws Exception {
        restart(SimulatorOptions.builder()
                .registrationTokenLifetime(Duration.ZERO)
                .adminTokenLifetime(Duration.ZERO)
                .build());
        WireClient client = new WireClient(simulator);
        String token =
                client.registrationToken("org", "sim-pat").json().path("token").asText();
        assertThat(client.register("org", token).status()).isEqualTo(401);
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void revokedAdminTokenIsRejected() throws Exception {
        WireClient client = WireClient.connected(simulator, "org");
        simulator.revokeAdminTokens();
        WireClient.Response response = client.call("GET", WireClient.SETS, "");
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.type()).contains("VssUnauthorizedException");
        assertThat(response.http().headers().firstValue("ActivityId")).isPresent();
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void adminTokenIsInvalidForAnotherScope() throws Exception {
        WireClient one = WireClient.connected(simulator, "one");
        WireClient two = WireClient.connected(simulator, "two");
        assertThat(two.call("GET", WireClient.SETS, "", one.adminToken()).status())
                .isEqualTo(401);
    }

    @Test
    void appGetsAnInstallationTokenForAValidJwt() throws Exception {
        KeyPair keys = rsa();
        restart(SimulatorOptions.builder()
                .appId("Iv1.app")
                .installationId(42)
                .appKey(keys.getPublic())
                .build());
        WireClient.Response response = installationToken(42, jwt("Iv1.app", -60, 540, keys.getPrivate()));
        assertThat(response.status()).isEqualTo(201);
        String token = response.json().path("token").asText();
        assertThat(new WireClient(simulator).registrationToken("org", token).status())
                .isEqualTo(201);
        assertThat(installationToken(43, jwt("Iv1.app", -60, 540, keys.getPrivate()))
                        .status())
                .isEqualTo(404);
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void invalidAppJwtIsRejectedAndReported() throws Exception {
        KeyPair keys = rsa();
        restart(SimulatorOptions.builder().appId("app").appKey(keys.getPublic()).build());
        assertThat(installationToken(1, jwt("app", 0, 540, rsa().getPrivate())).status())
                .isEqualTo(401);
        assertThat(installationToken(1, jwt("other", 0, 540, keys.getPrivate())).status())
                .isEqualTo(401);
        assertThat(installationToken(1, jwt("app", 0, 700, keys.getPrivate())).status())
                .isEqualTo(401);
        assertThat(installationToken(1, jwt("app", -700, -100, keys.getPrivate()))
                        .status())
                .isEqualTo(401);
        assertThat(installationToken(1, jwt("app", 300, 540, keys.getPrivate())).status())
                .isEqualTo(401);
        assertThat(installationToken(1, "nonsense").status()).isEqualTo(401);
        assertThat(simulator.violations())
                .extracting(Violation::message)
                .containsExactly(
                        "signature does not match the key",
                        "iss is not the app",
                        "exp is more than 10 minutes away",
                        "expired",
                        "iat is in the future",
                        "not three parts");
    }

    private WireClient.Response installationToken(long installation, String jwt) throws Exception {
        WireClient client = new WireClient(simulator);
        String url = simulator.uri() + "/api/v3/app/installations/" + installation + "/access_tokens";
        return client.send(client.request("POST", url, "")
                .header("Authorization", "Bearer " + jwt)
                .header("Content-Type", "application/vnd.github+json"));
    }

    private static KeyPair rsa() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024); // larger keys take seconds
        return generator.generateKeyPair();
    }

    private static String jwt(String issuer, long issuedAfter, long expiresAfter, PrivateKey key) throws Exception {
        long now = Instant.now().getEpochSecond();
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String unsigned = base64.encodeToString("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes()) + "."
                + base64.encodeToString("{\"iss\":\"%s\",\"iat\":%d,\"exp\":%d}"
                        .formatted(issuer, now + issuedAfter, now + expiresAfter)
                        .getBytes());
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(unsigned.getBytes());
        return unsigned + "." + base64.encodeToString(signature.sign());
    }
}
