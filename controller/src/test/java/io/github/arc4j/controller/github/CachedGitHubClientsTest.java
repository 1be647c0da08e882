package io.github.arc4j.controller.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.UserAgent;
import io.github.arc4j.actions.errors.ActionsServiceException;
import io.github.arc4j.actions.errors.CallNotPermittedException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.model.RunnerGroup;
import io.github.arc4j.controller.github.ClientFactory.Ingredients;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.github.credentials.ProxyResolver;
import io.github.arc4j.controller.github.credentials.SecretReader;
import io.github.arc4j.controller.github.credentials.VaultCertificates;
import io.github.arc4j.controller.github.credentials.VaultReader;
import io.github.arc4j.controller.kube.LiveObjects;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.sources.Source;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.runtime.TestKube;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.faults.Fault;
import io.github.arc4j.simulator.network.Http2Offer;
import io.github.arc4j.simulator.network.ServerIdentity;
import io.prometheus.client.CollectorRegistry;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedGitHubClientsTest {
    private static final String ATTACKER = "attacker";
    private static final String SECRET = "github";
    private static final int EDITS = 200;

    private final GitHubSimulator github = GitHubSimulator.start(SimulatorOptions.defaults());
    private final TestKube kube = new TestKube(EmbeddedKube.builder().namespaces(ATTACKER, "other"));
    private final Clock clock = Clock.systemUTC();
    private final Sources sources = new Sources(kube.api, source -> true, clock);
    private final SecretReader secrets =
            new SecretReader(new LiveObjects(kube.client, kube.api.json()), sources, CredentialsNamespaces.OWN);
    private final ProxyResolver proxies = new ProxyResolver(secrets);
    private final VaultReader vaults = new VaultReader(proxies, Map.of(), VaultCertificates.ANY, clock);
    private final GitHubMetrics metrics = new GitHubMetrics(new CollectorRegistry(), new GitHubContact(clock));
    private int scaleSets = 1;
    private final ClientFactory factory = new ClientFactory(
            secrets, proxies, vaults, AllowedGitHubHosts.ANY, UserAgent.of("arc4j", "dev"), Map.of(), metrics);
    private final CachedGitHubClients clients =
            new CachedGitHubClients(factory, sources, namespace -> scaleSets, metrics, clock);

    @BeforeEach
    void start() {
        github.acceptTokens(IntStream.range(0, EDITS).mapToObj(i -> "token" + i).collect(Collectors.toSet()));
    }

    @AfterEach
    void stop() {
        clients.close();
        vaults.close();
        sources.close();
        kube.close();
        github.close();
    }

    private static Secret secret(String namespace, String token) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(SECRET)
                .endMetadata()
                .addToStringData("github_token", token)
                .build();
    }

    private void edit(String token) {
        Secret edited = kube.client.resource(secret(ATTACKER, token)).update();
        sources.seen(Source.secret(ATTACKER, SECRET), edited.getMetadata().getResourceVersion());
    }

    private ScaleSetApi client(String namespace, int scaleSet) throws GitHubAccessException {
        return clients.client(
                new GitHubAccess(namespace, github.configUrl("org/repo"), SECRET, null, null, null, scaleSet, ""));
    }

    private static long httpClients() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith("SelectorManager"))
                .count();
    }

    /** It could use up the controller's memory: the JDK's HTTP/2 client queues replies to it without a limit. */
    @Test
    void aServerThatATenantChoosesIsNotCalledOverHttp2(@TempDir Path directory) throws Exception {
        ServerIdentity identity = ServerIdentity.create(directory);
        try (Http2Offer server = new Http2Offer(identity)) {
            String url = "https://127.0.0.1:" + server.port() + "/org";
            GitHubAccess access = new GitHubAccess(ATTACKER, url, SECRET, null, null, null, 1, "");
            try (ActionsClient client = factory.build(
                    access,
                    new Ingredients(new PersonalAccessToken("token"), ProxySettings.NONE, identity.certificate()))) {
                assertThatThrownBy(() -> client.getRunner(1)).isInstanceOf(ConnectionException.class);
            }
            assertThat(server.chosen()).isEmpty();
        }
    }

    @Test
    void theServersOfANamespaceMakeOnlyItsOwnRequestsFail() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch otherSent = new CountDownLatch(1);
        AtomicInteger otherRequests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        try (ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
                AutoCloseable ending = end::countDown) {
            server.setExecutor(calls);
            server.createContext("/", exchange -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(new byte[200 << 10]);
                exchange.getResponseBody().flush();
                if (exchange.getRequestURI().getPath().contains("/other/")) {
                    otherRequests.incrementAndGet();
                    otherSent.countDown();
                }
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                exchange.close();
            });
            server.start();
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            for (int set = 0; set < 8; set++) {
                int scaleSet = set;
                calls.submit(() -> {
                    while (end.getCount() > 0) {
                        failures.add(failure(ATTACKER, url + "org", scaleSet));
                    }
                    return null;
                });
            }
            await().until(() -> failures.size() >= 20);
            assertThat(failures)
                    .allSatisfy(failure ->
                            assertThat(failure).hasMessageContaining("too many large responses at the same time"));
            Future<Throwable> other = calls.submit(() -> failure("other", url + "other", 1));
            otherSent.await();
            end.countDown();
            assertThat(other.get()).isInstanceOf(ActionsServiceException.class);
            assertThat(otherRequests).as("without a retry").hasValue(1);
        } finally {
            server.stop(0);
        }
    }

    private Throwable failure(String namespace, String url, int scaleSet) throws GitHubAccessException {
        GitHubAccess access = new GitHubAccess(namespace, url, SECRET, null, null, null, scaleSet, "");
        try (ActionsClient client =
                factory.build(access, new Ingredients(new PersonalAccessToken("token"), ProxySettings.NONE, ""))) {
            return catchThrowable(() -> client.getRunner(1));
        }
    }

    /** Credentials may be in a vault that is slow on purpose. */
    @Test
    void closingDoesNotWaitForCredentialsThatAreBeingRead() throws Exception {
        kube.client.resource(secret(ATTACKER, "token0")).create();
        AtomicBoolean isClosed = new AtomicBoolean();
        kube.server
                .faults()
                .inject(io.github.arc4j.kube.http.Fault.on("get", "secrets").meanwhile(request -> {
                    Thread closing = Thread.startVirtualThread(clients::close);
                    try {
                        isClosed.set(closing.join(Duration.ofSeconds(10)));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
        long before = httpClients();
        client(ATTACKER, 1);
        assertThat(isClosed).isTrue();
        await().untilAsserted(() -> assertThat(httpClients()).isLessThanOrEqualTo(before));
    }

    @Test
    void editsOfASecretDoNotPileUpClients() throws Exception {
        kube.client.resource(secret(ATTACKER, "token0")).create();
        client(ATTACKER, 1).getRunnerGroup("default");
        long before = httpClients();
        for (int i = 0; i < 60; i++) {
            edit("token" + i);
            client(ATTACKER, 1).getRunnerGroup("default");
        }
        await().untilAsserted(() -> assertThat(httpClients() - before).isLessThan(10));
    }

    @Test
    void editsOfASecretBuildFewClientsAndDelayNoOtherNamespace() throws Exception {
        kube.client.resource(secret(ATTACKER, "token0")).create();
        kube.client.resource(secret("other", "token0")).create();
        Set<ScaleSetApi> built = new HashSet<>();
        int delayed = 0;
        for (int i = 0; i < EDITS; i++) {
            edit("token" + i);
            try {
                built.add(client(ATTACKER, 1));
            } catch (GitHubAccessException e) {
                assertThat(e.isWaiting()).isTrue();
                assertThat(e.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
                delayed++;
            }
        }
        assertThat(built).hasSizeBetween(100, 150);
        assertThat(delayed).isEqualTo(EDITS - built.size());
        assertThat(client("other", 2).getRunnerGroup("default")).isNotNull();
    }

    @Test
    void aRotationReachesAllScaleSetsOfANamespaceAtOnce() throws Exception {
        scaleSets = 100;
        kube.client.resource(secret(ATTACKER, "token0")).create();
        Set<ScaleSetApi> built = new HashSet<>();
        for (int rotation = 0; rotation < 3; rotation++) {
            for (int set = 1; set <= scaleSets; set++) {
                built.add(client(ATTACKER, set));
            }
            edit("token" + (rotation + 1));
        }
        assertThat(built).hasSize(300);
    }

    @Test
    void aReplacedClientIsClosedWhenItsCallsHaveEnded() throws Exception {
        kube.client.resource(secret(ATTACKER, "token0")).create();
        ScaleSetApi old = client(ATTACKER, 1);
        github.faults()
                .add(Fault.on("GET", ".*/runnergroups.*")
                        .delaying(Duration.ofSeconds(2))
                        .times(1));
        FutureTask<RunnerGroup> call = new FutureTask<>(() -> old.getRunnerGroup("default"));
        Thread.startVirtualThread(call);
        await().until(() -> github.faults().hits() == 1);

        edit("token1");
        assertThat(client(ATTACKER, 1)).isNotSameAs(old);
        assertThat(call.get().name()).isEqualToIgnoringCase("default");
        await().untilAsserted(() -> assertThatThrownBy(() -> old.getRunnerGroup("default"))
                .isInstanceOfSatisfying(
                        CallNotPermittedException.class,
                        e -> assertThat(GitHubFailure.of(e).isWorthReporting()).isFalse()));
        assertThat(client(ATTACKER, 1).getRunnerGroup("default")).isNotNull();
    }
}
