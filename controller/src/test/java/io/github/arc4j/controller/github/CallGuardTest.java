package io.github.arc4j.controller.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.Credentials;
import io.github.arc4j.actions.GitHubApp;
import io.github.arc4j.actions.HttpProxy;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.errors.ActionsServiceException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.CallNotPermittedException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.errors.RateLimitedException;
import io.github.arc4j.controller.github.ClientFactory.Ingredients;
import io.github.arc4j.runtime.CapturedLog;
import io.github.arc4j.runtime.FakeTime;
import io.github.arc4j.runtime.Result;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallGuardTest {
    private final FakeTime clock = new FakeTime();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final CollectorRegistry registry = new CollectorRegistry();
    private final GitHubMetrics metrics = new GitHubMetrics(registry, new GitHubContact(Clock.systemUTC()));
    private final RateLimits limits = new RateLimits(clock);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private CallGuard guard(String host, String token) {
        return guard(account(host, token));
    }

    private CallGuard guard(String account) {
        return new CallGuard(new AccessBackoff(clock), limits, account, timer, metrics);
    }

    private static String account(String host, String token) {
        return account(host, token, "");
    }

    private static String account(String host, String token, String certificates) {
        return new Ingredients(new PersonalAccessToken(token), ProxySettings.NONE, certificates).fingerprint(host);
    }

    private double heldBack(String cause) {
        return registry.getSampleValue(
                "gha_controller_github_held_back_total", new String[] {"cause"}, new String[] {cause});
    }

    private static ErrorDetails details(int status, @Nullable Duration retryAfter) {
        return new ErrorDetails(status, "", "", "", retryAfter, true, false);
    }

    private static CallGuard.Call<String> failing(RuntimeException e) {
        return () -> {
            throw e;
        };
    }

    private static final CallGuard.Call<String> ANSWERED = () -> "answer";
    private static final RuntimeException UNREACHABLE = new ConnectionException("no route", details(0, null), null);

    @Test
    void aRateLimitHoldsBackTheSameCredentialsAtTheSameHost() throws Exception {
        CallGuard first = guard("github.com", "a");
        CallGuard same = guard("github.com", "a");
        RateLimitedException limited = new RateLimitedException("429", details(429, Duration.ofSeconds(60)));
        assertThatThrownBy(() -> first.run(failing(limited))).isSameAs(limited);

        assertThat(same.delay()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(67));
        assertThatThrownBy(() -> same.run(ANSWERED))
                .isInstanceOfSatisfying(
                        CallNotPermittedException.class,
                        e -> assertThat(GitHubFailure.of(e).isWorthReporting()).isFalse());
        assertThat(heldBack("rate_limit")).isEqualTo(2);
        assertThat(guard("github.com", "b").run(ANSWERED)).isEqualTo("answer");
        assertThat(guard("ghes.example.com", "a").run(ANSWERED)).isEqualTo("answer");

        clock.pass(Duration.ofSeconds(60));
        assertThat(same.run(ANSWERED)).isEqualTo("answer");
        assertThat(first.delay()).isZero();
    }

    /** Tenants may share credentials; one of them could otherwise stop the others with a server of their own. */
    @Test
    void aServerThatOnlyOneScaleSetTrustsHoldsBackNoOther() throws Exception {
        CallGuard hostile = guard(account("github.com", "a", "own authority"));
        RateLimitedException limited = new RateLimitedException("429", details(429, Duration.ofHours(1)));
        assertThatThrownBy(() -> hostile.run(failing(limited))).isSameAs(limited);

        assertThat(guard("github.com", "a").run(ANSWERED)).isEqualTo("answer");
    }

    @Test
    void pausesGrowIfGitHubRequestsNone() {
        CallGuard guard = guard("github.com", "a");
        RateLimitedException limited = new RateLimitedException("429", details(429, Duration.ZERO));
        for (long least : new long[] {1600, 3200, 6400, 12_800}) {
            assertThatThrownBy(() -> guard.run(failing(limited))).isSameAs(limited);
            assertThat(guard.delay()).isBetween(Duration.ofMillis(least), Duration.ofMillis(least * 2));
            clock.pass(guard.delay());
        }
        assertThat(GitHubFailure.of(limited).result()).isEqualTo(Result.postponed(Duration.ofSeconds(1)));
    }

    @Test
    void delaysAfterFailuresGrowIfGitHubRequestsNone() {
        CallGuard guard = guard("github.com", "a");
        ActionsServiceException busy = new ActionsServiceException("503", details(503, Duration.ZERO));
        Duration before = Duration.ZERO;
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> guard.run(failing(busy))).isSameAs(busy);
            assertThat(guard.delay()).isGreaterThan(before);
            before = guard.delay();
            clock.pass(before);
        }
    }

    /** Each job requests a JIT config as soon as possible; the responses arrive when all have sent a request. */
    @Test
    void twentyJobsSendFewRequestsWhileGitHubRequestsNoDelay() {
        String account = account("github.com", "a");
        RateLimitedException limited = new RateLimitedException("429", details(429, Duration.ofSeconds(1)));
        Instant[] due = new Instant[20];
        Arrays.fill(due, clock.instant());
        Instant end = clock.instant().plusSeconds(20);
        int requests = 0;
        while (clock.instant().isBefore(end)) {
            List<Integer> asking = new ArrayList<>();
            for (int job = 0; job < due.length; job++) {
                if (due[job].isAfter(clock.instant())) {
                    continue;
                }
                Duration rest = limits.remainingPause(account);
                if (rest.isZero()) {
                    asking.add(job);
                }
                due[job] = clock.instant()
                        .plus(rest.isZero() ? GitHubFailure.of(limited).delay() : rest);
            }
            asking.forEach(job -> limits.exceeded(account, limited));
            requests += asking.size();
            clock.pass(Duration.ofMillis(10));
        }
        assertThat(requests).isBetween(20, 120);
    }

    @Test
    void pausesOfUnspecifiedLengthGrowUntilARequestSucceeds() throws Exception {
        CallGuard guard = guard("github.com", "a");
        RateLimitedException limited = new RateLimitedException("429", details(429, null));
        Duration before = Duration.ZERO;
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> guard.run(failing(limited))).isSameAs(limited);
            assertThat(guard.delay()).isGreaterThan(before);
            before = guard.delay();
            clock.pass(Duration.ofMinutes(1));
        }
        assertThat(guard.run(ANSWERED)).isEqualTo("answer");
        assertThatThrownBy(() -> guard.run(failing(limited))).isSameAs(limited);
        assertThat(guard.delay()).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void afterFailuresOnlyTheAffectedAccessBacksOff() throws Exception {
        CallGuard broken = guard("github.com", "a");
        Duration before = Duration.ZERO;
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> broken.run(failing(UNREACHABLE))).isSameAs(UNREACHABLE);
            assertThat(broken.delay()).isGreaterThan(before);
            assertThatThrownBy(() -> broken.run(ANSWERED)).isInstanceOf(CallNotPermittedException.class);
            assertThat(guard("github.com", "a").run(ANSWERED)).isEqualTo("answer");
            before = broken.delay();
            clock.pass(before);
        }
        assertThat(broken.run(ANSWERED)).isEqualTo("answer");
        assertThat(broken.delay()).isZero();
    }

    @Test
    void failuresAndRateLimitsAreLoggedWhenTheyBeginAndWhenTheyEnd() throws Exception {
        CallGuard guard = guard("github.com", "a");
        RateLimitedException limited = new RateLimitedException("429", details(429, Duration.ZERO));
        try (CapturedLog log = CapturedLog.of(CallGuard.class)) {
            for (RuntimeException failure : List.of(UNREACHABLE, UNREACHABLE, UNREACHABLE)) {
                assertThatThrownBy(() -> guard.run(failing(failure))).isSameAs(failure);
                clock.pass(Duration.ofMinutes(1));
            }
            guard.run(ANSWERED);
            for (RuntimeException failure : List.of(limited, limited)) {
                assertThatThrownBy(() -> guard.run(failing(failure))).isSameAs(failure);
                clock.pass(Duration.ofMinutes(1));
            }
            guard.run(ANSWERED);
            guard.run(ANSWERED);
            assertThat(log.messages())
                    .containsExactly(
                            "A request to GitHub failed: no route",
                            "GitHub is responding again",
                            "GitHub limits the rate of requests: 429",
                            "GitHub no longer limits the rate of requests");
        }
    }

    @Test
    void refusedCredentialsBackOffLongerThanFailures() {
        CallGuard guard = guard("github.com", "a");
        AuthenticationException refused = new AuthenticationException("401", details(401, null), null);
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> guard.run(failing(refused))).isSameAs(refused);
            clock.pass(Duration.ofMinutes(3));
        }
        assertThatThrownBy(() -> guard.run(failing(refused))).isSameAs(refused);
        assertThat(guard.delay()).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(150));
    }

    @Test
    void aRefusalOfOneRequestHoldsBackNoOthers() throws Exception {
        CallGuard guard = guard("github.com", "a");
        ActionsServiceException refused = new ActionsServiceException("409", details(409, null));
        assertThatThrownBy(() -> guard.run(failing(refused))).isSameAs(refused);
        assertThat(guard.run(ANSWERED)).isEqualTo("answer");
    }

    @Test
    void aSingleTrialCallFollowsAFailure() throws Exception {
        CallGuard guard = guard("github.com", "a");
        assertThatThrownBy(() -> guard.run(failing(UNREACHABLE))).isSameAs(UNREACHABLE);
        clock.pass(Duration.ofMinutes(1));
        String answer = guard.run(() -> {
            assertThat(guard.delay()).isPositive();
            assertThatThrownBy(() -> guard.run(ANSWERED)).isInstanceOf(CallNotPermittedException.class);
            return "over";
        });
        assertThat(answer).isEqualTo("over");
        assertThat(heldBack("failures")).isEqualTo(2);
        assertThat(guard.run(ANSWERED)).isEqualTo("answer");
    }

    @Test
    void anInterruptedTrialAllowsAnother() throws Exception {
        CallGuard guard = guard("github.com", "a");
        assertThatThrownBy(() -> guard.run(failing(UNREACHABLE))).isSameAs(UNREACHABLE);
        clock.pass(Duration.ofMinutes(1));
        assertThatThrownBy(() -> guard.run(() -> {
                    throw new InterruptedException();
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(guard.run(ANSWERED)).isEqualTo("answer");
    }

    @Test
    void furtherCallsAreHeldBackWhileManyAreSlow() throws Exception {
        CallGuard guard = guard("github.com", "a");
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger waiting = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < 40; i++) {
            Thread.ofVirtual().start(() -> {
                try {
                    guard.run(() -> {
                        waiting.incrementAndGet();
                        answer.await();
                        return "late";
                    });
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                } finally {
                    ended.incrementAndGet();
                }
            });
        }
        await().until(() -> waiting.get() == 40);
        await().untilAsserted(() ->
                assertThatThrownBy(() -> guard.run(ANSWERED)).isInstanceOf(CallNotPermittedException.class));
        assertThat(guard("github.com", "a").run(ANSWERED)).isEqualTo("answer");
        assertThat(heldBack("slowness")).isPositive();
        answer.countDown();
        await().until(() -> ended.get() == 40);
        assertThat(guard.run(ANSWERED)).isEqualTo("answer");
    }

    @Test
    void aClientIsClosedOnlyWhenNoCallIsInFlight() throws Exception {
        CallGuard guard = guard("github.com", "a");
        String answer = guard.run(() -> {
            assertThat(guard.endIfIdle()).isFalse();
            assertThat(guard.run(ANSWERED)).isEqualTo("answer");
            return "last";
        });
        assertThat(answer).isEqualTo("last");
        assertThat(guard.endIfIdle()).isTrue();
        assertThatThrownBy(() -> guard.run(ANSWERED))
                .isInstanceOf(CallNotPermittedException.class)
                .hasMessageContaining("replaced");
        assertThat(guard.delay()).isZero();
    }

    @Test
    void accountsDifferIfAnyIngredientDiffersAndContainNone() {
        HttpProxy proxy = new HttpProxy(false, "proxy", 3128, "user", "secret");
        List<Ingredients> all = List.of(
                ingredients(new PersonalAccessToken("secret"), null, null, "", ""),
                ingredients(new PersonalAccessToken("secret2"), null, null, "", ""),
                ingredients(new GitHubApp("secret", 1, "secret"), null, null, "", ""),
                ingredients(new GitHubApp("secret1", 1, "secret"), null, null, "", ""),
                ingredients(new GitHubApp("secret", 11, "secret"), null, null, "", ""),
                ingredients(new GitHubApp("secret", 1, "1secret"), null, null, "", ""),
                ingredients(new PersonalAccessToken("secret"), proxy, null, "", ""),
                ingredients(new PersonalAccessToken("secret"), null, proxy, "", ""),
                ingredients(
                        new PersonalAccessToken("secret"),
                        new HttpProxy(false, "proxy", 3128, "users", "ecret"),
                        null,
                        "",
                        ""),
                ingredients(new PersonalAccessToken("secret"), null, null, "secret", ""),
                ingredients(new PersonalAccessToken("secret"), null, null, "", "secret"));
        List<String> accounts =
                all.stream().map(ingredients -> ingredients.fingerprint("host")).toList();
        assertThat(accounts).doesNotHaveDuplicates();
        assertThat(accounts)
                .allSatisfy(account -> assertThat(account).hasSize(64).doesNotContain("secret"));
        assertThat(account("host", "secret"))
                .isEqualTo(account("host", "secret"))
                .isNotEqualTo(account("hosts", "secret"));
    }

    private static Ingredients ingredients(
            Credentials credentials,
            @Nullable HttpProxy http,
            @Nullable HttpProxy https,
            String noProxy,
            String certificates) {
        ProxySettings proxies = new ProxySettings(Optional.ofNullable(http), Optional.ofNullable(https), noProxy);
        return new Ingredients(credentials, proxies, certificates);
    }

    /** A server may request a long pause for each of any number of credentials. */
    @Test
    void pausesAreLimitedInNumber() {
        RateLimitedException brief = new RateLimitedException("429", details(429, Duration.ofMinutes(1)));
        RateLimitedException endless = new RateLimitedException("429", details(429, Duration.ofHours(1)));
        limits.exceeded(account("github.com", "victim"), brief);
        for (int i = 0; i < RateLimits.MAX_PAUSES + 100; i++) {
            limits.exceeded("hostile" + i, endless);
        }
        assertThat(limits.remainingPause(account("github.com", "victim"))).isPositive();
        long held = IntStream.range(0, RateLimits.MAX_PAUSES + 100)
                .filter(i -> limits.remainingPause("hostile" + i).isPositive())
                .count();
        assertThat(held).isEqualTo(RateLimits.MAX_PAUSES - 1);
    }
}
