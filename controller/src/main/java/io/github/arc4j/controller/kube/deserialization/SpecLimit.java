package io.github.arc4j.controller.kube.deserialization;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.runtime.client.JsonBytes;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Limits the size of specs with a pod template. A tenant can write 1.5 MiB into each, and {@code {},} in a list of
 * containers takes 130 times as much memory as its text. Of a spec beyond the limit, only short fields are read, and its
 * pod template is replaced with one that {@link #isExceeded} recognizes; reconcilers report it.
 */
public final class SpecLimit {
    /** Bytes of text in the spec of an AutoscalingRunnerSet. The spec of its runner set has the same template. */
    private static final int MAX_LENGTH = 256 * 1024;

    /** Values in the spec of an AutoscalingRunnerSet: each text, number, list and object. */
    private static final int MAX_VALUES = 3_000;

    /** A factor for what the controller and the API server add to the spec of a runner set, such as default values. */
    private static final int MARGIN = 2;

    /** Values of a text below this length are not counted, because there are fewer: each takes three bytes or more. */
    private static final int SMALL = 8 * 1024;

    /** Length of the fields that are read even if the spec is too long. */
    private static final int SHORT_FIELD = 1024;

    private static final PodSpec UNREAD = new PodSpec();
    private static final PodTemplateSpec UNREAD_TEMPLATE = new PodTemplateSpec(null, UNREAD);

    private static final Health EXCEEDED = Health.problem(
            "SpecTooLarge",
            "spec has more than 256 KiB or 3,000 values, and is not read: shorten it, for example by moving scripts"
                    + " from spec.template to a ConfigMap");

    private static final Health EXCEEDED_BY_RUNNER_SET = Health.problem(
            "SpecTooLarge",
            "spec is larger than that of any AutoscalingRunnerSet may be, and is not read: delete this"
                    + " EphemeralRunnerSet, so that the controller recreates it");

    private SpecLimit() {}

    /** The problem of a spec that is too large to be read; null if it has been read. */
    public static @Nullable Health problem(AutoscalingRunnerSetSpec spec) {
        return isExceeded(spec.template() == null ? null : spec.template().getSpec()) ? EXCEEDED : null;
    }

    /** The problem of a runner set whose spec is too large to be read; null if it has been read. */
    public static @Nullable Health problem(EphemeralRunnerSet set) {
        return isExceeded(set.getSpec().ephemeralRunnerSpec().spec()) ? EXCEEDED_BY_RUNNER_SET : null;
    }

    @SuppressWarnings("ReferenceEquality") // an empty spec that somebody wrote is equal
    private static boolean isExceeded(@Nullable PodSpec template) {
        return template == UNREAD;
    }

    static JsonDeserializer<AutoscalingRunnerSetSpec> ofScaleSet(ObjectMapper json) {
        return new Reader<>(
                json,
                AutoscalingRunnerSetSpec.class,
                1,
                spec -> spec.toBuilder()
                        .template(UNREAD_TEMPLATE)
                        .listenerTemplate(null)
                        .build());
    }

    static JsonDeserializer<EphemeralRunnerSetSpec> ofRunnerSet(ObjectMapper json) {
        return new Reader<>(
                json,
                EphemeralRunnerSetSpec.class,
                MARGIN,
                spec -> spec.toBuilder()
                        .ephemeralRunnerSpec(spec.ephemeralRunnerSpec().toBuilder()
                                .spec(UNREAD)
                                .build())
                        .build());
    }

    private static final class Reader<T> extends TextReader<T> {
        private final int factor;
        private final UnaryOperator<T> withoutTemplate;

        /** @param factor of the limits */
        Reader(ObjectMapper json, Class<T> type, int factor, UnaryOperator<T> withoutTemplate) {
            super(json, type, SMALL, MAX_REQUEST);
            this.factor = factor;
            this.withoutTemplate = withoutTemplate;
        }

        @Override
        T read(DeserializationContext context, byte[] text, int start, int length, int values) throws IOException {
            return length <= factor * MAX_LENGTH && values <= factor * MAX_VALUES
                    ? readAll(text, start, length)
                    : withoutTemplate.apply(json.treeToValue(shortFields(text, start, length, true), type));
        }

        /** @param nested whether to read the short fields of objects that are too long, instead of omitting them */
        private ObjectNode shortFields(byte[] text, int start, int length, boolean nested) throws IOException {
            ObjectNode fields = json.createObjectNode();
            try (JsonParser parser = json.createParser(text, start, length)) {
                parser.nextToken();
                for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                    JsonToken token = parser.nextToken();
                    int from = start + JsonBytes.start(parser);
                    int size = start + JsonBytes.skip(parser) - from;
                    if (size <= SHORT_FIELD) {
                        fields.set(field, json.readTree(text, from, size));
                    } else if (nested && token == JsonToken.START_OBJECT) {
                        fields.set(field, shortFields(text, from, size, false));
                    }
                }
            }
            return fields;
        }
    }
}
