package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.controller.runtime.client.JsonBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** Shares specs with equal JSON text, for the most recently used specs. */
final class SharedSpecs extends JsonDeserializer<EphemeralRunnerSpec> {
    /** Bytes of all specs together. A tenant that keeps editing a template adds one with each edit. */
    private static final int MAX_SIZE = 32 * 1024 * 1024;

    /** Of each value, in addition to its text. */
    private static final int VALUE_SIZE = 100;

    private record Shared(byte[] text, EphemeralRunnerSpec spec, int size) {}

    private final ObjectMapper json;
    private final Map<Long, Shared> byChecksum = new LinkedHashMap<>(16, 0.75f, true);
    private int size;

    SharedSpecs(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public EphemeralRunnerSpec deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        byte[] text = JsonBytes.text(context);
        if (text == null) {
            return context.readValue(parser, EphemeralRunnerSpec.class);
        }
        int start = JsonBytes.start(parser);
        return shared(text, start, JsonBytes.skip(parser));
    }

    private synchronized EphemeralRunnerSpec shared(byte[] text, int start, int end) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(text, start, end - start);
        Shared known = byChecksum.get(crc.getValue());
        if (known != null && Arrays.equals(known.text(), 0, known.text().length, text, start, end)) {
            return known.spec();
        }
        byte[] own = Arrays.copyOfRange(text, start, end);
        EphemeralRunnerSpec spec = json.readValue(own, EphemeralRunnerSpec.class);
        Shared added = new Shared(own, spec, size(own));
        Shared replaced = byChecksum.put(crc.getValue(), added);
        size += added.size() - (replaced == null ? 0 : replaced.size());
        Iterator<Shared> leastRecentlyUsed = byChecksum.values().iterator();
        while (size > MAX_SIZE) {
            size -= leastRecentlyUsed.next().size();
            leastRecentlyUsed.remove();
        }
        return spec;
    }

    /** About as much memory as a spec takes, with its text: lists of small objects take many times as much as that. */
    private static int size(byte[] text) {
        int values = 0;
        boolean isInString = false;
        for (int i = 0; i < text.length; i++) {
            switch (text[i]) {
                case '"' -> isInString = !isInString;
                case '\\' -> i++; // only in strings
                case '{', '[', ',' -> values += isInString ? 0 : 1;
                default -> {}
            }
        }
        return text.length + values * VALUE_SIZE;
    }
}
