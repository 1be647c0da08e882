package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://a.example/         | ''                        | true",
                "http://localhost/         | ''                        | false",
                "http://127.0.0.1/         | ''                        | false",
                "http://127.8.9.1/         | ''                        | false",
                "http://[::1]/             | ''                        | false",
                "http://127.example/       | ''                        | true",
                "http://a.example/         | *                         | false",
                "http://a.example/         | foo, *                    | false",
                "http://example.com/       | example.com               | false",
                "http://a.example.com/     | example.com               | false",
                "http://notexample.com/    | example.com               | true",
                "http://A.EXAMPLE.com/     | Example.COM               | false",
                "http://example.com/       | .example.com              | true",
                "http://a.example.com/     | .example.com              | false",
                "http://example.com/       | *.example.com             | true",
                "http://a.b.example.com/   | *.example.com             | false",
                "http://example.com/       | example.com:80            | false",
                "https://example.com/      | example.com:80            | true",
                "https://example.com/      | example.com:443           | false",
                "https://example.com:8443/ | example.com:443           | true",
                "http://example.com:8080/  | x , example.com:8080 ,, y | false",
                "http://10.1.2.3/          | 10.1.2.3                  | false",
                "http://10.1.2.3:81/       | 10.1.2.3:80               | true",
                "http://10.1.2.3:81/       | 10.1.2.3:81               | false",
                "http://10.1.2.3/          | 10.0.0.0/8                | false",
                "http://11.1.2.3/          | 10.0.0.0/8                | true",
                "http://10.1.2.3/          | 10.1.2.2/31               | false",
                "http://10.1.2.4/          | 10.1.2.2/31               | true",
                "http://[fd00::1]/         | fd00::/8                  | false",
                "http://[fd00::1]/         | fd00::1                   | false",
                "http://[fd00::1]:81/      | [fd00::1]:81              | false",
                "http://[fd00::1]:82/      | [fd00::1]:81              | true",
                "http://10.example.com/    | 10.0.0.0/8                | true",
                "http://a.example/         | :80                       | true",
                "http://a.example/         | 10.0.0.0/99               | true",
                "http://a.example/         | a.example:http            | true"
            })
    void followsGoInWhatNeedsNoProxy(URI target, String noProxy, boolean proxied) {
        ProxySettings settings = ProxySettings.of("http://proxy:1", "http://proxy:2", noProxy);

        assertThat(settings.proxyFor(target).isPresent()).isEqualTo(proxied);
    }

    @Test
    void choosesTheProxyByTheTargetsScheme() {
        ProxySettings settings = ProxySettings.of("http://one:1", "two:2", null);

        assertThat(settings.proxyFor(URI.create("http://x.example"))).contains(new HttpProxy(false, "one", 1, "", ""));
        assertThat(settings.proxyFor(URI.create("https://x.example"))).contains(new HttpProxy(false, "two", 2, "", ""));
        assertThat(ProxySettings.of("http://one:1", null, "").proxyFor(URI.create("https://x.example")))
                .isEmpty();
    }

    @Test
    void readsCredentialsAndDefaultPort() {
        assertThat(ProxySettings.of("http://us%20er:p%40ss+@proxy", null, null).http())
                .contains(new HttpProxy(false, "proxy", 80, "us er", "p@ss+"));
        assertThat(ProxySettings.of("HTTPS://user@proxy", null, null).http())
                .contains(new HttpProxy(true, "proxy", 443, "user", ""));
    }

    @Test
    void readsTheEnvironmentWithUpperCaseFirst() {
        ProxySettings settings = ProxySettings.fromEnvironment(Map.of(
                "HTTP_PROXY",
                "http://upper:1",
                "http_proxy",
                "http://lower:1",
                "https_proxy",
                "http://lower:2",
                "no_proxy",
                "x.example",
                "NO_PROXY",
                ""));

        assertThat(settings).isEqualTo(ProxySettings.of("http://upper:1", "http://lower:2", "x.example"));
        assertThat(ProxySettings.fromEnvironment(Map.of())).isEqualTo(ProxySettings.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://user:geheim@", "https://user:geheim@:1", "ht tp://geheim", "http://a b:geheim@proxy"})
    void rejectsWhatIsNotAnHttpProxyWithoutShowingThePassword(String proxy) {
        assertThatThrownBy(() -> ProxySettings.of(proxy, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("geheim");
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5", "socks5h", "socks4", "ftp"})
    void rejectsOtherSchemesByTheirName(String scheme) {
        assertThatThrownBy(() -> ProxySettings.of(null, scheme + "://user:geheim@proxy:1", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("invalid proxy URL: a proxy of scheme " + scheme
                        + " is not supported; use an http:// or https:// proxy");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536, 70_000})
    void rejectsPortsThatDoNotExist(int port) {
        assertThatThrownBy(() -> ProxySettings.of(null, "https://proxy:" + port, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("invalid proxy URL: invalid port " + port);
    }

    @Test
    void rejectsTextsThatAreTooLongWithoutShowingThem() {
        String long9000 = "x".repeat(9000);
        assertThatThrownBy(() -> ProxySettings.of("http://u:" + long9000 + "@proxy", null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("invalid proxy URL: it has 9015 characters, more than 8192");
        String list = "x,".repeat(4096);
        assertThat(ProxySettings.of("http://proxy", null, list).noProxy()).isEqualTo(list);
        assertThatThrownBy(() -> ProxySettings.of("http://proxy", null, list + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the list of hosts without a proxy has 8193 characters, more than 8192");
    }

    /** Whoever creates a scale set writes the list, and a slow name server would hold up others. */
    @Test
    @Timeout(10)
    void noNamesAreResolved() {
        String list = "999.1.1.1,1.2.3.256/8,256.1.1.1:80,010.1.1.1,".repeat(170);
        ProxySettings settings = ProxySettings.of("http://proxy", null, list);
        assertThat(settings.proxyFor(URI.create("http://1.9.9.9"))).isPresent();
    }

    @Property
    void anyNoProxyListIsAccepted(@ForAll String noProxy) {
        ProxySettings.of("http://proxy", null, noProxy).proxyFor(URI.create("http://a.example"));
    }
}
