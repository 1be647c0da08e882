package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ClientMetrics;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.Credentials;
import io.github.arc4j.actions.GitHubApp;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.RetrySettings;
import io.github.arc4j.actions.SystemCertificates;
import io.github.arc4j.actions.Timeouts;
import io.github.arc4j.actions.UserAgent;
import io.github.arc4j.actions.errors.InvalidConfigUrlException;
import io.github.arc4j.actions.errors.InvalidCredentialsException;
import io.github.arc4j.api.Sha256;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.github.credentials.ProxyResolver;
import io.github.arc4j.controller.github.credentials.SecretReader;
import io.github.arc4j.controller.github.credentials.VaultReader;
import io.github.arc4j.controller.sources.Source;
import io.github.arc4j.process.http.Http2Hosts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds clients with the credentials, proxy and certificates that a {@link GitHubAccess} refers to. */
public final class ClientFactory {
    /** A reconcile waits for at most one retry of a call; the work queue retries what still fails. */
    private static final RetrySettings RETRY =
            new RetrySettings(2, Duration.ofMillis(200), 2, Duration.ofSeconds(1), 0.3, Duration.ofSeconds(1));

    private static final Timeouts TIMEOUTS = new Timeouts(
            Duration.ofSeconds(10), Duration.ofSeconds(30), Timeouts.DEFAULT.poll(), Timeouts.DEFAULT.close());

    /**
     * Many times the longest response. Whoever creates a scale set chooses the server, which must not be able to exhaust
     * the controller's memory.
     */
    private static final int MAX_RESPONSE_BYTES = 256 << 10;

    private final SecretReader secrets;
    private final ProxyResolver proxies;
    private final VaultReader vaults;
    private final AllowedGitHubHosts hosts;
    private final UserAgent userAgent;
    private final Map<String, String> environment;
    private final SystemCertificates certificates;
    private final ClientMetrics metrics;
    private final ResponseShares responses = new ResponseShares();

    /**
     * @param userAgent the controller's user agent; each client adds its scale set
     * @param environment environment variables with the default proxies and the locations of the system's certificates
     */
    public ClientFactory(
            SecretReader secrets,
            ProxyResolver proxies,
            VaultReader vaults,
            AllowedGitHubHosts hosts,
            UserAgent userAgent,
            Map<String, String> environment,
            ClientMetrics metrics) {
        this.secrets = secrets;
        this.proxies = proxies;
        this.vaults = vaults;
        this.hosts = hosts;
        this.userAgent = userAgent;
        this.environment = Map.copyOf(environment);
        this.certificates = SystemCertificates.fromEnvironment(environment);
        this.metrics = metrics;
    }

    /** The Secrets and ConfigMaps from which the client is built. */
    Set<Source> sources(GitHubAccess access) {
        return access.sources(secrets.credentialsNamespaces());
    }

    /** The data from which a client is built. */
    record Ingredients(Credentials credentials, ProxySettings proxy, String rootCertificates) {

        /**
         * A hash that differs if these or the host differ, and does not reveal them. With a different proxy or
         * certificate authority, somebody else may respond in place of GitHub.
         */
        String fingerprint(String host) {
            Stream<Object> login = switch (credentials) {
                case PersonalAccessToken(String token) -> Stream.of("token", token);
                case GitHubApp(String appId, long installationId, String privateKey) ->
                    Stream.of("app", appId, installationId, privateKey);
            };
            Stream<Object> proxies = Stream.of(proxy.http(), proxy.https())
                    .flatMap(server -> server.<Stream<Object>>map(used ->
                                    Stream.of(used.tls(), used.host(), used.port(), used.user(), used.password()))
                            .orElseGet(() -> Stream.of("")));
            return Sha256.of(Stream.of(login, proxies, Stream.<Object>of(proxy.noProxy(), rootCertificates, host))
                    .flatMap(parts -> parts)
                    .map(part -> part.toString().length() + ":" + part)
                    .collect(Collectors.joining()));
        }
    }

    Ingredients read(GitHubAccess access) throws GitHubAccessException {
        Optional<String> rejection = hosts.rejection(url(access));
        if (rejection.isPresent()) {
            throw new GitHubAccessException("GitHubHostNotAllowed", rejection.get());
        }
        return new Ingredients(
                credentials(access), proxy(access), secrets.rootCertificates(access.namespace(), access.tls()));
    }

    ActionsClient build(GitHubAccess access, Ingredients ingredients) throws GitHubAccessException {
        try {
            ActionsClient.Builder builder = ActionsClient.builder(url(access), ingredients::credentials)
                    .userAgent(userAgent.withScaleSetId(access.scaleSetId()))
                    .proxy(ingredients.proxy())
                    .systemCertificates(certificates)
                    .retry(RETRY)
                    .timeouts(TIMEOUTS)
                    .maxResponseBytes(MAX_RESPONSE_BYTES)
                    .responseMemory(responses.of(access.namespace()))
                    .http2(new Http2Hosts(ingredients.rootCertificates()))
                    .metrics(metrics);
            return ingredients.rootCertificates().isEmpty()
                    ? builder.build()
                    : builder.trust(ingredients.rootCertificates()).build();
        } catch (IllegalArgumentException e) {
            throw new GitHubAccessException("InvalidTLS", "spec.githubServerTLS: " + e.getMessage(), e);
        }
    }

    static ConfigUrl url(GitHubAccess access) throws GitHubAccessException {
        try {
            return ConfigUrl.parse(access.configUrl());
        } catch (InvalidConfigUrlException e) {
            throw new GitHubAccessException("InvalidConfigUrl", "spec.githubConfigUrl: " + e.getMessage(), e);
        }
    }

    private Credentials credentials(GitHubAccess access) throws GitHubAccessException {
        VaultConfig vault = VaultReader.used(access.vault());
        Map<String, String> entries = vault == null
                ? secrets.credentials(access.namespace(), access.configSecret())
                : vaults.read(access.namespace(), vault, access.configSecret());
        try {
            return Credentials.of(entries);
        } catch (InvalidCredentialsException e) {
            String origin = vault == null
                    ? "Secret %s/%s"
                            .formatted(secrets.credentialsNamespaces().of(access.namespace()), access.configSecret())
                    : "secret %s in the vault".formatted(access.configSecret());
            throw new GitHubAccessException("InvalidCredentials", origin + ": " + e.getMessage(), e);
        }
    }

    private ProxySettings proxy(GitHubAccess access) throws GitHubAccessException {
        ProxyConfig proxy = access.proxy();
        return proxy == null
                ? ProxySettings.fromEnvironment(environment)
                : ProxyResolver.settings("spec.proxy", proxyUrls(access, proxy));
    }

    /** With a vault, the credentials of proxies are in the vault too. */
    private Map<String, String> proxyUrls(GitHubAccess access, ProxyConfig proxy) throws GitHubAccessException {
        VaultConfig vault = VaultReader.used(access.vault());
        return vault == null
                ? proxies.resolve(access.namespace(), proxy)
                : ProxyResolver.resolve(proxy, (name, purpose) -> vaults.read(access.namespace(), vault, name));
    }
}
