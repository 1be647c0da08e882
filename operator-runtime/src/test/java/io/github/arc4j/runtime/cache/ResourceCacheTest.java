package io.github.arc4j.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.github.arc4j.runtime.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class ResourceCacheTest {
    private final FakeTime time = new FakeTime();
    private final ResourceCache<ConfigMap> cache = new ResourceCache<>(ConfigMap.class, time);
    private final List<String> changes = new ArrayList<>();

    @BeforeEach
    void listen() {
        cache.index("color", map -> List.of(map.getData().get("color")));
        cache.onChange((before, after) -> changes.add(color(before) + ">" + color(after)));
    }

    private static String color(ConfigMap map) {
        return map == null ? "" : map.getData().get("color");
    }

    private static ConfigMap map(String uid, int version, String color) {
        return map("ns", "one", uid, version, color);
    }

    private static ConfigMap map(String namespace, String name, String uid, int version, String color) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withUid(uid)
                .withResourceVersion(String.valueOf(version))
                .addNewManagedField()
                .withManager("somebody")
                .endManagedField()
                .endMetadata()
                .withData(Map.of("color", color))
                .build();
    }

    @Test
    void ownWritesAreVisibleImmediately() {
        ConfigMap written = map("u", 1, "red");
        cache.written(written);
        assertThat(cache.get("ns", "one")).isSameAs(written);
        assertThat(cache.byIndex("color", "red")).containsExactly(written);
        assertThat(cache.all()).containsExactly(written);
        assertThat(changes).containsExactly(">red");
    }

    @Test
    void managedFieldsAreDropped() {
        cache.written(map("u", 1, "red"));
        assertThat(cache.all().getFirst().getMetadata().getManagedFields()).isNullOrEmpty();
    }

    @Test
    void unacceptedObjectsAreIgnoredWhateverTheirSource() {
        ResourceCache<ConfigMap> reds = new ResourceCache<>(ConfigMap.class, time)
                .only(map -> map.getData().containsValue("red"));
        ConfigMap red = map("ns", "one", "u", 1, "red");
        reds.written(map("ns", "two", "v", 2, "green"));
        reds.replaceAll(null, List.of(red, map("ns", "three", "w", 3, "blue")), Set.of(), "3");
        assertThat(reds.all()).containsExactly(red);
        reds.replaceAll(null, List.of(map("ns", "three", "w", 3, "blue")), Set.of(), "4");
        assertThat(reds.all()).isEmpty();
    }

    @Test
    void anOlderOrEqualVersionNeverReplacesANewerOne() {
        cache.written(map("u", 100, "red"));
        cache.written(map("u", 99, "green"));
        cache.written(map("u", 100, "blue"));
        assertThat(color(cache.get("ns", "one"))).isEqualTo("red");
        assertThat(changes).containsExactly(">red");
    }

    @Test
    void anObjectThatCannotBeIndexedDoesNotAffectOthers() {
        ConfigMap hostile = map("ns", "hostile", "u1", 1, "red");
        hostile.setData(Map.of());
        ConfigMap other = map("ns", "other", "u2", 2, "red");
        cache.index(
                "length",
                map -> List.of(String.valueOf(map.getData().get("color").length())));
        cache.onChange((before, after) -> changes.clear());
        cache.replaceAfterRestore(null, List.of(hostile, other), Set.of());
        assertThat(cache.byIndex("length", "3")).containsExactly(other);
        assertThat(cache.get("ns", "hostile")).isSameAs(hostile);
        ConfigMap repaired = map("ns", "hostile", "u1", 3, "red");
        cache.written(repaired);
        assertThat(cache.byIndex("length", "3")).containsExactlyInAnyOrder(repaired, other);
    }

    @Test
    void indexesAndCountsFollowChanges() {
        cache.written(map("u", 1, "red"));
        cache.written(map("u", 2, "green"));
        assertThat(cache.count("color", "red")).isZero();
        assertThat(cache.count("color", "green")).isEqualTo(1);
        assertThat(changes).containsExactly(">red", "red>green");
    }

    @Test
    void anIndexCanBeAddedLater() {
        cache.written(map("u", 1, "red"));
        cache.index("name", map -> List.of(map.getMetadata().getName()));
        assertThat(cache.count("name", "one")).isEqualTo(1);
        assertThatThrownBy(() -> cache.index("name", map -> List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cache.count("nothing", "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDeletedObjectStaysDeletedDespiteALateResponse() {
        cache.written(map("u", 1, "red"));
        cache.deleted(map("u", 1, "red"));
        cache.written(map("u", 2, "green"));
        assertThat(cache.get("ns", "one")).isNull();
        assertThat(changes).containsExactly(">red", "red>");
    }

    @Test
    void aDeletionThatIsKnownBeforeTheObjectPreventsItsAddition() {
        cache.deleted(map("u", 1, "red"));
        cache.written(map("u", 1, "red"));
        assertThat(cache.all()).isEmpty();
    }

    @Test
    void recognizesKnownVersions() {
        Request name = new Request("ns", "one");
        assertThat(cache.knows(name, "u", "5")).isFalse();
        cache.written(map("u", 5, "red"));
        assertThat(cache.knows(name, "u", "4")).isTrue();
        assertThat(cache.knows(name, "u", "5")).isTrue();
        assertThat(cache.knows(name, "u", "6")).isFalse();
        assertThat(cache.knows(name, "u", "unordered")).isFalse();
        assertThat(cache.knows(name, "another", "4")).isFalse();
        cache.deleted(map("u", 5, "red"));
        assertThat(cache.knows(name, "u", "7")).isTrue();
    }

    @Test
    void tombstonesExpire() {
        cache.deleted(map("u", 1, "red"));
        time.pass(Duration.ofMinutes(6));
        cache.deleted(map("other", 2, "red"));
        cache.written(map("u", 3, "green"));
        assertThat(cache.all()).hasSize(1);
    }

    /** Users may delete any number of objects of which the cache has none. */
    @Test
    void onlyTheLastOfManyDeletedObjectsAreKnown() {
        int deleted = 30_000;
        for (int number = 0; number < deleted; number++) {
            cache.deleted(map("u" + number, 1, "red"));
        }
        assertThat(cache.knows(new Request("ns", "other"), "u0", "1")).isFalse();
        assertThat(cache.knows(new Request("ns", "other"), "u10000", "1")).isTrue();
        assertThat(cache.knows(new Request("ns", "other"), "u9999", "1")).isFalse();
        assertThat(cache.knows(new Request("ns", "other"), "u29999", "1")).isTrue();
    }

    @Test
    void aRecreatedObjectReplacesTheOldOne() {
        cache.written(map("u1", 1, "red"));
        cache.written(map("u2", 5, "green"));
        assertThat(changes).containsExactly(">red", "red>", ">green");
        cache.deleted(map("u1", 4, "red"));
        assertThat(color(cache.get("ns", "one"))).isEqualTo("green");
        cache.written(map("u1", 6, "late"));
        assertThat(color(cache.get("ns", "one"))).isEqualTo("green");
    }

    @Test
    void theResponseToTheRemovalOfTheLastFinalizerDeletesTheObject() {
        cache.written(map("u", 1, "red"));
        ConfigMap last = map("u", 2, "red");
        last.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        last.getMetadata().setDeletionGracePeriodSeconds(0L);
        cache.written(last);
        assertThat(cache.all()).isEmpty();
    }

    @Test
    void anObjectWhoseDeletionHasOnlyStartedIsKept() {
        cache.written(map("u", 1, "red"));
        ConfigMap ending = map("u", 2, "green");
        ending.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        ending.getMetadata().setDeletionGracePeriodSeconds(30L);
        cache.written(ending);
        assertThat(cache.all()).hasSize(1);
    }

    @Test
    void aListRemovesDeletedObjectsButNotNewerOnes() {
        cache.written(map("ns", "gone", "u1", 1, "red"));
        cache.written(map("ns", "stays", "u2", 2, "green"));
        cache.written(map("ns", "unreadable", "u3", 3, "pink"));
        cache.written(map("ns", "justWritten", "u4", 11, "blue"));
        cache.written(map("elsewhere", "other", "u5", 4, "black"));
        cache.replaceAll(
                "ns", List.of(map("ns", "stays", "u2", 9, "yellow")), Set.of(new Request("ns", "unreadable")), "10");
        assertThat(cache.all())
                .extracting(ResourceCacheTest::color)
                .containsExactlyInAnyOrder("yellow", "pink", "blue", "black");
        assertThat(cache.count("color", "red")).isZero();
    }

    @Test
    void aListOfARestoredServerReplacesNewerVersionsAtomically() {
        cache.written(map("ns", "gone", "u1", 21, "red"));
        cache.written(map("ns", "stays", "u2", 22, "green"));
        cache.written(map("ns", "remade", "u3", 23, "pink"));
        cache.written(map("ns", "unreadable", "u4", 24, "black"));
        cache.written(map("ns", "deleted", "u5", 25, "white"));
        cache.deleted(map("ns", "deleted", "u5", 25, "white"));
        changes.clear();
        List<Boolean> stayed = new ArrayList<>();
        cache.derive((before, after) -> stayed.add(cache.get("ns", "stays") != null));
        cache.replaceAfterRestore(
                "ns",
                List.of(
                        map("ns", "stays", "u2", 9, "yellow"),
                        map("ns", "remade", "u6", 8, "pink"),
                        map("ns", "deleted", "u5", 7, "white")),
                Set.of(new Request("ns", "unreadable")));
        assertThat(cache.all())
                .extracting(ResourceCacheTest::color)
                .containsExactlyInAnyOrder("yellow", "pink", "black", "white");
        assertThat(cache.count("color", "green")).isZero();
        assertThat(stayed).isNotEmpty().doesNotContain(false);
        assertThat(changes).containsExactlyInAnyOrder("red>", "green>yellow", "pink>", ">pink", ">white");
    }

    @Test
    void readsInOneCallSeeAConsistentState() throws Exception {
        cache.written(map("u", 1, "red"));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch end = new CountDownLatch(1);
            threads.execute(() -> {
                for (int version = 2; version < 20_000; version++) {
                    cache.written(map("u", version, version % 2 == 0 ? "green" : "red"));
                }
                end.countDown();
            });
            while (end.getCount() > 0) {
                int sum = cache.read(() -> cache.count("color", "red") + cache.count("color", "green"));
                assertThat(sum).isEqualTo(1);
            }
        }
    }

    @Test
    void listenersGetEveryChangeInOrderFromManyThreads() {
        List<Integer> heard = new ArrayList<>();
        cache.onChange((before, after) ->
                heard.add(Integer.parseInt(after.getMetadata().getResourceVersion())));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < 4; thread++) {
                threads.execute(() -> {
                    for (int version = 1; version <= 1000; version++) {
                        cache.written(map("u", version, "red"));
                    }
                });
            }
        }
        assertThat(heard).isSorted().endsWith(1000).doesNotHaveDuplicates();
    }

    @Test
    void aListenerMayWriteAndAFailingOneAffectsNoOthers() {
        cache.onChange((before, after) -> {
            throw new IllegalStateException("on purpose");
        });
        cache.onChange((before, after) -> {
            if (after != null && color(after).equals("red")) {
                cache.written(map("u", 2, "green"));
            }
        });
        cache.written(map("u", 1, "red"));
        assertThat(changes).containsExactly(">red", "red>green");
    }

    @Test
    void derivedDataChangesTogetherWithTheIndexes() {
        AtomicInteger objects = new AtomicInteger();
        List<Integer> counted = new ArrayList<>();
        List<Integer> derived = new ArrayList<>();
        cache.onChange((before, after) -> {
            counted.add(cache.count("color", "red"));
            derived.add(objects.get());
        });
        cache.derive((before, after) -> {
            throw new IllegalStateException("on purpose");
        });
        cache.derive((before, after) -> objects.addAndGet(after == null ? -1 : 1));
        cache.written(map("u", 1, "red"));
        cache.deleted(map("u", 1, "red"));
        assertThat(derived).isEqualTo(counted).containsExactly(1, 0);
    }

    @Test
    void versionsAreComparedAsNumbers() {
        cache.written(map("u", 9, "red"));
        cache.written(map("u", 10, "green"));
        assertThat(color(cache.get("ns", "one"))).isEqualTo("green");
    }
}
