package io.github.arc4j.runtime.watch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.arc4j.process.Json;
import io.github.arc4j.runtime.cache.Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullUnmarked
class ObjectReaderTest {
    private final ObjectMapper json = new ObjectMapper();
    private final ObjectReader<Pod> reader;

    ObjectReaderTest() {
        new KubernetesSerialization(json, true);
        reader = new ObjectReader<>(
                json, Pod.class, version -> version.resourceVersion().equals("6"));
    }

    private static String pod(String name, String spec) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"ns\",\"name\":\"%s\",\"resourceVersion\":\"7\"},\"spec\":%s}"
                .formatted(name, spec);
    }

    @Test
    void onlyTheUnreadableObjectIsOmittedFromAList() throws Exception {
        String list = "{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"9\",\"continue\":\"more\"},\"items\":["
                + pod("a", "{}") + "," + pod("odd", "{\"containers\":\"none\"}") + "," + pod("b", "{\"unknown\":1}")
                + "]}";
        List<Pod> objects = new ArrayList<>();
        Set<Request> unreadable = new HashSet<>();
        ObjectReader.Page page = reader.page(list.getBytes(UTF_8), objects, unreadable);
        assertThat(objects).extracting(pod -> pod.getMetadata().getName()).containsExactly("a", "b");
        assertThat(unreadable).containsExactly(new Request("ns", "odd"));
        assertThat(page).isEqualTo(new ObjectReader.Page("9", "more"));
    }

    /** Otherwise, whoever may create one object could keep all of its kind from being read. */
    @ParameterizedTest
    @MethodSource
    void metadataThatTheParserRejectsConcernsOnlyItsObject(String metadata) throws Exception {
        ObjectReader<Pod> ofController =
                new ObjectReader<>(mapper(new ObjectMapper(Json.newFactory())), Pod.class, version -> false);
        String hostile = pod("hostile", "{}").replace("\"namespace\"", metadata + ",\"namespace\"");
        List<Pod> objects = new ArrayList<>();
        Set<Request> unreadable = new HashSet<>();
        ObjectReader.Page page = ofController.page(
                ("{\"metadata\":{\"resourceVersion\":\"9\"},\"items\":[" + pod("ä", "{}") + "," + hostile + ","
                                + pod("b", "{}") + "]}")
                        .getBytes(UTF_8),
                objects,
                unreadable);
        assertThat(objects).extracting(pod -> pod.getMetadata().getName()).containsExactly("ä", "b");
        assertThat(unreadable).containsExactly(new Request("ns", "hostile"));
        assertThat(page.resourceVersion()).isEqualTo("9");
        assertThat(ofController.event(event("ADDED", hostile))).isEqualTo(new WatchEvent.Bookmark<Pod>("7"));
        assertThat(ofController.event(event("DELETED", hostile)))
                .isEqualTo(new WatchEvent.Gone<Pod>(new ObjectVersion(new Request("ns", "hostile"), null, "7")));
    }

    static List<String> metadataThatTheParserRejectsConcernsOnlyItsObject() {
        return List.of(
                "\"annotations\":{" + values(collidingKeys(5000)) + "}",
                "\"managedFields\":[{\"fieldsV1\":" + "{\"f:a\":".repeat(9000) + "{}" + "}".repeat(9000) + "}]");
    }

    @Test
    void aFewKeysWithTheSameHashAreRead() throws Exception {
        ObjectReader<Pod> ofController =
                new ObjectReader<>(mapper(new ObjectMapper(Json.newFactory())), Pod.class, version -> false);
        String metadata = "\"annotations\":{" + values(collidingKeys(700)) + "},\"namespace\"";
        String object = pod("a", "{}").replace("\"namespace\"", metadata);
        assertThat(ofController.event(event("ADDED", object))).isInstanceOf(WatchEvent.Present.class);
    }

    private static byte[] event(String type, String object) {
        return ("{\"type\":\"" + type + "\",\"object\":" + object + "}").getBytes(UTF_8);
    }

    private static String values(List<String> keys) {
        return String.join(",", keys.stream().map(key -> "\"" + key + "\":\"\"").toList());
    }

    private static ObjectMapper mapper(ObjectMapper json) {
        new KubernetesSerialization(json, true);
        return json;
    }

    /** Keys of eight characters that Jackson's table of keys gives the same hash, whatever its seed is. */
    private static List<String> collidingKeys(int number) {
        int multiplier = 33;
        int inverse = BigInteger.valueOf(multiplier)
                .modInverse(BigInteger.ONE.shiftLeft(32))
                .intValue();
        List<String> keys = new ArrayList<>();
        byte[] first = "]]]]".getBytes(UTF_8);
        while (keys.size() < number) {
            for (int i = 0; ++first[i] > '}'; i++) {
                first[i] = ']';
            }
            int hash = ByteBuffer.wrap(first).getInt();
            hash += hash >>> 15;
            hash ^= hash >>> 9;
            byte[] second = ByteBuffer.allocate(4).putInt(-hash * inverse).array();
            if (new String(second, ISO_8859_1).matches("[#-\\[\\]-}]{4}")) {
                keys.add(new String(first, UTF_8) + new String(second, UTF_8));
            }
        }
        return keys;
    }

    @Test
    void anUnreadableEventOnlyAdvancesTheVersion() throws Exception {
        String event = "{\"type\":\"MODIFIED\",\"object\":" + pod("odd", "{\"containers\":\"none\"}") + "}";
        assertThat(reader.event(event.getBytes(UTF_8))).isEqualTo(new WatchEvent.Bookmark<Pod>("7"));
    }

    @Test
    void knownVersionsAreNotRead() throws Exception {
        String object = pod("odd", "{\"containers\":\"none\"}").replace("\"7\"", "\"6\"");
        String event = "{\"type\":\"MODIFIED\",\"object\":" + object + "}";
        assertThat(reader.event(event.getBytes(UTF_8))).isEqualTo(new WatchEvent.Bookmark<Pod>("6"));
    }

    @Test
    void onlyTheMetadataOfADeletedObjectIsRead() throws Exception {
        String event = "{\"type\":\"DELETED\",\"object\":" + pod("odd", "{\"containers\":\"none\"}") + "}";
        assertThat(reader.event(event.getBytes(UTF_8)))
                .isEqualTo(new WatchEvent.Gone<Pod>(new ObjectVersion(new Request("ns", "odd"), null, "7")));
    }

    @Test
    void anIncompleteLineIsAnError() {
        assertThatThrownBy(() -> reader.event("{\"type\":\"ADDED\",\"obj".getBytes(UTF_8)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void linesAreSplitWhereverTheBufferEnds() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            lines.append("{\"type\":\"ADDED\",\"object\":" + pod("pod-" + i + "x".repeat(i % 83), "{}") + "}\n");
        }
        lines.append("{\"type\":\"ADDED\",\"object\":{\"cut");
        EventStream<Pod> stream = new EventStream<>(
                new ByteArrayInputStream(lines.toString().getBytes(UTF_8)), reader, Duration.ofMinutes(1));
        for (int i = 0; i < 500; i++) {
            assertThat(stream.next())
                    .isInstanceOfSatisfying(
                            WatchEvent.Present.class,
                            event -> assertThat(
                                            ((Pod) event.object()).getMetadata().getName())
                                    .startsWith("pod-"));
        }
        assertThat(stream.next()).isNull();
    }
}
