package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads only the node, the deadline and the restart policies of the init containers. */
final class LeanPodSpec extends JsonDeserializer<PodSpec> {
    private static final int MAX_CONTAINERS = 64;

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
            if (containers.size() == MAX_CONTAINERS) {
                parser.skipChildren();
                continue;
            }
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
