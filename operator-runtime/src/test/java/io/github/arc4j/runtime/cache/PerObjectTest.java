package io.github.arc4j.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PerObjectTest {
    private final ResourceCache<ConfigMap> cache = new ResourceCache<>(ConfigMap.class);
    private final PerObject<String> notes = new PerObject<>(cache);

    private static ConfigMap object(String uid, int version) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName("name")
                .withUid(uid)
                .withResourceVersion(String.valueOf(version))
                .endMetadata()
                .build();
    }

    @Test
    void aValueIsKeptWhenItsObjectChanges() {
        cache.written(object("a", 1));
        notes.put(object("a", 1), "note");
        cache.written(object("a", 2));
        assertThat(notes.get(object("a", 2))).isEqualTo("note");
    }

    @Test
    void aValueIsRemovedWithItsObjectHoweverThatIsDeleted() {
        cache.written(object("a", 1));
        notes.put(object("a", 1), "note");
        cache.deleted(object("a", 1));
        assertThat(notes.get(object("a", 1))).isNull();
    }

    @Test
    void anotherObjectWithTheSameNameDoesNotInheritTheValue() {
        cache.written(object("a", 1));
        notes.put(object("a", 1), "note");
        cache.written(object("b", 2));
        assertThat(notes.get(object("a", 1))).isNull();
        assertThat(notes.get(object("b", 2))).isNull();
    }

    @Test
    void anObjectThatHasLeftTheCacheOrHasYetToEnterItGetsNoValue() {
        addInEveryWay(object("a", 1));
        assertThat(notes.size()).isZero();

        cache.written(object("a", 1));
        cache.deleted(object("a", 1));
        addInEveryWay(object("a", 1));
        assertThat(notes.size()).isZero();

        cache.written(object("b", 2));
        addInEveryWay(object("a", 1));
        assertThat(notes.size()).as("although another object has its name").isZero();
    }

    private void addInEveryWay(ConfigMap object) {
        notes.put(object, "put");
        assertThat(notes.computeIfAbsent(object, () -> "computed")).isEqualTo("computed");
        notes.merge(object, "merged", (known, first) -> known + first);
    }

    @Test
    void oneOfSeveralCachesContainsTheObject() {
        PerObject<String> ofBoth = new PerObject<>(new ResourceCache<>(Secret.class), cache);
        cache.written(object("a", 1));
        ofBoth.put(object("a", 1), "note");
        assertThat(ofBoth.get(object("a", 1))).isEqualTo("note");
    }

    @Test
    void valuesAreCombinedAndKept() {
        cache.written(object("a", 1));
        notes.merge(object("a", 1), "first", (known, first) -> known + ", " + first);
        notes.merge(object("a", 1), "second", (known, first) -> known + ", " + first);
        assertThat(notes.computeIfAbsent(object("a", 1), () -> "third")).isEqualTo("first, second");
        notes.remove(object("a", 1), "first");
        assertThat(notes.size()).isEqualTo(1);
        notes.remove(object("a", 1), "first, second");
        assertThat(notes.size()).isZero();
    }

    @Test
    void theRemovalOfAValueIsReportedOnceWithTheLastStateOfItsObject() {
        List<String> removed = new ArrayList<>();
        PerObject<String> reporting = new PerObject<>(
                cache, (object, value) -> removed.add(object.getMetadata().getResourceVersion() + " " + value));
        cache.written(object("a", 1));
        reporting.put(object("a", 1), "note");
        cache.written(object("a", 2));
        assertThat(removed).isEmpty();
        cache.deleted(object("a", 1));
        reporting.put(object("a", 1), "late");
        assertThat(removed).containsExactly("2 note");
    }

    @Test
    void aRemovalAtTheSameTimeLeavesNothing() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 2000; i++) {
                ConfigMap object = object("uid-" + i, i + 1);
                cache.written(object);
                CyclicBarrier start = new CyclicBarrier(2);
                List<Future<Boolean>> both = threads.invokeAll(List.of(
                        () -> {
                            start.await();
                            notes.put(object, "note");
                            notes.merge(object, "merged", (known, first) -> known + first);
                            return true;
                        },
                        () -> {
                            start.await();
                            cache.deleted(object);
                            return true;
                        }));
                for (Future<Boolean> one : both) {
                    assertThat(one.get()).isTrue();
                }
                assertThat(notes.size()).isZero();
            }
        }
    }
}
