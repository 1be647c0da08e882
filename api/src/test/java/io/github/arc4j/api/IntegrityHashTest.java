package io.github.arc4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntegrityHashTest {
    private final ObjectMapper json = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"b\":2}             | {\"b\":2,\"a\":1}",
                "{\"a\":1}                     | {\"a\":1,\"b\":null}",
                "{\"a\":1}                     | {\"a\":1,\"b\":[]}",
                "{\"a\":1}                     | {\"a\":1,\"b\":{}}",
                "{\"a\":1}                     | {\"a\":1,\"b\":{\"c\":{\"d\":[]}}}",
                "[{\"a\":1}]                   | [{\"a\":1,\"b\":[]}]",
                "{\"labelSelector\":{}}        | {\"labelSelector\":{\"matchLabels\":{}}}",
                "{}                            | {\"labelSelector\":null}",
            })
    void sameForWhatIsTheSame(String one, String other) throws Exception {
        assertThat(hash(one)).isEqualTo(hash(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1}                 | {\"a\":2}",
                "{\"a\":1}                 | {\"a\":\"1\"}",
                "{\"a\":1}                 | {\"b\":1}",
                "{\"a\":{\"b\":1}}         | {\"b\":{\"a\":1}}",
                "{\"a\":[1,2]}             | {\"a\":[2,1]}",
                "{\"a\":[{}]}              | {\"a\":[]}",
                "{\"label\":\"\"}          | {}",
                "{\"a\":false}             | {}",
                "{\"a\":0}                 | {}",
                "{\"namespaceSelector\":{}}| {}",
                "{\"labelSelector\":{}}    | {}",
            })
    void differentForWhatIsDifferent(String one, String other) throws Exception {
        assertThat(hash(one)).isNotEqualTo(hash(other));
    }

    @Test
    void sameForListsThatTheUserGaveEmpty() {
        AutoscalingRunnerSetSpec given = AutoscalingRunnerSetSpec.builder()
                .proxy(new ProxyConfig(null, null, List.of()))
                .build();

        assertThat(IntegrityHash.of(given)).isEqualTo(IntegrityHash.of(AutoscalingRunnerSetSpec.EMPTY));
        assertThat(IntegrityHash.of(new PodSpecBuilder().withVolumes(List.of()).build()))
                .isEqualTo(IntegrityHash.of(new PodSpecBuilder().build()));
    }

    @Test
    void takesSeveralInputsByName() {
        Map<String, Object> input = Map.of("spec", AutoscalingRunnerSetSpec.EMPTY, "labels", Map.of("a", "b"));

        assertThat(IntegrityHash.of(input)).isEqualTo(IntegrityHash.of(Map.of("labels", Map.of("a", "b"))));
    }

    /** A changed value would restart every listener on an update of the controller. */
    @Test
    void staysTheSameFromReleaseToRelease() {
        assertThat(IntegrityHash.of(Map.of("a", List.of(1, "ä"), "b", Map.of("c", true))))
                .isEqualTo("sha256-563eec0a8b7fb76523468235409b25e4");
    }

    private String hash(String text) throws Exception {
        return IntegrityHash.of(json.readTree(text));
    }
}
