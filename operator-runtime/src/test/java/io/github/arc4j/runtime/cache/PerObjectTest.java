package io.github.arc4j.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
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
}
