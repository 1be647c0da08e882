package io.github.arc4j.actions.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.arc4j.actions.GitHubApp;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class AppTokenTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final AppToken tokens = new AppToken();
    private final GitHubApp app = app();

    private static GitHubApp app() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
            return new GitHubApp(
                    "app",
                    1,
                    "-----BEGIN PRIVATE KEY-----\n"
                            + Base64.getMimeEncoder().encodeToString(key)
                            + "\n-----END PRIVATE KEY-----\n");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server can request any number of tokens, each of which would otherwise cost a signature. */
    @Test
    void aTokenIsUsedUntilItsLifetimeIsNearlyOver() throws Exception {
        String token = tokens.of(app, NOW);
        assertThat(tokens.of(app, NOW.plus(Duration.ofMinutes(6)))).isSameAs(token);
        String next = tokens.of(app, NOW.plus(Duration.ofMinutes(7)));
        assertThat(next).isNotEqualTo(token);
        assertThat(tokens.of(app, NOW.plus(Duration.ofMinutes(8)))).isSameAs(next);
    }

    @Test
    void anotherAppOrAClockThatWasWrongNeedsAnotherToken() throws Exception {
        String token = tokens.of(app, NOW);
        assertThat(tokens.of(app, NOW.minusSeconds(1))).isNotEqualTo(token);
        token = tokens.of(app, NOW);
        tokens.forget();
        assertThat(tokens.of(app, NOW.plusSeconds(1))).isNotEqualTo(token);
        assertThat(tokens.of(app(), NOW.plusSeconds(1))).isNotEqualTo(token);
    }

    @Test
    void anInvalidKeyIsAnError() {
        GitHubApp invalid = new GitHubApp("app", 1, "no key");
        assertThatIllegalArgumentException().isThrownBy(() -> tokens.of(invalid, NOW));
    }
}
