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
    /** Length of all texts together. A tenant that keeps editing a template adds one with each edit. */
    private static final int MAX_LENGTH = 8 * 1024 * 1024;

    private record Shared(byte[] text, EphemeralRunnerSpec spec) {}

    private final ObjectMapper json;
    private final Map<Long, Shared> byChecksum = new LinkedHashMap<>(16, 0.75f, true);
    private int length;

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
        Shared replaced = byChecksum.put(crc.getValue(), new Shared(own, spec));
        length += own.length - (replaced == null ? 0 : replaced.text().length);
        Iterator<Shared> leastRecentlyUsed = byChecksum.values().iterator();
        while (length > MAX_LENGTH) {
            length -= leastRecentlyUsed.next().text().length;
            leastRecentlyUsed.remove();
        }
        return spec;
    }
}
