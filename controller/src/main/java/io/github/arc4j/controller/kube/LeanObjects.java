package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBuilder;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.controller.runtime.client.JsonBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Reads frequent objects efficiently: only the used fields of a pod's spec, and the spec of runners, which is equal for
 * all of a set, only once. This saves most of the time and memory of reading.
 */
public final class LeanObjects {
    private static final PropertyName SPEC = PropertyName.construct("spec");

    private LeanObjects() {}

    /** Configures the mapper to read objects this way. */
    public static void configure(ObjectMapper json) {
        json.registerModule(new SimpleModule("lean objects").setDeserializerModifier(new BeanDeserializerModifier() {
            @Override
            public BeanDeserializerBuilder updateBuilder(
                    DeserializationConfig config, BeanDescription bean, BeanDeserializerBuilder builder) {
                if (bean.getBeanClass() == Pod.class) {
                    readSpec(builder, new LeanPodSpec());
                } else if (bean.getBeanClass() == EphemeralRunner.class) {
                    readSpec(builder, new SharedSpecs(json));
                }
                return builder;
            }
        }));
    }

    private static void readSpec(BeanDeserializerBuilder builder, JsonDeserializer<?> reader) {
        builder.addOrReplaceProperty(builder.findProperty(SPEC).withValueDeserializer(reader), true);
    }

    /** Reads only the node, the deadline and the restart policies of the init containers. */
    private static final class LeanPodSpec extends JsonDeserializer<PodSpec> {
        @Override
        public PodSpec deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            PodSpec spec = new PodSpec();
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (field.equals("nodeName")) {
                    spec.setNodeName(parser.getValueAsString());
                } else if (field.equals("activeDeadlineSeconds")) {
                    spec.setActiveDeadlineSeconds(parser.getValueAsLong());
                } else if (field.equals("initContainers") && value == JsonToken.START_ARRAY) {
                    spec.setInitContainers(containers(parser));
                } else {
                    parser.skipChildren();
                }
            }
            return spec;
        }

        private static List<Container> containers(JsonParser parser) throws IOException {
            List<Container> containers = new ArrayList<>();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                Container container = new Container();
                for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                    parser.nextToken();
                    switch (field) {
                        case "name" -> container.setName(parser.getValueAsString());
                        case "restartPolicy" -> container.setRestartPolicy(parser.getValueAsString());
                        default -> parser.skipChildren();
                    }
                }
                containers.add(container);
            }
            return containers;
        }
    }

    /** Shares specs with equal JSON text. */
    private static final class SharedSpecs extends JsonDeserializer<EphemeralRunnerSpec> {
        private static final int KEPT = 1000;

        private record Shared(byte[] text, EphemeralRunnerSpec spec) {}

        private final ObjectMapper json;
        private final Map<Long, Shared> byChecksum = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Shared> eldest) {
                return size() > KEPT;
            }
        };

        private SharedSpecs(ObjectMapper json) {
            this.json = json;
        }

        @Override
        public EphemeralRunnerSpec deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            byte[] text = JsonBytes.text(context);
            if (text == null) {
                return context.readValue(parser, EphemeralRunnerSpec.class);
            }
            int start = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            int end = (int) parser.currentLocation().getByteOffset();
            return shared(text, start, end);
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
            byChecksum.put(crc.getValue(), new Shared(own, spec));
            return spec;
        }
    }
}
