package io.github.arc4j.controller.kube.deserialization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.MergePatch;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.runtime.client.JsonBytes;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects as large as the API server accepts them, which a tenant writes. */
@NullUnmarked
class ObjectLimitsTest {
    private static final int LARGE = 1_400_000;

    private final ObjectMapper json = new ObjectMapper();

    ObjectLimitsTest() {
        new KubernetesSerialization(json, true);
        LeanObjects.configure(json);
    }

    private <T extends HasMetadata> T read(Class<T> type, String metadata, String fields) throws IOException {
        String text = "{\"metadata\":{\"namespace\":\"ns\",\"name\":\"a\"%s},%s}".formatted(metadata, fields);
        return JsonBytes.read(json, type, text.getBytes(UTF_8));
    }

    private static String repeated(String element) {
        return String.join(",", Collections.nCopies(LARGE / element.length(), element));
    }

    private static String entries(String value) {
        StringBuilder entries = new StringBuilder();
        for (int number = 0; number < LARGE / (value.length() + 10); number++) {
            entries.append(number == 0 ? "" : ",")
                    .append('"')
                    .append(number)
                    .append("\":\"")
                    .append(value)
                    .append('"');
        }
        return entries.toString();
    }

    @Test
    void theUsedMetadataIsRead() throws Exception {
        ObjectMeta metadata =
                read(ServiceAccount.class, """
                    ,"uid":"u","resourceVersion":"7","generation":3,"creationTimestamp":"2026-01-01T00:00:00Z",
                    "deletionTimestamp":"2026-01-02T00:00:00Z","deletionGracePeriodSeconds":30,"selfLink":null,
                    "labels":{"a":"b"},"annotations":{"c":"d"},"finalizers":["e/f"],
                    "managedFields":[{"manager":"helm"}],
                    "ownerReferences":[{"kind":"K","name":"n","uid":"o","controller":true}]
                    """, "\"kind\":\"ServiceAccount\"").getMetadata();
        assertThat(metadata.getNamespace()).isEqualTo("ns");
        assertThat(metadata.getName()).isEqualTo("a");
        assertThat(metadata.getUid()).isEqualTo("u");
        assertThat(metadata.getResourceVersion()).isEqualTo("7");
        assertThat(metadata.getGeneration()).isEqualTo(3);
        assertThat(metadata.getCreationTimestamp()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(metadata.getDeletionTimestamp()).isEqualTo("2026-01-02T00:00:00Z");
        assertThat(metadata.getDeletionGracePeriodSeconds()).isEqualTo(30);
        assertThat(metadata.getLabels()).containsOnly(Map.entry("a", "b"));
        assertThat(metadata.getAnnotations()).containsOnly(Map.entry("c", "d"));
        assertThat(metadata.getFinalizers()).containsExactly("e/f");
        assertThat(metadata.getManagedFields()).isEmpty();
        assertThat(metadata.getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getController()).isTrue());
    }

    @Test
    void metadataIsLimited() throws Exception {
        ObjectMeta metadata = read(
                        ServiceAccount.class,
                        """
                        ,"labels":{%s},"annotations":{"first":"kept","kubectl.kubernetes.io/last-applied-configuration":"%s",%s},
                        "finalizers":[%s],"ownerReferences":[{"name":"%s"},%s]
                        """.formatted(
                                        entries("b"),
                                        "x".repeat(20_000),
                                        entries("x".repeat(5_000)),
                                        repeated("\"e/f\""),
                                        "x".repeat(LARGE),
                                        repeated("{}")),
                        "\"kind\":\"ServiceAccount\"")
                .getMetadata();
        assertThat(metadata.getLabels()).hasSize(128);
        assertThat(metadata.getAnnotations())
                .containsEntry("first", "kept")
                .doesNotContainKey("kubectl.kubernetes.io/last-applied-configuration")
                .hasSize(7);
        assertThat(metadata.getFinalizers()).hasSize(32);
        assertThat(metadata.getOwnerReferences()).hasSize(8);
        assertThat(metadata.getOwnerReferences().getFirst().getName()).isEmpty();
    }

