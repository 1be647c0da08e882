package io.github.arc4j.controller.kube.deserialization;

import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Shares specs with equal JSON text within a namespace, as long as they were used recently. When there is no room, the
 * namespace that takes up the most loses a spec, so that a tenant with many specs displaces only its own.
 */
final class SharedSpecs extends TextReader<EphemeralRunnerSpec> {
    /** Bytes of all specs together. A tenant that keeps editing a template adds one with each edit. */
    private static final int MAX_SIZE = 32 * 1024 * 1024;

    /** Bytes of a shared spec; every spec that an AutoscalingRunnerSet may have is smaller. */
    private static final int MAX_SIZE_OF_SPEC = MAX_SIZE / 8;

    /** Bytes of each value, in addition to its text: small objects take many times as much memory as their text. */
    private static final int VALUE_SIZE = 200;

    private record Key(String namespace, long checksum) {}

    private record Shared(byte[] text, EphemeralRunnerSpec spec, int size) {}

    /** The least recently used first. */
    private final Map<Key, Shared> specs = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, Integer> sizeOfNamespaces = new HashMap<>();
    private int size;

    SharedSpecs(ObjectMapper json) {
        super(json, EphemeralRunnerSpec.class, 0, MAX_REQUEST);
    }

    @Override
    EphemeralRunnerSpec read(DeserializationContext context, byte[] text, int start, int length, int values)
            throws IOException {
        return shared(LeanMetadata.namespace(context), text, start, start + length, values);
    }

    private synchronized EphemeralRunnerSpec shared(String namespace, byte[] text, int start, int end, int values)
            throws IOException {
        CRC32 crc = new CRC32();
        crc.update(text, start, end - start);
        Key key = new Key(namespace, crc.getValue());
        Shared known = specs.get(key);
        if (known != null && Arrays.equals(known.text(), 0, known.text().length, text, start, end)) {
            return known.spec();
        }
        byte[] own = Arrays.copyOfRange(text, start, end);
        EphemeralRunnerSpec spec = readAll(own, 0, own.length);
        Shared added = new Shared(own, spec, own.length + values * VALUE_SIZE);
        if (added.size() <= MAX_SIZE_OF_SPEC) {
            count(key, added.size());
            Shared replaced = specs.put(key, added);
            count(key, replaced == null ? 0 : -replaced.size());
            while (size > MAX_SIZE) {
                removeOneOfLargestNamespace();
            }
        }
        return spec;
    }

    private void count(Key key, int bytes) {
        size += bytes;
        sizeOfNamespaces.merge(key.namespace(), bytes, (before, more) -> before + more == 0 ? null : before + more);
    }

    private void removeOneOfLargestNamespace() {
        String largest = Collections.max(sizeOfNamespaces.entrySet(), Map.Entry.comparingByValue())
                .getKey();
        Iterator<Map.Entry<Key, Shared>> leastRecentlyUsed = specs.entrySet().iterator();
        while (leastRecentlyUsed.hasNext()) {
            Map.Entry<Key, Shared> spec = leastRecentlyUsed.next();
            if (spec.getKey().namespace().equals(largest)) {
                leastRecentlyUsed.remove();
                count(spec.getKey(), -spec.getValue().size());
                return;
            }
        }
    }
}
