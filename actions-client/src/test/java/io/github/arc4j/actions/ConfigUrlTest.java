package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.errors.InvalidConfigUrlException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigUrlTest {
    @ParameterizedTest
    @CsvSource({
        "https://github.com/org/repo,          REPOSITORY,   '',            org, repo, true",
        "https://github.com/org/repo/,         REPOSITORY,   '',            org, repo, true",
        "https://github.com/org,               ORGANIZATION, '',            org, '',   true",
        "https://github.com/org/,              ORGANIZATION, '',            org, '',   true",
        "https://github.com/enterprises/my-enterprise,  ENTERPRISE, my-enterprise, '', '', true",
        "https://github.com/enterprises/my-enterprise/, ENTERPRISE, my-enterprise, '', '', true",
        "https://github.com/Enterprises/e,     ENTERPRISE,   e,             '',  '',   true",
        "https://www.github.com/org,           ORGANIZATION, '',            org, '',   true",
        "https://www.github.com/org/,          ORGANIZATION, '',            org, '',   true",
        "https://GitHub.COM/org,               ORGANIZATION, '',            org, '',   true",
        "https://github.localhost/org,         ORGANIZATION, '',            org, '',   true",
        "https://my-ghes.com/org,              ORGANIZATION, '',            org, '',   false",
        "https://my-ghes.com/org/,             ORGANIZATION, '',            org, '',   false",
        "https://my-ghes.ghe.com/org/,         ORGANIZATION, '',            org, '',   true",
        "https://my-ghes.GHE.com/org/,         ORGANIZATION, '',            org, '',   false",
        "https://github.com:8443/org,          ORGANIZATION, '',            org, '',   false",
        "http://127.0.0.1:7080/org/repo,       REPOSITORY,   '',            org, repo, false",
        "/https://github.com/org,              ORGANIZATION, '',            org, '',   true",
        "https://github.com/org?a=b#c,         ORGANIZATION, '',            org, '',   true",
        "HTTPS://github.com/org,               ORGANIZATION, '',            org, '',   true",
        "https://github.com/enterprises,       ORGANIZATION, '',    enterprises, '',   true"
    })
    void knowsWhatTheUrlPointsTo(
            String url,
            ConfigUrl.Scope scope,
            String enterprise,
            String organization,
            String repository,
            boolean hosted) {
        ConfigUrl config = ConfigUrl.parse(url, false);

        assertThat(config.scope()).isEqualTo(scope);
        assertThat(config.enterprise()).isEqualTo(enterprise);
        assertThat(config.organization()).isEqualTo(organization);
        assertThat(config.repository()).isEqualTo(repository);
        assertThat(config.hosted()).isEqualTo(hosted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com/",
                "https://github.com",
                "https://github.com/some/random/path",
                "https://github.com/org//repo",
                "https:///org"
            })
    void rejectsWhatIsNotAConfigUrl(String url) {
        assertThatThrownBy(() -> ConfigUrl.parse(url))
                .isInstanceOf(InvalidConfigUrlException.class)
                .hasMessageEndingWith(": invalid config URL, should point to an enterprise, org, or repository");
    }

    @ParameterizedTest
    @CsvSource({
        "github.com/org,                should start with https://",
        "ssh://github.com/org,          should start with https://",
        "'',                            should start with https://",
        "///,                           should start with https://",
        "localhost:8080/org,            should start with https://",
        "http://github.com/org,         plain text",
        "http://www.github.com/org,     plain text",
        "http://acme.ghe.com/org,       plain text",
        "https://github.com/orgs/acme,  use https://github.com/acme",
        "http://ghes.example:80/Orgs/a, use http://ghes.example:80/a"
    })
    void saysHowToCorrectTheUrl(String url, String advice) {
        assertThatThrownBy(() -> ConfigUrl.parse(url, false))
                .isInstanceOf(InvalidConfigUrlException.class)
                .hasMessageContainingAll("invalid config URL", advice);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://github.com/a b", "http://[::1/org", "https://host:port{}/org", "%zz"})
    void rejectsWhatIsNotAUrl(String url) {
        assertThatThrownBy(() -> ConfigUrl.parse(url))
                .isInstanceOf(InvalidConfigUrlException.class)
                .hasMessageStartingWith("failed to parse URL: ");
    }

    @Test
    void rejectsAnEndlessUrlWithoutRepeatingIt() {
        assertThatThrownBy(() -> ConfigUrl.parse("https://github.com/" + "x".repeat(100_000)))
                .isInstanceOf(InvalidConfigUrlException.class)
                .hasMessage("the config URL has 100019 characters, more than 2048");
    }

    @Test
    void rejectsHostsThatJavaCannotConnectTo() {
        assertThatThrownBy(() -> ConfigUrl.parse("https://my_ghes.example/org"))
                .isInstanceOf(InvalidConfigUrlException.class)
                .hasMessageContaining("https://my_ghes.example/org")
                .hasMessageContaining("underscores are not");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:geheim@github.com/a/b/c",
                "https://user:geheim@my_ghes.example/a",
                "https://user:geheim@github.com/a b",
                "ssh://user:geheim@github.com/a"
            })
    void rejectionsHideThePassword(String url) {
        assertThatThrownBy(() -> ConfigUrl.parse(url))
                .isInstanceOf(InvalidConfigUrlException.class)
                .message()
                .doesNotContain("geheim");
    }

    @Test
    void hidesThePasswordButSendsTheUrlAsItIs() {
        ConfigUrl config = ConfigUrl.parse("https://user:geheim@github.com/acme");

        assertThat(config).hasToString("https://github.com/acme");
        assertThat(config.uri()).hasToString("https://user:geheim@github.com/acme");
        assertThat(config.rest("/x")).hasToString("https://api.github.com/x");
    }

    @ParameterizedTest
    @CsvSource({
        "https://github.com/org/repo,      false, https://api.github.com/some/path",
        "https://www.github.com/org/repo,  false, https://api.github.com/some/path",
        "http://github.localhost/org/repo, false, http://api.github.localhost/some/path",
        "https://github.ghe.com/org/repo,  false, https://api.github.ghe.com/some/path",
        "https://ghes.com/org/repo,        false, https://ghes.com/api/v3/some/path",
        "https://ghes.com:8443/org/repo,   false, https://ghes.com:8443/api/v3/some/path",
        "https://test.ghe.com/org/repo,    true,  https://test.ghe.com/api/v3/some/path",
        "https://github.com/org/repo,      true,  https://github.com/api/v3/some/path"
    })
    void knowsTheRestApi(String url, boolean forceEnterpriseServer, String rest) {
        assertThat(ConfigUrl.parse(url, forceEnterpriseServer).rest("/some/path"))
                .hasToString(rest);
    }

    @Test
    void keepsQueryAndFragmentForTheRegistration() {
        assertThat(ConfigUrl.parse("HTTPS://github.com/org/?a=b#c").uri()).hasToString("https://github.com/org/?a=b#c");
    }

    @Test
    void decodesThePath() {
        assertThat(ConfigUrl.parse("https://github.com/my%20org").organization())
                .isEqualTo("my org");
    }

    @Property
    void slashesAroundTheUrlNeverMatter(
            @ForAll @AlphaChars @StringLength(min = 1, max = 20) String owner,
            @ForAll @AlphaChars @StringLength(min = 1, max = 20) String name) {
        String url = "https://github.com/" + owner + "/" + name;

        assertThat(ConfigUrl.parse("//" + url + "///")).isEqualTo(ConfigUrl.parse(url));
    }

    @Property
    void anyTextGivesAConfigUrlOrItsException(@ForAll String text) {
        for (String url : new String[] {text, "https://github.com/" + text, "https://" + text + "/org"}) {
            try {
                ConfigUrl config = ConfigUrl.parse(url);
                assertThat(config.rest("/x").getHost()).isNotEmpty();
            } catch (InvalidConfigUrlException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
