package io.github.arc4j.controller.kube.deserialization;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.MetadataLimit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads those fields of an object's metadata that the controller uses. Anyone who may create an object chooses how much
 * metadata it has, up to 1.5 MiB of two-letter labels. Therefore, only as many entries are kept as the controller and
 * its users need.
 */
final class LeanMetadata extends JsonDeserializer<ObjectMeta> {
    private static final Object NAMESPACE = new Object();

    private static final int MAX_OWNERS = 8;
    private static final int MAX_FINALIZERS = 32;
    /** Characters of a finalizer, or of a field of an owner. A longer one is read as an empty text. */
    private static final int MAX_ENTRY = 1024;

    /**
     * The labels and annotations of pods that the controller reads or compares. Others are only written, and only once.
     */
    private static final Set<String> OF_PODS = Set.of(
            Labels.COMPONENT,
            Labels.LISTENER_SHARD,
            Labels.EPHEMERAL_RUNNER,
            Labels.RUNNER_POD,
            Labels.BUSY,
            Labels.SCALE_SET_NAME,
            Labels.SCALE_SET_NAMESPACE,
            Annotations.INTEGRITY_HASH,
            Annotations.RUNNER_ID);

    private final Supplier<Limit> limitOfTexts;
    private final int maxFinalizers;
    private final boolean onlyController;

    /** Decides which labels, or which annotations, of one object are read. */
    @FunctionalInterface
    private interface Limit {
        /** Whether to read the next entry. */
        boolean admits(String key, int valueLength);
    }

    LeanMetadata() {
        this(MetadataLimit.MAX_LENGTH);
    }

    /** @param maxLength of a label or annotation with its key, in characters */
    LeanMetadata(int maxLength) {
        this(() -> new MetadataLimit(maxLength)::admits, MAX_FINALIZERS, false);
    }

    private LeanMetadata(Supplier<Limit> limitOfTexts, int maxFinalizers, boolean onlyController) {
        this.limitOfTexts = limitOfTexts;
        this.onlyController = onlyController;
        this.maxFinalizers = maxFinalizers;
    }

    /**
     * Reads the metadata of pods, of which a namespace may have thousands: a quota on pods does not count those that have
     * ended. Of finalizers, it only matters whether there are any.
     */
    static LeanMetadata ofPods() {
        return new LeanMetadata(() -> (key, valueLength) -> OF_PODS.contains(key) && valueLength <= MAX_ENTRY, 1, true);
    }

    @Override
    public ObjectMeta deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        ObjectMeta metadata = new ObjectMeta();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (field) {
                case "name" -> metadata.setName(parser.getText());
                case "namespace" -> {
                    metadata.setNamespace(parser.getText());
                    context.setAttribute(NAMESPACE, metadata.getNamespace());
                }
                case "uid" -> metadata.setUid(parser.getText());
                case "resourceVersion" -> metadata.setResourceVersion(parser.getText());
                case "generation" -> metadata.setGeneration(parser.getLongValue());
                case "creationTimestamp" -> metadata.setCreationTimestamp(parser.getText());
                case "deletionTimestamp" -> metadata.setDeletionTimestamp(parser.getText());
                case "deletionGracePeriodSeconds" -> metadata.setDeletionGracePeriodSeconds(parser.getLongValue());
                case "labels" -> metadata.setLabels(texts(parser));
                case "annotations" -> metadata.setAnnotations(texts(parser));
                case "ownerReferences" -> metadata.setOwnerReferences(owners(parser));
                case "finalizers" -> metadata.setFinalizers(finalizers(parser));
                default -> parser.skipChildren();
            }
        }
        return metadata;
    }

    /** The namespace of the object that is being read; empty before its metadata has been read. For deserializers. */
    static String namespace(DeserializationContext context) {
        return Objects.requireNonNullElse((String) context.getAttribute(NAMESPACE), "");
    }

    private List<OwnerReference> owners(JsonParser parser) throws IOException {
        List<OwnerReference> owners = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            OwnerReference owner = owner(parser);
            if (owners.size() < MAX_OWNERS && (!onlyController || Boolean.TRUE.equals(owner.getController()))) {
                owners.add(owner);
            }
        }
        return owners;
    }

    private static OwnerReference owner(JsonParser parser) throws IOException {
        OwnerReference owner = new OwnerReference();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "apiVersion" -> owner.setApiVersion(entry(parser));
                case "kind" -> owner.setKind(entry(parser));
                case "name" -> owner.setName(entry(parser));
                case "uid" -> owner.setUid(entry(parser));
                case "controller" -> owner.setController(parser.getValueAsBoolean());
                case "blockOwnerDeletion" -> owner.setBlockOwnerDeletion(parser.getValueAsBoolean());
                default -> parser.skipChildren();
            }
        }
        return owner;
    }

    private List<String> finalizers(JsonParser parser) throws IOException {
        List<String> finalizers = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (finalizers.size() < maxFinalizers) {
                finalizers.add(entry(parser));
            }
        }
        return finalizers;
    }

    private static String entry(JsonParser parser) throws IOException {
        return parser.getTextLength() > MAX_ENTRY ? "" : parser.getText();
    }

    private Map<String, String> texts(JsonParser parser) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        Limit limit = limitOfTexts.get();
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            parser.nextToken();
            if (limit.admits(key, parser.getTextLength())) {
                texts.put(key, parser.getText());
            }
        }
        return texts;
    }
}
