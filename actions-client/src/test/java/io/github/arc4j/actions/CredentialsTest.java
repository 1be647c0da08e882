package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.errors.InvalidCredentialsException;
import io.github.arc4j.actions.model.JitConfig;
import io.github.arc4j.actions.model.Runner;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    private static final String APP = "github_app_id";
    private static final String INSTALLATION = "github_app_installation_id";
    private static final String KEY = "github_app_private_key";
    private static final String TOKEN = "github_token";

    @Test
    void readsAToken() {
        assertThat(Credentials.of(Map.of(TOKEN, "t"))).isEqualTo(new PersonalAccessToken("t"));
    }

    @Test
    void readsAnApp() {
        assertThat(Credentials.of(Map.of(APP, "Iv1.abc", INSTALLATION, "42", KEY, "pem")))
                .isEqualTo(new GitHubApp("Iv1.abc", 42, "pem"));
    }

    @Test
    void prefersATokenToAnIncompleteApp() {
        assertThat(Credentials.of(Map.of(TOKEN, "t", APP, "1"))).isEqualTo(new PersonalAccessToken("t"));
    }

    @Test
    void rejectsBothKinds() {
        assertThatThrownBy(() -> Credentials.of(Map.of(TOKEN, "t", APP, "1", INSTALLATION, "2", KEY, "k")))
                .isInstanceOf(InvalidCredentialsException.class)
                .hasMessage("both PAT and GitHub App credentials provided. should only provide one");
    }

    @Test
    void rejectsIncompleteCredentials() {
        for (Map<String, String> data : List.<Map<String, String>>of(
                Map.of(),
                Map.of(TOKEN, ""),
                Map.of(INSTALLATION, "2", KEY, "k"),
                Map.of(APP, "1", KEY, "k"),
                Map.of(APP, "1", INSTALLATION, "0", KEY, "k"),
                Map.of(APP, "1", INSTALLATION, "2"))) {
            assertThatThrownBy(() -> Credentials.of(data))
                    .isInstanceOf(InvalidCredentialsException.class)
                    .hasMessage("no credentials provided: either a PAT or GitHub App credentials should be provided");
        }
    }

    @Test
    void rejectsAnInstallationIdThatIsNotANumber() {
        assertThatThrownBy(() -> Credentials.of(Map.of(TOKEN, "t", INSTALLATION, "x1")))
                .isInstanceOf(InvalidCredentialsException.class)
                .hasMessage("strconv.ParseInt: parsing \"x1\": invalid syntax");
    }

    @Test
    void doesNotRepeatWhatIsTooLongForAnInstallationId() {
        assertThatThrownBy(() -> Credentials.of(Map.of(INSTALLATION, "ghp_0123456789abcdefghijklmnopqrstuvwxyz")))
                .isInstanceOf(InvalidCredentialsException.class)
                .hasMessage("strconv.ParseInt: parsing \"...\": invalid syntax");
    }

    @Test
    void dropsBlanksAroundValues() {
        assertThat(Credentials.of(Map.of(APP, "Iv1.abc\n", INSTALLATION, " 42\r\n", KEY, "pem\n")))
                .isEqualTo(new GitHubApp("Iv1.abc", 42, "pem"));
        assertThat(Credentials.of(Map.of(TOKEN, " t\r\n", APP, "\n"))).isEqualTo(new PersonalAccessToken("t"));
        assertThatThrownBy(() -> Credentials.of(Map.of(TOKEN, "\n"))).isInstanceOf(InvalidCredentialsException.class);
    }

    @Test
    void rejectsValuesThatAreTooLongWithoutShowingThem() {
        assertTooLong(Map.of(TOKEN, "x".repeat(4097)), "personal access token has 4097 characters, more than 4096");
        assertTooLong(Map.of(APP, "x".repeat(101), INSTALLATION, "2", KEY, "k"), "app ID has 101");
        assertTooLong(Map.of(APP, "1", INSTALLATION, "2", KEY, "x".repeat(20_000)), "GitHub App has 20000");
        assertThat(Credentials.of(Map.of(APP, "1", INSTALLATION, "2", KEY, "x".repeat(16_384))))
                .isInstanceOf(GitHubApp.class);
    }

    private static void assertTooLong(Map<String, String> data, String problem) {
        assertThatThrownBy(() -> Credentials.of(data))
                .isInstanceOf(InvalidCredentialsException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("xx");
    }

    @Test
    void hidesSecrets() {
        assertThat(new PersonalAccessToken("geheim")).asString().doesNotContain("geheim");
        assertThat(new GitHubApp("1", 2, "geheim"))
                .asString()
                .contains("1", "2")
                .doesNotContain("geheim");
        assertThat(new JitConfig(new Runner(1, "r", 2), "geheim")).asString().doesNotContain("geheim");
        assertThat(new HttpProxy(false, "host", 1, "user", "geheim")).asString().doesNotContain("geheim");
        assertThat(ProxySettings.of("http://u:geheim@p", null, null)).asString().doesNotContain("geheim");
    }
}
