package io.github.arc4j.controller.autoscalinglistener.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which listener templates need a pod of their own. */
class SharedPodTemplateTest {
    private static final String IMAGE = "arc4j:1";

    private static final SharedPodTemplate SHARED = SharedPodTemplate.parse("""
        {"metadata": {"labels": {"team": "ci", "tier": "1"}, "annotations": {"scrape": "true"}},
         "spec": {"nodeSelector": {"disk": "ssd", "zone": "a"}, "priorityClassName": "high",
          "tolerations": [{"key": "ci", "operator": "Exists"}, {"key": "slow", "tolerationSeconds": 3e2}],
          "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms":
            [{"matchExpressions": [{"key": "network", "operator": "Exists"}]}]}}},
          "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}]}}
        """);

    private static List<String> missing(SharedPodTemplate shared, String template) {
        return shared.missing(
                new ObjectMapper()
                        .valueToTree(Serialization.unmarshal("# YAML, not JSON\n" + template, PodTemplateSpec.class)),
                IMAGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{metadata: {}, spec: {}}",
                "{metadata: {name: ignored, finalizers: [ignored/by-dedicated-pods]}}",
                "{spec: {containers: []}}",
                "{spec: {containers: [{name: listener}]}}",
                "{spec: {containers: [{name: listener, env: [], args: [], image: '', securityContext: {}}]}}",
                "{spec: {containers: [{name: listener, resources: {limits: {memory: 128Mi}}}], resources: {limits:"
                        + " {cpu: 1}}}}",
                "{spec: {containers: [{name: listener, image: 'arc4j:1', imagePullPolicy: Always}]}}",
                "{spec: {imagePullSecrets: [{name: registry}]}}",
                "{spec: {nodeSelector: {kubernetes.io/os: linux}}}",
                "{spec: {serviceAccountName: ignored, automountServiceAccountToken: false}}",
                "{spec: {hostNetwork: false, hostPID: false, hostIPC: false, volumes: [], affinity: {},"
                        + " priorityClassName: ''}}"
            })
    void aTemplateThatNeedsNothingOfItsPodIsShared(String template) {
        assertThat(missing(SharedPodTemplate.EMPTY, template)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{metadata: {labels: {team: ci}, annotations: {scrape: 'true'}}}",
                "{spec: {nodeSelector: {disk: ssd, kubernetes.io/os: linux}}}",
                "{spec: {tolerations: [{key: ci, operator: Exists}]}}",
                "{spec: {tolerations: [{key: slow, tolerationSeconds: 300}]}}",
                "{spec: {priorityClassName: high}}",
                "{spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable:"
                        + " ScheduleAnyway}]}}",
                "{spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms:"
                        + " [{matchExpressions: [{key: network, operator: Exists}]}]}}}}}"
            })
    void theSameLabelsAndPlacementAreShared(String template) {
        assertThat(missing(SHARED, template)).isEmpty();
        assertThat(missing(SharedPodTemplate.EMPTY, template)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metadata.labels[team] | {metadata: {labels: {team: other, tier: '1'}}}",
                "metadata.annotations[mesh] | {metadata: {annotations: {mesh: 'false'}}}",
                "spec.nodeSelector[network] | {spec: {nodeSelector: {disk: ssd, network: internal}}}",
                "spec.nodeSelector[disk] | {spec: {nodeSelector: {disk: hdd}}}",
                "spec.nodeSelector[kubernetes.io/os] | {spec: {nodeSelector: {kubernetes.io/os: windows}}}",
                "spec.tolerations[1] | {spec: {tolerations: [{key: ci, operator: Exists}, {key: gpu}]}}",
                "spec.tolerations[0] | {spec: {tolerations: [{key: slow, tolerationSeconds: 301}]}}",
                "spec.priorityClassName | {spec: {priorityClassName: higher}}",
                "spec.topologySpreadConstraints[0] | {spec: {topologySpreadConstraints: [{maxSkew: 2, topologyKey:"
                        + " zone}]}}",
                "spec.affinity | {spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                        + " {nodeSelectorTerms: [{matchExpressions: [{key: network, operator: DoesNotExist}]}]}}}}}"
            })
    void otherLabelsAndPlacementNeedAPod(String path, String template) {
        assertThat(missing(SHARED, template)).containsExactly("spec.listenerTemplate." + path);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spec.containers[0].env | {spec: {containers: [{name: listener, env: [{name: A, value: a}]}]}}",
                "spec.containers[0].envFrom | {spec: {containers: [{name: listener, envFrom: [{configMapRef: {name:"
                        + " c}}]}]}}",
                "spec.containers[0].image | {spec: {containers: [{name: listener, image: 'mine:1'}]}}",
                "spec.containers[0].command | {spec: {containers: [{name: listener, command: [a]}]}}",
                "spec.containers[0].args | {spec: {containers: [{name: listener, args: [a]}]}}",
                "spec.containers[0].ports | {spec: {containers: [{name: listener, ports: [{containerPort: 1}]}]}}",
                "spec.containers[0].volumeMounts | {spec: {containers: [{name: listener, volumeMounts: [{name: v,"
                        + " mountPath: /v}]}]}}",
                "spec.containers[0].securityContext | {spec: {containers: [{name: listener, securityContext:"
                        + " {runAsUser: 1000}}]}}",
                "spec.containers[0].livenessProbe | {spec: {containers: [{name: listener, livenessProbe:"
                        + " {periodSeconds: 5}}]}}",
                "spec.containers[0].lifecycle | {spec: {containers: [{name: listener, lifecycle: {preStop: {sleep:"
                        + " {seconds: 1}}}}]}}",
                "spec.containers[1] | {spec: {containers: [{name: listener}, {name: sidecar, image: s}]}}",
                "spec.initContainers | {spec: {initContainers: [{name: init, image: i}]}}",
                "spec.volumes | {spec: {volumes: [{name: v, emptyDir: {}}]}}",
                "spec.securityContext | {spec: {securityContext: {fsGroup: 1}}}",
                "spec.hostNetwork | {spec: {hostNetwork: true}}",
                "spec.hostAliases | {spec: {hostAliases: [{ip: 10.0.0.1, hostnames: [ghes]}]}}",
                "spec.dnsConfig | {spec: {dnsConfig: {nameservers: [10.0.0.1]}}}",
                "spec.dnsPolicy | {spec: {dnsPolicy: None}}",
                "spec.hostUsers | {spec: {hostUsers: false}}",
                "spec.runtimeClassName | {spec: {runtimeClassName: gvisor}}",
                "spec.schedulerName | {spec: {schedulerName: mine}}",
                "spec.terminationGracePeriodSeconds | {spec: {terminationGracePeriodSeconds: 5}}",
                "spec.inventedLater | {spec: {inventedLater: a}}"
            })
    void everythingElseNeedsAPod(String path, String template) {
        assertThat(missing(SHARED, template)).containsExactly("spec.listenerTemplate." + path);
    }

    @Test
    void allFieldsAreNamed() {
        assertThat(missing(SHARED, "{metadata: {labels: {a: b}}, spec: {hostNetwork: true, nodeSelector: {x: y}}}"))
                .containsExactlyInAnyOrder(
                        "spec.listenerTemplate.metadata.labels[a]",
                        "spec.listenerTemplate.spec.hostNetwork",
                        "spec.listenerTemplate.spec.nodeSelector[x]");
    }

    /** A field that a later version of the Kubernetes client knows is reviewed here. */
    @Test
    void everyFieldOfAPodIsEitherReviewedOrNeedsAPod() {
        Set<String> reviewed = Set.of(
                "affinity",
                "automountServiceAccountToken",
                "containers",
                "hostIPC",
                "hostNetwork",
                "hostPID",
                "imagePullSecrets",
                "nodeSelector",
                "priorityClassName",
                "resources",
                "serviceAccount",
                "serviceAccountName",
                "tolerations",
                "topologySpreadConstraints");
        ObjectMapper mapper = new ObjectMapper();
        List<String> fields =
                mapper
                        .getSerializationConfig()
                        .introspect(mapper.constructType(PodSpec.class))
                        .findProperties()
                        .stream()
                        .map(property -> property.getName())
                        .filter(name -> !reviewed.contains(name))
                        .toList();
        assertThat(fields).hasSizeGreaterThan(20).allSatisfy(field -> {
            var template = mapper.createObjectNode();
            template.putObject("spec").putObject(field).put("any", "value");
            assertThat(SHARED.missing(template, IMAGE)).containsExactly("spec.listenerTemplate.spec." + field);
        });
    }

    @Test
    void thePodTemplateIsValidated() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SharedPodTemplate.parse("{\"spec\": {\"volumes\": [{\"name\": \"v\"}]}}"))
                .withMessageContaining("may contain labels, annotations and placement, but not spec.volumes: {");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SharedPodTemplate.parse("{\"metadata\": {\"name\": \"n\"}}"))
                .withMessageContaining("but not metadata.name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SharedPodTemplate.parse("{\"spce\": {\"nodeSelector\": {\"a\": \"b\"}}}"))
                .withMessageContaining("but not spce");
        for (String wrong : List.of("{", "[]", "text", "null", "{\"spec\": {\"tolerations\": {\"key\": \"a\"}}}")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SharedPodTemplate.parse(wrong))
                    .withMessageContaining("must be a pod template in JSON");
        }
    }
}
