package io.github.arc4j.controller.kube.deserialization;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads only the node, the deadline, the grace period and the sidecars, which are init containers that always restart.
 */
final class LeanPodSpec extends JsonDeserializer<PodSpec> {
    private static final int MAX_SIDECARS = 16;

    @Override
    public PodSpec deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        PodSpec spec = new PodSpec();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (field.equals("nodeName")) {
                spec.setNodeName(parser.getValueAsString());
            } else if (field.equals("activeDeadlineSeconds")) {
                spec.setActiveDeadlineSeconds(parser.getValueAsLong());
            } else if (field.equals("terminationGracePeriodSeconds")) {
                spec.setTerminationGracePeriodSeconds(parser.getValueAsLong());
            } else if (field.equals("initContainers") && value == JsonToken.START_ARRAY) {
                spec.setInitContainers(sidecars(parser));
            } else {
                parser.skipChildren();
            }
        }
        return spec;
    }

    private static List<Container> sidecars(JsonParser parser) throws IOException {
        List<Container> sidecars = new ArrayList<>();
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            String name = null;
            String restartPolicy = null;
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                parser.nextToken();
                switch (field) {
                    case "name" -> name = parser.getValueAsString();
                    case "restartPolicy" -> restartPolicy = parser.getValueAsString();
                    default -> parser.skipChildren();
                }
            }
            if ("Always".equals(restartPolicy) && sidecars.size() < MAX_SIDECARS) {
                Container sidecar = new Container();
                sidecar.setName(name);
                sidecar.setRestartPolicy(restartPolicy);
                sidecars.add(sidecar);
            }
        }
        return sidecars;
    }
}
