package io.github.arc4j.runtime.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.TestKube;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class ReflectorTest {
    private final TestKube kube = new TestKube();
    private final ResourceCache<ConfigMap> cache = new ResourceCache<>(ConfigMap.class);
    private final List<Reflector<ConfigMap>> reflectors = new ArrayList<>();

    @AfterEach
    void close() {
        reflectors.forEach(Reflector::close);
        kube.close();
    }

    private Reflector<ConfigMap> follow(String namespace) throws InterruptedException {
        return follow(new Reflector<>(kube.api, cache, namespace));
    }

    private Reflector<ConfigMap> follow(Reflector<ConfigMap> reflector) throws InterruptedException {
        reflectors.add(reflector);
        reflector.start();
        assertThat(reflector.awaitSynced(Duration.ofSeconds(10))).isTrue();
        await().until(() -> kube.server.watches().open("configmaps") >= reflectors.size());
        return reflector;
    }

    private Map<String, String> cached() {
        Map<String, String> values = new TreeMap<>();
        cache.all()
                .forEach(map ->
                        values.put(map.getMetadata().getName(), map.getData().get("value")));
        return values;
    }

    @Test
    void theCacheHasExistingObjectsAndFollowsChanges() throws Exception {
        kube.create("old", "1");
        follow("default");
        assertThat(cached()).containsExactly(Map.entry("old", "1"));
        kube.create("new", "1");
        kube.update("old", "2");
        await().untilAsserted(() -> assertThat(cached()).containsExactly(Map.entry("new", "1"), Map.entry("old", "2")));
        kube.delete("old");
        await().untilAsserted(() -> assertThat(cached()).containsExactly(Map.entry("new", "1")));
    }

    @Test
    void aLongListIsReadInPages() throws Exception {
        for (int i = 0; i < 1100; i++) {
            kube.server.store().resource("configmaps").create("default", json("map-" + i, "1"));
        }
        kube.server.requests().reset();
        follow("default");
        assertThat(cache.all()).hasSize(1100);
        assertThat(kube.requests("list", "configmaps")).isEqualTo(3);
    }

    @Test
    void aPageOfLargeObjectsIsRequestedInSmallerParts() throws Exception {
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 20; i++) {
            kube.server.store().resource("configmaps").create("default", json("map-" + i, large));
        }
        kube.server.requests().reset();
        follow("default");
        assertThat(cached().values()).hasSize(20).allMatch(large::equals);
        // 500, 125, 31 and 7 objects are too many; then come pages of 1, 2, 2, and 3 objects up to the last one.
        assertThat(kube.requests("list", "configmaps")).isEqualTo(4 + 11);
    }

    private static com.fasterxml.jackson.databind.node.ObjectNode json(String name, String value) {
        return new com.fasterxml.jackson.databind.ObjectMapper().valueToTree(TestKube.map(name, value));
    }

    @Test
    void aBrokenWatchIsResumedWithoutListing() throws Exception {
        kube.create("old", "1");
        follow("default");
        kube.server.requests().reset();
        kube.server.watches().drop();
        kube.create("meanwhile", "1");
        kube.delete("old");
        await().untilAsserted(() -> assertThat(cached()).containsExactly(Map.entry("meanwhile", "1")));
        assertThat(kube.requests("list", "configmaps")).isZero();
    }

    @Test
    void afterAnExpiredVersionAListRemovesDeletedObjects() throws Exception {
        kube.create("stays", "1");
        kube.create("goes", "1");
        follow("default");
        kube.server.faults().inject(Fault.on("watch", "configmaps").times(2).answer(500));
        kube.server.watches().drop();
        kube.delete("goes");
        kube.update("stays", "2");
        kube.create("comes", "1");
        kube.server.watches().expire("configmaps");
        await().untilAsserted(
                        () -> assertThat(cached()).containsExactly(Map.entry("comes", "1"), Map.entry("stays", "2")));
        kube.update("stays", "3");
        await().untilAsserted(() -> assertThat(cached()).containsEntry("stays", "3"));
    }

    @Test
    void anObjectKnownOnlyFromAWriteIsRemovedByAListWithoutIt() throws Exception {
        follow("default");
        kube.server.watches().pause("configmaps");
        cache.written(kube.create("short", "1"));
        kube.delete("short");
        assertThat(cached()).containsKey("short");
        kube.create("later", "1");
        kube.server.watches().resume("configmaps");
        kube.server.watches().expire("configmaps");
        await().untilAsserted(() -> assertThat(cached()).containsOnlyKeys("later"));
    }

    @Test
    void staleEventsDoNotRevertAnOwnWrite() throws Exception {
        kube.create("a", "1");
        follow("default");
        List<String> seen = new CopyOnWriteArrayList<>();
        cache.onChange((before, after) -> seen.add(after.getData().get("value")));
        kube.server.watches().pause("configmaps");
        kube.update("a", "2");
        cache.written(kube.update("a", "3"));
        kube.server.watches().resume("configmaps");
        kube.create("b", "end");
        await().untilAsserted(() -> assertThat(seen).contains("end"));
        assertThat(seen).containsExactly("3", "end");
    }

    @Test
    void anUnavailableServerIsAwaited() throws Exception {
        kube.server.faults().inject(Fault.on("list", "configmaps").times(3).answer(503));
        kube.create("old", "1");
        follow("default");
        assertThat(cached()).containsKey("old");
        assertThat(kube.requests("list", "configmaps")).isGreaterThanOrEqualTo(4);
    }

    @Test
    void theStateOfARestoredServerIsAccepted() throws Exception {
        kube.create("old", "1");
        kube.create("both", "1");
        for (int i = 0; i < 50; i++) {
            kube.update("both", "1." + i);
        }
        follow("default");
        int port = kube.server.uri().getPort();
        kube.server.close();
        try (EmbeddedKube next = EmbeddedKube.builder().port(port).start()) {
            // Past HTTP: the client may not know yet that its connections to the former server are closed.
            next.store().resource("configmaps").create("default", json("both", "2"));
            next.faults()
                    .inject(Fault.on("watch", "configmaps")
                            .times(4)
                            .answer(504, "Timeout", "Too large resource version"));
            next.watches().drop();
            await().atMost(Duration.ofSeconds(40))
                    .untilAsserted(() -> assertThat(cached()).containsExactly(Map.entry("both", "2")));
        }
    }

    @Test
    void aWatchThatFailsByADefectIsRestartedAndCounted() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        cache.only(map -> {
            if (map.getData().get("value").equals("bad") && failed.compareAndSet(false, true)) {
                throw new IllegalStateException("a defect");
            }
            return true;
        });
        follow("default");
        kube.create("a", "bad");
        await().untilAsserted(() -> assertThat(cached()).containsExactly(Map.entry("a", "bad")));
        assertThat(kube.registry.getSampleValue(
                        "gha_controller_watch_failures_total", new String[] {"resource"}, new String[] {"configmaps"}))
                .isEqualTo(1);
    }

    @Test
    void onlyWatchedNamespacesFeedTheCache() throws Exception {
        for (String namespace : List.of("one", "two", "three")) {
            kube.client
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
            kube.client
                    .resource(TestKube.map(namespace, "in-" + namespace, "1"))
                    .create();
        }
        follow("one");
        follow("two");
        kube.client.resource(TestKube.map("three", "later", "1")).create();
        kube.client.resource(TestKube.map("two", "later", "1")).create();
        await().untilAsserted(() -> assertThat(cached()).containsOnlyKeys("in-one", "in-two", "later"));
        kube.server.watches().expire("configmaps");
        kube.client.configMaps().inNamespace("one").withName("in-one").delete();
        await().untilAsserted(() -> assertThat(cached()).containsOnlyKeys("in-two", "later"));
    }

    @Test
    void allNamespacesAreCoveredByOneWatch() throws Exception {
        kube.create("a", "1");
        follow((String) null);
        assertThat(cached()).containsKey("a");
        assertThat(kube.server.watches().open("configmaps")).isEqualTo(1);
    }

    @Test
    void aSilentWatchIsReopened() throws Exception {
        follow(new Reflector<>(kube.api, cache, "default", Duration.ofMillis(300)));
        await().untilAsserted(
                        () -> assertThat(kube.requests("watch", "configmaps")).isGreaterThan(2));
        kube.create("a", "1");
        await().untilAsserted(() -> assertThat(cached()).containsKey("a"));
        assertThat(kube.requests("list", "configmaps")).isEqualTo(1);
    }

    @Test
    void aClosedReflectorClosesItsWatch() throws Exception {
        Reflector<ConfigMap> reflector = follow("default");
        reflector.close();
        AtomicInteger events = new AtomicInteger();
        // The server notices it when it writes, and the watch may only just be opening.
        await().until(() -> {
            kube.create("map-" + events.incrementAndGet(), "1");
            return kube.server.watches().open("configmaps") == 0;
        });
        assertThat(cached()).isEmpty();
    }
}