    /** Otherwise, the controller would write them again in each pass. */
    @Test
    void whatTheControllerWritesIsReadBesideAnyNumberOfOthers() throws Exception {
        ObjectMeta metadata = read(
                        ServiceAccount.class,
                        """
                            ,"labels":{%s,"actions.github.com/busy":"true","app.kubernetes.io/version":"1"},
                            "annotations":{%s,"actions.github.com/runner-id":"7","runner-scale-set-id":"5"}
                            """.formatted(entries("b"), entries("x".repeat(5_000))),
                        "\"kind\":\"ServiceAccount\"")
                .getMetadata();
        assertThat(metadata.getLabels())
                .hasSize(130)
                .containsEntry("actions.github.com/busy", "true")
                .containsEntry("app.kubernetes.io/version", "1");
        assertThat(metadata.getAnnotations())
                .containsEntry("actions.github.com/runner-id", "7")
                .containsEntry("runner-scale-set-id", "5");
    }

    /** An object with all labels that are propagated to it is read with all of them. */
    @Test
    void noMoreLabelsArePropagatedThanAreRead() throws Exception {
        Map<String, String> ofUser = new HashMap<>();
        Map<String, String> ofScaleSet = new HashMap<>();
        for (int number = 0; number < 200; number++) {
            ofUser.put("user-" + number, "x".repeat(60));
            ofScaleSet.put("a".repeat(200) + number, "x".repeat(60));
        }
        ofScaleSet.put(Labels.SCALE_SET_NAME, "set");
        Map<String, String> desired = new LabelPropagation(List.of()).merge(ofUser, ofScaleSet);
        assertThat(desired).hasSizeBetween(100, 129).containsEntry(Labels.SCALE_SET_NAME, "set");
        String labels = json.writeValueAsString(new TreeMap<>(desired));
        ServiceAccount live = read(ServiceAccount.class, ",\"labels\":" + labels, "\"kind\":\"ServiceAccount\"");
        assertThat(MergePatch.metadata(live, desired, Map.of())).isEmpty();
    }

    @Test
    void allCompletedRunnersOfASetAreRead() throws Exception {
        String completed = "x".repeat(200_000);
        ObjectMeta metadata = read(
                        EphemeralRunnerSet.class,
                        ",\"annotations\":{\"actions.github.com/completed-runners\":\"%s\"}".formatted(completed),
                        "\"spec\":{}")
                .getMetadata();
        assertThat(metadata.getAnnotations()).containsEntry("actions.github.com/completed-runners", completed);
    }

    @Test
    void permissionsAreLimited() throws Exception {
        Role role = read(
                Role.class,
                "",
                "\"rules\":[{\"verbs\":[\"get\"],\"resources\":[\"%s\"]},{\"verbs\":[\"get\"]},%s]"
                        .formatted("x".repeat(LARGE), repeated("{}")));
        assertThat(role.getRules()).hasSize(8).startsWith(new PolicyRule());
        assertThat(role.getRules().get(1).getVerbs()).containsExactly("get");

        RoleBinding binding = read(
                RoleBinding.class,
                "",
                "\"roleRef\":{\"kind\":\"Role\",\"name\":\"%s\"},\"subjects\":[%s]"
                        .formatted("x".repeat(LARGE), repeated("{}")));
        assertThat(binding.getRoleRef().getName()).isEmpty();
        assertThat(binding.getSubjects()).hasSize(8);

        ServiceAccount account = read(ServiceAccount.class, "", "\"secrets\":[%s]".formatted(repeated("{}")));
        assertThat(account.getSecrets()).isEmpty();
    }

    @Test
    void aLongStatusIsIgnored() throws Exception {
        String status = "\"status\":{\"phase\":\"Running\",\"message\":\"%s\"}";
        EphemeralRunner normal = read(EphemeralRunner.class, "", status.formatted("x".repeat(1000)));
        assertThat(normal.getStatus().phase()).isEqualTo("Running");
        EphemeralRunner attacked = read(EphemeralRunner.class, "", status.formatted("x".repeat(LARGE)));
        assertThat(attacked.getStatus()).isNull();
        EphemeralRunner besideOthers =
                read(EphemeralRunner.class, ",\"labels\":{%s}".formatted(entries("b")), status.formatted("short"));
        assertThat(besideOthers.getStatus().message()).isEqualTo("short");
    }

