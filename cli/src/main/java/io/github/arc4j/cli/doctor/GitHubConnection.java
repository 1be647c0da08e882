package io.github.arc4j.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.Credentials;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.RetrySettings;
import io.github.arc4j.actions.SystemCertificates;
import io.github.arc4j.actions.Timeouts;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.cli.cluster.Secrets;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.process.BuildInfo;
import io.github.arc4j.process.http.Http2Hosts;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Connects to GitHub as the controller does: with a scale set's credentials, proxies and certificates. */
final class GitHubConnection {
    private static final Timeouts TIMEOUTS = new Timeouts(
            Duration.ofSeconds(10), Duration.ofSeconds(20), Timeouts.DEFAULT.poll(), Timeouts.DEFAULT.close());

    /** As in the controller: whoever creates a scale set chooses the server, which must not exhaust the memory. */
    private static final int MAX_RESPONSE_BYTES = 256 << 10;

    private final Map<String, String> environment;

    GitHubConnection(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** Something that is needed for a connection is missing; other checks report what. */
    static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        UnavailableException(@Nullable String message) {
            super("not checked: " + message);
        }
    }

    /** Sends no request. */
    ActionsClient open(ScaleSet set) throws UnavailableException {
        Optional<String> doubt = new Controller(set.snapshot()).doubt(set.namespace());
        if (doubt.isPresent()) {
            throw new UnavailableException(doubt.get());
        }
        try {
            ConfigUrl url = url(set);
            Credentials credentials = credentials(set);
            Optional<String> certificates = certificates(set);
            ActionsClient.Builder builder = ActionsClient.builder(url, () -> credentials)
                    .userAgent(BuildInfo.current().userAgent(0, "arc"))
                    .proxy(proxy(set))
                    .systemCertificates(SystemCertificates.fromEnvironment(environment))
                    .retry(RetrySettings.NONE)
                    .timeouts(TIMEOUTS)
                    .maxResponseBytes(MAX_RESPONSE_BYTES)
                    .http2(new Http2Hosts(certificates.orElse("")));
            return certificates.isPresent() ? builder.trust(certificates.get()).build() : builder.build();
        } catch (IllegalArgumentException e) {
            throw new UnavailableException(e.getMessage());
        }
    }

    /** Only hosts to which the controller sends the credentials, too. */
    private static ConfigUrl url(ScaleSet set) throws UnavailableException {
        ConfigUrl url = ConfigUrl.parse(set.object().getSpec().githubConfigUrl());
        List<String> allowed = new Controller(set.snapshot()).allowedGitHubHosts(set.namespace());
        String authority = String.valueOf(url.uri().getRawAuthority()).toLowerCase(Locale.ROOT);
        String entry = "https".equalsIgnoreCase(url.uri().getScheme()) ? authority : "http://" + authority;
        if (!allowed.isEmpty() && allowed.stream().noneMatch(host -> host.equalsIgnoreCase(entry))) {
            throw new UnavailableException("flags.allowedGitHubHosts does not list " + entry);
        }
        return url;
    }

    private static Credentials credentials(ScaleSet set) throws UnavailableException {
        if (set.object().getSpec().vaultConfig() != null) {
            throw new UnavailableException("the credentials are in a vault");
        }
        Secret secret = new Controller(set.snapshot())
                .credentialsNamespace(set.namespace())
                .flatMap(namespace -> set.snapshot()
                        .find(Secret.class, namespace, set.object().getSpec().githubConfigSecret()))
                .orElseThrow(() -> new UnavailableException("the Secret with the credentials was not read"));
        return Credentials.of(Secrets.decoded(secret));
    }

    private static Optional<String> certificates(ScaleSet set) throws UnavailableException {
        Optional<ConfigMapKeyRef> reference =
                Optional.ofNullable(set.object().getSpec().githubServerTLS()).map(TlsConfig::configMapKeyRef);
        if (reference.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(set.snapshot()
                .find(ConfigMap.class, set.namespace(), reference.get().name())
                .map(ConfigMap::getData)
                .map(data -> data.get(reference.get().key()))
                .orElseThrow(() -> new UnavailableException("the ConfigMap %s was not read"
                        .formatted(reference.get().name()))));
    }

    private ProxySettings proxy(ScaleSet set) throws UnavailableException {
        ProxyConfig proxy = set.object().getSpec().proxy();
        return proxy == null
                ? ProxySettings.fromEnvironment(environment)
                : ProxySettings.of(
                        proxyUrl(set, proxy.http()), proxyUrl(set, proxy.https()), String.join(",", proxy.noProxy()));
    }

    private static @Nullable String proxyUrl(ScaleSet set, @Nullable ProxyServerConfig server)
            throws UnavailableException {
        if (server == null || server.url().isEmpty()) {
            return null;
        }
        if (server.credentialSecretRef().isEmpty()) {
            return server.url();
        }
        Map<String, String> entries = set.snapshot()
                .find(Secret.class, set.namespace(), server.credentialSecretRef())
                .map(Secrets::decoded)
                .orElseThrow(() -> new UnavailableException("the Secret of the proxy was not read"));
        URI uri = URI.create(server.url());
        String authority = String.valueOf(uri.getRawAuthority());
        return "%s://%s:%s@%s"
                .formatted(
                        uri.getScheme(),
                        encoded(entries.get("username")),
                        encoded(entries.get("password")),
                        authority.substring(authority.lastIndexOf('@') + 1));
    }

    private static String encoded(@Nullable String text) {
        return text == null ? "" : URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
