package io.github.arc4j.controller.kube.deserialization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.runtime.client.JsonBytes;
import java.io.IOException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class LeanObjectsTest {
    private final ObjectMapper json = new ObjectMapper();

    LeanObjectsTest() {
        new KubernetesSerialization(json, true);
        LeanObjects.configure(json);
    }

    private <T> T read(Class<T> type, String text) throws IOException {
        return JsonBytes.read(json, type, text.getBytes(UTF_8));
    }

    private static final String POD_SPEC = """
        {"volumes":[{"name":"work"}],
         "initContainers":[{"image":"dind:1","name":"dind","restartPolicy":"Always","args":["a"],"securityContext":{"capabilities":{"add":["b"]}}},{"name":"init"}],
         "containers":[{"name":"main","image":"main:1"}],"nodeName":"node","activeDeadlineSeconds":60,"terminationGracePeriodSeconds":90,"tolerations":[]}\
        """;

    @Test
    void aPodKeepsItsNodeTimesAndSidecars() throws Exception {
        Pod pod = read(
                Pod.class,
                "{\"metadata\":{\"name\":\"p\"},\"spec\":%s,\"status\":{\"phase\":\"Running\"}}".formatted(POD_SPEC));
        assertThat(pod.getMetadata().getName()).isEqualTo("p");
        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
        assertThat(pod.getSpec().getNodeName()).isEqualTo("node");
        assertThat(pod.getSpec().getActiveDeadlineSeconds()).isEqualTo(60);
        assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(90);
        assertThat(pod.getSpec().getContainers()).isEmpty();
        assertThat(pod.getSpec().getInitContainers())
                .extracting("name", "restartPolicy", "image")
                .containsExactly(tuple("dind", "Always", null));
    }

    @Test
    void theUsedStatusOfAPodIsRead() throws Exception {
        PodStatus status = read(Pod.class, """
            {"metadata":{"name":"p"},"status":{"observedGeneration":1,"phase":"Failed","reason":"r","message":"m","hostIP":"h",
             "podIP":"10.0.0.1","podIPs":[{"ip":"10.0.0.1"}],"startTime":"2026-01-01T00:00:00Z","qosClass":"BestEffort",
             "conditions":[{"type":"Ready","status":"True","reason":"cr","message":"cm","lastProbeTime":null,
                            "lastTransitionTime":"2026-01-02T00:00:00Z"}],
             "initContainerStatuses":[{"name":"init","state":{"waiting":{"reason":"wr","message":"wm"}},"lastState":{"a":{}}}],
             "containerStatuses":[
              {"name":"runner","ready":true,"image":"i","state":{"running":{"startedAt":"2026-01-03T00:00:00Z"}}},
              {"name":"side","ready":false,"state":{"terminated":{"exitCode":7,"reason":"tr","message":"tm","containerID":"c",
               "startedAt":"2026-01-04T00:00:00Z","finishedAt":"2026-01-05T00:00:00Z"}}}]}}
            """).getStatus();
        assertThat(json.readTree(json.writeValueAsString(status))).isEqualTo(json.readTree("""
                {"phase":"Failed","reason":"r","message":"m","podIP":"10.0.0.1","startTime":"2026-01-01T00:00:00Z",
                 "conditions":[{"type":"Ready","status":"True","reason":"cr","message":"cm",
                                "lastTransitionTime":"2026-01-02T00:00:00Z"}],
                 "initContainerStatuses":[{"name":"init","state":{"waiting":{"reason":"wr","message":"wm"}}}],
                 "containerStatuses":[
                  {"name":"runner","ready":true,"state":{"running":{"startedAt":"2026-01-03T00:00:00Z"}}},
                  {"name":"side","ready":false,"state":{"terminated":{"exitCode":7,"reason":"tr","message":"tm",
                   "startedAt":"2026-01-04T00:00:00Z","finishedAt":"2026-01-05T00:00:00Z"}}}]}
                """));
    }

    @Test
    void aTemplateIsReadCompletely() throws Exception {
        PodTemplateSpec template = read(PodTemplateSpec.class, "{\"spec\":%s}".formatted(POD_SPEC));
        assertThat(template.getSpec().getContainers())
                .singleElement()
                .satisfies(main -> assertThat(main.getImage()).isEqualTo("main:1"));
    }

    private EphemeralRunner runner(String name, String image) throws IOException {
        return read(EphemeralRunner.class, """
            {"apiVersion":"actions.github.com/v1alpha1","kind":"EphemeralRunner","metadata":{"name":"%s"},
             "spec":{"runnerScaleSetId":7,"metadata":{},"spec":{"containers":[{"name":"runner","image":"%s"}]}},
             "status":{"runnerId":5}}\
            """.formatted(name, image));
    }

    private static String image(EphemeralRunner runner) {
        return runner.getSpec().spec().getContainers().getFirst().getImage();
    }

    @Test
    void runnersWithTheSameTemplateShareTheirSpec() throws Exception {
        EphemeralRunner first = runner("a", "runner:ü1");
        assertThat(first.getMetadata().getName()).isEqualTo("a");
        assertThat(first.getStatus().runnerId()).isEqualTo(5);
        assertThat(image(first)).isEqualTo("runner:ü1");
        assertThat(runner("another name", "runner:ü1").getSpec()).isSameAs(first.getSpec());
        assertThat(image(runner("c", "runner:2"))).isEqualTo("runner:2");
        assertThat(runner("d", "runner:ü1").getSpec()).isSameAs(first.getSpec());
    }

    @Test
    void runnersAreReadEvenIfTheirTextIsUnknown() throws Exception {
        EphemeralRunner first = runner("a", "runner:1");
        EphemeralRunner again = json.treeToValue(json.valueToTree(first), EphemeralRunner.class);
        assertThat(again.getSpec()).isEqualTo(first.getSpec()).isNotSameAs(first.getSpec());
    }
}