    @Test
    void conditionsAndFailuresAreLimited() throws Exception {
        StringBuilder failures = new StringBuilder("\"first\":\"2026-01-01T00:00:00Z\"");
        for (int number = 0; number < 1000; number++) {
            failures.append(",\"%d\":\"2026-01-02T00:00:00Z\"".formatted(number));
        }
        String conditions = "\"conditions\":[{\"type\":\"Ready\"}%s]".formatted(",{}".repeat(5000));
        EphemeralRunner runner =
                read(EphemeralRunner.class, "", "\"status\":{\"failures\":{%s},%s}".formatted(failures, conditions));
        assertThat(runner.getStatus().failures())
                .hasSize(64)
                .containsEntry("first", Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(runner.getStatus().conditions()).hasSize(32).first().returns("Ready", Condition::getType);
        String status = "\"status\":{%s}".formatted(conditions);
        assertThat(read(AutoscalingRunnerSet.class, "", status).getStatus().conditions())
                .hasSize(32);
        assertThat(read(AutoscalingListener.class, "", status).getStatus().conditions())
                .hasSize(32);
        assertThat(read(EphemeralRunnerSet.class, "", status).getStatus().conditions())
                .hasSize(32);
    }

    private AutoscalingRunnerSetSpec scaleSet(String fields) throws IOException {
        return read(AutoscalingRunnerSet.class, "", """
            "spec":{"githubConfigUrl":"https://github.com/org","maxRunners":5,"proxy":{"http":{"url":"http://proxy"}},
            "template":{"spec":{"containers":[{"name":"runner"}],%s}}}
            """.formatted(fields)).getSpec();
    }

    @ValueSource(strings = {"{}", "{\"key\":\"0123456789012345678901234567890123456789\"}"})
    @ParameterizedTest
    void aSpecBeyondTheLimitIsReadWithoutItsTemplate(String toleration) throws Exception {
        AutoscalingRunnerSetSpec spec = scaleSet("\"tolerations\":[%s]".formatted(repeated(toleration)));
        assertThat(SpecLimit.problem(spec)).extracting(Health::reason).isEqualTo("SpecTooLarge");
        assertThat(spec.githubConfigUrl()).isEqualTo("https://github.com/org");
        assertThat(spec.maxRunners()).isEqualTo(5);
        assertThat(Objects.requireNonNull(spec.proxy()).http().url()).isEqualTo("http://proxy");
        assertThat(Objects.requireNonNull(spec.template()).getSpec().getTolerations())
                .isEmpty();
    }

    @Test
    void aLargeSpecWithinTheLimitIsRead() throws Exception {
        AutoscalingRunnerSetSpec spec = scaleSet("\"schedulerName\":\"%s\",\"tolerations\":[%s]"
                .formatted("x".repeat(220_000), "{},".repeat(2900) + "{}"));
        assertThat(SpecLimit.problem(spec)).isNull();
        assertThat(Objects.requireNonNull(spec.template()).getSpec().getTolerations())
                .hasSize(2901);
        assertThat(SpecLimit.problem(scaleSet("\"tolerations\":[%s{}]".formatted("{},".repeat(3000)))))
                .extracting(Health::reason)
                .isEqualTo("SpecTooLarge");
        assertThat(SpecLimit.problem(scaleSet("\"x\":1"))).isNull();
    }

    @Test
    void aSpecWithoutATemplateIsNotTooLarge() throws Exception {
        assertThat(SpecLimit.problem(AutoscalingRunnerSetSpec.EMPTY)).isNull();
        assertThat(SpecLimit.problem(
                        read(EphemeralRunnerSet.class, "", "\"spec\":{\"ephemeralRunnerSpec\":{\"spec\":{}}}")))
                .isNull();
    }

    @Test
    void aRunnerSetBeyondTheLimitKeepsItsNumbers() throws Exception {
        String spec = """
            "spec":{"replicas":3,"patchID":7,"ephemeralRunnerSpec":{"githubConfigUrl":"https://github.com/org",
            "spec":{"containers":[{"name":"runner"}],"schedulerName":"%s"}}}
            """;
        EphemeralRunnerSet set = read(EphemeralRunnerSet.class, "", spec.formatted("x".repeat(LARGE)));
        assertThat(SpecLimit.problem(set)).extracting(Health::reason).isEqualTo("SpecTooLarge");
        assertThat(set.getSpec().replicas()).isEqualTo(3);
        assertThat(set.getSpec().patchID()).isEqualTo(7);
        assertThat(set.getSpec().ephemeralRunnerSpec().githubConfigUrl()).isEqualTo("https://github.com/org");
        // It has the template of its scale set, and more.
        assertThat(SpecLimit.problem(read(EphemeralRunnerSet.class, "", spec.formatted("x".repeat(300_000)))))
                .isNull();
    }

    private EphemeralRunner runner(int template, String fields) throws IOException {
        return runner("ns", template, fields);
    }

    private EphemeralRunner runner(String namespace, int template, String fields) throws IOException {
        String text = """
            {"metadata":{"name":"a","namespace":"%s"},"spec":{"runnerScaleSetId":%d,"spec":{%s}}}
            """.formatted(namespace, template, fields);
        return JsonBytes.read(json, EphemeralRunner.class, text.getBytes(UTF_8));
    }

    @Test
    void aTenantWithManySpecsDisplacesOnlyItsOwn() throws Exception {
        String large = "\"schedulerName\":\"%s\"".formatted("x".repeat(250_000));
        EphemeralRunner neighbor = runner("neighbor", 0, large);
        EphemeralRunner first = runner("attacker", 0, large);
        assertThat(first.getSpec()).isEqualTo(neighbor.getSpec()).isNotSameAs(neighbor.getSpec());
        for (int template = 1; template < 300; template++) {
            runner("attacker", template, large);
        }
        assertThat(runner("neighbor", 0, large).getSpec()).isSameAs(neighbor.getSpec());
        assertThat(runner("attacker", 0, large).getSpec()).isNotSameAs(first.getSpec());
    }

    @Test
    void anEnormousSpecIsNotKept() throws Exception {
        EphemeralRunner small = runner(0, "\"schedulerName\":\"x\"");
        String enormous = "\"tolerations\":[%s{}]".formatted("{},".repeat(25_000));
        EphemeralRunner first = runner(1, enormous);
        assertThat(runner(1, enormous).getSpec()).isEqualTo(first.getSpec()).isNotSameAs(first.getSpec());
        assertThat(runner(0, "\"schedulerName\":\"x\"").getSpec()).isSameAs(small.getSpec());
        // as many values as SpecLimit allows
        String largest = "\"tolerations\":[%s{}]".formatted("{},".repeat(2_900));
        assertThat(runner(2, largest).getSpec()).isSameAs(runner(2, largest).getSpec());
    }

    @Test
    void onlySomeSpecsOfRunnersAreKept() throws Exception {
        assertThatOnlySomeAreKept("\"schedulerName\":\"%s\"".formatted("x".repeat(250_000)), 140);
        assertThatOnlySomeAreKept("\"tolerations\":[%s]".formatted("{},".repeat(2900) + "{}"), 70);
    }

    @Test
    void textIsNotTakenForValues() throws Exception {
        String text = "\"schedulerName\":\"%s\"".formatted("{,[\\\"\\\\".repeat(30_000));
        EphemeralRunner first = runner(0, text);
        for (int template = 1; template < 20; template++) {
            runner(template, text);
        }
        assertThat(runner(0, text).getSpec()).isSameAs(first.getSpec());
    }

    private void assertThatOnlySomeAreKept(String fields, int number) throws IOException {
        EphemeralRunner first = runner(0, fields);
        assertThat(runner(0, fields).getSpec()).isSameAs(first.getSpec());
        for (int template = 1; template < number; template++) {
            runner(template, fields);
        }
        EphemeralRunner last = runner(number, fields);
        assertThat(runner(number, fields).getSpec()).isSameAs(last.getSpec());
        assertThat(runner(0, fields).getSpec()).isEqualTo(first.getSpec()).isNotSameAs(first.getSpec());
    }

    @Test
    void podsAreLimited() throws Exception {
        Pod pod = read(
                Pod.class,
                "",
                "\"spec\":{\"initContainers\":[%s]},\"status\":{\"phase\":\"Running\",\"message\":\"%s\"}"
                        .formatted(repeated("{\"name\":\"a\",\"restartPolicy\":\"Always\"}"), "x".repeat(LARGE)));
        assertThat(pod.getSpec().getInitContainers()).hasSize(16);
        assertThat(pod.getStatus().getPhase()).isNull();
    }

    private Pod podWithStatus(int containers, String runner) throws IOException {
        String metadata = """
            ,"labels":{"actions-ephemeral-runner":"True",%s},"annotations":{"actions.github.com/runner-id":"7",%s,%s},
            "finalizers":["a/b",%s],"ownerReferences":[{"name":"%s"},{"kind":"EphemeralRunner","controller":true}]
            """.formatted(
                        entries("b"),
                        entries("x".repeat(5_000)),
                        // as they are expected on other objects
                        ofController("x".repeat(5_000)),
                        repeated("\"e/f\""),
                        "x".repeat(500));
        String others =
                ("{\"name\":\"a\",\"imageID\":\"%1$s\",\"state\":{\"waiting\":{\"reason\":\"%1$s\",\"message\":\"%1$s\"}}},")
                        .formatted("x".repeat(1000))
                        .repeat(containers);
        return read(
                Pod.class,
                metadata,
                "\"spec\":{\"initContainers\":[%s]},\"status\":{\"phase\":\"Failed\",\"conditions\":[%s],\"containerStatuses\":[%s%s]}"
                        .formatted(
                                repeated("{\"name\":\"a\",\"restartPolicy\":\"Always\"}"),
                                "{\"type\":\"a\"},".repeat(1000) + "{}",
                                others,
                                runner));
    }

    private static String ofController(String value) {
        return List.of(Annotations.PATCH_ID, Annotations.VALUES_HASH, Annotations.INTEGRITY_HASH).stream()
                .map(key -> "\"%s\":\"%s\"".formatted(key, value))
                .collect(Collectors.joining(","));
    }

    /** A quota on pods does not count those that have ended, so a tenant can have thousands of them. */
    @Test
    void aPodTakesFewKibibytes() throws Exception {
        String log = "first line %s last line".formatted("x".repeat(4_000));
        Pod pod = podWithStatus(
                70,
                "{\"name\":\"runner\",\"state\":{\"terminated\":{\"exitCode\":1,\"message\":\"%s\"}}}".formatted(log));
        assertThat(json.writeValueAsString(pod)).hasSizeLessThan(16 * 1024);
        assertThat(pod.getMetadata().getLabels()).containsOnly(Map.entry("actions-ephemeral-runner", "True"));
        assertThat(pod.getMetadata().getAnnotations()).containsOnly(Map.entry("actions.github.com/runner-id", "7"));
        assertThat(pod.getMetadata().getFinalizers()).containsExactly("a/b");
        assertThat(pod.getMetadata().getOwnerReferences())
                .singleElement()
                .returns("EphemeralRunner", OwnerReference::getKind);
        assertThat(pod.getStatus().getPhase()).isEqualTo("Failed");
        assertThat(pod.getStatus().getConditions()).hasSize(16);
        assertThat(pod.getStatus().getContainerStatuses()).hasSize(17);
    }

    @Test
    void theEndOfTheLogOfARunnerIsKept() throws Exception {
        String log = "first line %s last line".formatted("x".repeat(4_000));
        Pod pod = podWithStatus(
                70,
                "{\"name\":\"runner\",\"state\":{\"terminated\":{\"exitCode\":1,\"message\":\"%s\"}}}".formatted(log));
        assertThat(pod.getStatus()
                        .getContainerStatuses()
                        .getLast()
                        .getState()
                        .getTerminated()
                        .getMessage())
                .endsWith("x last line")
                .hasSize(1024);
    }
}
