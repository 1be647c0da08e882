package io.github.arc4j.controller.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.CapturedLog;
import io.github.arc4j.runtime.TestKube;
import io.github.arc4j.runtime.watch.VersionWatch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class SourcesTest {
    private static final Duration UNWATCHED = Duration.ofMinutes(3);
    private static final Source MAP = Source.configMap(TestKube.NAMESPACE, "map");

    private final TestKube kube = new TestKube();
    private final Set<Source> referenced = ConcurrentHashMap.newKeySet();
    private final List<Source> reported = new CopyOnWriteArrayList<>();
    private Duration passed = Duration.ZERO;
    private Sources sources;

    @BeforeEach
    void start() {
        referenced.add(MAP);
        sources = new Sources(kube.api, referenced::contains, new MovableClock());
        sources.onChange(reported::add);
    }

    @AfterEach
    void stop() {
        sources.close();
        kube.close();
    }

    private final class MovableClock extends Clock {
        @Override
        public Instant instant() {
            return Instant.EPOCH.plus(passed);
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

    private Sources.Stamp read() {
        Sources.Stamp stamp = sources.stamp(Set.of(MAP));
        ConfigMap map = kube.client
                .configMaps()
                .inNamespace(TestKube.NAMESPACE)
                .withName("map")
                .get();
        sources.seen(MAP, map == null ? "" : map.getMetadata().getResourceVersion());
        return stamp;
    }

    private void awaitWatch() {
        await().until(() ->
                sources.lifetime(sources.stamp(Set.of(MAP)), UNWATCHED).compareTo(UNWATCHED) > 0);
    }

    @Test
    void aWatchedSourceIsCurrentUntilItChanges() {
        kube.create("map", "1");
        Sources.Stamp stamp = read();
        awaitWatch();
        passed = Duration.ofMinutes(5);
        assertThat(sources.isCurrent(stamp, UNWATCHED)).isTrue();
        kube.update("map", "2");
        await().until(() -> !sources.isCurrent(stamp, UNWATCHED));
        assertThat(sources.hasChanged(stamp)).isTrue();
        await().until(() -> reported.equals(List.of(MAP)));
        assertThat(sources.isCurrent(read(), UNWATCHED)).isTrue();
        assertThat(reported).hasSize(1);
    }

    @Test
    void evenAWatchedSourceIsReadAgainPeriodically() {
        kube.create("map", "1");
        Sources.Stamp stamp = read();
        awaitWatch();
        passed = Duration.ofMinutes(11);
        assertThat(sources.isCurrent(stamp, UNWATCHED)).isFalse();
        assertThat(sources.hasChanged(stamp)).isFalse();
    }

    @Test
    void aWatchThatFailsByADefectIsRestarted() {
        AtomicBoolean failed = new AtomicBoolean();
        sources.onChange(source -> {
            if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("a defect");
            }
        });
        kube.create("map", "1");
        read();
        awaitWatch();
        kube.update("map", "2");
        await().untilTrue(failed);
        awaitWatch();
        Sources.Stamp stamp = read();
        kube.update("map", "3");
        await().until(() -> !sources.isCurrent(stamp, UNWATCHED));
        assertThat(kube.registry.getSampleValue(
                        "gha_controller_watch_failures_total", new String[] {"resource"}, new String[] {"configmaps"}))
                .isEqualTo(1);
    }

    /** As with the Role of an older chart. */
    @Test
    void anUnwatchableSourceIsCurrentForALimitedTime() {
        var refusals = kube.server
                .faults()
                .inject(Fault.on("watch", "configmaps").always().answer(403));
        kube.create("map", "1");
        Sources.Stamp stamp = read();
        await().until(() -> refusals.strikes() > 0);
        assertThat(sources.isCurrent(stamp, UNWATCHED)).isTrue();
        passed = UNWATCHED.plusSeconds(1);
        assertThat(sources.isCurrent(stamp, UNWATCHED)).isFalse();
        refusals.close();
        awaitWatch();
        Sources.Stamp later = read();
        kube.update("map", "2");
        await().until(() -> sources.hasChanged(later));
    }

    @Test
    void aRefusedWatchIsRetriedWithBackoff() {
        var refusals = kube.server
                .faults()
                .inject(Fault.on("watch", "configmaps").always().answer(403));
        read();
        await().until(() -> refusals.strikes() > 0);
        await().during(Duration.ofMillis(2500)).until(() -> refusals.strikes() <= 3);
    }

    @Test
    void aRepeatedlyRefusedWatchIsLoggedOnceInOneLine() {
        try (CapturedLog log = CapturedLog.of(VersionWatch.class);
                var refusals = kube.server
                        .faults()
                        .inject(Fault.on("watch", "configmaps").always().answer(403))) {
            read();
            await().until(() -> refusals.strikes() > 2);
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("configmaps in")
                    .doesNotContain("\n", "{");
        }
    }

    /** The watch serves many reconciles, and only the first one starts it. */
    @Test
    void linesOfAWatchDoNotHaveTheIdOfTheReconcileThatStartedIt() {
        MDC.put("reconcileID", "first");
        try (CapturedLog log = CapturedLog.of(VersionWatch.class);
                var refusals = kube.server
                        .faults()
                        .inject(Fault.on("watch", "configmaps").always().answer(403))) {
            read();
            await().until(() -> refusals.strikes() > 1);
            assertThat(log.lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line.fields()).isEmpty());
        } finally {
            MDC.clear();
        }
    }

    @Test
    void aChangeThatAReaderFindsFirstIsReportedToo() {
        kube.create("map", "1");
        kube.server.watches().pause("configmaps");
        Sources.Stamp stamp = read();
        kube.update("map", "2");
        read();
        assertThat(sources.hasChanged(stamp)).isTrue();
        assertThat(reported).containsExactly(MAP);
        kube.server.watches().resume("configmaps");
    }

    @Test
    void aDeletionIsAChangeEvenIfTheServerHasCompactedItsHistory() {
        kube.create("map", "1");
        Sources.Stamp stamp = read();
        awaitWatch();
        try (var cut = kube.server
                .faults()
                .inject(Fault.on("watch", "configmaps").always().drop())) {
            kube.server.watches().drop("configmaps");
            kube.delete("map");
            kube.server.watches().expire("configmaps");
            await().until(() -> cut.strikes() > 0);
            assertThat(sources.lifetime(stamp, UNWATCHED)).isEqualTo(UNWATCHED);
        }
        await().until(() -> sources.hasChanged(stamp));
        await().until(() -> reported.contains(MAP));
    }

    @Test
    void anUnreferencedSourceIsNotWatched() {
        Source other = Source.secret(TestKube.NAMESPACE, "other");
        Sources.Stamp stamp = sources.stamp(Set.of(other));
        assertThat(sources.lifetime(stamp, UNWATCHED)).isEqualTo(UNWATCHED);
        assertThat(kube.requests("watch", "secrets")).isZero();
    }

    @Test
    void secretsOfANamespaceShareAWatchThatEndsWithTheLastReference() {
        Source one = Source.secret(TestKube.NAMESPACE, "one");
        Source two = Source.secret(TestKube.NAMESPACE, "two");
        referenced.addAll(Set.of(one, two));
        sources.stamp(Set.of(one, two));
        await().until(() -> kube.requests("watch", "secrets") == 1);
        referenced.remove(one);
        sources.dropUnreferenced(Set.of(one));
        assertThat(sources.lifetime(sources.stamp(Set.of(one)), UNWATCHED)).isEqualTo(UNWATCHED);
        await().until(() ->
                sources.lifetime(sources.stamp(Set.of(two)), UNWATCHED).compareTo(UNWATCHED) > 0);
        referenced.remove(two);
        sources.dropUnreferenced(Set.of(two));
        assertThat(sources.lifetime(sources.stamp(Set.of(two)), UNWATCHED)).isEqualTo(UNWATCHED);
        assertThat(kube.requests("watch", "secrets")).isEqualTo(1);
    }
}
