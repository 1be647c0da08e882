package io.github.arc4j.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CustomResourceJsonTest {
    /** The mapper of the Kubernetes client. */
    private final KubernetesSerialization client = new KubernetesSerialization();

    private final ObjectMapper plain = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            classes = {
                AutoscalingRunnerSet.class,
                AutoscalingListener.class,
                EphemeralRunnerSet.class,
                EphemeralRunner.class
            })
    <T extends CustomResource<?, ?>> void everyFieldSurvivesReadingAndWriting(Class<T> kind) throws Exception {
        JsonNode sample = sample(kind);

        T read = client.unmarshal(sample.toString(), kind);

        assertThat(withDefaultValues((Record) read.getSpec())).isEmpty();
        assertThat(withDefaultValues((Record) read.getStatus())).isEmpty();
        assertThat(plain.readTree(client.asJson(read))).isEqualTo(sample);
        assertThat(plain.readTree(plain.writeValueAsString(plain.readValue(sample.toString(), kind))))
                .as("without the client's mapper")
                .isEqualTo(sample);
    }

    @Test
    void aBuilderMadeOfAnObjectMakesAnEqualObject() throws Exception {
        AutoscalingRunnerSet runnerSet = read(AutoscalingRunnerSet.class);
        AutoscalingListener listener = read(AutoscalingListener.class);
        EphemeralRunnerSet set = read(EphemeralRunnerSet.class);
        EphemeralRunner runner = read(EphemeralRunner.class);

        assertThat(runnerSet.getSpec().toBuilder().build()).isEqualTo(runnerSet.getSpec());
        assertThat(runnerSet.getStatus().toBuilder().build()).isEqualTo(runnerSet.getStatus());
        assertThat(listener.getSpec().toBuilder().build()).isEqualTo(listener.getSpec());
        assertThat(set.getSpec().toBuilder().build()).isEqualTo(set.getSpec());
        assertThat(set.getStatus().toBuilder().build()).isEqualTo(set.getStatus());
        assertThat(runner.getSpec().toBuilder().build()).isEqualTo(runner.getSpec());
        assertThat(runner.getStatus().toBuilder().build()).isEqualTo(runner.getStatus());
    }

    @Test
    void whatIsEmptyIsLeftOutUnlessTheSchemaOrUpstreamWantsIt() throws Exception {
        assertThat(json(new AutoscalingRunnerSet())).isEqualTo("""
                {"spec":{},"status":{"currentRunners":0,"phase":"","pendingEphemeralRunners":0,\
                "runningEphemeralRunners":0,"failedEphemeralRunners":0}}""");
        assertThat(json(new AutoscalingListener())).isEqualTo("""
                {"spec":{},"status":{}}""");
        assertThat(json(new EphemeralRunnerSet())).isEqualTo("""
                {"spec":{"patchID":0,"ephemeralRunnerSpec":{}},"status":{"currentReplicas":0,\
                "pendingEphemeralRunners":0,"runningEphemeralRunners":0,"failedEphemeralRunners":0,"phase":""}}""");
        assertThat(json(new EphemeralRunner())).isEqualTo("""
                {"spec":{},"status":{"ready":false}}""");
    }

    @Test
    void zeroesOfOptionalNumbersAreWrittenAndOthersAreNot() throws Exception {
        assertThat(plain.writeValueAsString(AutoscalingRunnerSetSpec.builder()
                        .minRunners(0)
                        .maxRunners(0)
                        .build()))
                .isEqualTo("{\"maxRunners\":0,\"minRunners\":0}");
        assertThat(plain.writeValueAsString(AutoscalingListenerSpec.builder()
                        .minRunners(0)
                        .maxRunners(0)
                        .runnerScaleSetId(0)
                        .build()))
                .isEqualTo("{}");
        assertThat(plain.writeValueAsString(
                        EphemeralRunnerSetSpec.builder().replicas(0).patchID(0).build()))
                .isEqualTo("{\"patchID\":0,\"ephemeralRunnerSpec\":{}}");
    }

    @Test
    void metadataBlocksThatAreEmptyOrNullReadAsEmpty() throws Exception {
        AutoscalingRunnerSetSpec spec = plain.readValue(
                "{\"autoscalingListener\":{},\"listenerRoleMetadata\":{\"labels\":null,\"annotations\":{\"a\":null}}}",
                AutoscalingRunnerSetSpec.class);

        assertThat(spec).isEqualTo(AutoscalingRunnerSetSpec.EMPTY);
        assertThat(plain.writeValueAsString(spec)).isEqualTo("{}");
    }

    @Test
    void unknownFieldsAreIgnored() throws Exception {
        EphemeralRunnerSet set = plain.readValue(
                "{\"spec\":{\"patchID\":1,\"future\":{}},\"status\":{\"future\":1}}", EphemeralRunnerSet.class);

        assertThat(set.getSpec().patchID()).isOne();
    }

    @Test
    void unknownFieldsOfThePodAreKept() throws Exception {
        String json = "{\"spec\":{\"containers\":[{\"name\":\"runner\",\"future\":[1]}]}}";

        assertThat(plain.writeValueAsString(plain.readValue(json, EphemeralRunnerSpec.class)))
                .isEqualTo(json);
    }

    @Test
    void integersOfMoreThan32BitsAreCut() throws Exception {
        AutoscalingRunnerSetSpec spec = plain.readValue(
                "{\"maxRunners\":99999999999999999999,\"minRunners\":-99999999999}", AutoscalingRunnerSetSpec.class);

        assertThat(spec.maxRunners()).isEqualTo(Integer.MAX_VALUE);
        assertThat(spec.minRunners()).isEqualTo(Integer.MIN_VALUE);
    }

    @Test
    void nullIntegersAreMissing() throws Exception {
        assertThat(plain.readValue("{\"maxRunners\":null}", AutoscalingRunnerSetSpec.class))
                .isEqualTo(AutoscalingRunnerSetSpec.EMPTY);
        assertThat(plain.readValue("{\"replicas\":null,\"patchID\":null}", EphemeralRunnerSetSpec.class))
                .isEqualTo(EphemeralRunnerSetSpec.EMPTY);
    }

    @Test
    void timesOfFailuresAreWrittenInSecondsAndReadInAnyZone() throws Exception {
        EphemeralRunnerStatus status = EphemeralRunnerStatus.builder()
                .failures(Map.of("uid", Instant.parse("2026-01-02T03:04:05.678Z")))
                .build();

        assertThat(plain.writeValueAsString(status)).contains("{\"uid\":\"2026-01-02T03:04:05Z\"}");
        assertThat(plain.readValue(
                                "{\"failures\":{\"a\":\"2026-01-02T03:04:05+01:00\",\"b\":\"yesterday\"}}",
                                EphemeralRunnerStatus.class)
                        .failures())
                .isEqualTo(Map.of("a", Instant.parse("2026-01-02T02:04:05Z"), "b", Instant.EPOCH));
    }

    @Test
    void recordsKeepCopiesThatNobodyCanChange() {
        List<String> labels = new ArrayList<>(List.of("gpu"));
        Map<String, String> annotations = new HashMap<>(Map.of("a", "b"));
        AutoscalingRunnerSetSpec spec = AutoscalingRunnerSetSpec.builder()
                .runnerScaleSetLabels(labels)
                .autoscalingListener(new ResourceMeta(Map.of(), annotations))
                .build();

        labels.add("large");
        annotations.clear();

        assertThat(spec.runnerScaleSetLabels()).containsExactly("gpu");
        assertThat(spec.autoscalingListener().annotations()).isEqualTo(Map.of("a", "b"));
        assertThatThrownBy(() -> spec.runnerScaleSetLabels().add("large"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> spec.autoscalingListener().annotations().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    private static JsonNode sample(Class<?> kind) throws IOException {
        try (InputStream yaml = CustomResourceJsonTest.class.getResourceAsStream(kind.getSimpleName() + ".yaml")) {
            return new YAMLMapper().readTree(yaml);
        }
    }

    private <T> T read(Class<T> kind) throws IOException {
        return plain.readValue(sample(kind).toString(), kind);
    }

    /** The JSON of an object without what is the same in all. */
    private String json(CustomResource<?, ?> object) throws IOException {
        JsonNode json = plain.readTree(client.asJson(object));
        return ((ObjectNode) json)
                .without(List.of("apiVersion", "kind", "metadata"))
                .toString();
    }

    /** The components that are missing in the sample, which therefore shows nothing about them. */
    private static List<String> withDefaultValues(Record value) throws ReflectiveOperationException {
        Record empty = (Record) value.getClass().getField("EMPTY").get(null);
        List<String> names = new ArrayList<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object actual = component.getAccessor().invoke(value);
            if (Objects.equals(actual, component.getAccessor().invoke(empty))) {
                names.add(component.getName());
            }
        }
        return names;
    }
}
