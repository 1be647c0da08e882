package io.github.arc4j.actions.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.CredentialsSource;
import io.github.arc4j.actions.GitHubApp;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.RetrySettings;
import io.github.arc4j.actions.Timeouts;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.faults.Fault;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every endpoint with every fault, once each, against a simulator that keeps state: a call either succeeds or fails
 * with an exception that states whether it may have taken effect, and nothing is done twice.
 */
@Execution(ExecutionMode.CONCURRENT)
class ContractTest {
    private static final String SERVICE = "/tenant/[^/]+/_apis/";
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    /** A call, and the requests that the fault affects. */
    private record Endpoint(String name, String method, String path, boolean once, Action action) {
        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    private interface Action {
        void run(ContractTest test) throws Exception;
    }

    private static final List<Endpoint> ENDPOINTS = List.of(
            read("installationToken", "POST", ".*/access_tokens", ContractTest::registerAnApp),
            read("registrationToken", "POST", ".*/registration-token", ContractTest::register),
            read("adminConnection", "POST", ".*/runner-registration", ContractTest::register),
            read("getRunnerGroup", "GET", SERVICE + "runtime/runnergroups/?", t -> t.client.getRunnerGroup("Default")),
            read("findScaleSet", "GET", SERVICE + "runtime/runnerscalesets", t -> t.client.findScaleSet(1, "set")),
            read("getScaleSet", "GET", SERVICE + "runtime/runnerscalesets/\\d+", t -> t.client.getScaleSet(t.scaleSet)),
            read("updateScaleSet", "PATCH", SERVICE + "runtime/runnerscalesets/\\d+", ContractTest::rename),
            read("deleteScaleSet", "DELETE", SERVICE + "runtime/runnerscalesets/\\d+", ContractTest::delete),
            read("getRunner", "GET", SERVICE + ".*/agents/\\d+", t -> t.client.getRunner(t.runner)),
            read("findRunner", "GET", SERVICE + ".*/agents", t -> t.client.findRunner("runner")),
            read("removeRunner", "DELETE", SERVICE + ".*/agents/\\d+", ContractTest::remove),
            read("poll", "GET", ".*/message.*", t -> assertThat(t.poll().jobs()).isNotEmpty()),
            read("acquirableJobs", "GET", ".*/acquirablejobs", ContractTest::listAcquirable),
            read("acquireJobs", "POST", ".*/acquirejobs", ContractTest::acquire),
            read(
                    "deleteMessage",
                    "DELETE",
                    ".*/message.*",
                    t -> t.session.deleteMessage(t.poll().id())),
            read("refreshSession", "PATCH", ".*/sessions/.*", ContractTest::refresh),
            read("closeSession", "DELETE", ".*/sessions/.*", t -> t.session.close()),
            once("createScaleSet", SERVICE + "runtime/runnerscalesets", t -> t.create("other")),
            once("generateJitConfig", ".*/generatejitconfig", t -> t.client.generateJitConfig(t.scaleSet, "new", "")),
            once("openSession", ".*/sessions", ContractTest::open));

    private static final Map<String, Fault> FAULTS = faults();

    /** After these faults, a retry is safe for every call, or is not needed. */
    private static final Set<String> RETRYABLE = Set.of("status 429", "drip");

    private static final KeyPair KEYS = keys();

    private final GitHubSimulator github = GitHubSimulator.start(SimulatorOptions.builder()
            .pollTimeout(Duration.ofMillis(300))
            .appId("Iv1.abc")
            .installationId(42)
            .appKey(KEYS.getPublic())
            .build());
    private final ActionsClient client = client(() -> new PersonalAccessToken("sim-pat"));
    private int scaleSet;
    private long runner;
    private @Nullable MessageSession opened;
    private MessageSession session;

    @BeforeEach
    void start() throws Exception {
        scaleSet = create("set");
        runner = client.generateJitConfig(scaleSet, "runner", "").runner().id();
        session = client.openSession(scaleSet, "me");
        github.queueJob(JobRequest.builder("set").build());
    }

