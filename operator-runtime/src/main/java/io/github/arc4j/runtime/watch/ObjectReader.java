package io.github.arc4j.runtime.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.github.arc4j.process.Json;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.client.JsonBytes;
import io.github.arc4j.runtime.client.StreamedText;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes lists and watch events directly into one type. An object that does not fit the type is skipped and logged:
 * one malformed object must not prevent reading all others.
 *
 * @param known whether a version of an object is already known and can be skipped
 */
record ObjectReader<T extends HasMetadata>(ObjectMapper json, Class<T> type, Predicate<ObjectVersion> known) {
    private static final Logger log = LoggerFactory.getLogger(ObjectReader.class);

    private static final String ERROR = "ERROR";
    private static final Set<String> CHANGES = Set.of("ADDED", "MODIFIED");

    /**
     * One page of a list.
     *
     * @param resourceVersion version of the complete list
     * @param next token of the next page; empty on the last page
     */
    record Page(String resourceVersion, String next) {}

    /**
     * Decodes a page.
     *
     * @param objects receives the readable objects
     * @param unreadable receives the names of the others
     */
    Page page(byte[] body, List<T> objects, Set<Request> unreadable) throws IOException {
        int before = objects.size();
        try {
            return page(json.createParser(body), parser -> objects.add(JsonBytes.read(json, type, parser, body)));
        } catch (IOException e) {
            objects.subList(before, objects.size()).clear();
            return oneByOne(body, objects, unreadable);
        }
    }

    /** Without a tree of the whole page, which would take many times as much memory as its text. */
    private Page oneByOne(byte[] body, List<T> objects, Set<Request> unreadable) throws IOException {
        return page(Json.tolerantParser(body), parser -> {
            int start = JsonBytes.start(parser);
            byte[] item = Arrays.copyOfRange(body, start, JsonBytes.skip(parser));
            try {
                objects.add(JsonBytes.read(json, type, item));
            } catch (IOException e) {
                unreadable.add(skip(item, e));
            }
        });
    }

    /**
     * Decodes a page of one object, which may be too long to be in memory.
     *
     * @param objects receives the object if it is readable
     * @param unreadable receives its name otherwise
     */
    Page page(InputStream body, List<T> objects, Set<Request> unreadable) throws IOException {
        ScannedText scanned = ScannedText.ofList(body);
        StreamedText text = new StreamedText(scanned);
        List<T> read = new ArrayList<>();
        try {
            page(parser(text), parser -> read.add(JsonBytes.read(json, type, parser, text)));
            scanned.finish();
            objects.addAll(read);
        } catch (IOException e) {
            scanned.finish();
            unreadable.add(skip(scanned.object(), e));
        }
        return scanned.page();
    }

    private JsonParser parser(StreamedText text) throws IOException {
        JsonParser parser = Json.streamParser(text);
        parser.setCodec(json);
        return parser;
    }

    @FunctionalInterface
    private interface ItemReader {
        void read(JsonParser parser) throws IOException;
    }

    private Page page(JsonParser body, ItemReader items) throws IOException {
        String version = "";
        String next = "";
        try (JsonParser parser = body) {
            parser.nextToken();
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (field.equals("metadata")) {
                    JsonNode metadata = json.readTree(parser);
                    version = metadata.path("resourceVersion").asText();
                    next = metadata.path("continue").asText();
                } else if (field.equals("items") && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        items.read(parser);
                    }
                } else {
                    parser.skipChildren();
                }
            }
        }
        return new Page(version, next);
    }

    /** Decodes one line of a watch that is too long to be in memory. Reads it to its end. */
    WatchEvent<T> event(InputStream line) throws IOException {
        ScannedText scanned = ScannedText.ofEvent(line);
        StreamedText text = new StreamedText(scanned);
        try (JsonParser parser = parser(text)) {
            String eventType = toObject(parser);
            if (eventType.equals(ERROR)) {
                Status status = json.readValue(parser, Status.class);
                scanned.finish();
                return new WatchEvent.Failed<>(status);
            }
            @Nullable T object = CHANGES.contains(eventType) ? JsonBytes.read(json, type, parser, text) : null;
            scanned.finish();
            return event(eventType, scanned.object(), known.test(scanned.object()) ? null : object);
        } catch (IOException e) {
            scanned.finish();
            skip(scanned.object(), e);
            return new WatchEvent.Bookmark<>(scanned.object().resourceVersion());
        }
    }

    /** @param object null for a bookmark, for a version that is already known, and for a deleted object */
    private WatchEvent<T> event(String eventType, ObjectVersion version, @Nullable T object) throws IOException {
        if (eventType.equals("DELETED")) {
            return new WatchEvent.Gone<>(version);
        }
        if (!CHANGES.contains(eventType) && !eventType.equals("BOOKMARK")) {
            throw new IOException("unknown watch event \"" + eventType + "\"");
        }
        return object == null ? new WatchEvent.Bookmark<>(version.resourceVersion()) : new WatchEvent.Present<>(object);
    }

    /** Decodes one line of a watch. */
    WatchEvent<T> event(byte[] line) throws IOException {
        try {
            return quickly(line);
        } catch (IOException e) {
            return withoutObject(line, e);
        }
    }

    private WatchEvent<T> withoutObject(byte[] line, IOException reason) throws IOException {
        try (JsonParser parser = Json.tolerantParser(line)) {
            String eventType = toObject(parser);
            ObjectVersion version = ObjectVersion.read(parser);
            while (parser.nextToken() != null) {
                // Throws if the line is not JSON, for example because the connection broke within it.
            }
            if (eventType.equals("DELETED")) {
                return new WatchEvent.Gone<>(version);
            }
            skip(version, reason);
            return new WatchEvent.Bookmark<>(version.resourceVersion());
        }
    }

    private WatchEvent<T> quickly(byte[] line) throws IOException {
        try (JsonParser parser = json.createParser(line)) {
            String eventType = toObject(parser);
            if (eventType.equals(ERROR)) {
                return new WatchEvent.Failed<>(json.readValue(parser, Status.class));
            }
            ObjectVersion version = ObjectVersion.read(parser);
            boolean isNew = CHANGES.contains(eventType) && !known.test(version);
            return event(eventType, version, isNew ? object(line) : null);
        }
    }

    private T object(byte[] line) throws IOException {
        try (JsonParser parser = json.createParser(line)) {
            toObject(parser);
            return JsonBytes.read(json, type, parser, line);
        }
    }

    /** Advances to the event's object and returns the event's type, which the API server writes first. */
    private static String toObject(JsonParser parser) throws IOException {
        String eventType = "";
        parser.nextToken();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            if (field.equals("type")) {
                eventType = parser.getText();
            } else if (field.equals("object")) {
                return eventType;
            }
        }
        throw new IOException("not a watch event");
    }

    private Request skip(byte[] item, IOException reason) throws IOException {
        try (JsonParser parser = Json.tolerantParser(item)) {
            parser.nextToken();
            return skip(ObjectVersion.read(parser), reason);
        }
    }

    private Request skip(ObjectVersion object, IOException reason) {
        log.error("Skipping {} {}, which cannot be read: {}", type.getSimpleName(), object.name(), reason.getMessage());
        return object.name();
    }
}
