package io.github.arc4j.actions;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Clients for tests: no real waits between tries, a clock that tests set. */
final class Clients {
    static final UserAgent USER_AGENT = new UserAgent("actions-runner-controller", "1.2.3", "abc", 7, "test");

    private Clients() {}

    static ActionsClient.Builder builder(FakeGitHub github, Waits waits) {
        return ActionsClient.builder(github.config(), () -> new PersonalAccessToken("secret-pat"))
                .userAgent(USER_AGENT)
                .timeouts(new Timeouts(
                        Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(2)))
                .sleeper(waits::add);
    }

    static ActionsClient client(FakeGitHub github) {
        return builder(github, new Waits()).build();
    }

    /** Asks for the runner 5 that often, each time on a thread of its own. */
    static void callAtOnce(ActionsClient client, int times) throws Exception {
        List<Future<?>> calls = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < times; i++) {
                calls.add(executor.submit(() -> client.getRunner(5)));
            }
        }
        for (Future<?> call : calls) {
            call.get();
        }
    }

    /** Waits between tries, recorded instead of waited for. */
    static final class Waits {
        private final List<Duration> all = new CopyOnWriteArrayList<>();

        void add(Duration wait) {
            all.add(wait);
        }

        List<Duration> all() {
            return all;
        }
    }

    /** A clock that goes when told. */
    static final class TestClock extends Clock {
        private volatile Instant now;

        TestClock(Instant now) {
            this.now = now;
        }

        void advance(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