    @AfterEach
    void stop() {
        github.faults().clear();
        session.close();
        if (opened != null) {
            opened.close();
        }
        client.close();
        github.close();
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void recoversFromTheFaultOrReportsIt(Endpoint endpoint, String name) throws Exception {
        Fault fault = Objects.requireNonNull(FAULTS.get(name));
        github.faults()
                .add(new Fault(
                        endpoint.method,
                        endpoint.path,
                        1,
                        1,
                        fault.afterEffect(),
                        fault.action(),
                        fault.status(),
                        fault.body(),
                        fault.headers(),
                        fault.delay(),
                        fault.jobs()));

        @Nullable ActionsException failure = failureOf(endpoint.action);

        assertThat(github.faults().hits()).isEqualTo(1);
        if (endpoint.once && !RETRYABLE.contains(name)) {
            assertThat(failure)
                    .isNotNull()
                    .satisfies(e -> assertThat(e.outcomeUnknown()).isTrue());
        } else if (failure != null && !name.equals("garbage")) {
            // the client retries everything except a poll that timed out
            assertThat(endpoint.name).isEqualTo("poll");
            assertThat(name).isEqualTo("hang");
            assertThat(failure).isInstanceOf(ConnectionException.class);
        }
        assertThat(github.violations()).isEmpty();
    }

    private @Nullable ActionsException failureOf(Action action) throws Exception {
        try {
            action.run(this);
            return null;
        } catch (ActionsException e) {
            return e;
        }
    }

    private static Stream<Arguments> cases() {
        return ENDPOINTS.stream()
                .flatMap(endpoint -> FAULTS.keySet().stream().map(name -> Arguments.of(endpoint, name)));
    }

    private static Map<String, Fault> faults() {
        Fault fault = Fault.on("", "");
        Map<String, Fault> faults = new LinkedHashMap<>();
        faults.put("drop before the effect", fault.dropping());
        faults.put("drop after the effect", fault.dropping().afterTheEffect());
        faults.put("truncated body", fault.truncating());
        faults.put("garbage", fault.garbage());
        faults.put("hang", fault.hanging(Duration.ofSeconds(30)));
        faults.put("drip", fault.dripping(Duration.ofMillis(100)));
        faults.put("status 429", fault.answering(429, ""));
        faults.put("status 500 after the effect", fault.answering(500, "{}").afterTheEffect());
        faults.put("status 503", fault.answering(503, "busy", Map.of("Content-Type", "text/plain")));
        return faults;
    }

    private static Endpoint read(String name, String method, String path, Action action) {
        return new Endpoint(name, method, path, false, action);
    }

    private static Endpoint once(String name, String path, Action action) {
        return new Endpoint(name, "POST", path, true, action);
    }

    private void registerAnApp() throws InterruptedException {
        String key = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(KEYS.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        try (ActionsClient app = client(() -> new GitHubApp("Iv1.abc", 42, key))) {
            assertThat(app.getRunner(runner)).isPresent();
        }
    }

    private void listAcquirable() throws InterruptedException {
        poll();
        assertThat(client.acquirableJobs(scaleSet)).hasSize(1);
    }

    private void register() throws InterruptedException {
        github.revokeAdminTokens();
        assertThat(client.getRunner(runner)).isPresent();
    }

    private void rename() throws InterruptedException {
        client.updateScaleSet(scaleSet, RunnerScaleSet.builder().name("renamed").build());
        assertThat(github.scaleSets())
                .singleElement()
                .satisfies(view -> assertThat(view.name()).isEqualTo("renamed"));
    }

    private void delete() throws InterruptedException {
        client.deleteScaleSet(scaleSet);
        assertThat(github.scaleSets()).isEmpty();
    }

    private void remove() throws InterruptedException {
        client.removeRunner(runner);
        assertThat(github.runners()).isEmpty();
    }

    private void acquire() throws InterruptedException {
        List<Long> available = new ArrayList<>();
        poll().jobs().forEach(job -> {
            if (job instanceof JobAvailable) {
                available.add(job.job().runnerRequestId());
            }
        });
        // the response to a retry does not contain the jobs that the lost request acquired
        assertThat(session.acquireJobs(available)).isSubsetOf(available);
        assertThat(github.summary().available()).isZero();
    }

    private void refresh() throws InterruptedException {
        github.revokeQueueTokens();
        session.poll(0, 1);
    }

    private void open() throws InterruptedException {
        session.close();
        opened = client.openSession(scaleSet, "me again");
    }

    private Message poll() throws InterruptedException {
        return session.poll(0, 1).orElseThrow();
    }

    private int create(String name) throws InterruptedException {
        return client.createScaleSet(RunnerScaleSet.builder()
                        .name(name)
                        .runnerGroupId(client.getRunnerGroup("Default").id())
                        .build())
                .id();
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(1024); // larger ones take seconds
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private ActionsClient client(CredentialsSource credentials) {
        RetrySettings quick =
                new RetrySettings(3, Duration.ofMillis(10), 1, Duration.ofMillis(10), 0, Duration.ofSeconds(1));
        return ActionsClient.builder(ConfigUrl.parse(github.configUrl("org/repo")), credentials)
                .userAgent(SimulatorTest.USER_AGENT)
                .retry(quick)
                .timeouts(new Timeouts(Duration.ofSeconds(5), TIMEOUT, TIMEOUT, Duration.ofSeconds(2)))
                .build();
    }
}
