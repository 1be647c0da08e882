package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** What {@code native-image} of GraalVM reads in the jar. */
class NativeImageTest {
    private static final String METADATA =
            "/META-INF/native-image/io.github.arc4j/arc4j-actions-client/reachability-metadata.json";

    @Test
    void everythingInTheMetadataExists() throws Exception {
        JsonNode metadata;
        try (InputStream in = ActionsClient.class.getResourceAsStream(METADATA)) {
            metadata = JsonMapper.builder().build().readTree(in);
        }

        for (JsonNode type : metadata.path("reflection")) {
            Class<?> reflected = Class.forName(type.path("type").asText());
            for (JsonNode method : type.path("methods")) {
                assertThat(reflected.getMethod(method.path("name").asText())).isNotNull();
            }
        }
        assertThat(metadata.path("resources")).isNotEmpty();
        for (JsonNode resource : metadata.path("resources")) {
            assertThat(ActionsClient.class.getResource(
                            "/" + resource.path("glob").asText()))
                    .isNotNull();
        }
    }
}
